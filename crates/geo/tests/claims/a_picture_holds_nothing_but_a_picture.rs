//! No text of anybody becomes a tag, an attribute or a script, and nothing is fetched.

use keng_geo::map::{Area, Extent, Mark, Post, Road, Site, SituationMap, Words};
use proptest::prelude::*;
use roxmltree::Document;

use crate::support::{areas, at, town, travel};

const ELEMENTS: [&str; 8] = ["svg", "g", "title", "desc", "rect", "circle", "path", "text"];
/// Presentation, geometry, and what names the whole: no `style`, no `id`, no `href`, no handler of events.
const ATTRIBUTES: [&str; 27] = [
    "aria-label",
    "class",
    "cx",
    "cy",
    "d",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "paint-order",
    "r",
    "role",
    "rx",
    "stroke",
    "stroke-dasharray",
    "stroke-linejoin",
    "stroke-width",
    "text-anchor",
    "viewBox",
    "width",
    "x",
    "y",
    "xmlns",
];

const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "' onload='alert(1)",
    "]]><!-- --><?xml?>",
    "&lt;&#x3c;script&amp;",
    "\u{0}\u{1}\u{7}\u{1b}[31m\u{85}\u{fffe}\u{ffff}",
    "\u{202e}gnp.exe\u{2066}\u{200f}",
];

#[test]
fn hostile_texts_stay_texts() {
    let areas = areas();
    for text in HOSTILE {
        let mut map = town(&areas);
        map.site.name = text;
        map.posts.iter_mut().for_each(|post| post.name = text);
        map.others.iter_mut().for_each(|other| other.name = text);
        map.areas.iter_mut().for_each(|area| area.name = text);
        let svg = map.svg(&Words { title: text, drill: text, hold_up: text, more: text, north: text, ..Words::EN });
        is_a_picture(&svg);
        assert!(!svg.contains("<script") && !svg.contains("<!--"), "{text:?}");
        assert!(!svg.contains(char::is_control), "{text:?}");
        assert!(!svg.contains(['\u{202e}', '\u{2066}', '\u{200f}', '\u{fffe}', '\u{ffff}']), "{text:?}");
    }
}

#[test]
fn a_hostile_name_is_shown_as_it_is() {
    let areas = areas();
    let mut map = town(&areas);
    map.site.name = "<b>\"Kinh\" & 'Môn'</b>";
    assert!(crate::support::texts(&map.svg(&Words::EN)).contains("<b>\"Kinh\" & 'Môn'</b>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Anywhere on earth, with any names, whatever is far or near.
    #[test]
    fn every_content_is_a_picture(
        (lat, lon, spread) in (-90.0..=90.0_f64, -180.0..=180.0_f64, prop::sample::select(vec![0.0, 0.001, 0.1, 5.0, 180.0])),
        offsets in prop::collection::vec((-1.0..=1.0_f64, -1.0..=1.0_f64), 12),
        names in prop::collection::vec(any::<String>(), 12),
        (drill, whole, width, timed) in (any::<bool>(), any::<bool>(), any::<u16>(), any::<bool>()),
    ) {
        let place = |&(up, right): &(f64, f64)| {
            at((lat + up * spread).clamp(-90.0, 90.0), (lon + right * spread).clamp(-180.0, 180.0))
        };
        let places: Vec<_> = offsets.iter().map(place).collect();
        let areas = areas();
        let marks = [None, Some(Mark::Fault), Some(Mark::Suspicion), Some(Mark::HoldUp), Some(Mark::Confirmed)];
        let site = |i: usize| Site { name: &names[i], position: places[i], mark: marks[i % 5] };
        let post = |i: usize| Post {
            name: &names[i],
            position: places[i],
            travel: travel(u32::from(width), 7).filter(|_| timed),
        };
        let map = SituationMap {
            site: site(0),
            drill,
            posts: (1..6).map(post).collect(),
            others: (6..12).map(site).collect(),
            areas: areas.iter().map(|area| Area { boundary: area, name: &names[3] }).collect(),
            roads: vec![Road { is_main: drill, line: places.clone() }],
            route: if timed { places.clone() } else { Vec::new() },
            extent: if whole { Extent::Whole } else { Extent::Nearest },
            width,
        };
        is_a_picture(&map.svg(&Words::VI));
    }
}

fn is_a_picture(svg: &str) {
    let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        assert!(ELEMENTS.contains(&node.tag_name().name()), "{}", node.tag_name().name());
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{}", attribute.name());
            let (name, value) = (attribute.name(), attribute.value());
            let is_finite = !value.contains("NaN") && !value.contains("inf");
            assert!(name == "aria-label" || is_finite && !value.contains("url("), "{name}: {value}");
        }
    }
}
