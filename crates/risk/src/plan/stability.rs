//! What of a plan stays when the model's numbers are drawn anew.

use rayon::prelude::*;

use super::{Choice, Request, greedy, problem};
use crate::model::Model;
use crate::range::Weights;
use crate::score::Scorer;
use crate::site::Rows;

/// Writes into each choice the share of drawn plans that have each of its measures.
pub(super) fn mark(model: &Model, rows: &(impl Rows + ?Sized), request: &Request<'_>, choices: &mut [Choice]) {
    if request.draws == 0 {
        return;
    }
    let weights = Weights::draw(model, request.draws, request.seed);
    let plans: Vec<Vec<u16>> = (0..request.draws)
        .into_par_iter()
        .map(|draw| {
            let problem = problem(&Scorer::new(&weights.model(model, draw)), rows, request);
            let picks = greedy::solve(&problem).0.picks;
            let packages = choices.iter().map(|choice| {
                let pick = picks.get(choice.site)?;
                problem.sites.get(choice.site)?.get(*pick).map(|package| package.measures)
            });
            packages.map(Option::unwrap_or_default).collect()
        })
        .collect();
    for (number, choice) in choices.iter_mut().enumerate() {
        let kept = choice.measures.iter().map(|measure| {
            let has = |plan: &&Vec<u16>| plan.get(number).is_some_and(|set| set >> measure & 1 == 1);
            share(plans.iter().filter(has).count(), plans.len())
        });
        choice.kept = kept.collect();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of draws")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
