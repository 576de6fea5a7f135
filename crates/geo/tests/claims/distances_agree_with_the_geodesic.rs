//! Distance and bearing against the geodesic on WGS 84.

use keng_geo::{MEAN_RADIUS_M, Position};
use proptest::prelude::*;

/// Two places, and metres and degrees between them by Karney's algorithm (`geographiclib` 2.0).
const GEODESICS: [(f64, f64, f64, f64, f64, f64); 10] = [
    (20.9825, 106.5379, 20.9734, 106.5397, 1_024.761, 169.4754),
    (20.9825, 106.5379, 21.0513, 106.4379, 12_887.903, 306.2492),
    (21.0285, 105.8542, 10.7769, 106.7009, 1_138_049.892, 175.3078),
    (0.0, 0.0, 0.0, 1.0, 111_319.491, 90.0),
    (0.0, 0.0, 1.0, 0.0, 110_574.389, 0.0),
    (89.0, 0.0, 90.0, 0.0, 111_693.865, 0.0),
    (0.0, 179.5, 0.0, -179.5, 111_319.491, 90.0),
    (51.5, -0.12, -33.87, 151.21, 16_989_375.111, 60.3857),
    (60.0, 10.0, 60.1, 10.0, 11_141.314, 0.0),
    (45.0, 45.0, 45.01, 45.01, 1_362.572, 35.3494),
];

#[test]
fn distances_are_within_the_stated_bound() {
    for (lat, lon, to_lat, to_lon, metres, _) in GEODESICS {
        let distance = at(lat, lon).distance_m(at(to_lat, to_lon));
        assert!((distance - metres).abs() <= 0.0057 * metres, "{distance} {metres}");
    }
}

#[test]
fn bearings_to_places_that_are_not_on_the_other_side_are_within_a_quarter_of_a_degree() {
    for (lat, lon, to_lat, to_lon, _, degrees) in GEODESICS.into_iter().filter(|geodesic| geodesic.4 < 1_200_000.0) {
        let bearing = at(lat, lon).bearing_deg(at(to_lat, to_lon));
        assert!((bearing - degrees).abs() <= 0.25, "{bearing} {degrees}");
    }
}

#[test]
fn a_millimetre_is_not_lost() {
    let millimetre_deg = (0.001 / MEAN_RADIUS_M).to_degrees();
    let distance = at(20.98, 106.55).distance_m(at(20.98 + millimetre_deg, 106.55));
    assert!((distance - 0.001).abs() < 1e-6, "{distance}");
}

#[test]
fn half_of_the_earth_is_the_most() {
    let half = core::f64::consts::PI * MEAN_RADIUS_M;
    assert!((at(0.0, 0.0).distance_m(at(0.0, 180.0)) - half).abs() < 1.0);
    assert!((at(90.0, 0.0).distance_m(at(-90.0, 77.0)) - half).abs() < 1.0);
}

#[test]
fn from_a_place_to_itself_it_is_nothing() {
    let here = at(20.98, 106.55);
    assert_eq!((here.distance_m(here), here.bearing_deg(here)), (0.0, 0.0));
}

proptest! {
    #[test]
    fn both_ways_are_equally_long_and_every_bearing_is_on_the_rose(one in place(), other in place()) {
        let (there, back) = (one.distance_m(other), other.distance_m(one));
        prop_assert!((there - back).abs() <= 1e-6 * there.max(1.0));
        prop_assert!((0.0..=core::f64::consts::PI * MEAN_RADIUS_M + 1e-6).contains(&there));
        prop_assert!((0.0..360.0).contains(&one.bearing_deg(other)));
    }

    #[test]
    fn no_detour_is_shorter(one in place(), over in place(), other in place()) {
        let detour = one.distance_m(over) + over.distance_m(other);
        prop_assert!(one.distance_m(other) <= detour + 1.0);
    }
}

fn place() -> impl Strategy<Value = Position> {
    (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| at(lat, lon))
}

fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}
