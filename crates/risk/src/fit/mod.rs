//! Effects from incidents: logistic and Poisson regression, plain, by Firth, and Bayesian; and integer point [`cards`].
//!
//! The first coefficient is the intercept; then one for each feature. Poisson coefficients are logarithms of rate ratios, logistic ones of odds
//! ratios. Bank robberies are rare: with few events take [`Penalty::Firth`], which has no infinite estimates, or [`Penalty::Gaussian`] with
//! priors from what is known elsewhere. The plain fit says [`NoFit::Separated`] where the data has no finite estimate, and does not pretend that
//! it converged.
//!
//! ```
//! use keng_risk::fit::{Family, Penalty, Table, fit};
//!
//! // Eight sites with a guard, one of them robbed; eight without, three of them robbed.
//! let guard: Vec<f64> = (0..16).map(|site| f64::from(u8::from(site < 8))).collect();
//! let robbed: Vec<f64> = (0..16).map(|site| f64::from(u8::from(site % 8 < if site < 8 { 1 } else { 3 }))).collect();
//! let table = Table { features: &guard, width: 1, outcomes: &robbed, exposures: None };
//! let fit = fit(&table, Family::Logistic, Penalty::None)?;
//! let odds_ratio = (1.0 / 7.0) / (3.0 / 5.0_f64);
//! assert!((fit.coefficients[1] - odds_ratio.ln()).abs() < 1e-9);
//! # Ok::<(), keng_risk::fit::NoFit>(())
//! ```

pub mod cards;
mod matrix;
mod newton;

use matrix::Matrix;
use newton::Problem;

/// The most features.
pub const MAX_FEATURES: usize = 500;

/// What is fitted: a row for each case.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The features, row after row, without a column for the intercept.
    pub features: &'a [f64],
    /// How many features a row has.
    pub width: usize,
    /// The outcomes: 0 or 1 of a logistic fit, counts (0 or more) of a Poisson one.
    pub outcomes: &'a [f64],
    /// For how long or how much each case was watched, above 0: only of a Poisson fit; 1, if it is not given.
    pub exposures: Option<&'a [f64]>,
}

/// How outcomes come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// 0 or 1, with log odds that are a sum.
    Logistic,
    /// A number of events, with the logarithm of the rate a sum.
    Poisson,
}

/// What is known beside the data.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty<'a> {
    /// Nothing: the maximum of the likelihood.
    None,
    /// Jeffreys' prior, which takes away most of the bias with few events (Firth 1993, Biometrika 80).
    Firth,
    /// A normal prior for each coefficient, the intercept first. The result is the mode with the curvature there (Laplace's approximation):
    /// posterior means and standard deviations, the better the more is known.
    Gaussian(&'a [Prior]),
}

/// What is known of a coefficient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Its mean.
    pub mean: f64,
    /// Its standard deviation, above 0; infinite, if nothing is known.
    pub sd: f64,
}

/// A fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The coefficients, the intercept first.
    pub coefficients: Vec<f64>,
    /// Their standard errors; of a Bayesian fit their posterior standard deviations.
    pub standard_errors: Vec<f64>,
    /// Their covariances, row after row.
    pub covariances: Vec<f64>,
    /// The logarithm of the likelihood, without the penalty.
    pub log_likelihood: f64,
    /// How many steps it took.
    pub steps: usize,
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoFit {
    /// Lists whose lengths do not belong together, no rows, or more than [`MAX_FEATURES`] features.
    #[error("the table's rows, outcomes, exposures and priors do not belong together")]
    Shape,
    /// A feature that is no finite number.
    #[error("row {row}, feature {feature} is not a finite number")]
    Feature {
        /// Which row, from 0.
        row: usize,
        /// Which feature, from 0.
        feature: usize,
    },
    /// An outcome that the family does not have, or an exposure that is not above 0.
    #[error("the outcome or exposure of row {0} is out of its range")]
    Outcome(usize),
    /// A prior without a finite mean or with a standard deviation that is not above 0.
    #[error("prior {0} has no finite mean, or a standard deviation that is not above 0")]
    Prior(usize),
    /// No outcome above 0: a rate of 0 has no logarithm.
    #[error("no event at all")]
    NoEvents,
    /// Of a logistic fit no outcome that is 0.
    #[error("nothing but events")]
    OnlyEvents,
    /// A feature, or a sum of some, tells events from others without error, so that its estimate has no bound. Take Firth's penalty or priors.
    #[error("features tell events from others without error: no finite estimate (take Firth's penalty, or priors)")]
    Separated,
    /// A feature is a sum of others, or never changes.
    #[error("a feature is the same in all rows, or a sum of others")]
    Singular,
    /// The steps did not come to an end.
    #[error("no convergence")]
    NotConverged,
}

/// Fits a table.
///
/// # Errors
/// See [`NoFit`].
pub fn fit(table: &Table<'_>, family: Family, penalty: Penalty<'_>) -> Result<Fit, NoFit> {
    check(table, family, penalty)?;
    Problem::new(table, family, penalty).solve()
}

fn check(table: &Table<'_>, family: Family, penalty: Penalty<'_>) -> Result<(), NoFit> {
    let rows = table.outcomes.len();
    let fits = |list: Option<usize>, length: usize| list.is_none_or(|list| list == length);
    let priors = if let Penalty::Gaussian(priors) = penalty { Some(priors) } else { None };
    let is_whole = rows > 0
        && table.width <= MAX_FEATURES
        && Some(table.features.len()) == rows.checked_mul(table.width)
        && fits(table.exposures.map(<[f64]>::len), rows)
        && fits(priors.map(<[Prior]>::len), table.width + 1)
        && (table.exposures.is_none() || family == Family::Poisson);
    if !is_whole {
        return Err(NoFit::Shape);
    }
    if let Some(at) = table.features.iter().position(|feature| !feature.is_finite()) {
        return Err(NoFit::Feature { row: at / table.width, feature: at % table.width });
    }
    let is_outcome = |outcome: f64| match family {
        Family::Logistic => outcome == 0.0 || outcome == 1.0,
        Family::Poisson => outcome >= 0.0 && outcome.is_finite(),
    };
    let bad_exposure =
        table.exposures.and_then(|all| all.iter().position(|exposure| !(*exposure > 0.0 && exposure.is_finite())));
    if let Some(row) = table.outcomes.iter().position(|outcome| !is_outcome(*outcome)).or(bad_exposure) {
        return Err(NoFit::Outcome(row));
    }
    let is_prior = |prior: &Prior| prior.mean.is_finite() && prior.sd > 0.0;
    if let Some(nth) = priors.and_then(|priors| priors.iter().position(|prior| !is_prior(prior))) {
        return Err(NoFit::Prior(nth));
    }
    let needs_events = priors.is_none();
    match family {
        _ if needs_events && table.outcomes.iter().all(|outcome| *outcome == 0.0) => Err(NoFit::NoEvents),
        Family::Logistic if needs_events && table.outcomes.iter().all(|outcome| *outcome == 1.0) => {
            Err(NoFit::OnlyEvents)
        }
        _ => Ok(()),
    }
}
