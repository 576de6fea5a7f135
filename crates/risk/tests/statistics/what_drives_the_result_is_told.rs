//! Sobol's indices are those that can be known on paper.

use core::f64::consts::PI;

use keng_risk::sensitivity::{Indices, NoIndices, sobol};

/// Ishigami's function with a = 7 and b = 0.1, whose indices are known (Ishigami and Homma 1990).
#[test]
fn ishigamis_indices_are_within_a_hundredth_whatever_the_seed() {
    for seed in 0..10 {
        let Indices { first, total, variance, .. } = sobol(3, 1 << 13, seed, ishigami).unwrap();
        near(&first, &[0.3139, 0.4424, 0.0]);
        near(&total, &[0.5576, 0.4424, 0.2437]);
        let known = 7.0_f64.powi(2) / 8.0 + 0.1 * PI.powi(4) / 5.0 + 0.1_f64.powi(2) * PI.powi(8) / 18.0 + 0.5;
        assert!((variance / known - 1.0).abs() < 0.01, "{variance} against {known}");
    }
}

/// Sobol's g-function, with eight inputs of falling weight.
#[test]
fn eight_inputs_are_told_apart() {
    let weights = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let indices = sobol(8, 1 << 14, 3, |x| {
        x.iter().zip(weights).map(|(x, weight)| ((4.0 * x - 2.0).abs() + weight) / (1.0 + weight)).product()
    });
    let parts = weights.map(|weight| 1.0 / (3.0 * (1.0_f64 + weight).powi(2)));
    let all: f64 = parts.iter().map(|part| 1.0 + part).product::<f64>() - 1.0;
    let Indices { first, total, mean, .. } = indices.unwrap();
    near(&first, &parts.map(|part| part / all));
    near(&total, &parts.map(|part| part * (1.0 + all) / (1.0 + part) / all));
    assert!((mean - 1.0).abs() < 0.01);
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| sobol(3, 500, 9, ishigami).unwrap())
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn what_has_no_indices_says_so() {
    assert_eq!(sobol(0, 100, 1, |_| 0.0), Err(NoIndices::Shape { inputs: 0, points: 100 }));
    assert_eq!(sobol(2, 1, 1, |_| 0.0), Err(NoIndices::Shape { inputs: 2, points: 1 }));
    assert_eq!(sobol(2, 100, 1, |_| 4.0), Err(NoIndices::Constant));
    assert_eq!(sobol(2, 100, 1, |x| if x[0] < 0.5 { f64::NAN } else { x[0] }), Err(NoIndices::NotFinite));
}

fn ishigami(x: &[f64]) -> f64 {
    let angle = |x: f64| (2.0 * x - 1.0) * PI;
    angle(x[0]).sin() + 7.0 * angle(x[1]).sin().powi(2) + 0.1 * angle(x[2]).powi(4) * angle(x[0]).sin()
}

#[track_caller]
fn near(ours: &[f64], known: &[f64]) {
    for (ours, known) in ours.iter().zip(known) {
        assert!((ours - known).abs() < 0.01, "{ours} against {known}");
    }
}
