//! A file of boundaries that is wrong says in which feature and what.

use core::error::Error as _;

use keng_geo::Boundaries;
use keng_geo::boundary::{MAX_FEATURES, MAX_OCTETS, MAX_POSITIONS, Problem, Wrong};
use proptest::prelude::*;

const GOOD: &str = "[[[0,0],[1,0],[1,1],[0,0]]]";

#[test]
fn the_second_feature_is_named_when_it_is_wrong() {
    let problem = refused(&collection(&[polygon(GOOD), polygon("[[[0,0],[1,0],[1,1],[0,1]]]")]));
    assert_eq!(problem.feature, Some(2));
    assert_eq!(problem.to_string(), "feature 2: ring 1 does not end where it began");
}

#[test]
fn swapped_coordinates_say_where_and_why() {
    let problem = refused(&polygon("[[[106.5,20.9],[106.6,20.9],[20.9,106.6],[106.5,20.9]]]"));
    assert_eq!(problem.to_string(), "ring 1, position 3: not [longitude, latitude] in degrees");
    assert_eq!(problem.source().unwrap().to_string(), "latitude 106.6 is not from -90 to 90 degrees");
}

#[test]
fn each_violation_has_its_own_name() {
    let wrong = |json: &str| refused(json).wrong;
    assert!(matches!(wrong("{"), Wrong::NotJson(_)));
    assert!(matches!(wrong("[]"), Wrong::NoType));
    assert!(matches!(wrong(r#"{"type":7}"#), Wrong::NoType));
    assert!(matches!(wrong(r#"{"type":"FeatureCollection"}"#), Wrong::Missing("features")));
    assert!(matches!(wrong(r#"{"type":"Feature","geometry":null}"#), Wrong::Missing("properties")));
    assert!(matches!(
        wrong(r#"{"type":"Feature","properties":{"name":"a"},"geometry":null}"#),
        Wrong::Missing("geometry")
    ));
    assert!(matches!(wrong(r#"{"type":"Polygon"}"#), Wrong::Missing("coordinates")));
    assert!(matches!(wrong(r#"{"type":"Point","coordinates":[0,0]}"#), Wrong::NotAnArea(kind) if &*kind == "Point"));
    assert!(matches!(wrong(&collection(&[polygon(GOOD).replace("Feature", "Fature")])), Wrong::NotAnArea(_)));
    assert!(matches!(wrong(&polygon(GOOD).replace("\"a\"", "\" \"")), Wrong::NoName(key) if &*key == "name"));
    assert!(matches!(wrong(&polygon("[]")), Wrong::NoRing));
    assert!(matches!(wrong(r#"{"type":"MultiPolygon","coordinates":[]}"#), Wrong::NoRing));
    assert!(matches!(wrong(&polygon("[[[0,0],[1,1],[0,0]]]")), Wrong::ShortRing { ring: 1, positions: 3 }));
    assert!(matches!(wrong(&polygon("[[[0,0],[1,1],[2,2],[0,0]]]")), Wrong::FlatRing { ring: 1 }));
    let hole = "[[[0,0],[1,0],[1,1],[0,0]],[[0,0],[1],[1,1],[0,0]]]";
    assert!(matches!(wrong(&polygon(hole)), Wrong::NotAPosition { ring: 2, position: 2 }));
    assert!(matches!(wrong(&polygon("[[[0,0],[\"1\",0],[1,1],[0,0]]]")), Wrong::NotAPosition { .. }));
    assert!(matches!(
        wrong(&polygon("[[[179,0],[-179,0],[179,1],[179,0]]]")),
        Wrong::AcrossTheMeridian { ring: 1, position: 1 }
    ));
}

#[test]
fn a_file_beyond_a_bound_is_refused() {
    assert!(matches!(refused(&" ".repeat(MAX_OCTETS + 1)).wrong, Wrong::TooLong(_)));
    let many = vec!["7".to_owned(); MAX_FEATURES + 1];
    assert!(matches!(refused(&collection(&many)).wrong, Wrong::TooManyFeatures(_)));
    let long = format!("[[{}[0,0]]]", "[0,0],".repeat(MAX_POSITIONS));
    assert!(matches!(refused(&polygon(&long)).wrong, Wrong::TooManyPositions));
}

#[test]
fn a_file_at_the_bound_of_features_is_read() {
    let many = vec![polygon(GOOD); MAX_FEATURES];
    assert_eq!(Boundaries::read(collection(&many).as_bytes(), "name").unwrap().iter().len(), MAX_FEATURES);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let deep = format!("{{\"type\":\"Polygon\",\"coordinates\":{}", "[".repeat(1_000_000));
    assert!(matches!(refused(&deep).wrong, Wrong::NotJson(_)));
}

#[test]
fn a_strange_type_does_not_flood_the_error() {
    let long = format!(r#"{{"type":"{}"}}"#, "x".repeat(100_000));
    assert!(refused(&long).to_string().len() < 200);
}

proptest! {
    #[test]
    fn no_octets_make_it_panic(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Boundaries::read(&octets, "name");
    }

    #[test]
    fn no_cut_of_a_good_file_is_taken_for_good(cut in 0..4_000_usize) {
        let good = include_bytes!("../../data/invented.geojson");
        let cut = cut.min(good.len() - 3);
        prop_assert!(Boundaries::read(&good[..cut], "vi").is_err());
    }
}

fn refused(json: &str) -> Problem {
    Boundaries::read(json.as_bytes(), "name").unwrap_err()
}

fn polygon(rings: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{"name":"a"}},"geometry":{{"type":"Polygon","coordinates":{rings}}}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}
