//! The best plan of a small portfolio: branch and bound, site by site, over all plans at once.
//!
//! After each site the partial plans are kept that none beats in cost and savings, and whose bound - what they save and what the
//! relaxation could still save at the sites to come - is above the best plan known. What is left at the end holds the best.

use super::greedy::{Climb, bound, climbs};
use super::{Problem, Solution};

/// The most partial plans that are kept after a site. With more the search gives up, and nothing is proven.
const MAX_PARTIAL: usize = 2_000_000;

#[derive(Clone, Copy, Debug)]
struct Partial {
    cost: u64,
    saves: u64,
    /// Which partial plan of the site before it goes on from, and with which package.
    from: u32,
    pick: u32,
}

/// The best plan; none if it could not be proven. `known` is a plan within the budget.
pub(super) fn solve(problem: &Problem, known: &Solution) -> Option<Solution> {
    let climbs = climbs(problem);
    let mut stages: Vec<Vec<Partial>> = vec![vec![Partial { cost: 0, saves: 0, from: 0, pick: 0 }]];
    for site in 0..problem.sites.len() {
        let to_come: Vec<&Climb> = climbs.iter().filter(|climb| climb.site > site).collect();
        let next = step(problem, site, stages.last()?, &to_come, known.saved)?;
        stages.push(next);
    }
    // The most saved; of these the cheapest. Nothing is left where no plan is better than the known one.
    let last = stages.last()?;
    let Some(best) = last.iter().enumerate().max_by_key(|(_, plan)| (plan.saves, std::cmp::Reverse(plan.cost))) else {
        return Some(known.clone());
    };
    if best.1.saves <= known.saved {
        return Some(known.clone());
    }
    Some(Solution { picks: picks(&stages, best.0)?, saved: best.1.saves })
}

fn step(problem: &Problem, site: usize, plans: &[Partial], to_come: &[&Climb], known: u64) -> Option<Vec<Partial>> {
    let packages = problem.sites.get(site)?;
    let mut next: Vec<Partial> = Vec::with_capacity(plans.len() * packages.len());
    for (from, plan) in (0..).zip(plans) {
        for (pick, package) in (0..).zip(packages) {
            let cost = plan.cost + package.cost;
            if cost > problem.budget {
                break;
            }
            next.push(Partial { cost, saves: plan.saves + package.saves, from, pick });
        }
        if next.len() > MAX_PARTIAL * 16 {
            return None;
        }
    }
    next.sort_unstable_by_key(|plan| (plan.cost, std::cmp::Reverse(plan.saves), plan.from, plan.pick));
    let mut most = None;
    next.retain(|plan| {
        let is_better = most.is_none_or(|most| plan.saves > most);
        if is_better {
            most = Some(plan.saves);
        }
        is_better
    });
    next.retain(|plan| plan.saves + bound(to_come.iter().copied(), problem.budget - plan.cost).ceil() > known);
    (next.len() <= MAX_PARTIAL).then_some(next)
}

fn picks(stages: &[Vec<Partial>], last: usize) -> Option<Vec<usize>> {
    let mut at = last;
    let mut picks = Vec::new();
    for stage in stages.iter().skip(1).rev() {
        let plan = stage.get(at)?;
        picks.push(usize::try_from(plan.pick).ok()?);
        at = usize::try_from(plan.from).ok()?;
    }
    picks.reverse();
    Some(picks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Package, greedy};
    use super::*;

    fn best_by_hand(problem: &Problem) -> u64 {
        let whole = |number: u64| usize::try_from(number).unwrap();
        let mut best = vec![0_u64; whole(problem.budget) + 1];
        for packages in &problem.sites {
            best = (0..best.len())
                .map(|budget| {
                    let fits = packages.iter().filter(|package| whole(package.cost) <= budget);
                    fits.map(|package| best[budget - whole(package.cost)] + package.saves).max().unwrap()
                })
                .collect();
        }
        *best.last().unwrap()
    }

    fn any_problem() -> impl Strategy<Value = Problem> {
        let package = (1..60_u64, 1..1000_u64);
        let site = proptest::collection::vec(package, 0..8).prop_map(|mut packages| {
            packages.sort_unstable();
            let mut made = vec![Package { measures: 0, cost: 0, saves: 0 }];
            for (cost, saves) in packages {
                let last = made.last().unwrap();
                if cost > last.cost && saves > last.saves {
                    made.push(Package { measures: 1, cost, saves });
                }
            }
            made
        });
        (proptest::collection::vec(site, 1..22), 0..400_u64).prop_map(|(sites, budget)| Problem { sites, budget })
    }

    proptest! {
        #[test]
        fn the_exact_plan_is_the_best_and_the_bound_is_above_it(problem in any_problem()) {
            let best = best_by_hand(&problem);
            let (greedy, bound) = greedy::solve(&problem);
            prop_assert!(greedy.saved <= best && best <= bound.floor());
            let exact = solve(&problem, &greedy).unwrap();
            prop_assert_eq!(exact.saved, best);
            prop_assert_eq!(greedy::saved(&problem, &exact.picks), best);
            let cost: u64 = problem.sites.iter().zip(&exact.picks).map(|(packages, pick)| packages[*pick].cost).sum();
            prop_assert!(cost <= problem.budget);
        }
    }
}
