//! Integer point cards: a few features, each with a few points, whose sum says the chance. Anyone can add them up without a computer.
//!
//! The chance is `1 / (1 + exp(-(offset + points) / scale))`. The card is searched for as in FasterRisk (Liu et al. 2022): the best sets of
//! features by a beam and by swaps, then for each set points at many scales, rounded and mended one by one; each point bounded as in RiskSLIM
//! (Ustun and Rudin 2019), where the optimum is proven, which it is not here.
//!
//! ```
//! use keng_risk::fit::Table;
//! use keng_risk::fit::cards::{Limits, card};
//!
//! // Two features; the first tells events from others most of the time, the second never.
//! let features: Vec<f64> = (0..40).flat_map(|row| [f64::from(u8::from(row % 4 < 2)), f64::from(u8::from(row % 3 < 1))]).collect();
//! let outcomes: Vec<f64> = (0..40).map(|row| f64::from(u8::from(row % 4 < 2 && row % 5 != 0 || row == 3))).collect();
//! let table = Table { features: &features, width: 2, outcomes: &outcomes, exposures: None };
//! let card = card(&table, Limits { features: 1, points: 5 })?;
//! assert_eq!(card.points.len(), 1);
//! assert!(card.points[0].feature == 0 && card.points[0].points > 0);
//! assert!(card.chance(&[1.0, 0.0]) > 0.7 && card.chance(&[0.0, 0.0]) < 0.1);
//! # Ok::<(), keng_risk::fit::NoFit>(())
//! ```

mod round;
mod select;

use super::{Family, NoFit, Penalty, Table, check};
use select::Select;

/// How large a card may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most features that have points: 1 or more; more than there are become all.
    pub features: usize,
    /// The most points of a feature, and minus the fewest: 1 to 100.
    pub points: u8,
}

/// A card.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The features that count, in the order of the table.
    pub points: Vec<Points>,
    /// What is added to everybody's points.
    pub offset: i64,
    /// How many points multiply the odds by e.
    pub scale: f64,
    /// The mean of -ln of the chance that the card gave to what came, on the data it was made of.
    pub log_loss: f64,
}

/// The points of a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points {
    /// Which feature: its number in the table, from 0.
    pub feature: usize,
    /// How many points each unit of it gives; never 0.
    pub points: i32,
}

impl Card {
    /// The points of a row of features, with the offset.
    #[must_use]
    pub fn total(&self, row: &[f64]) -> f64 {
        let points =
            self.points.iter().map(|points| f64::from(points.points) * row.get(points.feature).copied().unwrap_or(0.0));
        #[expect(clippy::cast_precision_loss, reason = "an offset is below 2^52")]
        let offset = self.offset as f64;
        offset + points.sum::<f64>()
    }

    /// The chance of an event.
    #[must_use]
    pub fn chance(&self, row: &[f64]) -> f64 {
        1.0 / (1.0 + (-self.total(row) / self.scale).exp())
    }
}

/// The best card that is found, always the same for the same table. Binary features make the most readable cards: turn numbers into
/// thresholds first.
///
/// # Errors
/// As of a logistic fit, without [`NoFit::Separated`] and [`NoFit::Singular`]: points are bounded. [`NoFit::Shape`] for limits out of range.
pub fn card(table: &Table<'_>, limits: Limits) -> Result<Card, NoFit> {
    check(table, Family::Logistic, Penalty::None)?;
    if limits.features == 0 || !(1..=100).contains(&limits.points) || table.width == 0 {
        return Err(NoFit::Shape);
    }
    let select = Select::of(table);
    let cards = select.best(limits.features.min(table.width)).into_iter().map(|set| round::card(&select, &set, limits));
    cards.min_by(|a, b| a.log_loss.total_cmp(&b.log_loss)).ok_or(NoFit::NotConverged)
}
