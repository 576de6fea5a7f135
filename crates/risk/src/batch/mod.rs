//! From an Arrow record batch to a record batch, on all cores: so that the same scoring runs in an engine that a user has.
//!
//! In: a column `id` (text) and any of the model's fields, by their names: numbers, Booleans for flags, text for levels; null is missing. A
//! field without a column is missing everywhere. Other columns are passed over.
//!
//! Out: one row for each row, in the same order.
//!
//! | column | type | what |
//! | --- | --- | --- |
//! | `id` | text | as it came |
//! | `rank` | u32 | 1 has the most points |
//! | `score` | i32 | all points |
//! | `frequency`, `consequence`, `response` | i32 | the three parts, which sum to `score` |
//! | `robberies_a_year` | f64 | expected, calibrated over the batch |
//! | `loss_each_mvnd` | f64 | of one robbery, if nobody comes in time, in million VND |
//! | `not_intercepted` | f64 | the chance that they are gone before anyone arrives |
//! | `loss_a_year_mvnd` | f64 | expected, in million VND |
//! | `missing` | u32 | fields that can be asked for and are missing |
//! | `reason_1` to `reason_3` | dictionary | what raises the score most |
//! | `score_low`, `score_high`, `rank_low`, `rank_high`, `in_worst` | i32, u32, f64 | the ranges; only with draws |
//! | each reason's [name](crate::score::Reason::name) | i32 | its points; they sum to `score` |

mod read;
mod write;

use arrow_array::{RecordBatch, StringArray};
use arrow_schema::ArrowError;

use crate::model::{Base, Model};
use crate::range::{self, TooMany, ranges};
use crate::score::{Calibration, Scorer};
use crate::site::{Rows, Wrong};

pub use read::Columns;

/// How a batch is scored.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What points stand for; none calibrates over the batch.
    pub calibration: Option<Calibration>,
    /// The base rate to calibrate to; none is the model's.
    pub base: Option<Base>,
    /// How ranges are made; none makes none.
    pub ranges: Option<range::Options>,
}

/// Why a batch is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No column of ids.
    #[error("the column \"id\" is missing, or is no text")]
    NoId,
    /// A column of a type that its field cannot have.
    #[error("the column \"{column}\" is {is}: a number, a Boolean for a flag, or text for a level is expected")]
    Type {
        /// Which.
        column: String,
        /// What it is.
        is: String,
    },
    /// A value that a field cannot have.
    #[error("row {row}, column \"{column}\": {wrong}")]
    Value {
        /// The row, from 0.
        row: usize,
        /// The column.
        column: String,
        /// What is wrong.
        wrong: Wrong,
    },
    /// Too many draws.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Arrow itself.
    #[error("the result is no batch")]
    Arrow(#[from] ArrowError),
}

/// Scores a batch. The same batch, model and options give the same octets on any number of threads: rows are taken in chunks of a fixed
/// size, and no sum depends on which thread comes first. Runs in the thread pool of the caller, or in rayon's own.
///
/// # Errors
/// No ids, a column of the wrong type, the first value that is out of its field's range, more draws than can be held.
pub fn score(model: &Model, batch: &RecordBatch, options: &Options) -> Result<RecordBatch, Refused> {
    let columns = Columns::of(model, batch)?;
    columns.check(model)?;
    score_rows(model, columns.ids(), &columns, options)
}

/// The same for sites that are kept in another way; `ids` has one for each row. Their values are taken as they are.
///
/// # Errors
/// More draws than can be held, or another number of ids than rows.
pub fn score_rows(
    model: &Model,
    ids: &StringArray,
    rows: &(impl Rows + ?Sized),
    options: &Options,
) -> Result<RecordBatch, Refused> {
    let scorer = Scorer::new(model);
    let mut made = write::Made::of(&scorer, rows);
    let base = options.base.as_ref().unwrap_or(&model.base);
    let unit = options.calibration.unwrap_or_else(|| Calibration::of(model, base, made.frequency().iter().copied()));
    if let Some(options) = options.ranges {
        made.spreads = ranges(model, rows, &options)?;
    }
    Ok(made.batch(model, ids, &unit)?)
}
