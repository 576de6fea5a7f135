//! The measures of predictions are those of their definitions, and the prior counts are always beside them.

use keng_risk::validate::{Case, NoMeasure, compare};
use proptest::prelude::*;

#[test]
fn a_table_done_by_hand() {
    // Four sites of one size; the two with the highest chances are flagged.
    let cases = [case(0, 0.9, 1), case(1, 0.8, 3), case(2, 0.3, 0), case(0, 0.1, 0)];
    let both = compare(&cases, 0.5, 2).unwrap();
    assert_eq!(both.model.auc, 0.5, "of four pairs of an event and none two are in order");
    assert_eq!(both.model.brier, (0.81 + 0.04 + 0.49 + 0.01) / 4.0);
    assert_eq!(both.model.pai, (1.0 / 3.0) / 0.5);
    assert_eq!(both.model.pei, (1.0 / 3.0) / 1.0, "the best choice would have had all three");
    assert_eq!(
        both.model.calibration.iter().map(|group| (group.sites, group.observed)).collect::<Vec<_>>(),
        [(2, 0.5), (2, 0.5)]
    );
    // Before: 1, 3, 0, 0, a mean of 1. The rates are 1, 2, 1/2, 1/2.
    assert_eq!(
        both.prior_counts.auc, 0.625,
        "one and a half of the pairs of the second site, one of the third, half a tie"
    );
    assert_eq!(both.prior_counts.calibration[1].predicted, ((1.0 - (-1.0_f64).exp()) + (1.0 - (-2.0_f64).exp())) / 2.0);
}

#[test]
fn sizes_count_for_what_is_flagged() {
    let sized = |incidents, chance, size| Case { incidents, chance, before: 0, size };
    let cases = [sized(3, 0.9, 1.0), sized(1, 0.5, 4.0), sized(0, 0.1, 5.0)];
    let both = compare(&cases, 0.1, 1).unwrap();
    assert_eq!((both.model.pai, both.model.pei), (7.5, 1.0));
    assert_eq!(compare(&cases, 1.0, 1).unwrap().model.pai, 1.0, "to flag all is to say nothing");
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let good = [case(0, 0.5, 0), case(1, 0.5, 0)];
    assert_eq!(compare(&good[..1], 0.5, 1), Err(NoMeasure::OneKind));
    assert_eq!(compare(&good[1..], 0.5, 1), Err(NoMeasure::OneKind));
    assert_eq!(compare(&[good[0], case(1, 1.5, 0)], 0.5, 1), Err(NoMeasure::Chance(1)));
    assert_eq!(compare(&[Case { size: 0.0, ..good[0] }, good[1]], 0.5, 1), Err(NoMeasure::Size(0)));
    assert_eq!(compare(&good, 0.0, 1), Err(NoMeasure::Share));
    assert_eq!(compare(&good, 0.5, 0), Err(NoMeasure::Share));
}

proptest! {
    #[test]
    fn the_area_under_the_curve_is_the_share_of_pairs_in_order(rows in prop::collection::vec((0..3_u32, 0..6_u32), 2..60)) {
        let cases: Vec<_> = rows.iter().map(|(incidents, chance)| case(*incidents, f64::from(*chance) / 5.0, 0)).collect();
        let Ok(both) = compare(&cases, 0.3, 5) else { return Ok(()) };
        let (mut pairs, mut order) = (0.0, 0.0);
        for hit in cases.iter().filter(|case| case.incidents > 0) {
            for miss in cases.iter().filter(|case| case.incidents == 0) {
                pairs += 1.0;
                order += if hit.chance > miss.chance { 1.0 } else if hit.chance == miss.chance { 0.5 } else { 0.0 };
            }
        }
        prop_assert!((both.model.auc - order / pairs).abs() < 1e-12);
        prop_assert_eq!(both.prior_counts.auc, 0.5, "nobody had any before");
        prop_assert!(both.model.pei <= 1.0 + 1e-12);
        prop_assert_eq!(both.model.calibration.iter().map(|group| group.sites).sum::<usize>(), cases.len());
    }
}

fn case(incidents: u32, chance: f64, before: u32) -> Case {
    Case { incidents, chance, before, size: 1.0 }
}
