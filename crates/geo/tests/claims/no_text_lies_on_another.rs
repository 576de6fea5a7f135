//! Texts lie on no other text and on no mark, and none is cut at the edge.

use keng_geo::map::{Extent, Mark, Post, Site, Words};
use proptest::prelude::*;
use roxmltree::{Document, Node};

use crate::support::{areas, at, number, of_class, town};

/// Left, top, right, bottom.
type Box = (f64, f64, f64, f64);

#[test]
fn the_town_is_readable_at_every_width() {
    let areas = areas();
    for (width, extent) in
        [(320, Extent::Nearest), (360, Extent::Whole), (600, Extent::Nearest), (1_200, Extent::Whole)]
    {
        let mut map = town(&areas);
        (map.width, map.extent) = (width, extent);
        is_readable(&map.svg(&Words::VI));
        is_readable(&map.svg(&Words::EN));
    }
}

#[test]
fn a_site_beside_its_post_is_two_marks() {
    let areas = areas();
    let mut map = town(&areas);
    map.posts[1].position = map.site.position;
    map.others[0].position = map.site.position;
    let svg = map.svg(&Words::VI);
    is_readable(&svg);
    let document = Document::parse(&svg).unwrap();
    assert!(of_class(&document, "leader").len() >= 2, "nothing leads to where they are");
}

#[test]
fn the_site_and_the_three_nearest_are_always_named() {
    let areas = areas();
    let mut map = town(&areas);
    let crowd = (0..150_u16).map(|i| Site {
        name: "Quỹ tín dụng đông đúc",
        position: at(20.97 + f64::from(i / 13) * 0.003, 106.52 + f64::from(i % 13) * 0.004),
        mark: None,
    });
    map.others = crowd.collect();
    let svg = map.svg(&Words::VI);
    is_readable(&svg);
    let document = Document::parse(&svg).unwrap();
    let labels = |class: &str| of_class(&document, class).iter().filter_map(Node::text).collect::<Vec<_>>().join(" ");
    assert_eq!(labels("label site"), "Tiệm vàng Hạt Gạo");
    for name in ["Gần Nhất", "Thứ Nhì", "Xa Nhất"] {
        assert!(labels("label post").contains(name), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn any_town_is_readable(
        places in prop::collection::vec((20.95..21.06, 106.43..106.60), 20),
        (posts, width) in (1..8_usize, 320..1_300_u16),
        name in "[A-ZĐƯ][a-zđươ]{2,9}( [A-ZĐƠ][a-zạảấầ]{1,8}){0,4}",
    ) {
        let areas = areas();
        let mut map = town(&areas);
        map.width = width;
        let place = |i: usize| at(places[i].0, places[i].1);
        map.posts = (0..posts).map(|i| Post { name: &name, position: place(i), travel: None }).collect();
        let mark = |i: usize| Some(Mark::Suspicion).filter(|_| i.is_multiple_of(5));
        map.others = (posts..20).map(|i| Site { name: &name, position: place(i), mark: mark(i) }).collect();
        is_readable(&map.svg(&Words::VI));
    }
}

fn is_readable(svg: &str) {
    let document = Document::parse(svg).unwrap();
    let view = of_class(&document, "view")[0];
    let (width, height) = (number(view, "width"), number(view, "height"));
    let texts: Vec<_> = view.descendants().filter(|node| node.has_tag_name("text")).collect();
    let boxes: Vec<_> = texts.iter().map(|text| extent(*text)).collect();
    for (i, one) in boxes.iter().enumerate() {
        let text = texts[i].text();
        assert!(one.0 >= 0.0 && one.1 >= 0.0 && one.2 <= width && one.3 <= height, "{text:?} is cut: {one:?}");
        for (j, other) in boxes.iter().enumerate().skip(i + 1) {
            assert!(!overlap(*one, *other), "{text:?} lies on {:?} {svg}", texts[j].text());
        }
    }
    let marks = view.descendants().filter(|node| node.has_tag_name("rect") && node.attribute("rx") == Some("3"));
    let marks: Vec<_> = marks.filter(|node| node.attribute("fill-opacity").is_none()).collect();
    for (text, lies) in texts.iter().zip(&boxes).filter(|(text, _)| text.attribute("class").is_some()) {
        for mark in &marks {
            let (x, y) = (number(*mark, "x"), number(*mark, "y"));
            let on = (x, y, x + number(*mark, "width"), y + number(*mark, "height"));
            assert!(!overlap(*lies, on), "{:?} lies on a mark", text.text());
        }
    }
}

/// Where a text is, measured by another measure than the map's: the average letter of a sans serif.
fn extent(text: Node<'_, '_>) -> Box {
    let (x, y, size) = (number(text, "x"), number(text, "y"), number(text, "font-size"));
    let letter = if text.attribute("font-weight") == Some("700") { 0.56 } else { 0.5 };
    let letters = text.text().unwrap_or_default().chars().filter(|c| *c != ' ' && *c != 'i').count();
    let width = f64::from(u16::try_from(letters).unwrap()) * letter * size;
    let left = match text.attribute("text-anchor") {
        Some("middle") => x - width / 2.0,
        Some("end") => x - width,
        _ => x,
    };
    (left, y - 0.72 * size, left + width, y + 0.18 * size)
}

fn overlap(one: Box, other: Box) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}
