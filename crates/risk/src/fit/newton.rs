//! Newton's steps to the maximum of a penalised likelihood; with both families' natural links that is iteratively reweighted least squares.

use super::matrix::Cholesky;
use super::{Family, Fit, Matrix, NoFit, Penalty, Table};

const MOST_STEPS: usize = 200;

/// A step that changes no scaled coefficient by more than this share is the last.
const LAST_STEP: f64 = 1e-11;

/// No step changes a scaled coefficient by more than this.
const LONGEST_STEP: f64 = 5.0;

/// A log odds or log rate so far from its middle, where the steps find no end, is on its way to infinity.
const FAR: f64 = 12.0;

/// A table with columns of about the same size, the intercept first.
pub(super) struct Problem {
    family: Family,
    rows: Vec<f64>,
    width: usize,
    outcomes: Vec<f64>,
    log_exposures: Vec<f64>,
    scales: Vec<f64>,
    is_firth: bool,
    /// Mean and precision of each scaled coefficient.
    priors: Vec<(f64, f64)>,
}

/// All that is known at a place.
struct Here {
    /// The logarithm of the likelihood, with the penalty.
    height: f64,
    log_likelihood: f64,
    curvature: Cholesky,
    slope: Vec<f64>,
    /// The whole step up from here, and how steep it is.
    step: Vec<f64>,
    steepness: f64,
    farthest: f64,
    is_separating: bool,
}

impl Problem {
    pub(super) fn new(table: &Table<'_>, family: Family, penalty: Penalty<'_>) -> Self {
        let width = table.width + 1;
        let count = table.outcomes.len();
        let mut rows = Vec::with_capacity(count * width);
        for row in 0..count {
            rows.push(1.0);
            rows.extend_from_slice(table.features.get(row * table.width..(row + 1) * table.width).unwrap_or_default());
        }
        let scales: Vec<f64> = (0..width).map(|column| scale(&rows, width, column)).collect();
        for row in rows.chunks_exact_mut(width) {
            row.iter_mut().zip(&scales).for_each(|(cell, scale)| *cell /= scale);
        }
        let priors = match penalty {
            Penalty::Gaussian(priors) => priors
                .iter()
                .zip(&scales)
                .map(|(prior, scale)| (prior.mean * scale, (prior.sd * scale).powi(-2)))
                .collect(),
            Penalty::None | Penalty::Firth => vec![(0.0, 0.0); width],
        };
        let log_exposures =
            table.exposures.map_or_else(|| vec![0.0; count], |all| all.iter().map(|exposure| exposure.ln()).collect());
        let is_firth = penalty == Penalty::Firth;
        Self { family, rows, width, outcomes: table.outcomes.to_vec(), log_exposures, scales, is_firth, priors }
    }

    pub(super) fn solve(&self) -> Result<Fit, NoFit> {
        let mut at: Vec<f64> = self.start();
        let mut here = self.look(&at).ok_or(NoFit::Singular)?;
        for steps in 1..=MOST_STEPS {
            if here.is_separating && self.is_plain() {
                return Err(NoFit::Separated);
            }
            let size = here.step.iter().zip(&at).map(|(step, at)| step.abs() / at.abs().max(1.0)).fold(0.0, f64::max);
            if size < LAST_STEP {
                return Ok(self.finish(&at, &here, steps));
            }
            let Some((next, there)) = self.go(&at, &here) else {
                // No way up that rounding would show: the top, or the edge of what can be told.
                return if size < 1e-7 { Ok(self.finish(&at, &here, steps)) } else { Err(self.lost(&here)) };
            };
            (at, here) = (next, there);
        }
        Err(self.lost(&here))
    }

    /// The rate of all, for each.
    fn start(&self) -> Vec<f64> {
        let events: f64 = self.outcomes.iter().sum();
        let watched: f64 = self.log_exposures.iter().map(|log| log.exp()).sum();
        let mut at: Vec<f64> = self.priors.iter().map(|prior| prior.0).collect();
        if let Some(intercept) =
            at.first_mut().filter(|_| self.family == Family::Poisson && events > 0.0 && self.is_plain())
        {
            *intercept = (events / watched).ln();
        }
        at
    }

    fn is_plain(&self) -> bool {
        self.priors.iter().all(|prior| prior.1 == 0.0) && !self.is_firth
    }

    /// The whole step, or as much of it as leads up.
    fn go(&self, at: &[f64], here: &Here) -> Option<(Vec<f64>, Here)> {
        let longest = here.step.iter().map(|step| step.abs()).fold(0.0, f64::max);
        let mut share = (LONGEST_STEP / longest).min(1.0);
        for _ in 0..40 {
            let next: Vec<f64> = at.iter().zip(&here.step).map(|(at, step)| at + share * step).collect();
            let Some(there) = self.look(&next) else {
                share /= 2.0;
                continue;
            };
            let steep: f64 = there.slope.iter().zip(&here.step).map(|(slope, step)| slope * step).sum();
            // Where rounding hides whether it is higher, it must be flatter. A step of Firth's may go too far by any factor: far down on the
            // other side of the top, the way back to it is known from how steep both places are.
            let hair = 1e-12 * here.height.abs();
            let rise = there.height - here.height;
            let is_beyond = self.is_firth && steep < -here.steepness / 2.0;
            if !is_beyond && (rise > hair || rise >= -hair && there.steepness < here.steepness) {
                return Some((next, there));
            }
            share *= if is_beyond { (here.steepness / (here.steepness - steep)).clamp(0.05, 0.7) } else { 0.5 };
        }
        None
    }

    /// What it means that there is no end.
    fn lost(&self, here: &Here) -> NoFit {
        if here.farthest > FAR && self.is_plain() { NoFit::Separated } else { NoFit::NotConverged }
    }

    /// None, where the curvature is flat.
    fn look(&self, at: &[f64]) -> Option<Here> {
        let mut curvature = Matrix::zero(self.width);
        let mut slope = vec![0.0; self.width];
        let (mut log_likelihood, mut farthest, mut is_separating) = (0.0, 0.0_f64, self.family == Family::Logistic);
        let mut weights = Vec::with_capacity(self.outcomes.len());
        for ((row, outcome), log_exposure) in
            self.rows.chunks_exact(self.width).zip(&self.outcomes).zip(&self.log_exposures)
        {
            let sum: f64 = row.iter().zip(at).map(|(cell, at)| cell * at).sum();
            let (mean, weight, log) = self.family.at(sum + log_exposure, *outcome);
            curvature.add_square(row, weight);
            slope.iter_mut().zip(row).for_each(|(slope, cell)| *slope += (outcome - mean) * cell);
            log_likelihood += log;
            farthest = farthest.max(sum.abs());
            is_separating &= (2.0 * outcome - 1.0) * sum > 0.0;
            weights.push((mean, weight));
        }
        let mut height = log_likelihood;
        for (((slope, at), (mean, precision)), nth) in slope.iter_mut().zip(at).zip(&self.priors).zip(0..) {
            *slope -= precision * (at - mean);
            height -= precision * (at - mean).powi(2) / 2.0;
            if let Some(cell) = curvature.cells.get_mut(nth * (self.width + 1)) {
                *cell += precision;
            }
        }
        let curvature = curvature.cholesky()?;
        if self.is_firth {
            height += curvature.log_determinant() / 2.0;
            self.add_jeffreys(&curvature, &weights, &mut slope);
        }
        let step = curvature.solve(&slope);
        let steepness: f64 = step.iter().zip(&slope).map(|(step, slope)| step * slope).sum();
        let is_there = height.is_finite() && steepness.is_finite();
        is_there.then_some(Here { height, log_likelihood, curvature, slope, step, steepness, farthest, is_separating })
    }

    /// The slope of half the logarithm of the determinant: each row's leverage times how fast its weight changes.
    fn add_jeffreys(&self, curvature: &Cholesky, weights: &[(f64, f64)], slope: &mut [f64]) {
        for (row, (mean, weight)) in self.rows.chunks_exact(self.width).zip(weights) {
            let leverage: f64 = curvature.half_solve(row).iter().map(|half| half * half).sum::<f64>() * weight;
            let change = match self.family {
                Family::Logistic => 0.5 - mean,
                Family::Poisson => 0.5,
            };
            slope.iter_mut().zip(row).for_each(|(slope, cell)| *slope += leverage * change * cell);
        }
    }

    /// Back to the columns as they were given.
    fn finish(&self, at: &[f64], here: &Here, steps: usize) -> Fit {
        let coefficients: Vec<f64> = at.iter().zip(&self.scales).map(|(at, scale)| at / scale).collect();
        let inverse = here.curvature.inverse();
        let unscale = |(nth, cell): (usize, &f64)| {
            let scale = |nth: usize| self.scales.get(nth).copied().unwrap_or(1.0);
            cell / scale(nth / self.width) / scale(nth % self.width)
        };
        let covariances: Vec<f64> = inverse.cells.iter().enumerate().map(unscale).collect();
        let standard_errors = covariances.iter().step_by(self.width + 1).map(|variance| variance.sqrt()).collect();
        Fit { coefficients, standard_errors, covariances, log_likelihood: here.log_likelihood, steps }
    }
}

impl Family {
    /// The mean, its weight (the variance), and the logarithm of the likelihood of an outcome, at a log odds or a log rate.
    fn at(self, sum: f64, outcome: f64) -> (f64, f64, f64) {
        match self {
            Self::Logistic => {
                let mean = 1.0 / (1.0 + (-sum).exp());
                let signed = if outcome > 0.5 { sum } else { -sum };
                let log = if signed > 0.0 { -(-signed).exp().ln_1p() } else { signed - signed.exp().ln_1p() };
                (mean, mean * (1.0 - mean), log)
            }
            Self::Poisson => {
                let mean = sum.exp();
                (mean, mean, outcome * sum - mean - log_factorial(outcome))
            }
        }
    }
}

/// ln(count!), also between whole numbers: Stirling's series, after as many steps up as make it exact.
fn log_factorial(count: f64) -> f64 {
    let (mut up, mut product) = (count + 1.0, 0.0);
    while up < 16.0 {
        product += up.ln();
        up += 1.0;
    }
    let inverse = 1.0 / up;
    let series = inverse * (1.0 / 12.0 - inverse * inverse * (1.0 / 360.0 - inverse * inverse / 1260.0));
    (up - 0.5) * up.ln() - up + (2.0 * core::f64::consts::PI).ln() / 2.0 + series - product
}

/// The root of the mean square of a column; 1, of a column of zeros.
#[expect(clippy::cast_precision_loss, reason = "a number of rows is below 2^52")]
fn scale(rows: &[f64], width: usize, column: usize) -> f64 {
    let squares: f64 = rows.iter().skip(column).step_by(width).map(|cell| cell * cell).sum();
    let scale = (squares / (rows.len() / width) as f64).sqrt();
    if scale > 0.0 && scale.is_finite() { scale } else { 1.0 }
}
