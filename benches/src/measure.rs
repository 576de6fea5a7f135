//! Both sides of a ratio in one run: interleaved rounds, medians, CPU time.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark tells people, and ends where it cannot"
)]

use std::io::Read as _;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Whether each benchmark only has to show that it runs: `-- --test`, or a run of `cargo test`.
pub fn is_test() -> bool {
    std::env::args().any(|argument| argument == "--test")
}

/// Whether a part of a benchmark is to be run: all are, or those of whose name the command line has a part, as in `-- signed`.
pub fn is_wanted(name: &str) -> bool {
    let mut parts = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).peekable();
    parts.peek().is_none() || parts.any(|part| name.contains(&part))
}

/// The CPU time that this thread has used.
pub fn thread_cpu() -> Duration {
    read(ClockId::ThreadCPUTime)
}

/// The CPU time that this process has used, all of its threads together.
pub fn process_cpu() -> Duration {
    read(ClockId::ProcessCPUTime)
}

fn read(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    let (seconds, nanos) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Duration::new(seconds.expect("no negative time"), nanos.expect("less than a second"))
}

/// The CPU time that the threads of this process with this name have used, of those that live.
pub fn threads_cpu(name: &str) -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux").flatten().map(|task| task.path());
    let named = tasks.filter(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == name));
    let nanos = |stat: String| stat.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok());
    let all = named.filter_map(|task| std::fs::read_to_string(task.join("schedstat")).ok().and_then(nanos));
    Duration::from_nanos(all.sum())
}

/// The memory of this process that is in use, in octets.
pub fn resident() -> u64 {
    let mut text = String::new();
    let mut file = std::fs::File::open("/proc/self/status").expect("Linux");
    file.read_to_string(&mut text).expect("text");
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line of it");
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes * 1024
}

/// How long something took by the clock, and how much CPU time of the whole process.
pub fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration, Duration) {
    let (start, cpu) = (Instant::now(), process_cpu());
    let made = what();
    (made, start.elapsed(), process_cpu() - cpu)
}

/// Nanoseconds of this thread's CPU time for each of `count` turns of `what`.
pub fn nanos_each(count: usize, mut what: impl FnMut(usize)) -> f64 {
    let start = thread_cpu();
    (0..count).for_each(&mut what);
    (thread_cpu() - start).as_nanos() as f64 / count as f64
}

/// A figure beside its anchor: the medians over the rounds. The ratio is the median of the rounds' ratios.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// The figure.
    pub ours: f64,
    /// Its anchor.
    pub anchor: f64,
    /// The one divided by the other.
    pub ratio: f64,
}

/// Measures both sides by turns, in changing order, so that what else runs on the machine falls on both.
pub fn rounds(count: usize, mut ours: impl FnMut() -> f64, mut anchor: impl FnMut() -> f64) -> Ratio {
    let round = |number: usize| {
        let first = (number % 2 == 1).then(&mut anchor);
        let ours = ours();
        (ours, first.unwrap_or_else(&mut anchor))
    };
    let rounds: Vec<_> = (0..count).map(round).collect();
    let of = |pick: fn(&(f64, f64)) -> f64| median(rounds.iter().map(pick).collect());
    Ratio { ours: of(|round| round.0), anchor: of(|round| round.1), ratio: of(|round| round.0 / round.1) }
}

impl Ratio {
    /// One line: both figures with their unit, the ratio, and the goal that it has.
    pub fn print(&self, what: &str, unit: &str, goal: &str) {
        let Self { ours, anchor, ratio } = self;
        println!("{what}: {ours:.1} {unit} against {anchor:.1}, ratio {ratio:.2} (goal: {goal})");
    }
}

/// The middle one of some figures.
///
/// # Panics
/// If there are none.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    *figures.get(figures.len() / 2).expect("a figure")
}

/// The given share of figures is not over this one: 0.5 is the middle, 0.99 leaves out the worst in a hundred.
///
/// # Panics
/// If there are none.
pub fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index into the slice")]
    let at = ((times.len() - 1) as f64 * share).round() as usize;
    *times.get(at).expect("a time")
}
