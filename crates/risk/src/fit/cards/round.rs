//! From real coefficients to points.

use std::collections::BTreeMap;

use super::select::{Select, Set};
use super::{Card, Limits, Points};

/// How many scales are tried.
const SCALES: u8 = 20;

/// Rows that are alike in the features of a set, as one.
struct Rows {
    /// The features of each, row after row.
    cells: Vec<f64>,
    width: usize,
    /// Events, and others.
    counts: Vec<(f64, f64)>,
    all: f64,
}

/// A card whose points are being mended.
#[derive(Clone)]
struct Draft {
    /// The offset, then the points of each feature.
    points: Vec<i64>,
    scale: f64,
    loss: f64,
}

/// ln(1 + e^x), without overflow.
pub(super) fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// The best points of a set of features that are found.
pub(super) fn card(select: &Select, set: &Set, limits: Limits) -> Card {
    let rows = Rows::of(select, set);
    let bound = f64::from(limits.points);
    let largest = set.coefficients.iter().skip(1).map(|coefficient| coefficient.abs()).fold(1e-9, f64::max);
    let drafts = (0..SCALES).map(|nth| {
        // From the scale at which the largest coefficient has all its points (and a half more, for what is cut off) down to one point.
        let points = (bound + 0.49) * (0.9 / bound.max(1.0)).powf(f64::from(nth) / f64::from(SCALES - 1));
        rows.mend(rows.rounded(set, points / largest, bound), i64::from(limits.points))
    });
    let best = drafts.min_by(|a, b| a.loss.total_cmp(&b.loss));
    let best = best.unwrap_or(Draft { points: vec![0], scale: 1.0, loss: f64::INFINITY });
    let points = set.features.iter().zip(best.points.iter().skip(1)).filter(|(_, points)| **points != 0);
    let points =
        points.filter_map(|(feature, points)| Some(Points { feature: *feature, points: i32::try_from(*points).ok()? }));
    Card {
        points: points.collect(),
        offset: best.points.first().copied().unwrap_or(0),
        scale: best.scale,
        log_loss: best.loss / rows.all,
    }
}

impl Rows {
    #[expect(clippy::cast_precision_loss, reason = "a number of rows is below 2^52")]
    fn of(select: &Select, set: &Set) -> Self {
        let columns: Vec<&Vec<f64>> = set.features.iter().filter_map(|feature| select.columns.get(*feature)).collect();
        let mut alike: BTreeMap<Vec<u64>, (f64, f64)> = BTreeMap::new();
        for (nth, outcome) in select.outcomes.iter().enumerate() {
            let row = columns.iter().map(|column| column.get(nth).copied().unwrap_or(0.0).to_bits()).collect();
            let counts = alike.entry(row).or_default();
            *counts = (counts.0 + outcome, counts.1 + 1.0 - outcome);
        }
        let cells = alike.keys().flatten().map(|bits| f64::from_bits(*bits)).collect();
        Self { cells, width: columns.len(), counts: alike.into_values().collect(), all: select.outcomes.len() as f64 }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "an offset is as large as the features make it, and the nearest integer there is"
    )]
    fn rounded(&self, set: &Set, scale: f64, bound: f64) -> Draft {
        let round = |(nth, coefficient): (usize, &f64)| {
            let points = (coefficient * scale).round();
            (if nth == 0 { points } else { points.clamp(-bound, bound) }) as i64
        };
        let points: Vec<i64> = set.coefficients.iter().enumerate().map(round).collect();
        let loss = self.loss(&self.totals(&points), scale);
        Draft { points, scale, loss }
    }

    /// One point more or less here or there, and another scale, as long as that lowers the loss.
    fn mend(&self, mut draft: Draft, bound: i64) -> Draft {
        let mut totals = self.totals(&draft.points);
        loop {
            (draft.scale, draft.loss) = self.rescale(&totals, draft.scale, draft.loss);
            let before = draft.loss;
            for nth in 0..draft.points.len() {
                for by in [1_i64, -1] {
                    while let Some(points) = draft
                        .points
                        .get(nth)
                        .map(|points| points + by)
                        .filter(|points| nth == 0 || points.abs() <= bound)
                    {
                        let moved = self.moved(&totals, nth, by);
                        let loss = self.loss(&moved, draft.scale);
                        if loss >= draft.loss {
                            break;
                        }
                        (totals, draft.loss) = (moved, loss);
                        draft.points.iter_mut().skip(nth).take(1).for_each(|place| *place = points);
                    }
                }
            }
            if before - draft.loss < 1e-9 * before {
                return draft;
            }
        }
    }

    /// The scale that is best for these points, by Newton's steps on its inverse; the loss is convex in that.
    fn rescale(&self, totals: &[f64], scale: f64, loss: f64) -> (f64, f64) {
        let mut slope = 1.0 / scale;
        for _ in 0..12 {
            let (mut first, mut second) = (0.0, 1e-12);
            for (total, (events, others)) in totals.iter().zip(&self.counts) {
                let chance = 1.0 / (1.0 + (-total * slope).exp());
                first += total * ((events + others) * chance - events);
                second += total * total * (events + others) * chance * (1.0 - chance);
            }
            slope = (slope - first / second).clamp(slope / 3.0, slope * 3.0);
        }
        let found = self.loss(totals, 1.0 / slope);
        if slope.is_finite() && slope > 1e-6 && found < loss { (1.0 / slope, found) } else { (scale, loss) }
    }

    #[expect(clippy::cast_precision_loss, reason = "points are few")]
    fn totals(&self, points: &[i64]) -> Vec<f64> {
        let (offset, points) = points.split_first().map_or((0.0, points), |(offset, points)| (*offset as f64, points));
        let total =
            |row: &[f64]| offset + row.iter().zip(points).map(|(cell, points)| cell * *points as f64).sum::<f64>();
        if self.width == 0 {
            vec![offset; self.counts.len()]
        } else {
            self.cells.chunks_exact(self.width).map(total).collect()
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "one point more or less")]
    fn moved(&self, totals: &[f64], nth: usize, by: i64) -> Vec<f64> {
        let cell = |row: usize| {
            nth.checked_sub(1).map_or(1.0, |nth| self.cells.get(row * self.width + nth).copied().unwrap_or(0.0))
        };
        totals.iter().enumerate().map(|(row, total)| total + cell(row) * by as f64).collect()
    }

    fn loss(&self, totals: &[f64], scale: f64) -> f64 {
        let loss = |(total, (events, others)): (&f64, &(f64, f64))| {
            let sum = total / scale;
            let event = if *events > 0.0 { events * softplus(-sum) } else { 0.0 };
            event + if *others > 0.0 { others * softplus(sum) } else { 0.0 }
        };
        totals.iter().zip(&self.counts).map(loss).sum()
    }
}
