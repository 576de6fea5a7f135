//! Every state of the disk that a power cut could leave of a short run is opened and checked.
//!
//! SQLite does the writes, so they are recorded where they leave the process, by `strace`. `KENG_IMAGES=all` opens all images that
//! are made; without it, a choice.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test tells by panicking")]

mod damage;
mod disk;
mod run;
mod trace;
mod witness;

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use disk::{Disk, Effort, Image, Part, digest};
use run::{Care, JOURNAL, Plan};
use trace::Event;
use witness::Witness;

/// The creation of the file, batches within a page and over many, the log copied into the file and begun anew, twice.
const SHORT: &str = "open 1x40 2x300 1x9000 close open 3x200 1x5000 close open 1x100 4x3000";

/// The log comes to its bound of 8 MiB, is copied into the file under a running writer, and is begun anew.
/// Each commit writes a page of 8 KiB to it.
const LONG: &str = "open 1020*1x1 1x300 2x300 1x20000";

#[test]
fn no_power_cut_loses_what_was_acknowledged() {
    let Some(run) = Run::record(Plan { run: 1, care: Care::Sound, steps: SHORT }) else { return };
    let seen = run.check(effort(), 1);
    assert_eq!(seen.violations, Vec::<String>::new());
    report("short run", &seen);
    assert!(seen.images > 500, "{} images prove little", seen.images);
}

#[test]
fn no_power_cut_while_the_log_is_copied_loses_what_was_acknowledged() {
    let Some(mut run) = Run::record(Plan { run: 2, care: Care::Sound, steps: LONG }) else { return };
    // The batches on the way to the bound are as those of the short run, and their images are large.
    let is_copied =
        |event: &Event| matches!(event, Event::Wrote { file, offset, .. } if file == JOURNAL && *offset >= 0x8000);
    run.first = run.events.iter().position(is_copied).unwrap();
    let effort = if is_all() {
        Effort { all_of: 6, singles: 24, random: 24 }
    } else {
        Effort { all_of: 2, singles: 3, random: 2 }
    };
    let seen = run.check(effort, 2);
    assert_eq!(seen.violations, Vec::<String>::new());
    report("run over a full log", &seen);
}

/// A second power cut, while the journal is opened after the first one and goes on.
#[test]
fn no_power_cut_in_a_recovery_loses_what_was_acknowledged() {
    let Some(run) = Run::record(Plan { run: 3, care: Care::Sound, steps: "open 1x40 2x6000 close open 3x200 1x9000" })
    else {
        return;
    };
    let mut all = vec![];
    run.visit(effort(), &mut |image, witness, cut| all.push((image, witness.clone(), cut)));
    let count = if is_all() { 60 } else { 4 };
    let mut total = Seen::default();
    for (image, witness, cut) in all.iter().step_by(all.len().div_ceil(count)) {
        total.add(recovery(image, witness, cut));
    }
    report("recoveries", &total);
}

/// What lacks one sector only may be made whole by the next batch, if that writes the same there and is then cut off itself.
#[test]
fn no_batch_that_a_power_cut_took_comes_back_after_the_next_one() {
    let plan = Plan { run: 3, care: Care::Sound, steps: "open 1x40 2x6000 close open 3x200" };
    let Some(mut run) = Run::record(plan) else { return };
    // Before the flush of the last batch.
    run.first = run.events.iter().rposition(|event| matches!(event, Event::Told(_))).unwrap() - 1;
    run.events.truncate(run.first);
    let mut all = vec![];
    run.visit(Effort { all_of: 0, singles: 40, random: 0 }, &mut |image, witness, cut| {
        all.extend((cut.part.missing() == 1).then(|| (image, witness.clone(), cut)));
    });
    assert!(all.len() > 5, "{} images lack one sector", all.len());
    let mut total = Seen::default();
    all.iter().for_each(|(image, witness, cut)| total.add(recovery(image, witness, cut)));
    report("recoveries of all but one sector", &total);
}

/// Cuts the power again while an image is opened and goes on.
fn recovery(image: &Image, witness: &Witness, cut: &Cut) -> Seen {
    let plan = Plan { run: 4, care: Care::Sound, steps: "open 2x500 1x9000" };
    let seen = Run::record_after(plan, image, witness)
        .unwrap()
        .check(Effort { all_of: 8, singles: 40, random: 10 }.min(effort()), 1);
    assert_eq!(seen.violations, Vec::<String>::new(), "after a first {cut}");
    seen
}

#[test]
fn a_journal_that_tells_first_is_found_out() {
    assert_found(Care::TellsFirst, |_| true);
}

#[test]
fn a_log_that_is_flushed_late_is_found_out() {
    assert_found(Care::FlushesLate, |_| true);
}

#[test]
fn a_journal_that_never_flushes_is_found_out() {
    assert_found(Care::NeverFlushes, |_| true);
}

/// Each flush of a sound run is needed: without those of one kind, something is lost.
#[test]
fn a_disk_that_ignores_the_flushes_of_the_log_is_found_out() {
    assert_found(Care::Sound, |event| *event != Event::Flushed("journal.db-wal".to_owned()));
}

#[test]
fn a_disk_that_ignores_the_flushes_of_the_file_is_found_out() {
    assert_found(Care::Sound, |event| *event != Event::Flushed("journal.db".to_owned()));
}

#[test]
fn a_disk_that_ignores_the_flushes_of_the_folder_is_found_out() {
    assert_found(Care::Sound, |event| *event != Event::FlushedFolder);
}

fn assert_found(care: Care, is_kept: impl Fn(&Event) -> bool) {
    let Some(mut run) = Run::record(Plan { run: 5, care, steps: SHORT }) else { return };
    run.events.retain(is_kept);
    let seen = run.check(Effort { all_of: 4, singles: 8, random: 4 }, 1);
    assert!(!seen.violations.is_empty(), "{} images, and all are sound", seen.images);
}

/// A run that was recorded.
struct Run {
    folder: Folder,
    /// How the disk was before.
    disk: Disk,
    witness: Witness,
    events: Vec<Event>,
    /// No power is cut before this event.
    first: usize,
}

/// What came of a run's images.
#[derive(Default)]
struct Seen {
    moments: usize,
    images: usize,
    violations: Vec<String>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.moments += other.moments;
        self.images += other.images;
        self.violations.extend(other.violations);
    }
}

/// When the power was cut, and what got through.
struct Cut {
    /// Before this call, by its number.
    at: usize,
    part: Part,
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "power cut at call {} that left {}", self.at, self.part)
    }
}

impl Run {
    /// None if nothing can be recorded here, which is said.
    fn record(plan: Plan) -> Option<Self> {
        Self::record_after(plan, &Image::new(), &Witness::new())
    }

    /// A run that begins with what a power cut left.
    fn record_after(plan: Plan, image: &Image, witness: &Witness) -> Option<Self> {
        if let Some(hindrance) = trace::hindrance() {
            assert!(std::env::var_os("KENG_REQUIRE").is_none(), "{hindrance}");
            say(&format!("SKIPPED: {hindrance}"));
            return None;
        }
        let folder = Folder::new();
        let live = folder.0.join("live");
        std::fs::create_dir_all(&live).unwrap();
        witness::lay_down(&live, image);
        let events = trace::record(&live, &plan);
        std::fs::remove_dir_all(&live).unwrap();
        Some(Self { folder, disk: Disk::holding(image), witness: witness.clone(), events, first: 0 })
    }

    /// Opens each image once, until `enough` were found wrong.
    fn check(&self, effort: Effort, enough: usize) -> Seen {
        let mut seen = Seen::default();
        let images = self.folder.0.join("image");
        std::fs::create_dir_all(&images).unwrap();
        seen.moments = self.visit(effort, &mut |image, witness, cut| {
            if seen.violations.len() < enough {
                seen.images += 1;
                seen.violations.extend(witness.check(&images, &image).err().map(|wrong| format!("{cut}: {wrong}")));
            }
        });
        seen
    }

    /// Visits each image once for each claim that it must keep to, and returns at how many moments the power was cut. Those are
    /// before each flush, after each word, and at the end: what may be left between two of them may be left at the second.
    fn visit(&self, effort: Effort, visit: &mut impl FnMut(Image, &Witness, Cut)) -> usize {
        let (mut disk, mut witness, mut known, mut moments) =
            (self.disk.clone(), self.witness.clone(), HashSet::new(), 0);
        for (at, event) in self.events.iter().map(Some).chain([None]).enumerate() {
            let is_moment = matches!(event, None | Some(Event::Flushed(_) | Event::FlushedFolder | Event::Told(_)));
            if let Some(Event::Told(said)) = event {
                witness.hear(said).unwrap();
            }
            if is_moment && at >= self.first {
                moments += 1;
                disk.images(effort, at as u64, &mut |image, part| {
                    if known.insert((digest(&image), witness.claim())) {
                        visit(image, &witness, Cut { at, part });
                    }
                });
            }
            event.into_iter().for_each(|event| disk.follow(event));
        }
        moments
    }
}

/// A folder in memory if there is one: a flush costs nothing there, and what it would do is known.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory } else { Path::new(env!("CARGO_TARGET_TMPDIR")) };
        let folder =
            parent.join(format!("keng-images-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Effort {
    /// The smaller of both, part for part.
    fn min(self, other: Self) -> Self {
        let Self { all_of, singles, random } = self;
        Self { all_of: all_of.min(other.all_of), singles: singles.min(other.singles), random: random.min(other.random) }
    }
}

fn effort() -> Effort {
    if is_all() {
        Effort { all_of: 10, singles: 400, random: 1000 }
    } else {
        Effort { all_of: 6, singles: 12, random: 6 }
    }
}

fn is_all() -> bool {
    std::env::var("KENG_IMAGES").is_ok_and(|value| value == "all")
}

fn report(what: &str, seen: &Seen) {
    say(&format!("{what}: {} images of {} moments opened", seen.images, seen.moments));
}

/// Past the capture of the test harness, which shows nothing of a test that passes.
fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{text}");
}
