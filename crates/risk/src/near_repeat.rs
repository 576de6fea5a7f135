//! Whether incidents cluster in space and time: the Knox test.
//!
//! Of all pairs of incidents, count those whose distance and whose lag lie in a bin of each. Then shuffle the times among the places, which
//! breaks any link between the two, and count again, many times. A cell of the table whose count is seldom reached by chance is a near repeat:
//! soon after an incident there is another one near it, more often than the places and the times alone explain.
//!
//! Bins are half-open: from their lower edge, which belongs to them, up to their upper edge, which does not. A pair at one place at one time
//! lies in the bin that begins at 0. The p-value is (1 + the number of shuffles with at least as many pairs) / (1 + shuffles), so it is never 0
//! (Knox 1964, Applied Statistics 13; Johnson et al. 2007, J. Quant. Criminol. 23).
//!
//! ```
//! use keng_risk::near_repeat::{Bins, Incident, Metric, knox};
//!
//! // Ten streets far apart, each with two robberies two days apart.
//! let incidents: Vec<Incident> = (0..20)
//!     .map(|nth| Incident { east_m: f64::from(nth / 2) * 50_000.0, north_m: 0.0, day: f64::from(nth / 2 * 30 + nth % 2 * 2) })
//!     .collect();
//! let bins = Bins::new(&[0.0, 200.0, 1_000.0], &[0.0, 14.0, 60.0])?;
//! let knox = knox(&incidents, Metric::Manhattan, &bins, 999, 7)?;
//! let near_and_soon = knox.cell(0, 0).ok_or("no cell")?;
//! assert_eq!(near_and_soon.observed, 10);
//! assert!(near_and_soon.p_value <= 0.001 && near_and_soon.expected < 2.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;

use keng_geo::{MEAN_RADIUS_M, Position};
use rayon::prelude::*;

use crate::range::random;

/// The most incidents. One more is refused.
pub const MAX_INCIDENTS: usize = 1_000_000;

/// The most pairs that are near enough to count. One more is refused: take shorter distances, or fewer incidents.
pub const MAX_PAIRS: usize = 50_000_000;

/// The most edges of bins, of distance and of time each.
pub const MAX_EDGES: usize = 1_000;

/// An incident, on a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incident {
    /// Metres east of an origin.
    pub east_m: f64,
    /// Metres north of it.
    pub north_m: f64,
    /// When, in days since any day.
    pub day: f64,
}

/// How far two places are from one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// In a straight line.
    Euclidean,
    /// East or west, and north or south: as in a grid of streets.
    Manhattan,
}

/// Half-open bins of distance and of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    metres: Vec<f64>,
    days: Vec<f64>,
}

/// The table of the test: for each bin of distance, each bin of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Knox {
    cells: Vec<Cell>,
    lags: usize,
    /// How often the times were shuffled.
    pub shuffles: u32,
}

/// A cell of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// How many pairs there are.
    pub observed: u64,
    /// How many there are by chance: the mean over the shuffles.
    pub expected: f64,
    /// Observed / expected, the Knox ratio; none, if nothing is expected.
    pub ratio: Option<f64>,
    /// How likely so many or more are by chance.
    pub p_value: f64,
}

/// Why no test is made.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoTest {
    /// Edges that do not rise, or are negative or not finite, or too few or too many.
    #[error("bins need from 2 to {MAX_EDGES} edges, from 0 and rising")]
    Edges,
    /// An incident at no finite place or time.
    #[error("incident {0} has a place or time that is not a finite number")]
    NotFinite(usize),
    /// More than [`MAX_INCIDENTS`].
    #[error("{0} incidents, more than {MAX_INCIDENTS}")]
    TooManyIncidents(usize),
    /// More than [`MAX_PAIRS`].
    #[error("more than {MAX_PAIRS} pairs are within the longest distance")]
    TooManyPairs,
}

impl Incident {
    /// An incident at a position, on a plane around an origin in its region: within 100 km and up to 60 degrees of latitude, distances are
    /// right to a few in a thousand.
    #[must_use]
    pub fn at(position: Position, origin: Position, day: f64) -> Self {
        let radians = |to: f64, from: f64| (to - from).to_radians() * MEAN_RADIUS_M;
        let shrink = origin.lat_deg().to_radians().cos();
        Self {
            east_m: radians(position.lon_deg(), origin.lon_deg()) * shrink,
            north_m: radians(position.lat_deg(), origin.lat_deg()),
            day,
        }
    }
}

impl Metric {
    /// Metres from one incident to another.
    #[must_use]
    pub fn distance_m(self, from: Incident, to: Incident) -> f64 {
        let (east, north) = (to.east_m - from.east_m, to.north_m - from.north_m);
        match self {
            Self::Euclidean => (east * east + north * north).sqrt(),
            Self::Manhattan => east.abs() + north.abs(),
        }
    }
}

impl Bins {
    /// Bins between these edges: `[0, 200, 400]` are two, from 0 to below 200 m and from 200 to below 400 m.
    ///
    /// # Errors
    /// [`NoTest::Edges`].
    pub fn new(metres: &[f64], days: &[f64]) -> Result<Self, NoTest> {
        let rise = |edges: &[f64]| {
            let up = edges.windows(2).all(|pair| matches!(pair, [low, high] if low < high));
            (2..=MAX_EDGES).contains(&edges.len()) && up && edges.iter().all(|edge| edge.is_finite() && *edge >= 0.0)
        };
        if rise(metres) && rise(days) {
            Ok(Self { metres: metres.to_vec(), days: days.to_vec() })
        } else {
            Err(NoTest::Edges)
        }
    }

    /// How many bins of distance there are, and how many of time.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.metres.len() - 1, self.days.len() - 1)
    }

    fn longest_m(&self) -> f64 {
        self.metres.last().copied().unwrap_or(0.0)
    }
}

impl Knox {
    /// A cell, by its bin of distance and its bin of time, from 0.
    #[must_use]
    pub fn cell(&self, distance: usize, lag: usize) -> Option<&Cell> {
        if lag < self.lags { self.cells.get(distance * self.lags + lag) } else { None }
    }
}

/// How many pairs lie in each bin of distance and of time: row after row, a row for each bin of distance.
///
/// # Errors
/// See [`NoTest`].
pub fn count(incidents: &[Incident], metric: Metric, bins: &Bins) -> Result<Vec<u64>, NoTest> {
    let pairs = Pairs::near(incidents, metric, bins)?;
    let days: Vec<f64> = incidents.iter().map(|incident| incident.day).collect();
    Ok(pairs.count(&days))
}

/// The test: counts, and what chance makes of them. The same seed gives the same shuffles, on any number of threads.
///
/// # Errors
/// See [`NoTest`].
pub fn knox(incidents: &[Incident], metric: Metric, bins: &Bins, shuffles: u32, seed: u64) -> Result<Knox, NoTest> {
    let pairs = Pairs::near(incidents, metric, bins)?;
    let days: Vec<f64> = incidents.iter().map(|incident| incident.day).collect();
    let observed = pairs.count(&days);
    let zero = || observed.iter().map(|_| (0_u64, 0_u64)).collect::<Vec<_>>();
    // Sums of whole numbers, so the order of the threads does not show.
    let chance = (0..shuffles)
        .into_par_iter()
        .fold(zero, |mut chance, nth| {
            let mut days = days.clone();
            shuffle(&mut days, seed, u64::from(nth));
            for ((sum, reached), (by_chance, is)) in chance.iter_mut().zip(pairs.count(&days).iter().zip(&observed)) {
                *sum += by_chance;
                *reached += u64::from(by_chance >= is);
            }
            chance
        })
        .reduce(zero, |left, right| {
            left.iter().zip(&right).map(|(left, right)| (left.0 + right.0, left.1 + right.1)).collect()
        });
    let cells = observed.iter().zip(&chance).map(|(observed, chance)| Cell::of(*observed, *chance, shuffles)).collect();
    Ok(Knox { cells, lags: bins.shape().1, shuffles })
}

impl Cell {
    #[expect(clippy::cast_precision_loss, reason = "numbers of pairs are below 2^52")]
    fn of(observed: u64, (sum, reached): (u64, u64), shuffles: u32) -> Self {
        let expected = if shuffles == 0 { f64::NAN } else { sum as f64 / f64::from(shuffles) };
        let ratio = (expected > 0.0).then(|| observed as f64 / expected);
        Self { observed, expected, ratio, p_value: (1 + reached) as f64 / (f64::from(shuffles) + 1.0) }
    }
}

/// The pairs that are near enough, each with its bin of distance.
struct Pairs<'a> {
    pairs: Vec<(u32, u32, u16)>,
    bins: &'a Bins,
}

impl<'a> Pairs<'a> {
    /// Looks into the squares around each incident's square, which are as wide as the longest distance.
    fn near(incidents: &[Incident], metric: Metric, bins: &'a Bins) -> Result<Self, NoTest> {
        check(incidents)?;
        let mut squares: BTreeMap<(i64, i64), Vec<u32>> = BTreeMap::new();
        for (nth, incident) in (0..).zip(incidents) {
            squares.entry(square(*incident, bins.longest_m())).or_default().push(nth);
        }
        let mut pairs = Vec::new();
        for (nth, incident) in (0_u32..).zip(incidents) {
            let (column, row) = square(*incident, bins.longest_m());
            // Its own square and all around it; of each pair the one with the higher number finds the other.
            for column in column.saturating_sub(1)..=column.saturating_add(1) {
                for (_, others) in squares.range((column, row.saturating_sub(1))..=(column, row.saturating_add(1))) {
                    for other in others.iter().take_while(|other| **other < nth) {
                        let Some(there) = incidents.get(*other as usize) else { continue };
                        let bin = bin(&bins.metres, metric.distance_m(*incident, *there));
                        pairs.extend(bin.and_then(|bin| u16::try_from(bin).ok()).map(|bin| (*other, nth, bin)));
                    }
                }
            }
            if pairs.len() > MAX_PAIRS {
                return Err(NoTest::TooManyPairs);
            }
        }
        Ok(Self { pairs, bins })
    }

    fn count(&self, days: &[f64]) -> Vec<u64> {
        let (distances, lags) = self.bins.shape();
        let mut counts = vec![0; distances * lags];
        for (one, other, distance) in &self.pairs {
            let days = days.get(*one as usize).zip(days.get(*other as usize));
            let lag = days.and_then(|(one, other)| bin(&self.bins.days, (one - other).abs()));
            let cell = lag.and_then(|lag| counts.get_mut(usize::from(*distance) * lags + lag));
            if let Some(count) = cell {
                *count += 1;
            }
        }
        counts
    }
}

/// Fisher and Yates' shuffle.
fn shuffle(days: &mut [f64], seed: u64, stream: u64) {
    for last in (1..days.len()).rev() {
        let (draw, choices) = (random::bits(seed, stream, last as u64), last as u64 + 1);
        // The high half of draw times choices is below choices, and even to one in 2^40.
        let other = (u128::from(draw) * u128::from(choices)) >> 64;
        days.swap(last, usize::try_from(other).unwrap_or(last));
    }
}

fn check(incidents: &[Incident]) -> Result<(), NoTest> {
    if incidents.len() > MAX_INCIDENTS {
        return Err(NoTest::TooManyIncidents(incidents.len()));
    }
    let is_finite =
        |incident: &Incident| [incident.east_m, incident.north_m, incident.day].iter().all(|number| number.is_finite());
    incidents.iter().position(|incident| !is_finite(incident)).map_or(Ok(()), |nth| Err(NoTest::NotFinite(nth)))
}

/// The half-open bin that holds a number; none, below the first edge and from the last.
fn bin(edges: &[f64], number: f64) -> Option<usize> {
    let below = edges.iter().take_while(|edge| **edge <= number).count();
    if below < edges.len() { below.checked_sub(1) } else { None }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float becomes the nearest integer there is; neighbours are found by saturating steps"
)]
fn square(incident: Incident, width_m: f64) -> (i64, i64) {
    ((incident.east_m / width_m).floor() as i64, (incident.north_m / width_m).floor() as i64)
}
