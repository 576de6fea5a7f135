//! Door to door: by the roads of a real town, as one search from each post says; and by the great circle, where there are none.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::Cursor;

use keng_geo::osm::{Extract, Wanted};
use keng_geo::road::{Edge, Node, RoadGraph};
use keng_geo::travel::{Arrival, By, Travel, Why};
use keng_geo::{Position, Vehicle, Vehicles};
use proptest::prelude::*;

use crate::support::at;

#[test]
fn in_monaco_each_bank_is_told_the_times_that_one_search_from_each_post_finds() {
    let Some(octets) = monaco() else { return };
    for name in ["car", "motorbike"] {
        let vehicle = vehicle(name);
        let wanted = [Wanted::new("amenity", "bank"), Wanted::new("amenity", "police")];
        let town = Extract::read(Cursor::new(&octets), &vehicle, &wanted).unwrap();
        let of = |wanted| town.places.iter().filter(move |place| place.wanted == wanted).map(|place| place.position);
        let (banks, posts): (Vec<_>, Vec<_>) = (of(0).collect(), of(1).collect());
        assert_eq!((banks.len(), posts.len()), (13, 14));
        let travel = Travel::new(&vehicle, Some(&town.roads), &posts, 3);
        let from_each: Vec<_> = posts.iter().map(|post| Search::from(&town.roads, &vehicle, *post)).collect();
        for bank in banks {
            assert_eq!(travel.to(bank), by_hand(&town.roads, &vehicle, &from_each, bank, 3));
            assert_eq!(travel.to(bank).len(), 3);
        }
    }
}

#[test]
fn in_monaco_no_way_is_shorter_than_the_straight_line_or_absurdly_long() {
    let Some(octets) = monaco() else { return };
    let car = vehicle("car");
    let wanted = [Wanted::new("amenity", "bank"), Wanted::new("amenity", "police")];
    let town = Extract::read(Cursor::new(&octets), &car, &wanted).unwrap();
    let posts: Vec<_> = town.places.iter().filter(|place| place.wanted == 1).map(|place| place.position).collect();
    let travel = Travel::new(&car, Some(&town.roads), &posts, 3);
    for bank in town.places.iter().filter(|place| place.wanted == 0) {
        let arrivals = travel.to(bank.position);
        for Arrival { post, time_ms, length_m, by } in &arrivals {
            let straight_m = posts[*post as usize].distance_m(bank.position);
            assert!(*length_m > straight_m - 1.0, "{length_m} m, straight {straight_m} m");
            let kmh = length_m * 3600.0 / f64::from(*time_ms);
            assert!((9.0..90.0).contains(&kmh), "{kmh} km/h");
            assert!(matches!(by, By::Roads { post_aside_m, place_aside_m } if post_aside_m.max(*place_aside_m) < 50.0));
        }
        assert!(arrivals[0].time_ms < 330_000, "the farthest of them, Roquebrune, is 4.2 km from a post");
    }
}

#[test]
fn the_answer_says_when_no_road_was_looked_at() {
    let car = vehicle("car");
    let posts = [at(20.0, 106.0), at(20.0, 106.02)];
    let (roads, none) = (street(), RoadGraph::default());
    let arrivals = |roads, place| Travel::new(&car, roads, &posts, 2).to(place);
    let by = |arrivals: Vec<Arrival>| arrivals.into_iter().map(|arrival| arrival.by).collect::<Vec<_>>();
    assert_eq!(by(arrivals(None, at(20.0, 106.01))), [By::GreatCircle(Why::NoRoads); 2]);
    assert_eq!(by(arrivals(Some(&none), at(20.0, 106.01))), [By::GreatCircle(Why::NoRoads); 2]);
    assert_eq!(by(arrivals(Some(&roads), at(20.1, 106.0))), [By::GreatCircle(Why::PlaceOffRoads); 2]);
    let arrivals = arrivals(Some(&roads), at(20.0001, 106.002));
    assert_eq!(arrivals.iter().map(|arrival| arrival.post).collect::<Vec<_>>(), [0, 1]);
    assert!(
        matches!(arrivals[0].by, By::Roads { post_aside_m: 0.0, place_aside_m } if (11.0..11.2).contains(&place_aside_m))
    );
    assert_eq!(arrivals[1].by, By::GreatCircle(Why::PostOffRoads));
}

#[test]
fn the_way_from_the_post_to_the_roads_counts() {
    let vehicle = Vehicle { aside_kmh: 3.6, ..vehicle("car") };
    let post = at(20.0001, 106.0);
    let arrivals = Travel::new(&vehicle, Some(&street()), &[post], 1).to(at(20.0, 106.001));
    let aside_ms = (post.distance_m(at(20.0, 106.0)) * 1000.0).round();
    assert_eq!(f64::from(arrivals[0].time_ms), 10_000.0 + aside_ms);
}

#[test]
fn a_table_that_makes_no_sense_is_refused_with_the_field() {
    let with = |from: &str, to: &str| Vehicles::read(&Vehicles::SHIPPED.replacen(from, to, 1)).unwrap_err().to_string();
    assert_eq!(with("motorway = 90.0", "motorway = 0.0"), "car: motorway is 0 km/h, not above 0 and up to 300");
    assert_eq!(with("detour_factor = 1.42", "detour_factor = 0.5"), "car: detour_factor is 0.5, not from 1 to 10");
    assert_eq!(with("snap_within_m = 500.0", "snap_within_m = nan"), "car: snap_within_m is NaN, not from 0 to 100000");
    let unknown = Vehicles::read(&Vehicles::SHIPPED.replacen("aside_kmh", "asid_kmh", 1)).unwrap_err();
    assert!(std::error::Error::source(&unknown).unwrap().to_string().contains("asid_kmh"));
}

proptest! {
    #[test]
    fn as_the_crow_flies_the_nearest_are_the_nearest(
        posts in prop::collection::vec((10.0..12.0_f64, 105.0..107.0_f64), 0..60),
        place in (9.0..13.0_f64, 104.0..108.0_f64),
        most in 1..5_usize,
    ) {
        let car = vehicle("car");
        let posts: Vec<_> = posts.into_iter().map(|(lat, lon)| at(lat, lon)).collect();
        let place = at(place.0, place.1);
        let arrivals = Travel::new(&car, None, &posts, most).to(place);
        let mut all: Vec<_> = posts.iter().map(|post| post.distance_m(place) * 1.42).collect();
        all.sort_by(f64::total_cmp);
        all.truncate(most);
        prop_assert_eq!(arrivals.iter().map(|arrival| arrival.length_m).collect::<Vec<_>>(), all);
    }
}

/// A straight street of five nodes, 0.001 degrees apart, each step of which takes 10 s.
fn street() -> RoadGraph {
    let step = |from| [(from, from + 1), (from + 1, from)];
    let edges: Vec<_> =
        (0..4).flat_map(step).map(|(from, to)| Edge { from, to, time_ms: 10_000, length_dm: 1_045 }).collect();
    RoadGraph::new((0..5).map(|nth| at(20.0, 106.0 + f64::from(nth) * 0.001)).collect(), &edges).unwrap()
}

/// Dijkstra's search from one post, to the end.
struct Search {
    aside_m: f64,
    times: BTreeMap<Node, (u32, u32)>,
}

impl Search {
    fn from(roads: &RoadGraph, vehicle: &Vehicle, post: Position) -> Self {
        let start = roads.snap(post, vehicle.snap_within_m).unwrap();
        Self { aside_m: start.distance_m, times: dijkstra(roads, start.node) }
    }
}

/// The best of all posts.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
fn by_hand(roads: &RoadGraph, vehicle: &Vehicle, posts: &[Search], place: Position, most: usize) -> Vec<Arrival> {
    let aside = |metres: f64| (metres * 3600.0 / vehicle.aside_kmh).round() as u32;
    let end = roads.snap(place, vehicle.snap_within_m).unwrap();
    let mut all = Vec::new();
    for (post, Search { aside_m, times }) in (0..).zip(posts) {
        let Some((time_ms, length_dm)) = times.get(&end.node).copied() else { continue };
        all.push(Arrival {
            post,
            time_ms: aside(*aside_m) + time_ms + aside(end.distance_m),
            length_m: f64::from(length_dm) / 10.0 + aside_m + end.distance_m,
            by: By::Roads { post_aside_m: *aside_m, place_aside_m: end.distance_m },
        });
    }
    all.sort_by_key(|arrival| (arrival.time_ms, arrival.post));
    all.truncate(most);
    all
}

fn dijkstra(roads: &RoadGraph, from: Node) -> BTreeMap<Node, (u32, u32)> {
    let mut done = BTreeMap::new();
    let mut steps = BinaryHeap::from([Reverse((0, 0, from))]);
    while let Some(Reverse((time_ms, length_dm, node))) = steps.pop() {
        if done.contains_key(&node) {
            continue;
        }
        done.insert(node, (time_ms, length_dm));
        steps.extend(
            roads.edges(node).map(|edge| Reverse((time_ms + edge.time_ms, length_dm + edge.length_dm, edge.to))),
        );
    }
    done
}

/// The extract of Monaco, a real town of which OpenStreetMap is free to use, if it is there: its path is in `KENG_MONACO`.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the test opens the file and says that it was skipped; the crate does not"
)]
fn monaco() -> Option<Vec<u8>> {
    let path = std::env::var_os("KENG_MONACO");
    let octets = path.and_then(|path| std::fs::read(path).ok());
    if octets.is_none() {
        eprintln!("SKIPPED: KENG_MONACO names no extract of Monaco (monaco.osm.pbf)");
    }
    octets
}

fn vehicle(name: &str) -> Vehicle {
    Vehicles::read(Vehicles::SHIPPED).unwrap().get(name).unwrap().clone()
}
