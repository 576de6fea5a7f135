//! A position that exists is valid.

use keng_geo::{OutOfRange, Position};

#[test]
fn the_ends_of_both_ranges_are_places() {
    for (lat, lon) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)] {
        assert_eq!(Position::new(lat, lon).map(|at| (at.lat_deg(), at.lon_deg())), Ok((lat, lon)));
    }
}

#[test]
fn what_is_beyond_a_range_is_named() {
    assert_eq!(Position::new(90.000_001, 0.0), Err(OutOfRange::Latitude(90.000_001)));
    assert_eq!(Position::new(0.0, -180.5), Err(OutOfRange::Longitude(-180.5)));
}

#[test]
fn what_is_no_number_is_no_place() {
    for no in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Position::new(no, 0.0).is_err() && Position::new(0.0, no).is_err());
    }
}

#[test]
fn swapped_coordinates_of_viet_nam_are_refused() {
    assert_eq!(Position::new(106.55, 20.98), Err(OutOfRange::Latitude(106.55)));
}
