//! Which input drives the result: Sobol's variance-based indices.
//!
//! The first index of an input is the share of the result's variance that would go, on average, if the input were known; the total index is the
//! share that would stay if all others were known, with all that the input does together with others. An input whose total index is 0 does not
//! matter. Estimated as Jansen (1999) and Saltelli et al. (2010) do: two tables of points, and for each input one that has its column from the
//! other. The points fill the space evenly (Roberts' additive recurrence, 2018) from a start that the seed gives.
//!
//! ```
//! use keng_risk::sensitivity::sobol;
//!
//! // The first input matters twice as much as the second, that is four times in variance; the third not at all.
//! let indices = sobol(3, 4_096, 1, |x| 2.0 * x[0] + x[1])?;
//! assert!((indices.first[0] - 0.8).abs() < 0.01 && (indices.total[1] - 0.2).abs() < 0.01 && indices.total[2].abs() < 1e-9);
//! # Ok::<(), keng_risk::sensitivity::NoIndices>(())
//! ```

use rayon::prelude::*;

use crate::range::random;

/// The most inputs.
pub const MAX_INPUTS: usize = 1_000;

/// The most points of a table, times the inputs.
pub const MAX_NUMBERS: usize = 200_000_000;

/// The indices of all inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// Of each input alone; small negative numbers are the error of the estimate.
    pub first: Vec<f64>,
    /// Of each input with all that it does together with others.
    pub total: Vec<f64>,
    /// The variance of the result.
    pub variance: f64,
    /// The mean of the result.
    pub mean: f64,
}

/// Why there are no indices.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoIndices {
    /// No input, or too many, or fewer than two points, or too many.
    #[error("from 1 to {MAX_INPUTS} inputs and 2 points or more, not {inputs} and {points}")]
    Shape {
        /// How many inputs.
        inputs: usize,
        /// How many points.
        points: usize,
    },
    /// The model gave something that is no finite number.
    #[error("the model's result is not a finite number")]
    NotFinite,
    /// The result never changes, so nothing drives it.
    #[error("the result is the same at all points")]
    Constant,
}

/// The indices of a model with so many inputs, each from 0 to below 1, by `points x (inputs + 2)` runs of it. The model turns its inputs into
/// what they stand for, as by an inverse distribution function. The same seed gives the same indices on any number of threads.
///
/// # Errors
/// See [`NoIndices`].
pub fn sobol(
    inputs: usize,
    points: usize,
    seed: u64,
    model: impl Fn(&[f64]) -> f64 + Sync,
) -> Result<Indices, NoIndices> {
    let is_in_bounds = (1..=MAX_INPUTS).contains(&inputs) && points >= 2 && points <= MAX_NUMBERS / inputs;
    if !is_in_bounds {
        return Err(NoIndices::Shape { inputs, points });
    }
    let table = Table::new(inputs, seed);
    let rows: Vec<Row> = (0..points).into_par_iter().map(|nth| table.row(nth, &model)).collect();
    let values = || rows.iter().flat_map(|row| [row.one, row.other]);
    let mean = mean(values());
    let variance = self::mean(values().map(|value| (value - mean).powi(2)));
    if !variance.is_finite() || rows.iter().any(|row| row.mixed.iter().any(|value| !value.is_finite())) {
        return Err(NoIndices::NotFinite);
    }
    if variance <= 0.0 {
        return Err(NoIndices::Constant);
    }
    let half_square = |pick: fn(&Row) -> f64, input: usize| {
        let square = |row: &Row| row.mixed.get(input).map_or(0.0, |mixed| (pick(row) - mixed).powi(2));
        self::mean(rows.iter().map(square)) / 2.0 / variance
    };
    let first = (0..inputs).map(|input| 1.0 - half_square(|row| row.other, input)).collect();
    let total = (0..inputs).map(|input| half_square(|row| row.one, input)).collect();
    Ok(Indices { first, total, variance, mean })
}

/// What the model says at a point of each table, and at the first one with each of its inputs from the other.
struct Row {
    one: f64,
    other: f64,
    mixed: Vec<f64>,
}

/// Two tables of points, side by side.
struct Table {
    inputs: usize,
    /// Where each column begins, and how far each point is from the one before.
    columns: Vec<(f64, f64)>,
}

impl Table {
    fn new(inputs: usize, seed: u64) -> Self {
        let ratio = golden(2 * inputs);
        let mut step = 1.0;
        let columns = (0..2 * inputs as u64).map(|column| {
            step /= ratio;
            (random::uniform(seed, 0, column), step)
        });
        Self { inputs, columns: columns.collect() }
    }

    fn row(&self, nth: usize, model: &impl Fn(&[f64]) -> f64) -> Row {
        #[expect(clippy::cast_precision_loss, reason = "a number of points is below 2^52")]
        let nth = nth as f64;
        let point: Vec<f64> = self.columns.iter().map(|(start, step)| (start + nth * step).fract()).collect();
        let (one, other) = point.split_at(self.inputs);
        let mixed = (0..self.inputs).map(|input| {
            let mut mixed = one.to_vec();
            mixed.iter_mut().zip(other).skip(input).take(1).for_each(|(here, there)| *here = *there);
            model(&mixed)
        });
        Row { mixed: mixed.collect(), one: model(one), other: model(other) }
    }
}

/// The root above 1 of `x^(n + 1) = x + 1`: of one dimension the golden ratio.
#[expect(clippy::cast_precision_loss, reason = "at most 2,000 dimensions")]
fn golden(dimensions: usize) -> f64 {
    (0..64).fold(2.0_f64, |root, _| (1.0 + root).powf(1.0 / (dimensions as f64 + 1.0)))
}

#[expect(clippy::cast_precision_loss, reason = "a number of points is below 2^52")]
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    sum / count as f64
}
