use keng_risk::{Calibration, Model, Scorer};
use proptest::prelude::*;

use crate::support::any_site;

proptest! {
    #[test]
    fn whatever_the_sites_are(sites in proptest::collection::vec(any_site(), 1..20)) {
        let model = Model::default();
        let scorer = Scorer::new(&model);
        let frequency: Vec<_> = sites.iter().map(|site| scorer.score(&site.values).frequency).collect();
        let unit = Calibration::of(&model, &model.base, frequency.iter().copied());
        let all: f64 = frequency.iter().map(|points| unit.robberies_at(*points)).sum();
        prop_assert!((all / (model.base.rate() * sites.len() as f64) - 1.0).abs() < 1e-9);
    }
}

#[test]
fn the_default_base_rate_is_within_what_was_seen() {
    let base = Model::default().base.clone();
    // 4 to 13 a year over 12,000 sites.
    assert!((4.0 / 12_000.0..13.0 / 12_000.0).contains(&base.rate()));
    assert!(base.rate_at(-1.645) < base.rate() && base.rate() < base.rate_at(1.645));
}

#[test]
fn incidents_of_ones_own_move_the_rate_as_far_as_they_weigh() {
    let base = Model::default().base.clone();
    let after = base.updated(3.0, 1000.0);
    assert!((after.rate() - (23.0 + 3.0) / 37_000.0).abs() < 1e-12);
}
