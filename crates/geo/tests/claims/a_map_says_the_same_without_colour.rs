//! Nothing is said by colour alone.

use keng_geo::map::{Mark, Words};
use roxmltree::Document;

use crate::support::{areas, of_class, town};

#[test]
fn each_mark_has_a_shape_of_its_own() {
    let marks = [None, Some(Mark::Fault), Some(Mark::Suspicion), Some(Mark::HoldUp), Some(Mark::Confirmed)];
    for drill in [false, true] {
        let shapes = marks.map(|mark| shape(mark, drill));
        for (place, one) in shapes.iter().enumerate() {
            assert!(shapes.iter().skip(place + 1).all(|other| other != one), "{one}");
        }
    }
}

#[test]
fn a_drill_has_other_shapes_than_what_is_real() {
    for mark in [Mark::Fault, Mark::Suspicion, Mark::HoldUp, Mark::Confirmed] {
        assert_ne!(shape(Some(mark), true), shape(Some(mark), false));
    }
}

#[test]
fn every_mark_on_the_map_is_in_its_legend() {
    let areas = areas();
    let mut map = town(&areas);
    map.others[0].mark = Some(Mark::Suspicion);
    let texts = crate::support::texts(&map.svg(&Words::EN));
    for word in ["Hold-up", "Suspicion", "Police post", "Other site", "Straight line", "The site's area", "Boundary"] {
        assert!(texts.lines().any(|line| line == word), "{word}");
    }
    assert!(!texts.contains("Equipment fault") && !texts.contains("Route by road"));
}

/// The site's mark: everything of it but its colours.
fn shape(mark: Option<Mark>, drill: bool) -> String {
    let areas = areas();
    let mut map = town(&areas);
    (map.site.mark, map.drill) = (mark, drill);
    let svg = map.svg(&Words::EN);
    let document = Document::parse(&svg).unwrap();
    let site = of_class(&document, "site")[0];
    let drawn = site.descendants().filter(|node| node.is_element() && !node.has_tag_name("title"));
    let without_colour = drawn.map(|node| {
        let kept = node.attributes().filter(|attribute| !["fill", "stroke"].contains(&attribute.name()));
        let kept: Vec<_> = kept.map(|attribute| format!("{}={}", attribute.name(), attribute.value())).collect();
        format!("{} {} {:?}", node.tag_name().name(), kept.join(" "), node.text())
    });
    without_colour.collect::<Vec<_>>().join("\n")
}
