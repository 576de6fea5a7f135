//! A plan within a hair of the best, and the bound that says so: the relaxation in which a package may be bought in part.

use super::package::mvnd_saved;
use super::{Problem, Solution};

/// The most steps of a curve.
const STEPS: usize = 200;

/// A point of the curve of risk against budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The budget, in million VND a year.
    pub budget_mvnd: f64,
    /// Expected loss a year that is left.
    pub left_mvnd: f64,
}

/// From one package of a site to the next on the upper hull.
#[derive(Clone, Copy, Debug)]
pub(super) struct Climb {
    pub(super) site: usize,
    pub(super) to: usize,
    pub(super) cost: u64,
    pub(super) saves: u64,
}

/// A bound in whole and broken units: `whole` and `part / of`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    whole: u64,
    is_broken: bool,
}

impl Bound {
    pub(super) fn floor(self) -> u64 {
        self.whole
    }

    pub(super) fn ceil(self) -> u64 {
        self.whole + u64::from(self.is_broken)
    }
}

/// All climbs, the most saved for the cost first; those of a site in their order, as its hull bends down.
pub(super) fn climbs(problem: &Problem) -> Vec<Climb> {
    let mut climbs: Vec<Climb> = problem.sites.iter().enumerate().flat_map(|(site, _)| hull(problem, site)).collect();
    // a.saves / a.cost against b.saves / b.cost, exactly.
    let better = |a: &Climb, b: &Climb| {
        (u128::from(b.saves) * u128::from(a.cost)).cmp(&(u128::from(a.saves) * u128::from(b.cost)))
    };
    climbs.sort_by(|a, b| better(a, b).then(a.site.cmp(&b.site)).then(a.to.cmp(&b.to)));
    climbs
}

fn hull(problem: &Problem, site: usize) -> Vec<Climb> {
    let packages = problem.sites.get(site).map(Vec::as_slice).unwrap_or_default();
    let mut hull: Vec<Climb> = Vec::new();
    let at = |to: usize| packages.get(to).map_or((0, 0), |package| (package.cost, package.saves));
    for to in 1..packages.len() {
        loop {
            let from = hull.last().map_or((0, 0), |last| at(last.to));
            let climb = Climb { site, to, cost: at(to).0 - from.0, saves: at(to).1 - from.1 };
            let is_steeper = hull.last().is_some_and(|last| {
                u128::from(climb.saves) * u128::from(last.cost) >= u128::from(last.saves) * u128::from(climb.cost)
            });
            if !is_steeper {
                hull.push(climb);
                break;
            }
            hull.pop();
        }
    }
    hull
}

/// Climbs while the budget lasts, then whatever still fits; and the bound.
pub(super) fn solve(problem: &Problem) -> (Solution, Bound) {
    let climbs = climbs(problem);
    let mut picks = vec![0; problem.sites.len()];
    let mut left = problem.budget;
    let bound = bound(climbs.iter(), left);
    let mut is_stuck = vec![false; picks.len()];
    for climb in &climbs {
        let (Some(pick), Some(is_stuck)) = (picks.get_mut(climb.site), is_stuck.get_mut(climb.site)) else { continue };
        if !*is_stuck && climb.cost <= left {
            left -= climb.cost;
            *pick = climb.to;
        } else {
            *is_stuck = true;
        }
    }
    fill(problem, &mut picks, left);
    let saved = saved(problem, &picks);
    (Solution { picks, saved }, bound)
}

/// What the best of all plans, in which a package may be bought in part, saves.
pub(super) fn bound<'a>(climbs: impl Iterator<Item = &'a Climb>, budget: u64) -> Bound {
    let (mut left, mut whole) = (budget, 0);
    for climb in climbs {
        if climb.cost > left {
            let part = u128::from(climb.saves) * u128::from(left);
            let part_whole = u64::try_from(part / u128::from(climb.cost)).unwrap_or(u64::MAX);
            return Bound { whole: whole + part_whole, is_broken: part % u128::from(climb.cost) != 0 };
        }
        left -= climb.cost;
        whole += climb.saves;
    }
    Bound { whole, is_broken: false }
}

/// Spends what is left: again and again the package that saves most more within it.
fn fill(problem: &Problem, picks: &mut [usize], mut left: u64) {
    loop {
        let better = problem.sites.iter().zip(picks.iter()).enumerate().filter_map(|(site, (packages, pick))| {
            let now = packages.get(*pick)?;
            let fits = packages.iter().enumerate().skip(pick + 1).take_while(|(_, next)| next.cost - now.cost <= left);
            fits.last().map(|(to, next)| (next.saves - now.saves, site, to, next.cost - now.cost))
        });
        let Some((_, site, to, cost)) = better.max_by_key(|(saves, site, ..)| (*saves, std::cmp::Reverse(*site)))
        else {
            return;
        };
        let Some(pick) = picks.get_mut(site) else { return };
        *pick = to;
        left -= cost;
    }
}

pub(super) fn saved(problem: &Problem, picks: &[usize]) -> u64 {
    problem
        .sites
        .iter()
        .zip(picks)
        .filter_map(|(packages, pick)| packages.get(*pick))
        .map(|package| package.saves)
        .sum()
}

/// The loss that is left, from no budget to one for everything.
pub(super) fn curve(problem: &Problem, before_mvnd: f64) -> Vec<Step> {
    let climbs = climbs(problem);
    let every = climbs.len().div_ceil(STEPS).max(1);
    let (mut cost, mut saves) = (0, 0);
    let mut curve = vec![Step { budget_mvnd: 0.0, left_mvnd: before_mvnd }];
    for (number, climb) in climbs.iter().enumerate() {
        cost += climb.cost;
        saves += climb.saves;
        if (number + 1) % every == 0 || number + 1 == climbs.len() {
            let package = super::Package { measures: 0, cost, saves };
            curve.push(Step { budget_mvnd: package.cost_mvnd(), left_mvnd: before_mvnd - mvnd_saved(saves) });
        }
    }
    curve
}
