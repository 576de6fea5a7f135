//! Robberies that are prevented at one site may go to its neighbours.

use keng_geo::Position;
use rayon::prelude::*;

use super::{Choice, Request};
use crate::score::Scorer;
use crate::site::Rows;

/// What a plan saves if part of what it prevents goes to neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Displaced {
    /// Net savings a year, in million VND, at the likeliest share.
    pub likely_mvnd: f64,
    /// At the largest.
    pub high_mvnd: f64,
    /// The neighbour whose loss rises most, and by how much at the largest share; none where none rises.
    pub worst: Option<(usize, f64)>,
}

/// What a site is after the plan.
struct After {
    robberies_fewer: f64,
    loss_each_mvnd: f64,
}

pub(super) fn check(
    scorer: &Scorer,
    rows: &(impl Rows + ?Sized),
    request: &Request<'_>,
    choices: &[Choice],
) -> Displaced {
    let saved: f64 = choices.iter().map(|choice| choice.saves_mvnd).sum();
    let after = after(scorer, rows, request, choices);
    let displacement = &scorer.model().displacement;
    let neighbours = Neighbours::of(request.positions);
    let mut more = vec![0.0; rows.len()];
    for choice in choices {
        let prevented = after.get(choice.site).map_or(0.0, |after| after.robberies_fewer).max(0.0);
        let near = neighbours.nearest(request.positions, choice.site, displacement.within_m, displacement.neighbours);
        let each = prevented / count(near.len());
        for site in near {
            if let (Some(more), Some(after)) = (more.get_mut(site), after.get(site)) {
                *more += each * after.loss_each_mvnd;
            }
        }
    }
    let all: f64 = more.iter().sum();
    let worst = more.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    Displaced {
        likely_mvnd: saved - displacement.likely * all,
        high_mvnd: saved - displacement.high * all,
        worst: worst.filter(|(_, more)| *more > 0.0).map(|(site, more)| (site, displacement.high * more)),
    }
}

fn after(scorer: &Scorer, rows: &(impl Rows + ?Sized), request: &Request<'_>, choices: &[Choice]) -> Vec<After> {
    let model = scorer.model();
    let unit = &request.calibration;
    let each = (0..rows.len()).into_par_iter().map(|row| {
        let mut values = vec![0.0; model.fields.len()];
        rows.read(row, &mut values);
        let before = unit.robberies_at(scorer.totals(&mut values).0);
        rows.read(row, &mut values);
        if let Ok(at) = choices.binary_search_by_key(&row, |choice| choice.site) {
            let measures = choices.get(at).into_iter().flat_map(|choice| &choice.measures);
            let measures = measures.filter_map(|measure| model.measures.get(*measure));
            measures.for_each(|measure| crate::site::apply(model, measure, &mut values));
        }
        let (frequency, total) = scorer.totals(&mut values);
        let robberies = unit.robberies_at(frequency);
        After { robberies_fewer: before - robberies, loss_each_mvnd: unit.yearly_mvnd(total) / robberies }
    });
    each.collect()
}

/// Sites in the order of their latitude.
struct Neighbours {
    order: Vec<(f64, usize)>,
}

impl Neighbours {
    fn of(positions: &[Option<Position>]) -> Self {
        let placed = positions.iter().enumerate().filter_map(|(site, at)| at.map(|at| (at.lat_deg(), site)));
        let mut order: Vec<_> = placed.collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Self { order }
    }

    fn nearest(&self, positions: &[Option<Position>], site: usize, within_m: f64, most: usize) -> Vec<usize> {
        let Some(Some(at)) = positions.get(site).copied() else { return Vec::new() };
        let up = (within_m / keng_geo::MEAN_RADIUS_M).to_degrees();
        let from = self.order.partition_point(|(lat, _)| *lat < at.lat_deg() - up);
        let band = self.order.iter().skip(from).take_while(|(lat, _)| *lat <= at.lat_deg() + up);
        let others = band.filter(|(_, other)| *other != site);
        let mut near: Vec<(f64, usize)> = others
            .filter_map(|(_, other)| positions.get(*other).copied().flatten().map(|to| (at.distance_m(to), *other)))
            .filter(|(distance, _)| *distance <= within_m)
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.into_iter().take(most).map(|(_, other)| other).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few neighbours")]
fn count(neighbours: usize) -> f64 {
    neighbours.max(1) as f64
}
