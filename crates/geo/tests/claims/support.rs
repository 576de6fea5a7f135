//! An invented town, and a reader of pictures.

use keng_geo::map::{Area, Mark, Post, Site, SituationMap, Travel};
use keng_geo::{Boundaries, Position};
use roxmltree::{Document, Node};

pub(crate) fn at(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

pub(crate) fn areas() -> Boundaries {
    Boundaries::read(include_bytes!("../../data/invented.geojson"), "vi").unwrap()
}

/// A hold-up at a shop, three posts, two other sites.
pub(crate) fn town(areas: &Boundaries) -> SituationMap<'_> {
    let site = Site { name: "Tiệm vàng Hạt Gạo", position: at(20.985, 106.54), mark: Some(Mark::HoldUp) };
    let post = |name, lat, lon| Post { name, position: at(lat, lon), travel: None };
    let other = |name, lat, lon| Site { name, position: at(lat, lon), mark: None };
    SituationMap {
        site,
        posts: vec![
            post("Công an xã Xa Nhất", 21.03, 106.50),
            post("Công an phường Gần Nhất", 20.99, 106.56),
            post("Công an phường Thứ Nhì", 20.96, 106.53),
        ],
        others: vec![other("PGD Sông Kinh", 20.99, 106.535), other("Quỹ Đầm Sen", 20.97, 106.56)],
        areas: areas.iter().map(|area| Area { boundary: area, name: area.name() }).collect(),
        ..SituationMap::new(site.position)
    }
}

pub(crate) fn travel(seconds: u32, metres: u32) -> Option<Travel> {
    Some(Travel { seconds, metres })
}

/// All texts of a picture, one a line.
pub(crate) fn texts(svg: &str) -> String {
    let document = Document::parse(svg).unwrap();
    let all = document.descendants().filter(|node| node.is_text()).filter_map(|node| node.text());
    all.collect::<Vec<_>>().join("\n")
}

pub(crate) fn description(svg: &str) -> String {
    let document = Document::parse(svg).unwrap();
    document.descendants().find(|node| node.has_tag_name("desc")).and_then(|node| node.text()).unwrap().to_owned()
}

/// The element with a class, and no other class.
pub(crate) fn of_class<'a>(document: &'a Document<'_>, class: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.attribute("class") == Some(class)).collect()
}

pub(crate) fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}
