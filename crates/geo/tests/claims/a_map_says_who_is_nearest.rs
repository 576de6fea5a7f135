//! Who is nearest, how far, and by what measure.

use keng_geo::map::{Extent, Words};
use roxmltree::Document;

use crate::support::{areas, at, description, number, of_class, texts, town, travel};

#[test]
fn without_times_the_nearest_in_a_straight_line_is_number_one() {
    let areas = areas();
    let svg = town(&areas).svg(&Words::EN);
    let said = description(&svg);
    assert!(said.contains("Nearest in a straight line. 1: Công an phường Gần Nhất, 2.1 km, east. 2: "), "{said}");
    let document = Document::parse(&svg).unwrap();
    let nearest = of_class(&document, "post nearest");
    assert_eq!(nearest.len(), 1);
    assert!(nearest[0].descendants().any(|node| node.text() == Some("Công an phường Gần Nhất")));
    assert_eq!(of_class(&document, "straight").len(), 3); // its outline, itself, and in the legend
}

#[test]
fn with_a_time_for_each_the_soonest_is_number_one() {
    let areas = areas();
    let mut map = town(&areas);
    map.posts[0].travel = travel(600, 9_000);
    map.posts[1].travel = travel(601, 2_500); // near, but behind a river
    map.posts[2].travel = travel(1_500, 3_000);
    let said = description(&map.svg(&Words::EN));
    assert!(said.contains("Nearest by road. 1: Công an xã Xa Nhất, 9.0 km · 10 min"), "{said}");
    assert!(said.contains("2: Công an phường Gần Nhất, 2.5 km · 11 min"), "{said}");
}

#[test]
fn with_a_time_for_some_only_distances_are_compared() {
    let areas = areas();
    let mut map = town(&areas);
    map.posts[1].travel = travel(600, 9_000);
    let said = description(&map.svg(&Words::EN));
    assert!(said.contains("Nearest in a straight line. 1: Công an phường Gần Nhất, 2.1 km · 10 min"), "{said}");
}

#[test]
fn a_known_route_is_drawn_instead_of_the_straight_line() {
    let areas = areas();
    let mut map = town(&areas);
    map.route = vec![map.posts[1].position, at(20.99, 106.54), map.site.position];
    let svg = map.svg(&Words::EN);
    let document = Document::parse(&svg).unwrap();
    assert_eq!((of_class(&document, "route").len(), of_class(&document, "straight").len()), (3, 0));
    assert!(texts(&svg).contains("Route by road"));
}

#[test]
fn a_far_command_centre_stands_at_the_edge_and_does_not_shrink_the_map() {
    let areas = areas();
    let mut map = town(&areas);
    let scale =
        |svg: &str| texts(svg).lines().find(|line| line.ends_with("km") || line.ends_with(" m")).map(str::to_owned);
    let before = map.svg(&Words::EN);
    map.posts[0].position = at(20.86, 106.68);
    let after = map.svg(&Words::EN);
    let document = Document::parse(&after).unwrap();
    let far = of_class(&document, "post");
    assert!(far.iter().any(|post| post.descendants().any(|node| node.has_tag_name("path"))), "no arrowhead");
    let view = of_class(&document, "view")[0];
    for mark in far.iter().flat_map(|post| post.descendants()).filter(|node| node.has_tag_name("rect")) {
        assert!(number(mark, "x") >= 0.0 && number(mark, "x") + number(mark, "width") <= number(view, "width"));
        assert!(number(mark, "y") >= 0.0 && number(mark, "y") + number(mark, "height") <= number(view, "height"));
    }
    assert!(scale(&before).is_some() && scale(&after).is_some());
}

#[test]
fn nobody_near_is_said() {
    let areas = areas();
    let mut map = town(&areas);
    map.posts.clear();
    for extent in [Extent::Nearest, Extent::Whole] {
        map.extent = extent;
        let svg = map.svg(&Words::EN);
        assert!(description(&svg).contains(Words::EN.no_post));
        assert!(!texts(&svg).contains("Straight line"));
    }
}
