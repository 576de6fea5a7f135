use keng_risk::model::Part;
use keng_risk::score::{Calibration, Score, Scorer, reasons};
use keng_risk::{Model, Site};
use proptest::prelude::*;

use crate::support::any_site;

proptest! {
    #[test]
    fn for_every_site_in_whole_points(site in any_site()) {
        let model = Model::default();
        let score = Score::of(&model, &site.values);
        prop_assert_eq!(score.points.iter().sum::<i32>(), score.total());
        for part in Part::ALL {
            let of_part = reasons(&model).zip(&score.points).filter(|(reason, _)| reason.part(&model) == part);
            prop_assert_eq!(of_part.map(|(_, points)| *points).sum::<i32>(), score.part(part));
        }
    }

    /// A reason that a site shares with the reference says nothing.
    #[test]
    fn what_is_as_at_the_reference_site_has_no_points(site in any_site()) {
        let model = Model::default();
        let reference = Site::reference(&model);
        let score = Score::of(&model, &site.values);
        for (reason, points) in reasons(&model).zip(&score.points) {
            if reason.fields(&model).iter().all(|field| site.values[*field] == reference.values[*field]) {
                prop_assert_eq!(*points, 0, "{}", reason.name(&model));
            }
        }
    }

    /// The three parts, as robberies and money, multiply to the loss of a year that the total stands for.
    #[test]
    fn the_parts_multiply_to_the_yearly_loss(site in any_site()) {
        let model = Model::default();
        let score = Scorer::new(&model).score(&site.values);
        let unit = Calibration::of(&model, &model.base, [score.frequency]);
        let left = unit.left * (f64::from(score.response) / 1000.0).exp2();
        let product = unit.robberies_at(score.frequency) * unit.loss_at(score.consequence) * left;
        prop_assert!((product / unit.yearly_mvnd(score.total()) - 1.0).abs() < 1e-9);
        // What is left is the response itself, to the half point of rounding.
        let exact = 1.0 - model.response.saved.likely * score.intercepted;
        prop_assert!((left / exact).log2().abs() <= 0.0005 + 1e-12);
    }
}

#[test]
fn the_reference_site_has_no_points() {
    let model = Model::default();
    let score = Score::of(&model, &Site::reference(&model).values);
    assert!(score.points.iter().all(|points| *points == 0), "{score:?}");
}

#[test]
fn every_reason_has_a_name_of_its_own() {
    let model = Model::default();
    let names: std::collections::BTreeSet<_> = reasons(&model).map(|reason| reason.name(&model)).collect();
    assert_eq!(names.len(), reasons(&model).len());
}
