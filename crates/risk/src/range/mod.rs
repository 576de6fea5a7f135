//! How sure a score is: ranges over the weights and over what is missing, the ranks that a site may have, and the chance to be among the worst.
//!
//! In each draw every effect of the model is drawn anew, the same for all sites, and for each site what is missing. The draws of a site
//! depend on the seed and its key alone, so the same input and seed give the same octets on any number of threads.

mod draws;
pub(crate) mod random;
mod rank;

use rayon::prelude::*;

pub(crate) use draws::Weights;

use crate::model::Model;
use crate::site::Rows;

/// The most scores of all draws together: sites times draws. More are refused, as each takes up to 12 octets.
pub const MAX_DRAWN: usize = 40_000_000;
/// A range leaves out one in twenty at each end.
pub const ENDS: [f64; 2] = [0.05, 0.95];

/// How ranges are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How many draws.
    pub draws: usize,
    /// What makes these draws others than those of another seed.
    pub seed: u64,
    /// Among how many worst sites a site may be.
    pub worst: usize,
}

/// How sure a site's score is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// One in twenty draws has fewer points.
    pub low: i32,
    /// One in twenty has more.
    pub high: i32,
    /// The rank, 1 the worst, that it has or is above in one draw of twenty.
    pub rank_low: u32,
    /// The rank that it has or is below in one draw of twenty.
    pub rank_high: u32,
    /// The chance to be among the worst.
    pub in_worst: f64,
}

/// Too many draws for so many sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sites} sites with {draws} draws are more than {MAX_DRAWN} together: take at most {} draws, or none", MAX_DRAWN / sites.max(&1))]
pub struct TooMany {
    /// The sites.
    pub sites: usize,
    /// The draws.
    pub draws: usize,
}

impl Default for Options {
    /// 1,000 draws, the worst ten.
    fn default() -> Self {
        Self { draws: 1000, seed: 1, worst: 10 }
    }
}

/// The ranges of sites; none without draws.
///
/// # Errors
/// More than [`MAX_DRAWN`].
pub fn ranges(model: &Model, rows: &(impl Rows + ?Sized), options: &Options) -> Result<Vec<Spread>, TooMany> {
    let (sites, draws) = (rows.len(), options.draws);
    if sites == 0 || draws == 0 {
        return Ok(Vec::new());
    }
    if sites.saturating_mul(draws) > MAX_DRAWN {
        return Err(TooMany { sites, draws });
    }
    let weights = Weights::draw(model, draws, options.seed);
    let mut scores = vec![0_f32; sites * draws];
    scores.par_chunks_mut(draws).enumerate().for_each_init(
        || vec![0.0; model.fields.len()],
        |values, (row, scores)| {
            rows.read(row, values);
            weights.scores(model, values, rows.key(row), scores);
        },
    );
    Ok(rank::spreads(&scores, draws, options.worst))
}

/// The width of the range of one site's score: what [`ranges`] gives, for it alone.
pub(crate) fn width(model: &Model, values: &[f64], key: u64, weights: &Weights) -> f64 {
    let mut scores = vec![0.0; weights.draws()];
    weights.scores(model, values, key, &mut scores);
    let [low, high] = rank::ends(&mut scores);
    f64::from(high) - f64::from(low)
}
