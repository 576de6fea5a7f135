//! A drill says so on its map, and a real incident never does.

use keng_geo::map::Words;
use roxmltree::Document;

use crate::support::{areas, description, of_class, town};

#[test]
fn a_drill_says_so_above_and_below_and_to_a_screen_reader() {
    let areas = areas();
    let mut map = town(&areas);
    map.drill = true;
    let svg = map.svg(&Words::VI);
    let document = Document::parse(&svg).unwrap();
    let bands = of_class(&document, "drill");
    assert_eq!(bands.len(), 2);
    for band in bands {
        assert!(band.descendants().any(|node| node.text() == Some(Words::VI.drill)));
    }
    assert!(description(&svg).starts_with(Words::VI.drill));
}

#[test]
fn a_real_incident_never_says_drill() {
    let areas = areas();
    assert!(!town(&areas).svg(&Words::VI).contains(Words::VI.drill));
    assert!(!town(&areas).svg(&Words::VI).contains("drill"));
}
