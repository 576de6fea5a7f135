//! The scale bar is true, north is up, and a phone gets a map for a phone.

use keng_geo::map::{Post, SituationMap, Words};
use roxmltree::Document;

use crate::support::{areas, at, number, of_class, town};

#[test]
fn the_scale_bar_is_as_long_as_it_says() {
    let (site, police) = (at(20.98, 106.53), at(20.98, 106.57));
    let mut map = SituationMap::new(site);
    map.posts.push(Post { name: "Công an", position: police, travel: None });
    let svg = map.svg(&Words::EN);
    let document = Document::parse(&svg).unwrap();
    let line = of_class(&document, "straight")[0].attribute("d").unwrap();
    let ends: Vec<f64> = line.split(['M', 'L', ' ']).filter_map(|number| number.parse().ok()).collect();
    let px_per_m = (ends[2] - ends[0]).hypot(ends[3] - ends[1]) / site.distance_m(police);
    let bar = of_class(&document, "scale")[1].attribute("d").unwrap();
    let bar_px: f64 = bar.split_once('h').unwrap().1.split_once('v').unwrap().0.parse().unwrap();
    let said = of_class(&document, "scale")[0].descendants().find_map(|node| node.text()).unwrap();
    assert_eq!(said, "1 km");
    assert!((bar_px / px_per_m - 1000.0).abs() < 5.0, "{} m", bar_px / px_per_m);
}

#[test]
fn a_width_beyond_the_bounds_becomes_the_nearest_within() {
    let areas = areas();
    for (asked, given) in [(0, 320.0), (320, 320.0), (600, 600.0), (2_000, 2_000.0), (u16::MAX, 2_000.0)] {
        let mut map = town(&areas);
        map.width = asked;
        let svg = map.svg(&Words::VI);
        assert_eq!(number(Document::parse(&svg).unwrap().root_element(), "width"), given);
    }
}
