//! Sets of measures at a site, and what each costs and saves.

use crate::model::{MAX_MEASURES, Measure, Model};
use crate::score::{Calibration, Reason, Scorer, reasons};
use crate::site::apply;

/// Thousands of VND in a million.
const THOUSANDS: f64 = 1e3;
/// Thousandths of a VND in a million VND.
const THOUSANDTHS: f64 = 1e9;

/// A set of measures that is worth looking at: none costs as little and saves as much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    /// A bit for each measure.
    pub(crate) measures: u16,
    pub(crate) cost: u64,
    pub(crate) saves: u64,
}

/// All sets of a model's measures, the cheapest first.
pub(crate) struct Catalogue {
    sets: Vec<(u16, u64)>,
    /// Measures that touch a reason in common are in one group; what different groups do, adds up.
    groups: Vec<u16>,
}

impl Package {
    pub(crate) fn measures(&self) -> impl Iterator<Item = usize> + use<> {
        let measures = self.measures;
        (0..MAX_MEASURES).filter(move |measure| measures >> measure & 1 == 1)
    }

    pub(crate) fn cost_mvnd(&self) -> f64 {
        float(self.cost) / THOUSANDS
    }

    pub(crate) fn apply(&self, model: &Model, values: &mut [f64]) {
        apply_all(model, self.measures, values);
    }
}

impl Catalogue {
    pub(crate) fn of(model: &Model) -> Self {
        let costs: Vec<u64> = model.measures.iter().map(|measure| thousands(measure.cost_mvnd)).collect();
        let all = 1_u16 << costs.len().min(MAX_MEASURES);
        let cost = |set: u16| {
            costs.iter().enumerate().filter(|(measure, _)| set >> measure & 1 == 1).map(|(_, cost)| cost).sum()
        };
        let mut sets: Vec<(u16, u64)> = (0..all).map(|set| (set, cost(set))).collect();
        sets.sort_by_key(|(set, cost)| (*cost, set.count_ones(), *set));
        Self { sets, groups: groups(model) }
    }

    /// The packages of a site: nothing, and then each that saves more than all that cost no more.
    pub(crate) fn packages(&self, scorer: &Scorer, values: &[f64], unit: &Calibration) -> Vec<Package> {
        let mut scratch = values.to_vec();
        let now = scorer.totals(&mut scratch).1;
        let lowers = self.lowers(scorer, values, now);
        let before = unit.yearly_mvnd(now);
        let (mut packages, mut best) = (vec![Package { measures: 0, cost: 0, saves: 0 }], 0);
        for (set, cost) in &self.sets {
            let lower = lowers.get(usize::from(*set)).copied().unwrap_or(0);
            if lower > best {
                best = lower;
                let saves = whole((before - unit.yearly_mvnd(now - lower)) * THOUSANDTHS);
                add(&mut packages, Package { measures: *set, cost: *cost, saves });
            }
        }
        packages
    }

    /// For each set of measures, by how many points it lowers the score.
    fn lowers(&self, scorer: &Scorer, values: &[f64], now: i32) -> Vec<i32> {
        let mut lowers = vec![0_i32; self.sets.len()];
        let mut scratch = values.to_vec();
        let mut done = 0_u16;
        for group in &self.groups {
            for part in parts(*group) {
                scratch.copy_from_slice(values);
                apply_all(scorer.model(), part, &mut scratch);
                let lower = now - scorer.totals(&mut scratch).1;
                // Each set of the groups before, and this part of this group.
                for before in parts(done).chain([0]) {
                    let sum = lowers.get(usize::from(before)).copied().unwrap_or(0) + lower;
                    if let Some(place) = lowers.get_mut(usize::from(before | part)) {
                        *place = sum;
                    }
                }
            }
            done |= group;
        }
        lowers
    }
}

/// Costs of a set of measures or of a budget in whole thousands of VND.
pub(crate) fn thousands(mvnd: f64) -> u64 {
    whole(mvnd * THOUSANDS)
}

pub(crate) fn mvnd_saved(thousandths: u64) -> f64 {
    float(thousandths) / THOUSANDTHS
}

/// A package that costs no more than the last one replaces it.
fn add(packages: &mut Vec<Package>, package: Package) {
    match packages.last_mut() {
        Some(last) if last.saves >= package.saves => (),
        Some(last) if last.cost == package.cost => *last = package,
        _ => packages.push(package),
    }
}

/// The parts of a set but the empty one.
fn parts(set: u16) -> impl Iterator<Item = u16> {
    core::iter::successors(Some(set), move |part| Some(part.wrapping_sub(1) & set)).take_while(|part| *part != 0)
}

fn apply_all(model: &Model, set: u16, values: &mut [f64]) {
    let chosen = model.measures.iter().enumerate().filter(|(measure, _)| set >> measure & 1 == 1);
    chosen.for_each(|(_, measure)| apply(model, measure, values));
}

fn groups(model: &Model) -> Vec<u16> {
    let mut groups: Vec<(u16, Vec<usize>)> = Vec::new();
    for (number, measure) in model.measures.iter().enumerate().take(MAX_MEASURES) {
        let mut group = (1_u16 << number, touched(model, measure));
        let (own, others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|other| other.1.iter().any(|reason| group.1.contains(reason)));
        for other in own {
            group.0 |= other.0;
            group.1.extend(other.1);
        }
        groups = others;
        groups.push(group);
    }
    groups.into_iter().map(|(group, _)| group).collect()
}

/// The reasons that a measure touches. Those of the response are one: they are computed together.
fn touched(model: &Model, measure: &Measure) -> Vec<usize> {
    let names = measure.set.keys().chain(measure.add.keys()).chain(measure.scale.keys());
    let fields: Vec<usize> = names.filter_map(|name| model.field(name)).collect();
    let response = reasons(model).position(|reason| reason == Reason::Press).unwrap_or(usize::MAX);
    let touched = reasons(model)
        .enumerate()
        .filter(|(_, reason)| reason.fields(model).iter().any(|field| fields.contains(field)));
    touched.map(|(number, _)| number.min(response)).collect()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest integer there is"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "amounts below 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}
