//! `near-repeat`: the Knox test.

use keng_risk::near_repeat::{Bins, Incident, Knox, Metric, knox};
use serde_json::{Value, json};

use crate::args::{MetricArg, NearRepeatArgs};
use crate::failure::Failure;
use crate::input::{self, Points};
use crate::load::{begin, hex};
use crate::output;
use crate::words::{Lang, Word};

pub(crate) fn run(args: &NearRepeatArgs) -> Result<(), Failure> {
    let lang = begin(&args.common)?;
    let source = input::open(&args.input, None, lang)?;
    let hash = hex(&source.hash());
    let (points, problems) = input::points(source, &["x_m", "y_m", "days"], false, lang);
    if problems.count > 0 {
        return Err(Failure::Data(problems.text(lang)));
    }
    let incidents = incidents(&points).ok_or_else(|| Failure::Data(lang.say(Word::NoIncident).to_owned()))?;
    let bins = Bins::new(&args.space, &args.time).map_err(|error| Failure::Usage(error.to_string()))?;
    let metric = match args.metric {
        MetricArg::Euclidean => Metric::Euclidean,
        MetricArg::Manhattan => Metric::Manhattan,
    };
    let test = knox(&incidents, metric, &bins, args.permutations, args.seed)
        .map_err(|error| Failure::Data(error.to_string()))?;
    if args.json {
        output::json(&as_json(args, &test, incidents.len(), &hash))
    } else {
        output::say(&text(args, lang, &test))
    }
}

/// Incidents on a plane: from metres, or from degrees around the first. None if one has no place or no time.
fn incidents(points: &Points) -> Option<Vec<Incident>> {
    let [x, y, days] = points.numbers.as_slice() else { return None };
    let origin = points.positions.iter().flatten().next().copied();
    let each = points.positions.iter().zip(x).zip(y).zip(days).map(|(((at, x), y), day)| {
        let made = match (at, origin) {
            (Some(at), Some(origin)) => Incident::at(*at, origin, *day),
            _ => Incident { east_m: *x, north_m: *y, day: *day },
        };
        [made.east_m, made.north_m, made.day].iter().all(|number| number.is_finite()).then_some(made)
    });
    each.collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())
}

/// The edges of a bin, half-open.
fn bin(edges: &[f64], number: usize) -> String {
    match edges.get(number..) {
        Some([from, to, ..]) => format!("[{from}, {to})"),
        _ => String::new(),
    }
}

fn text(args: &NearRepeatArgs, lang: Lang, test: &Knox) -> String {
    let mut rows = Vec::new();
    for space in 0..args.space.len().saturating_sub(1) {
        for time in 0..args.time.len().saturating_sub(1) {
            let Some(cell) = test.cell(space, time) else { continue };
            rows.push(vec![
                bin(&args.space, space),
                bin(&args.time, time),
                cell.observed.to_string(),
                lang.number(cell.expected, 2),
                cell.ratio.map_or_else(String::new, |ratio| lang.number(ratio, 2)),
                lang.number(cell.p_value, 4),
            ]);
        }
    }
    let header = [Word::Metres, Word::Days, Word::Observed, Word::ByChance, Word::Ratio, Word::PValue]
        .map(|word| lang.say(word));
    format!("{}\n{}", output::table(&header, rows, &[1]), lang.fill(Word::Shuffled, &[&test.shuffles, &args.seed]))
}

fn as_json(args: &NearRepeatArgs, test: &Knox, incidents: usize, hash: &str) -> Value {
    let mut cells = Vec::new();
    for space in 0..args.space.len().saturating_sub(1) {
        for time in 0..args.time.len().saturating_sub(1) {
            let Some(cell) = test.cell(space, time) else { continue };
            cells.push(json!({
                "metres": bin(&args.space, space), "days": bin(&args.time, time),
                "observed": cell.observed, "expected": cell.expected, "ratio": cell.ratio, "p_value": cell.p_value,
            }));
        }
    }
    json!({ "incidents": incidents, "shuffles": test.shuffles, "seed": args.seed, "data_sha256": hash, "cells": cells })
}
