//! Scoring, ranges and plans, on invented sites.
//!
//! - scoring 21, 12,000 and 1,000,000 sites with every reason, beside one pass over the same columns: what memory alone costs;
//! - the additive part of the same model in pandas and NumPy (`benches/peers/additive.py`), if a Python with both is there
//!   (KENG_PEERS_PYTHON, else `python3`): 20 times slower is the goal;
//! - interception and 1,000 draws at 12,000 sites: 10 s of CPU is the goal;
//! - a plan at 12,000 sites: a gap of 0.01 % within 2 s of CPU; at 21: proven;
//! - the memory of the process with a million sites scored: 1 GB is the goal.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a benchmark tells people, and ends where it cannot"
)]

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use keng_benches::measure::{is_test, is_wanted, median, rounds, timed};
use keng_geo::Position;
use keng_risk::batch::{Options, score};
use keng_risk::model::{DEFAULT, Kind};
use keng_risk::plan::{Request, plan};
use keng_risk::range;
use keng_risk::score::{Reason, reasons};
use keng_risk::site::Rows;
use keng_risk::{Calibration, Model, Scorer, Site};

fn main() {
    let model = Model::default();
    if is_wanted("score") {
        for count in [21, 12_000, if is_test() { 13_000 } else { 1_000_000 }] {
            scoring(&model, count);
        }
    }
    if is_wanted("pandas") {
        pandas(&model, if is_test() { 5_000 } else { 1_000_000 });
    }
    if is_wanted("draws") {
        draws(&model, if is_test() { 200 } else { 12_000 });
    }
    if is_wanted("plan") {
        for count in [21, if is_test() { 300 } else { 12_000 }] {
            planning(&model, count);
        }
    }
}

/// The value of a field at an invented site; the same in `additive.py`.
fn value(model: &Model, row: usize, field: usize) -> f64 {
    if (13 * row + 5 * field).is_multiple_of(10) {
        return f64::NAN;
    }
    let step = (31 * row * (2 * field + 3) + 7 * field) % 97;
    match &model.fields[field].kind {
        Kind::Level(levels) => (step % levels.len()) as f64,
        Kind::Flag { .. } => (step % 2) as f64,
        Kind::Number { missing: [low, _, high], .. } => low + (high - low) * step as f64 / 96.0,
    }
}

fn batch(model: &Model, count: usize) -> RecordBatch {
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values((0..count).map(|row| format!("site-{row}"))));
    let mut columns = vec![("id".to_owned(), ids)];
    for (number, field) in model.fields.iter().enumerate() {
        let values = (0..count).map(|row| value(model, row, number));
        let array: ArrayRef = match &field.kind {
            Kind::Level(levels) => {
                let name = |value: f64| (!value.is_nan()).then(|| levels[value as u8 as usize].name.as_str());
                Arc::new(values.map(name).collect::<StringArray>())
            }
            _ => Arc::new(Float64Array::from_iter_values(values)),
        };
        columns.push((field.name.clone(), array));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Ours and the anchor, in milliseconds.
fn scoring(model: &Model, count: usize) {
    let batch = batch(model, count);
    let turns = (200_000 / count).clamp(1, 200);
    let each = |what: &dyn Fn()| {
        let ((), wall, _) = timed(|| (0..turns).for_each(|_| what()));
        wall.as_secs_f64() * 1e3 / turns as f64
    };
    let ours = || each(&|| drop(black_box(score(model, &batch, &Options::default()).unwrap())));
    let pass = || {
        each(&|| {
            black_box(batch.columns().iter().map(sum).sum::<f64>());
        })
    };
    let ratio = rounds(if is_test() { 1 } else { 5 }, ours, pass);
    ratio.print(&format!("score {count} sites with every reason; against one pass over the columns"), "ms", "told");
    println!("    {:.0} ns a site; {:.0} MB in use at the most", ratio.ours * 1e6 / count as f64, peak_mb());
}

fn sum(array: &ArrayRef) -> f64 {
    let numbers = array.as_any().downcast_ref::<Float64Array>();
    numbers.map_or(0.0, |numbers| numbers.values().iter().filter(|number| !number.is_nan()).sum())
}

/// The most memory that the process has had.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}

fn pandas(model: &Model, count: usize) {
    let python = std::env::var("KENG_PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import pandas, numpy"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: pandas, because {python} has no pandas and NumPy");
        return;
    }
    let file = std::env::temp_dir().join(format!("keng-model-{}.toml", std::process::id()));
    std::fs::write(&file, DEFAULT).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/additive.py");
    let said = Command::new(&python).arg(script).arg(&file).arg(count.to_string()).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let said = String::from_utf8(said.stdout).unwrap();
    let number = |name: &str| -> f64 {
        let rest = said.split_once(&format!("\"{name}\": ")).unwrap().1;
        rest.split([',', '}']).next().unwrap().parse().unwrap()
    };
    let batch = batch(model, count);
    let mut scored = None;
    let times = (0..if is_test() { 1 } else { 5 }).map(|_| {
        let (made, wall, cpu) = timed(|| score(model, &batch, &Options::default()).unwrap());
        scored = Some(made);
        (wall.as_secs_f64(), cpu.as_secs_f64())
    });
    let (wall, cpu): (Vec<f64>, Vec<f64>) = times.unzip();
    let (wall, cpu) = (median(wall), median(cpu));
    // The same model: all factors' points of all sites sum to the same.
    let scored = scored.unwrap();
    let factors = reasons(model).filter(|reason| matches!(reason, Reason::Factor(_))).map(|reason| reason.name(model));
    let all: i64 = factors
        .map(|name| {
            scored
                .column_by_name(&name)
                .unwrap()
                .as_primitive::<Int32Type>()
                .values()
                .iter()
                .map(|points| i64::from(*points))
                .sum::<i64>()
        })
        .sum();
    assert_eq!(all, number("sum") as i64, "both compute the same model");
    println!(
        "score {count} sites with the reasons of each row (ours with hours and interception, which the others leave out), goal 20 times:"
    );
    println!("    ours: {wall:.3} s, {cpu:.3} s of CPU");
    for (name, what) in [("vectorised", "NumPy by columns"), ("by_row", "pandas row by row")] {
        let (theirs, theirs_cpu) = (number(name), number(&format!("{name}_cpu")));
        println!(
            "    {what}: {theirs:.1} s, {theirs_cpu:.1} s of CPU: {:.1} times, by CPU {:.1} times",
            theirs / wall,
            theirs_cpu / cpu
        );
    }
}

/// Sites in rows.
fn sites(model: &Model, count: usize) -> Vec<(String, Site)> {
    let site = |row: usize| Site { values: (0..model.fields.len()).map(|field| value(model, row, field)).collect() };
    (0..count).map(|row| (format!("site-{row}"), site(row))).collect()
}

fn draws(model: &Model, count: usize) {
    let sites = sites(model, count);
    let options = range::Options { draws: 1000, seed: 1, worst: 10 };
    let (spreads, wall, cpu) = timed(|| range::ranges(model, sites.as_slice(), &options).unwrap());
    assert_eq!(spreads.len(), count);
    println!(
        "1,000 draws with interception at {count} sites: {:.2} s of CPU, {:.2} s (goal: 10 s of CPU)",
        cpu.as_secs_f64(),
        wall.as_secs_f64()
    );
}

fn planning(model: &Model, count: usize) {
    let sites = sites(model, count);
    let scorer = Scorer::new(model);
    let mut values = vec![0.0; model.fields.len()];
    let frequency = (0..count).map(|row| {
        sites.as_slice().read(row, &mut values);
        scorer.totals(&mut values).0
    });
    let calibration = Calibration::of(model, &model.base, frequency.collect::<Vec<_>>());
    let place = |row: usize| {
        Position::new(9.0 + 13.0 * (row * 17 % 1009) as f64 / 1009.0, 105.0 + 3.0 * (row * 31 % 997) as f64 / 997.0)
            .ok()
    };
    let positions: Vec<_> = (0..count).map(place).collect();
    let request = Request { budget_mvnd: 40.0 * count as f64, calibration, positions: &positions, draws: 0, seed: 1 };
    let (made, wall, cpu) = timed(|| plan(model, sites.as_slice(), &request));
    println!(
        "plan {count} sites, {} choices: {:.2} s of CPU, {:.2} s; {}, gap {:.5} % (goal: 0.01 % within 2 s of CPU; 21 sites proven)",
        made.choices.len(),
        cpu.as_secs_f64(),
        wall.as_secs_f64(),
        if made.is_proven { "proven" } else { "certified" },
        made.gap() * 100.0
    );
}
