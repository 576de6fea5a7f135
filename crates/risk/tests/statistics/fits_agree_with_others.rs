//! Fits say what statsmodels, firthlogist, published tables and integration say.

use keng_risk::fit::{Family, Fit, Penalty, Prior, Table, fit};

use crate::peers::python;

#[test]
fn plain_fits_agree_with_statsmodels_to_a_millionth() {
    let Some(mut printed) = python("fits.py") else { return };
    let mut tables = 0;
    while printed.has("family") {
        let family = if printed.take("family") == [0.0] { Family::Logistic } else { Family::Poisson };
        let width = width(&printed.take("width"));
        let (features, outcomes, exposures) =
            (printed.take("features"), printed.take("outcomes"), printed.take("exposures"));
        let exposures = Some(exposures.as_slice()).filter(|exposures| !exposures.is_empty());
        let fit =
            fit(&Table { features: &features, width, outcomes: &outcomes, exposures }, family, Penalty::None).unwrap();
        agree(&fit.coefficients, &printed.take("coefficients"), 1e-6);
        agree(&fit.standard_errors, &printed.take("errors"), 1e-6);
        agree(&[fit.log_likelihood], &printed.take("likelihood"), 1e-9);
        tables += 1;
    }
    assert_eq!(tables, 4);
}

#[test]
fn firths_fit_agrees_with_firthlogist() {
    let Some(mut printed) = python("firth.py") else { return };
    let mut tables = 0;
    while printed.has("width") {
        let width = width(&printed.take("width"));
        let (features, outcomes) = (printed.take("features"), printed.take("outcomes"));
        let fit = fit(
            &Table { features: &features, width, outcomes: &outcomes, exposures: None },
            Family::Logistic,
            Penalty::Firth,
        )
        .unwrap();
        agree(&fit.coefficients, &printed.take("coefficients"), 1e-5);
        agree(&fit.standard_errors, &printed.take("errors"), 1e-5);
        if width == 6 {
            // What logistf's manual prints for its table sex2: (Intercept), age, oc, vic, vicl, vis, dia.
            let published =
                [0.120_254_04, -1.105_981_30, -0.068_816_73, 2.268_874_64, -2.111_408_16, -0.788_316_94, 3.096_012_63];
            agree(&fit.coefficients, &published, 1e-5);
        }
        tables += 1;
    }
    assert_eq!(tables, 2);
}

/// One group of counts: Firth's estimate of a rate is (events + 1/2) / watched, which is known on paper.
#[test]
fn firths_rate_of_counts_is_half_an_event_more() {
    let table = Table { features: &[], width: 0, outcomes: &[0.0, 2.0, 1.0], exposures: Some(&[10.0, 20.0, 5.0]) };
    let fit = fit(&table, Family::Poisson, Penalty::Firth).unwrap();
    agree(&fit.coefficients, &[(3.5_f64 / 35.0).ln()], 1e-9);
}

/// One group of 0 and 1: Firth's estimate of the chance is (events + 1/2) / (rows + 1).
#[test]
fn firths_chance_is_half_an_event_of_each_kind_more() {
    let table = Table { features: &[], width: 0, outcomes: &[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], exposures: None };
    let fit = fit(&table, Family::Logistic, Penalty::Firth).unwrap();
    agree(&fit.coefficients, &[(1.5_f64 / 6.5).ln()], 1e-9);
}

#[test]
fn the_posterior_is_what_integration_over_all_coefficients_gives() {
    let features: Vec<f64> = (0..150).map(|row| f64::from(row % 15) / 5.0).collect();
    for (family, outcome) in [(Family::Logistic, 5), (Family::Poisson, 3)] {
        let event = |row: usize| f64::from(u8::from(row * 7919 % 17 < outcome + row % 15 / 3));
        let outcomes: Vec<f64> = (0..150).map(event).collect();
        let priors = [Prior { mean: -1.0, sd: 1.0 }, Prior { mean: 0.5, sd: 0.3 }];
        let table = Table { features: &features, width: 1, outcomes: &outcomes, exposures: None };
        let fit = fit(&table, family, Penalty::Gaussian(&priors)).unwrap();
        let (means, sds) = integrate(&table, family, &priors, &fit);
        for nth in 0..2 {
            let off = (fit.coefficients[nth] - means[nth]).abs() / sds[nth];
            assert!(off < 0.1, "{family:?} {nth}: {} against {}", fit.coefficients[nth], means[nth]);
            let ratio = fit.standard_errors[nth] / sds[nth];
            assert!(
                (0.95..1.05).contains(&ratio),
                "{family:?} {nth}: {} against {}",
                fit.standard_errors[nth],
                sds[nth]
            );
        }
    }
}

#[test]
fn what_nothing_is_known_of_is_fitted_as_without_priors_and_what_is_known_stays() {
    let features = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let outcomes = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    let table = Table { features: &features, width: 1, outcomes: &outcomes, exposures: None };
    let prior = |mean, sd| Prior { mean, sd };
    let plain = fit(&table, Family::Logistic, Penalty::None).unwrap();
    let open =
        fit(&table, Family::Logistic, Penalty::Gaussian(&[prior(0.0, f64::INFINITY), prior(7.0, f64::INFINITY)]))
            .unwrap();
    agree(&open.coefficients, &plain.coefficients, 1e-9);
    let sure = fit(&table, Family::Logistic, Penalty::Gaussian(&[prior(0.0, 1e-6), prior(2.0, 1e-6)])).unwrap();
    agree(&sure.coefficients, &[0.0, 2.0], 1e-5);
}

/// Means and standard deviations over a square of seven of them around the fit.
fn integrate(table: &Table<'_>, family: Family, priors: &[Prior], fit: &Fit) -> ([f64; 2], [f64; 2]) {
    let steps = || (0..=280).map(|step| f64::from(step) / 20.0 - 7.0);
    let (mut weight, mut sums, mut squares) = (0.0, [0.0; 2], [0.0; 2]);
    let top = log_posterior(table, family, priors, &fit.coefficients);
    for one in steps() {
        for other in steps() {
            let at = [
                fit.coefficients[0] + one * fit.standard_errors[0],
                fit.coefficients[1] + other * fit.standard_errors[1],
            ];
            let height = (log_posterior(table, family, priors, &at) - top).exp();
            weight += height;
            for nth in 0..2 {
                sums[nth] += height * at[nth];
                squares[nth] += height * at[nth] * at[nth];
            }
        }
    }
    let means = sums.map(|sum| sum / weight);
    (means, [0, 1].map(|nth| (squares[nth] / weight - means[nth] * means[nth]).sqrt()))
}

fn log_posterior(table: &Table<'_>, family: Family, priors: &[Prior], at: &[f64]) -> f64 {
    let rows = table.features.iter().zip(table.outcomes).map(|(feature, outcome)| {
        let sum = at[0] + at[1] * feature;
        match family {
            Family::Logistic => outcome * sum - sum.exp().ln_1p(),
            Family::Poisson => outcome * sum - sum.exp(),
        }
    });
    rows.sum::<f64>()
        - priors.iter().zip(at).map(|(prior, at)| ((at - prior.mean) / prior.sd).powi(2) / 2.0).sum::<f64>()
}

#[track_caller]
fn agree(ours: &[f64], theirs: &[f64], within: f64) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() <= within * theirs.abs().max(1.0), "{ours} against {theirs}");
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
fn width(line: &[f64]) -> usize {
    line[0] as usize
}
