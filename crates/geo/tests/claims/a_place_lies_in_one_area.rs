//! Which boundary holds a place.

use keng_geo::{Boundaries, Position};
use proptest::prelude::*;

const INVENTED: &[u8] = include_bytes!("../../data/invented.geojson");

#[test]
fn a_place_is_in_the_area_around_it() {
    let areas = Boundaries::read(INVENTED, "vi").unwrap();
    let holding = areas.holding(at(20.98, 106.57)).unwrap();
    assert_eq!(holding.id(), Some("2"));
    assert_eq!(holding.name(), "Khu Đông Nam (hư cấu)");
    assert_eq!(holding.property("en"), Some("South-east (invented)"));
    assert!(areas.holding(at(20.98, 106.70)).is_none());
}

#[test]
fn a_hole_belongs_to_whoever_fills_it() {
    let areas = Boundaries::read(INVENTED, "vi").unwrap();
    assert_eq!(areas.holding(at(21.025, 106.475)).unwrap().id(), Some("4"));
    assert_eq!(areas.holding(at(21.025, 106.465)).unwrap().id(), Some("3"));
}

#[test]
fn a_hole_that_nobody_fills_is_outside() {
    let ring = r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[3,3],[6,3],[6,6],[3,6],[3,3]]]}"#;
    let areas = Boundaries::read(ring.as_bytes(), "name").unwrap();
    assert!(areas.holding(at(4.0, 4.0)).is_none());
    assert!(areas.holding(at(1.0, 4.0)).is_some());
}

#[test]
fn the_smaller_of_two_is_the_answer() {
    let square = |name: &str, size: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{{"type":"Polygon",
            "coordinates":[[[0,0],[0,{size}],[{size},{size}],[{size},0],[0,0]]]}}}}"#
        )
    };
    let both =
        format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, square("city", 8.0), square("ward", 2.0));
    let areas = Boundaries::read(both.as_bytes(), "name").unwrap();
    assert_eq!(areas.holding(at(1.0, 1.0)).unwrap().name(), "ward");
    assert_eq!(areas.holding(at(3.0, 3.0)).unwrap().name(), "city");
}

#[test]
fn a_corner_that_four_areas_share_is_in_one_of_them() {
    let areas = Boundaries::read(INVENTED, "vi").unwrap();
    let corner = at(21.005, 106.515);
    assert_eq!(areas.iter().filter(|area| area.holds(corner)).count(), 1);
}

#[test]
fn an_area_holds_its_western_and_southern_edges_and_not_the_others() {
    let square = r#"{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}"#;
    let areas = Boundaries::read(square.as_bytes(), "name").unwrap();
    let holds = |lat, lon| areas.holding(at(lat, lon)).is_some();
    assert_eq!([holds(1.0, 0.0), holds(0.0, 1.0), holds(1.0, 2.0), holds(2.0, 1.0)], [true, true, false, false]);
}

proptest! {
    /// A crooked grid: every place in its inside, corners and edges too, is in exactly one cell.
    #[test]
    fn cells_that_share_their_edges_share_no_place(
        bends in prop::collection::vec((-0.3..0.3, -0.3..0.3), 25),
        (row, column, along) in (0..4_usize, 0..4_usize, 0.0..=1.0),
        (lat, lon) in (1.5..2.5, 1.5..2.5),
    ) {
        let corner = |row: usize, column: usize| {
            let (up, right) = bends[row * 5 + column];
            (f64::from(u8::try_from(column).unwrap()) + right, f64::from(u8::try_from(row).unwrap()) + up)
        };
        let areas = grid(corner);
        let holders = |place: Position| areas.iter().filter(|area| area.holds(place)).count();
        prop_assert_eq!(holders(at(lat, lon)), 1);
        if (1..3).contains(&row) && (1..3).contains(&column) {
            let ((x, y), (to_x, to_y)) = (corner(row, column), corner(row + 1, column));
            prop_assert_eq!(holders(at(y, x)), 1);
            prop_assert_eq!(holders(at(y + along * (to_y - y), x + along * (to_x - x))), 1);
        }
    }

    #[test]
    fn winding_does_not_matter(lat in 20.9..21.1, lon in 106.4..106.65) {
        let forth = Boundaries::read(INVENTED, "vi").unwrap();
        let back = Boundaries::read(turned().to_string().as_bytes(), "vi").unwrap();
        let id = |areas: &Boundaries| areas.holding(at(lat, lon)).and_then(|area| area.id().map(str::to_owned));
        prop_assert_eq!(id(&forth), id(&back));
    }
}

fn grid(corner: impl Fn(usize, usize) -> (f64, f64)) -> Boundaries {
    let cells = (0..4).flat_map(|row| (0..4).map(move |column| (row, column))).map(|(row, column)| {
        let ring = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)].map(|(up, right)| corner(row + up, column + right));
        let ring: Vec<_> = ring.iter().map(|(lon, lat)| serde_json::json!([lon, lat])).collect();
        serde_json::json!({
            "type": "Feature", "properties": { "name": "cell" }, "geometry": { "type": "Polygon", "coordinates": [ring] }
        })
    });
    let all = serde_json::json!({ "type": "FeatureCollection", "features": cells.collect::<Vec<_>>() });
    Boundaries::read(all.to_string().as_bytes(), "name").unwrap()
}

/// The invented areas with every ring the other way round.
fn turned() -> serde_json::Value {
    let mut all: serde_json::Value = serde_json::from_slice(INVENTED).unwrap();
    for feature in all["features"].as_array_mut().unwrap() {
        let is_multi = feature["geometry"]["type"] == "MultiPolygon";
        let coordinates = feature["geometry"]["coordinates"].as_array_mut().unwrap();
        let turn = |rings: &mut Vec<serde_json::Value>| {
            rings.iter_mut().for_each(|ring| ring.as_array_mut().unwrap().reverse());
        };
        if is_multi {
            coordinates.iter_mut().for_each(|polygon| turn(polygon.as_array_mut().unwrap()));
        } else {
            turn(coordinates);
        }
    }
    all
}

fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}
