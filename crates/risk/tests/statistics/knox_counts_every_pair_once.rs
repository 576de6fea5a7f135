//! The Knox test counts what a look at all pairs counts, and its bins are half-open.

use keng_risk::near_repeat::{Bins, Incident, Metric, NoTest, count, knox};
use proptest::prelude::*;

#[test]
fn a_bin_holds_its_lower_edge_and_not_its_upper_one() {
    let bins = Bins::new(&[0.0, 5.0, 7.0], &[0.0, 2.0, 4.0]).unwrap();
    // 3 east and 4 north: 5 m in a straight line, 7 m along the streets; 2 days apart.
    let pair = [incident(0.0, 0.0, 10.0), incident(3.0, 4.0, 8.0)];
    assert_eq!(count(&pair, Metric::Euclidean, &bins).unwrap(), [0, 0, 0, 1], "5 m and 2 days are in the second bins");
    assert_eq!(count(&pair, Metric::Manhattan, &bins).unwrap(), [0; 4], "7 m is beyond the last");
    let late = [incident(0.0, 0.0, 0.0), incident(0.0, 1.0, 4.0)];
    assert_eq!(count(&late, Metric::Euclidean, &bins).unwrap(), [0; 4], "4 days are beyond the last");
    let same = [incident(1.0, 1.0, 3.0); 2];
    assert_eq!(
        count(&same, Metric::Euclidean, &bins).unwrap(),
        [1, 0, 0, 0],
        "one place and one time are in the first"
    );
    let apart = Bins::new(&[1.0, 5.0], &[1.0, 2.0]).unwrap();
    assert_eq!(count(&same, Metric::Euclidean, &apart).unwrap(), [0], "and in none, if the first does not begin at 0");
}

#[test]
fn the_same_seed_gives_the_same_table_on_any_number_of_threads() {
    let incidents: Vec<_> = (0..60)
        .map(|nth| incident(f64::from(nth * 37 % 50), f64::from(nth * 11 % 50), f64::from(nth * 7 % 60)))
        .collect();
    let bins = Bins::new(&[0.0, 5.0, 10.0, 20.0], &[0.0, 7.0, 14.0]).unwrap();
    let run = |seed| knox(&incidents, Metric::Manhattan, &bins, 99, seed).unwrap();
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| run(5));
    assert_eq!(with(1), with(3));
    assert_ne!(run(5), run(6));
}

#[test]
fn chance_alone_is_what_the_places_and_times_make_likely() {
    // The mean over the shuffles of a cell is (pairs this near) x (pairs this soon) / (all pairs).
    let incidents: Vec<_> = (0..40)
        .map(|nth| incident(f64::from(nth * 37 % 50), f64::from(nth * 11 % 50), f64::from(nth * 7 % 60)))
        .collect();
    let bins = Bins::new(&[0.0, 10.0], &[0.0, 7.0]).unwrap();
    let near = by_hand(&incidents, Metric::Euclidean, &[0.0, 10.0], &[0.0, 1e9])[0];
    let soon = by_hand(&incidents, Metric::Euclidean, &[0.0, 1e9], &[0.0, 7.0])[0];
    let expected = (near * soon) as f64 / 780.0;
    let cell = *knox(&incidents, Metric::Euclidean, &bins, 4_000, 1).unwrap().cell(0, 0).unwrap();
    assert!((cell.expected / expected - 1.0).abs() < 0.02, "{} against {expected}", cell.expected);
}

#[test]
fn p_values_of_no_pattern_are_spread_evenly() {
    let bins = Bins::new(&[0.0, 15.0], &[0.0, 20.0]).unwrap();
    let draw = |trial: u32, nth: u32| {
        let mix = |x: u64| (x ^ x >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mix(mix(mix(u64::from(trial) << 32 | u64::from(nth)).wrapping_add(0x9E37_79B9_7F4A_7C15))) >> 11) as f64
            / (1_u64 << 53) as f64
    };
    let p = |trial: u32| {
        let incidents: Vec<_> = (0..60)
            .map(|nth| {
                incident(
                    draw(trial, 3 * nth) * 100.0,
                    draw(trial, 3 * nth + 1) * 100.0,
                    draw(trial, 3 * nth + 2) * 365.0,
                )
            })
            .collect();
        knox(&incidents, Metric::Euclidean, &bins, 99, u64::from(trial)).unwrap().cell(0, 0).unwrap().p_value
    };
    let low = (0..400).filter(|trial| p(*trial) <= 0.1).count();
    assert!((15..=60).contains(&low), "{low} of 400 below 0.1");
}

#[test]
fn what_is_no_table_is_refused() {
    assert_eq!(Bins::new(&[0.0], &[0.0, 1.0]), Err(NoTest::Edges));
    assert_eq!(Bins::new(&[0.0, 2.0, 2.0], &[0.0, 1.0]), Err(NoTest::Edges));
    assert_eq!(Bins::new(&[-1.0, 2.0], &[0.0, 1.0]), Err(NoTest::Edges));
    let bins = Bins::new(&[0.0, 1.0], &[0.0, 1.0]).unwrap();
    assert_eq!(count(&[incident(0.0, f64::NAN, 0.0)], Metric::Euclidean, &bins), Err(NoTest::NotFinite(0)));
    assert_eq!(count(&[incident(0.0, 0.0, 0.0); 10_001], Metric::Euclidean, &bins), Err(NoTest::TooManyPairs));
    assert_eq!(count(&[], Metric::Euclidean, &bins), Ok(vec![0]));
}

proptest! {
    /// Whole numbers, so that many pairs lie right at an edge; and places far from 0 and of both signs.
    #[test]
    fn counts_are_those_of_all_pairs(
        places in prop::collection::vec((-30..30_i32, -30..30_i32, -50..50_i32), 0..80),
        metric in prop::sample::select(vec![Metric::Euclidean, Metric::Manhattan]),
        first in 0..2_u8,
    ) {
        let incidents: Vec<_> = places.iter().map(|(east, north, day)| incident(f64::from(*east), f64::from(*north), f64::from(*day))).collect();
        let (metres, days) = ([f64::from(first), 3.0, 5.0, 13.0], [0.0, 1.0, 4.0, 20.0]);
        let bins = Bins::new(&metres, &days).unwrap();
        prop_assert_eq!(count(&incidents, metric, &bins).unwrap(), by_hand(&incidents, metric, &metres, &days));
    }
}

fn by_hand(incidents: &[Incident], metric: Metric, metres: &[f64], days: &[f64]) -> Vec<u64> {
    let mut counts = Vec::new();
    for distance in metres.windows(2) {
        for lag in days.windows(2) {
            let mut pairs = 0;
            for (nth, one) in incidents.iter().enumerate() {
                for other in &incidents[..nth] {
                    let (east, north) = ((one.east_m - other.east_m).abs(), (one.north_m - other.north_m).abs());
                    let apart = if metric == Metric::Euclidean { east.hypot(north) } else { east + north };
                    let later = (one.day - other.day).abs();
                    pairs +=
                        u64::from(distance[0] <= apart && apart < distance[1] && lag[0] <= later && later < lag[1]);
                }
            }
            counts.push(pairs);
        }
    }
    counts
}

fn incident(east_m: f64, north_m: f64, day: f64) -> Incident {
    Incident { east_m, north_m, day }
}
