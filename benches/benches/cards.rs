//! A point card of a few features, beside FasterRisk's search for one in the same table (sklearn's breast cancer, cut at the deciles: 569 rows,
//! 270 features), in CPU time. Goal: at least as good, in less time.
//!
//! The peer is the Python of `KENG_PEERS_PYTHON`, which has `.ci/python/requirements.txt`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark tells people, and may fail loudly"
)]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use keng_benches::measure::{is_test, median, nanos_each};
use keng_risk::fit::Table;
use keng_risk::fit::cards::{Limits, card};

fn main() {
    let Some(python) = std::env::var_os("KENG_PEERS_PYTHON") else {
        println!("SKIPPED: KENG_PEERS_PYTHON names no Python with .ci/python/requirements.txt");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/risk/tests/peers/cards.py");
    let out = Command::new(python).arg(script).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    let lines = |name: &'static str| text.lines().filter_map(move |line| line.strip_prefix(name)).map(numbers);
    let (features, outcomes) = (lines("features ").next().unwrap(), lines("outcomes ").next().unwrap());
    let table =
        Table { features: &features, width: features.len() / outcomes.len(), outcomes: &outcomes, exposures: None };
    for theirs in lines("card ") {
        let (most, their_loss, their_seconds) = (theirs[0], theirs[1], theirs[2]);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        let limits = Limits { features: most as usize, points: 5 };
        let ours = card(&table, limits).unwrap();
        let seconds = || nanos_each(1, |_| drop(black_box(card(&table, limits)))) / 1e9;
        let seconds = median((0..if is_test() { 1 } else { 5 }).map(|_| seconds()).collect());
        println!(
            "{most} features: log-loss {:.6} in {seconds:.3} s of CPU time against {their_loss:.6} in {their_seconds:.3} s, ratio of time {:.2} (goal: below 1)",
            ours.log_loss,
            seconds / their_seconds
        );
    }
}

fn numbers(line: &str) -> Vec<f64> {
    line.split_whitespace().map(|number| number.parse().unwrap()).collect()
}
