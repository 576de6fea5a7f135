//! More of everything than anybody has is still a picture, of the nearest.

use keng_geo::map::{Area, Extent, MAX_LINE_POSITIONS, MAX_POSTS, MAX_SITES, Mark, Post, Road, Site, Words};
use roxmltree::Document;

use crate::support::{areas, at, description, of_class, texts, town};

#[test]
fn of_more_posts_than_the_bound_the_nearest_are_drawn_and_the_list_says_how_many_are_left() {
    let areas = areas();
    let mut map = town(&areas);
    let post = |i: u16| Post { name: "Công an", position: at(20.985 + f64::from(i + 1) * 1e-5, 106.54), travel: None };
    map.posts = (0..1_000).rev().map(post).collect();
    map.posts.push(Post { name: "Người gần nhất", position: map.site.position, travel: None });
    let svg = map.svg(&Words::EN);
    let document = Document::parse(&svg).unwrap();
    assert_eq!(of_class(&document, "post").len() + of_class(&document, "post nearest").len(), MAX_POSTS);
    assert!(texts(&svg).contains("and 995 more"));
    assert!(description(&svg).contains("1: Người gần nhất, 0 m"));
}

#[test]
fn of_more_sites_than_the_bound_those_with_a_mark_are_drawn_first() {
    let areas = areas();
    let mut map = town(&areas);
    let site = |i: u16| Site { name: "PGD", position: at(20.985 + f64::from(i) * 1e-6, 106.54), mark: None };
    map.others = (0..2_000).map(site).collect();
    map.others.push(Site { name: "Nghi vấn", position: at(20.965, 106.55), mark: Some(Mark::Suspicion) });
    let svg = map.svg(&Words::VI);
    let document = Document::parse(&svg).unwrap();
    assert_eq!(of_class(&document, "other").len(), MAX_SITES);
    assert!(texts(&svg).contains("Nghi vấn"));
}

#[test]
fn roads_beyond_the_bound_are_left_out_and_the_route_is_not() {
    let areas = areas();
    let mut map = town(&areas);
    map.route = vec![map.posts[1].position, map.site.position];
    let zigzag = (0..u16::MAX).map(|i| at(20.98 + f64::from(i % 2) * 0.01, 106.5 + f64::from(i) * 1e-6));
    map.roads = vec![
        Road { is_main: true, line: vec![at(20.98, 106.53), at(20.99, 106.56)] },
        Road { is_main: true, line: zigzag.take(MAX_LINE_POSITIONS).collect() },
    ];
    let svg = map.svg(&Words::VI);
    let document = Document::parse(&svg).unwrap();
    assert_eq!(of_class(&document, "road").len(), 2); // the first road, and in the legend
    assert_eq!(of_class(&document, "route").len(), 3);
}

#[test]
fn a_country_of_areas_is_a_picture() {
    let areas = areas();
    let mut map = town(&areas);
    map.extent = Extent::Whole;
    map.areas = areas.iter().cycle().take(2_000).map(|area| Area { boundary: area, name: area.name() }).collect();
    assert!(Document::parse(&map.svg(&Words::VI)).is_ok());
}

#[test]
fn an_endless_name_is_shortened() {
    let areas = areas();
    let mut map = town(&areas);
    let long = "Công an ".repeat(10_000);
    map.posts.iter_mut().for_each(|post| post.name = &long);
    map.site.name = &long;
    let svg = map.svg(&Words::VI);
    assert!(svg.len() < 30_000, "{}", svg.len());
    assert!(texts(&svg).lines().any(|line| line.ends_with('…')));
}
