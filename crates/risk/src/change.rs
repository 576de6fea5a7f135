//! What would change: one thing at another value, the measures that lower a score most, and what to find out next.

use crate::model::Model;
use crate::range::{Weights, width};
use crate::score::{Score, Scorer};
use crate::site::Site;

/// A measure at a site, checked by scoring again.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which measure, by its number.
    pub measure: usize,
    /// The site's score after it.
    pub after: Score,
    /// By how many points it lowers the score.
    pub lowers: i32,
}

/// What is missing at a site, and what it would help to know it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unknown {
    /// Which field, by its number.
    pub field: usize,
    /// By how many points the range would be narrower if it were known: the mean over what it may turn out to be.
    pub narrows: f64,
}

/// The measures that lower a site's score, those that lower it most first. Take the first three.
#[must_use]
pub fn changes(scorer: &Scorer, site: &Site) -> Vec<Change> {
    let model = scorer.model();
    let now = scorer.score(&site.values).total();
    let all = model.measures.iter().enumerate().map(|(measure, what)| {
        let after = scorer.score(&site.after(model, what).values);
        let lowers = now - after.total();
        Change { measure, after, lowers }
    });
    let mut changes: Vec<_> = all.filter(|change| change.lowers > 0).collect();
    changes.sort_by_key(|change| (-change.lowers, change.measure));
    changes
}

/// What is missing at a site and can be asked for, what narrows its range most first. `key` is that of [`Rows`](crate::site::Rows), so the
/// ranges are those of [`ranges`](crate::range::ranges) with the same draws and seed.
#[must_use]
pub fn unknowns(model: &Model, site: &Site, key: u64, draws: usize, seed: u64) -> Vec<Unknown> {
    let missing = |field: &usize| site.values.get(*field).is_some_and(|value| value.is_nan());
    let asked = model.fields.iter().enumerate().filter(|(_, field)| !field.derived).map(|(number, _)| number);
    let asked: Vec<_> = asked.filter(missing).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let weights = Weights::draw(model, draws, seed);
    let now = width(model, &site.values, key, &weights);
    let mut unknowns: Vec<_> = asked
        .into_iter()
        .map(|field| {
            let narrows = now - mean_width_if_known(model, site, (field, key), &weights);
            Unknown { field, narrows }
        })
        .collect();
    unknowns.sort_by(|a, b| b.narrows.total_cmp(&a.narrows).then(a.field.cmp(&b.field)));
    unknowns
}

/// The mean width of the range once a field is known, over values that it may turn out to have.
fn mean_width_if_known(model: &Model, site: &Site, (field, key): (usize, u64), weights: &Weights) -> f64 {
    /// The middles of five equal parts of what it may be.
    const MAY_BE: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
    let Some(about) = model.fields.get(field) else { return 0.0 };
    let widths = MAY_BE.map(|share| {
        let mut values = site.values.clone();
        if let Some(value) = values.get_mut(field) {
            *value = about.missing_at(share);
        }
        width(model, &values, key, weights)
    });
    let count = f64::from(u8::try_from(MAY_BE.len()).unwrap_or(u8::MAX));
    widths.iter().sum::<f64>() / count
}
