//! Whether predictions hold, beside the baseline that has to be beaten: each site's number of incidents before.
//!
//! A model that does not beat the prior counts is not worth its explanation, and few do by much (Wheeler and Steenbeek 2021, J. Quant. Criminol. 37), so
//! [`compare`] always gives both.
//!
//! ```
//! use keng_risk::validate::{Case, compare};
//!
//! let case = |incidents, chance, before| Case { incidents, chance, before, size: 1.0 };
//! let cases = [case(1, 0.7, 0), case(0, 0.2, 1), case(2, 0.9, 2), case(0, 0.1, 0)];
//! let both = compare(&cases, 0.5, 2)?;
//! assert_eq!((both.model.auc, both.model.pai, both.model.pei), (1.0, 2.0, 1.0));
//! assert!(both.prior_counts.auc < 1.0 && both.model.log_loss < both.prior_counts.log_loss);
//! # Ok::<(), keng_risk::validate::NoMeasure>(())
//! ```

/// A site in the time that was predicted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    /// How many incidents it had.
    pub incidents: u32,
    /// The chance of one or more that was predicted, 0 to 1.
    pub chance: f64,
    /// How many it had in an equally long time before.
    pub before: u32,
    /// How large it is, above 0: its area, or 1, where sites count alike.
    pub size: f64,
}

/// A model, and the prior counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Of the predictions.
    pub model: Measures,
    /// Of the prior counts. Their chance is 1 - exp(-rate), with the rate `(1 + before) / (1 + 1 / mean before)`: the posterior mean of a Poisson
    /// rate under a gamma prior of shape 1 with the mean of all.
    pub prior_counts: Measures,
}

/// How good predictions are.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// The chance that a site with an incident has the higher prediction than one without; ties count half.
    pub auc: f64,
    /// The mean square of chance - outcome.
    pub brier: f64,
    /// The mean of -ln of the chance that was given to what came, chances kept from 10^-15 to 1 - 10^-15.
    pub log_loss: f64,
    /// Sites in the order of their chances, in groups of equally many.
    pub calibration: Vec<Group>,
    /// (share of the incidents at the highest predictions) / (their share of the size), of the sites that are flagged.
    pub pai: f64,
    /// `pai` / the `pai` of the best choice of the same size: 1 is perfect.
    pub pei: f64,
}

/// Sites with similar chances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// How many sites.
    pub sites: usize,
    /// The mean of their chances.
    pub predicted: f64,
    /// The share of them with an incident.
    pub observed: f64,
}

/// Why there is no measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoMeasure {
    /// No site had an incident, or every one: nothing can be told apart.
    #[error("some sites must have an incident and some none")]
    OneKind,
    /// A chance out of its range.
    #[error("the chance of case {0} is not from 0 to 1")]
    Chance(usize),
    /// A size out of its range.
    #[error("the size of case {0} is not above 0 and finite")]
    Size(usize),
    /// A share that flags nothing, or more than all; or no group.
    #[error("the flagged share must be above 0 and up to 1, and there must be 1 group or more")]
    Share,
}

/// All measures of a model and of the prior counts. The highest predictions are flagged, as many as fit into this share of the size, at least
/// one; `groups` is how many groups the calibration has.
///
/// # Errors
/// See [`NoMeasure`].
pub fn compare(cases: &[Case], flagged_share: f64, groups: usize) -> Result<Comparison, NoMeasure> {
    check(cases, flagged_share, groups)?;
    let measures = |chances: &[f64]| Measures {
        auc: auc(cases, chances),
        brier: mean(cases.iter().zip(chances).map(|(case, chance)| (chance - outcome(case)).powi(2))),
        log_loss: mean(cases.iter().zip(chances).map(|(case, chance)| loss(outcome(case), *chance))),
        calibration: calibration(cases, chances, groups),
        pai: pai(cases, chances, flagged_share),
        pei: pai(cases, chances, flagged_share) / best_pai(cases, flagged_share),
    };
    let chances: Vec<f64> = cases.iter().map(|case| case.chance).collect();
    Ok(Comparison { model: measures(&chances), prior_counts: measures(&prior(cases)) })
}

fn check(cases: &[Case], share: f64, groups: usize) -> Result<(), NoMeasure> {
    if let Some(nth) = cases.iter().position(|case| !(0.0..=1.0).contains(&case.chance)) {
        return Err(NoMeasure::Chance(nth));
    }
    if let Some(nth) = cases.iter().position(|case| !(case.size > 0.0 && case.size.is_finite())) {
        return Err(NoMeasure::Size(nth));
    }
    if !(share > 0.0 && share <= 1.0) || groups == 0 {
        return Err(NoMeasure::Share);
    }
    let has = |some: bool| cases.iter().any(|case| (case.incidents > 0) == some);
    if has(true) && has(false) { Ok(()) } else { Err(NoMeasure::OneKind) }
}

fn outcome(case: &Case) -> f64 {
    f64::from(u8::from(case.incidents > 0))
}

fn loss(outcome: f64, chance: f64) -> f64 {
    let chance = chance.clamp(1e-15, 1.0 - 1e-15);
    -(outcome * chance.ln() + (1.0 - outcome) * (1.0 - chance).ln())
}

fn prior(cases: &[Case]) -> Vec<f64> {
    let before = mean(cases.iter().map(|case| f64::from(case.before)));
    let rate = |case: &Case| if before > 0.0 { (1.0 + f64::from(case.before)) / (1.0 + 1.0 / before) } else { 0.0 };
    cases.iter().map(|case| -(-rate(case)).exp_m1()).collect()
}

/// The rank sum of Mann and Whitney, with the middle rank for ties.
#[expect(clippy::cast_precision_loss, reason = "a number of sites is below 2^52")]
fn auc(cases: &[Case], chances: &[f64]) -> f64 {
    let mut ranked: Vec<(f64, bool)> =
        chances.iter().zip(cases).map(|(chance, case)| (*chance, case.incidents > 0)).collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut ranks) = (0.0, 0.0);
    for ties in ranked.chunk_by(|a, b| a.0 == b.0) {
        let hits = ties.iter().filter(|tie| tie.1).count() as f64;
        ranks += hits * (below + (ties.len() as f64 + 1.0) / 2.0);
        below += ties.len() as f64;
    }
    let hits = ranked.iter().filter(|rank| rank.1).count() as f64;
    (ranks - hits * (hits + 1.0) / 2.0) / (hits * (below - hits))
}

#[expect(clippy::cast_precision_loss, reason = "a number of sites is below 2^52")]
fn calibration(cases: &[Case], chances: &[f64], groups: usize) -> Vec<Group> {
    let mut order: Vec<(f64, f64)> = chances.iter().zip(cases).map(|(chance, case)| (*chance, outcome(case))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let groups = groups.min(order.len());
    let group = |nth: usize| {
        let sites = order.get(nth * order.len() / groups..(nth + 1) * order.len() / groups).unwrap_or_default();
        let mean = |sum: f64| sum / sites.len() as f64;
        Group {
            sites: sites.len(),
            predicted: mean(sites.iter().map(|site| site.0).sum()),
            observed: mean(sites.iter().map(|site| site.1).sum()),
        }
    };
    (0..groups).map(group).collect()
}

/// Predictive accuracy index of Chainey et al. (2008): the highest predictions first, among equals the first of the list.
fn pai(cases: &[Case], chances: &[f64], share: f64) -> f64 {
    let mut order: Vec<(f64, &Case)> = chances.iter().copied().zip(cases).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    flagged_pai(order.iter().map(|rank| rank.1), share)
}

/// The index of who knows what came: most incidents for their size first.
fn best_pai(cases: &[Case], share: f64) -> f64 {
    let mut order: Vec<&Case> = cases.iter().collect();
    let density = |case: &Case| f64::from(case.incidents) / case.size;
    order.sort_by(|a, b| density(b).total_cmp(&density(a)));
    flagged_pai(order.into_iter(), share)
}

fn flagged_pai<'a>(order: impl Iterator<Item = &'a Case> + Clone, share: f64) -> f64 {
    let size: f64 = order.clone().map(|case| case.size).sum();
    let incidents: f64 = order.clone().map(|case| f64::from(case.incidents)).sum();
    let (mut hit, mut taken) = (0.0, 0.0);
    for case in order {
        // A hair more, for what the sum of sizes was rounded by.
        if taken > 0.0 && taken + case.size > share * size * (1.0 + 1e-12) {
            break;
        }
        hit += f64::from(case.incidents);
        taken += case.size;
    }
    (hit / incidents) / (taken / size)
}

#[expect(clippy::cast_precision_loss, reason = "a number of sites is below 2^52")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
