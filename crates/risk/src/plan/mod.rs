//! The best use of a budget: which measures at which sites leave the least risk.
//!
//! Every set of measures at a site is scored. Choosing one set for each site within a budget is a multiple-choice knapsack. It is solved
//! with a bound beside it that no plan can beat, so the gap is certified; for a small portfolio the best plan is found and proven.

mod displacement;
mod exact;
mod greedy;
mod package;
mod stability;

use keng_geo::Position;
use rayon::prelude::*;

pub use displacement::Displaced;
pub use greedy::Step;

use crate::model::Model;
use crate::score::{Calibration, Scorer};
use crate::site::Rows;
use package::{Catalogue, Package};

/// Up to so many sites the best plan is looked for until it is proven.
pub const MAX_EXACT: usize = 100;

/// What is to be planned.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// What may be spent in a year, in million VND.
    pub budget_mvnd: f64,
    /// What points stand for.
    pub calibration: Calibration,
    /// Where the sites are, in their order, for the check of displacement; a site without a place has no neighbours.
    pub positions: &'a [Option<Position>],
    /// With how many draws of the model's numbers the plan is made again, to see what of it stays.
    pub draws: usize,
    /// The seed of these draws.
    pub seed: u64,
}

/// A plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is done, in the order of the sites. Sites at which nothing is done are not in it.
    pub choices: Vec<Choice>,
    /// What it costs in a year.
    pub cost_mvnd: f64,
    /// Expected loss a year of all sites, before.
    pub before_mvnd: f64,
    /// After.
    pub after_mvnd: f64,
    /// No plan within the budget saves more than this.
    pub most_saved_mvnd: f64,
    /// Whether no plan within the budget is better.
    pub is_proven: bool,
    /// How the loss falls as the budget grows: budgets in million VND and the loss that is left. Between the budgets that fit exactly it is
    /// the bound.
    pub curve: Vec<Step>,
    /// What is saved if part of what is prevented goes to neighbours.
    pub displaced: Displaced,
}

/// What is done at a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Which site, by its number.
    pub site: usize,
    /// Which measures, by their numbers.
    pub measures: Vec<usize>,
    /// What they cost in a year.
    pub cost_mvnd: f64,
    /// The site's points before.
    pub before: i32,
    /// Its points after, scored again.
    pub after: i32,
    /// Expected loss a year that is saved there.
    pub saves_mvnd: f64,
    /// For each measure, the share of the plans made with drawn numbers that have it at this site too. Empty without draws.
    pub kept: Vec<f64>,
}

/// A problem in whole numbers, so that "better" is exact: costs in thousand VND, savings in thousandth VND.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// For each site its packages; the first costs and saves nothing, each further one costs more and saves more.
    pub(crate) sites: Vec<Vec<Package>>,
    pub(crate) budget: u64,
}

/// Which package each site gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Solution {
    pub(crate) picks: Vec<usize>,
    pub(crate) saved: u64,
}

impl Plan {
    /// How far the plan may be from the best, as a share of what the best saves; 0 where it is proven.
    #[must_use]
    pub fn gap(&self) -> f64 {
        let saved = self.before_mvnd - self.after_mvnd;
        if self.is_proven || self.most_saved_mvnd <= 0.0 { 0.0 } else { (1.0 - saved / self.most_saved_mvnd).max(0.0) }
    }
}

/// Makes a plan.
#[must_use]
pub fn plan(model: &Model, rows: &(impl Rows + ?Sized), request: &Request<'_>) -> Plan {
    let scorer = Scorer::new(model);
    let problem = problem(&scorer, rows, request);
    let (greedy, bound) = greedy::solve(&problem);
    let exact = (rows.len() <= MAX_EXACT && greedy.saved < bound.floor()).then(|| exact::solve(&problem, &greedy));
    let is_proven = greedy.saved >= bound.floor() || matches!(exact, Some(Some(_)));
    let solution = exact.flatten().unwrap_or(greedy);
    let before = points_before(&scorer, rows);
    let mut choices = choices(&scorer, rows, &problem, &solution, request, &before);
    stability::mark(model, rows, request, &mut choices);
    let before_mvnd = before.iter().map(|(_, points)| request.calibration.yearly_mvnd(*points)).sum();
    let saved: f64 = choices.iter().map(|choice| choice.saves_mvnd).sum();
    let most = if is_proven { saved } else { package::mvnd_saved(bound.ceil()).max(saved) };
    Plan {
        cost_mvnd: choices.iter().map(|choice| choice.cost_mvnd).sum(),
        before_mvnd,
        after_mvnd: before_mvnd - saved,
        most_saved_mvnd: most,
        is_proven,
        curve: greedy::curve(&problem, before_mvnd),
        displaced: displacement::check(&scorer, rows, request, &choices),
        choices,
    }
}

fn problem(scorer: &Scorer, rows: &(impl Rows + ?Sized), request: &Request<'_>) -> Problem {
    let catalogue = Catalogue::of(scorer.model());
    let packages = (0..rows.len()).into_par_iter().map_init(
        || vec![0.0; scorer.model().fields.len()],
        |values, row| {
            rows.read(row, values);
            catalogue.packages(scorer, values, &request.calibration)
        },
    );
    Problem { sites: packages.collect(), budget: package::thousands(request.budget_mvnd) }
}

/// The frequency's points and all points of each site.
fn points_before(scorer: &Scorer, rows: &(impl Rows + ?Sized)) -> Vec<(i32, i32)> {
    let points = (0..rows.len()).into_par_iter().map_init(
        || vec![0.0; scorer.model().fields.len()],
        |values, row| {
            rows.read(row, values);
            scorer.totals(values)
        },
    );
    points.collect()
}

fn choices(
    scorer: &Scorer,
    rows: &(impl Rows + ?Sized),
    problem: &Problem,
    solution: &Solution,
    request: &Request<'_>,
    before: &[(i32, i32)],
) -> Vec<Choice> {
    let picked = problem.sites.iter().zip(&solution.picks).enumerate();
    let packages = picked.filter_map(|(site, (packages, pick))| packages.get(*pick).map(|package| (site, package)));
    let choices = packages.filter(|(_, package)| package.measures != 0).map(|(site, package)| {
        let mut values = vec![0.0; scorer.model().fields.len()];
        rows.read(site, &mut values);
        package.apply(scorer.model(), &mut values);
        let before = before.get(site).map_or(0, |(_, points)| *points);
        let after = scorer.totals(&mut values).1;
        let saves_mvnd = request.calibration.yearly_mvnd(before) - request.calibration.yearly_mvnd(after);
        Choice {
            site,
            measures: package.measures().collect(),
            cost_mvnd: package.cost_mvnd(),
            before,
            after,
            saves_mvnd,
            kept: Vec::new(),
        }
    });
    choices.collect()
}
