//! What has no finite estimate is no fit, and says why.

use keng_risk::fit::{Family, NoFit, Penalty, Prior, Table, fit};
use proptest::prelude::*;

#[test]
fn separated_data_does_not_converge_to_a_large_number() {
    let rising: Vec<f64> = (0..20).map(f64::from).collect();
    let above: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row >= 10))).collect();
    assert_eq!(logistic(&rising, 1, &above), Err(NoFit::Separated), "completely");
    // All with the feature had an event, of those without some: the feature's estimate has no bound (quasi-complete separation).
    let feature: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row < 5))).collect();
    let outcomes: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row < 5 || row % 2 == 0))).collect();
    assert_eq!(logistic(&feature, 1, &outcomes), Err(NoFit::Separated), "from one side");
    let firth = fit(&table(&feature, 1, &outcomes), Family::Logistic, Penalty::Firth).unwrap();
    assert!(firth.coefficients.iter().all(|coefficient| coefficient.abs() < 5.0));
    let priors = [Prior { mean: 0.0, sd: 2.0 }; 2];
    assert!(fit(&table(&feature, 1, &outcomes), Family::Logistic, Penalty::Gaussian(&priors)).is_ok());
}

/// Few rows, where a whole step of Firth's goes three times too far: found by chance.
#[test]
fn firths_steps_end_where_each_goes_too_far() {
    for (features, outcomes) in
        [([3.0, 3.0, 4.0, 0.0], [0.0, 0.0, 0.0, 1.0]), ([0.0, 0.0, 6.0, 0.0], [0.0, 1.0, 0.0, 0.0])]
    {
        let firth = fit(&table(&features, 1, &outcomes), Family::Logistic, Penalty::Firth).unwrap();
        assert!(firth.steps < 100, "{} steps", firth.steps);
    }
}

#[test]
fn counts_that_are_never_there_with_a_feature_are_separated() {
    let feature: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row < 5))).collect();
    let counts: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row >= 5)) * f64::from(row % 3)).collect();
    let refused = fit(&table(&feature, 1, &counts), Family::Poisson, Penalty::None);
    assert_eq!(refused.map(|fit| fit.coefficients), Err(NoFit::Separated));
    assert!(fit(&table(&feature, 1, &counts), Family::Poisson, Penalty::Firth).is_ok());
}

#[test]
fn rare_events_are_not_taken_for_separated_ones() {
    let features: Vec<f64> = (0..12_000).map(|site| f64::from(u8::from(site % 2 == 0))).collect();
    let robbed: Vec<f64> =
        (0..12_000).map(|site| f64::from(u8::from([3, 500, 1_001, 7_007].contains(&site)))).collect();
    let rare = fit(&table(&features, 1, &robbed), Family::Logistic, Penalty::None).unwrap();
    assert!((rare.coefficients[1] + 3.0_f64.ln()).abs() < 1e-3);
    let watched = vec![1e-4; 12_000];
    let table = Table { exposures: Some(&watched), ..table(&features, 1, &robbed) };
    let rate = fit(&table, Family::Poisson, Penalty::None).unwrap();
    assert!((rate.coefficients[0] - (3.0 / 0.6_f64).ln()).abs() < 1e-9);
}

#[test]
fn columns_that_are_sums_of_others_are_singular() {
    let features: Vec<f64> =
        (0..20).flat_map(|row| [f64::from(row % 7), f64::from(row % 3), f64::from(row % 7 + row % 3)]).collect();
    let outcomes: Vec<f64> = (0..20).map(|row| f64::from(row * 13 % 5 / 3)).collect();
    assert_eq!(logistic(&features, 3, &outcomes), Err(NoFit::Singular));
    assert_eq!(logistic(&[4.0; 20], 1, &outcomes), Err(NoFit::Singular), "a feature that never changes");
    assert_eq!(logistic(&[0.0; 20], 1, &outcomes), Err(NoFit::Singular));
}

#[test]
fn what_is_no_table_is_refused_with_the_row() {
    let outcomes = [0.0, 1.0, 0.0];
    assert_eq!(logistic(&[1.0, 2.0], 1, &outcomes), Err(NoFit::Shape));
    assert_eq!(logistic(&[], 0, &[]), Err(NoFit::Shape));
    assert_eq!(
        logistic(&[1.0, 2.0, f64::NAN, 0.0, 1.0, 2.0], 2, &outcomes),
        Err(NoFit::Feature { row: 1, feature: 0 })
    );
    assert_eq!(logistic(&[1.0, 2.0, 3.0], 1, &[0.0, 1.0, 2.0]), Err(NoFit::Outcome(2)));
    assert_eq!(logistic(&[1.0, 2.0, 3.0], 1, &[0.0; 3]), Err(NoFit::NoEvents));
    assert_eq!(logistic(&[1.0, 2.0, 3.0], 1, &[1.0; 3]), Err(NoFit::OnlyEvents));
    let prior = [Prior { mean: 0.0, sd: 1.0 }, Prior { mean: 0.0, sd: 0.0 }];
    let refused = fit(&table(&[1.0, 2.0, 3.0], 1, &outcomes), Family::Logistic, Penalty::Gaussian(&prior));
    assert_eq!(refused.map(|fit| fit.steps), Err(NoFit::Prior(1)));
    let exposed = Table { exposures: Some(&[1.0, 0.0, 1.0]), ..table(&[1.0, 2.0, 3.0], 1, &outcomes) };
    assert_eq!(fit(&exposed, Family::Poisson, Penalty::None).map(|fit| fit.steps), Err(NoFit::Outcome(1)));
}

proptest! {
    /// One feature: the data is separated if and only if some cut has all events on one side, ties allowed at the cut.
    #[test]
    fn separation_is_seen_when_it_is_there_and_only_then(
        rows in prop::collection::vec((0..8_i32, any::<bool>()), 4..40),
    ) {
        let features: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let outcomes: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(row.1))).collect();
        let of = |event: bool| rows.iter().filter(move |row| row.1 == event).map(|row| row.0);
        let kinds = of(true).min().zip(of(false).min());
        prop_assume!(kinds.is_some());
        let changes = rows.iter().any(|row| row.0 != rows[0].0);
        let is_separated = of(true).min() >= of(false).max() || of(false).min() >= of(true).max();
        let expected = match (changes, is_separated) {
            (false, _) => Some(NoFit::Singular),
            (true, true) => Some(NoFit::Separated),
            (true, false) => None,
        };
        prop_assert_eq!(logistic(&features, 1, &outcomes).err(), expected);
        if changes {
            prop_assert!(fit(&table(&features, 1, &outcomes), Family::Logistic, Penalty::Firth).is_ok());
        }
    }
}

fn logistic(features: &[f64], width: usize, outcomes: &[f64]) -> Result<Vec<f64>, NoFit> {
    fit(&table(features, width, outcomes), Family::Logistic, Penalty::None).map(|fit| fit.coefficients)
}

fn table<'a>(features: &'a [f64], width: usize, outcomes: &'a [f64]) -> Table<'a> {
    Table { features, width, outcomes, exposures: None }
}
