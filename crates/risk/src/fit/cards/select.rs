//! Which features: the best sets of a given size, with real coefficients.

use std::collections::BTreeSet;

use crate::fit::Table;
use crate::fit::matrix::Matrix;

/// How many sets live on when one more feature is added.
const BEAM: usize = 10;

/// How many features are tried for each of them, those that promise most first.
const CHILDREN: usize = 10;

/// How many sets are rounded in the end.
const SETS: usize = 12;

/// A little weight towards 0, so that sets that separate have an end, too.
const RIDGE: f64 = 1e-4;

/// A table by columns.
pub(super) struct Select {
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) outcomes: Vec<f64>,
}

/// A set of features, and its best coefficients.
#[derive(Clone, Debug)]
pub(super) struct Set {
    /// Which features, in their order.
    pub(super) features: Vec<usize>,
    /// The intercept, then one for each of them.
    pub(super) coefficients: Vec<f64>,
    pub(super) loss: f64,
    /// The chance of each row.
    chances: Vec<f64>,
}

impl Select {
    pub(super) fn of(table: &Table<'_>) -> Self {
        let column = |nth: usize| table.features.iter().skip(nth).step_by(table.width).copied().collect();
        Self { columns: (0..table.width).map(column).collect(), outcomes: table.outcomes.to_vec() }
    }

    /// The best sets of so many features, or of fewer, where no further one helps; the best first.
    pub(super) fn best(&self, most: usize) -> Vec<Set> {
        let mut beam: Vec<Set> = self.refit(Vec::new(), &[0.0]).into_iter().collect();
        for _ in 0..most {
            let grown = self.grow(&beam);
            if grown.is_empty() {
                break;
            }
            beam = grown;
        }
        let mut known: BTreeSet<Vec<usize>> = beam.iter().map(|set| set.features.clone()).collect();
        let mut pool = beam.clone();
        for set in beam {
            self.swap(set, &mut known, &mut pool);
        }
        shortest(pool, SETS)
    }

    /// The best sets of one feature more.
    fn grow(&self, beam: &[Set]) -> Vec<Set> {
        let mut known = BTreeSet::new();
        let mut grown = Vec::new();
        for set in beam {
            for feature in self.promising(set, CHILDREN) {
                let features = with(&set.features, feature);
                if known.insert(features.clone()) {
                    grown.extend(self.refit(features, &start(set, feature)));
                }
            }
        }
        shortest(grown, BEAM)
    }

    /// Takes out each feature and puts in the one that is best then, as long as that helps.
    fn swap(&self, mut set: Set, known: &mut BTreeSet<Vec<usize>>, pool: &mut Vec<Set>) {
        let mut place = 0;
        while place < set.features.len() {
            let mut features = set.features.clone();
            features.remove(place);
            let mut coefficients = set.coefficients.clone();
            coefficients.remove(place + 1);
            let Some(rest) = self.refit(features, &coefficients) else { return };
            let tried = self.promising(&rest, CHILDREN / 2).into_iter().filter_map(|feature| {
                let features = with(&rest.features, feature);
                known.insert(features.clone()).then(|| self.refit(features, &start(&rest, feature)))?
            });
            let tried: Vec<Set> = tried.collect();
            let better =
                tried.iter().filter(|tried| tried.loss < set.loss).min_by(|a, b| a.loss.total_cmp(&b.loss)).cloned();
            pool.extend(tried);
            place = if better.is_some() { 0 } else { place + 1 };
            set = better.unwrap_or(set);
        }
    }

    /// The features that are not in a set and promise to lower its loss most, by the slope and the curvature of each alone.
    fn promising(&self, set: &Set, most: usize) -> Vec<usize> {
        let (residuals, weights): (Vec<f64>, Vec<f64>) = set
            .chances
            .iter()
            .zip(&self.outcomes)
            .map(|(chance, outcome)| (outcome - chance, chance * (1.0 - chance)))
            .unzip();
        let total: f64 = weights.iter().sum();
        let gain = |column: &Vec<f64>| {
            let (mut slope, mut square, mut mean) = (0.0, RIDGE, 0.0);
            for ((x, residual), weight) in column.iter().zip(&residuals).zip(&weights) {
                slope += x * residual;
                square += x * x * weight;
                mean += x * weight;
            }
            // The intercept goes along.
            let curvature = square - mean * mean / total.max(RIDGE);
            if curvature > 1e-9 * square { slope * slope / curvature } else { 0.0 }
        };
        let free = self.columns.iter().enumerate().filter(|(feature, _)| !set.features.contains(feature));
        let mut gains: Vec<(f64, usize)> =
            free.map(|(feature, column)| (gain(column), feature)).filter(|gain| gain.0 > 1e-9).collect();
        gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        gains.into_iter().take(most).map(|(_, feature)| feature).collect()
    }

    /// The best coefficients of a set, from a start; none, where the set is a sum of itself.
    fn refit(&self, features: Vec<usize>, start: &[f64]) -> Option<Set> {
        let columns: Vec<&Vec<f64>> = features.iter().filter_map(|feature| self.columns.get(*feature)).collect();
        let mut coefficients = start.to_vec();
        let (mut loss, mut chances) = (f64::INFINITY, Vec::new());
        let mut row = vec![1.0; coefficients.len()];
        for _ in 0..30 {
            let mut curvature = Matrix::zero(row.len());
            let mut slope: Vec<f64> = coefficients.iter().map(|coefficient| -RIDGE * coefficient).collect();
            chances.clear();
            let before = loss;
            loss = coefficients.iter().map(|coefficient| RIDGE * coefficient * coefficient / 2.0).sum();
            for (nth, outcome) in self.outcomes.iter().enumerate() {
                for (cell, column) in row.iter_mut().skip(1).zip(&columns) {
                    *cell = column.get(nth).copied().unwrap_or(0.0);
                }
                let sum: f64 = row.iter().zip(&coefficients).map(|(cell, coefficient)| cell * coefficient).sum();
                let chance = 1.0 / (1.0 + (-sum).exp());
                curvature.add_square(&row, chance * (1.0 - chance));
                slope.iter_mut().zip(&row).for_each(|(slope, cell)| *slope += (outcome - chance) * cell);
                loss += super::round::softplus(if *outcome > 0.5 { -sum } else { sum });
                chances.push(chance);
            }
            if before - loss < 1e-6 * loss {
                break;
            }
            (0..row.len()).for_each(|nth| {
                curvature.cells.iter_mut().skip(nth * (row.len() + 1)).take(1).for_each(|cell| *cell += RIDGE)
            });
            let step = curvature.cholesky()?.solve(&slope);
            let longest = step.iter().map(|step| step.abs()).fold(1e-300, f64::max);
            let share = (4.0 / longest).min(1.0);
            coefficients.iter_mut().zip(&step).for_each(|(coefficient, step)| *coefficient += share * step);
        }
        loss.is_finite().then_some(Set { features, coefficients, loss, chances })
    }
}

fn with(features: &[usize], feature: usize) -> Vec<usize> {
    let mut features = features.to_vec();
    features.insert(features.partition_point(|other| *other < feature), feature);
    features
}

/// The coefficients of a set with one more feature, which begins at 0.
fn start(set: &Set, feature: usize) -> Vec<f64> {
    let mut start = set.coefficients.clone();
    start.insert(1 + set.features.partition_point(|other| *other < feature), 0.0);
    start
}

fn shortest(mut sets: Vec<Set>, most: usize) -> Vec<Set> {
    sets.sort_by(|a, b| a.loss.total_cmp(&b.loss).then_with(|| a.features.cmp(&b.features)));
    sets.truncate(most);
    sets
}
