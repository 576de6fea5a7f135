//! Lives through worlds: one seed with all that happens in it, or many with a line of progress.
//!
//! `cargo run --release -p keng-testkit --example world -- --seed 7 --mode liveness --trace`
//! `cargo run --release -p keng-testkit --example world -- --seeds 10000`
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use keng_testkit::{Failure, Flaw, Mode, Report, run};

const USAGE: &str = "world [--seed N [--trace]] [--seeds COUNT] [--from N] [--mode safety|liveness] [--flaw NAME]";

/// What was asked for.
struct Asked {
    from: u64,
    count: u64,
    modes: Vec<Mode>,
    flaw: Option<Flaw>,
    trace: bool,
}

fn main() -> ExitCode {
    let Some(asked) = asked(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let (report, failure) = live(&asked);
    match failure {
        None => {
            println!("{} worlds held: {report:#?}", asked.count);
            ExitCode::SUCCESS
        }
        Some(failure) => {
            failure.trace.iter().for_each(|line| println!("{line}"));
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Each thread takes the next seed, until one fails or there are no more.
fn live(asked: &Asked) -> (Report, Option<Box<Failure>>) {
    let next = AtomicU64::new(0);
    let found: Mutex<(Report, Option<Box<Failure>>)> = Mutex::default();
    let worker = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= asked.count {
                return;
            }
            for &mode in &asked.modes {
                let outcome = run(asked.from + number, mode, asked.flaw, asked.trace);
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                match outcome {
                    Ok(report) => found.0 = found.0.and(&report),
                    Err(failure) => {
                        next.store(asked.count, Ordering::Relaxed);
                        found.1.get_or_insert(failure);
                        return;
                    }
                }
            }
            if (number + 1).is_multiple_of(100) {
                eprint!("\r{} of {} worlds", number + 1, asked.count);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(worker))));
    eprintln!();
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn asked(mut words: impl Iterator<Item = String>) -> Option<Asked> {
    let both = vec![Mode::Safety, Mode::Liveness];
    let mut asked = Asked { from: 0, count: 1000, modes: both, flaw: None, trace: false };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seed" => (asked.from, asked.count) = (words.next()?.parse().ok()?, 1),
            "--seeds" => asked.count = words.next()?.parse().ok()?,
            "--from" => asked.from = words.next()?.parse().ok()?,
            "--trace" => asked.trace = true,
            "--mode" => {
                asked.modes = match words.next()?.as_str() {
                    "safety" => vec![Mode::Safety],
                    "liveness" => vec![Mode::Liveness],
                    _ => return None,
                }
            }
            "--flaw" => {
                let name = words.next()?;
                asked.flaw = Some(Flaw::ALL.into_iter().find(|flaw| format!("{flaw:?}") == name)?);
            }
            _ => return None,
        }
    }
    Some(asked)
}
