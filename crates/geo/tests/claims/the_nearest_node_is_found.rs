//! Snapping agrees with looking at every node, anywhere on earth.

use keng_geo::Position;
use keng_geo::road::{NoRoad, RoadGraph};
use proptest::prelude::*;

use crate::support::at;

#[test]
fn what_is_too_far_is_not_snapped() {
    let graph = RoadGraph::new(vec![at(20.98, 106.55)], &[]).unwrap();
    let place = at(20.99, 106.55);
    let distance_m = place.distance_m(at(20.98, 106.55));
    assert!(graph.snap(place, distance_m - 1.0).is_none());
    let snap = graph.snap(place, distance_m + 1.0).unwrap();
    assert_eq!((snap.node, snap.distance_m), (0, distance_m));
}

#[test]
fn of_nodes_in_one_place_the_first_is_taken() {
    let graph = RoadGraph::new(vec![at(1.0, 1.0), at(20.98, 106.55), at(20.98, 106.55)], &[]).unwrap();
    assert_eq!(graph.snap(at(20.98, 106.55), 0.0).unwrap().node, 1);
}

#[test]
fn a_graph_of_nothing_has_no_nearest_node() {
    let graph = RoadGraph::new(Vec::new(), &[]).unwrap();
    assert!(graph.is_empty() && graph.snap(at(0.0, 0.0), f64::INFINITY).is_none());
    assert_eq!(graph.nearest(&[0], 1).unwrap_err(), NoRoad::NoNode(0));
}

#[test]
fn a_limit_that_is_no_number_finds_nothing() {
    let graph = RoadGraph::new(vec![at(0.0, 0.0)], &[]).unwrap();
    assert!(graph.snap(at(0.0, 0.0), -1.0).is_none());
}

proptest! {
    #[test]
    fn it_is_the_nearest_of_all(
        (lat, lon) in (-90.0..=90.0_f64, -180.0..=180.0_f64),
        spread in prop::sample::select(vec![0.0, 0.01, 1.0, 30.0, 360.0]),
        offsets in prop::collection::vec((-1.0..=1.0_f64, -1.0..=1.0_f64), 1..60),
        (up, right) in (-1.5..=1.5_f64, -1.5..=1.5_f64),
        within_m in prop::sample::select(vec![50.0, 5_000.0, 500_000.0, f64::INFINITY]),
    ) {
        let place = |up: f64, right: f64| near(lat + up * spread, lon + right * spread);
        let nodes: Vec<_> = offsets.iter().map(|(up, right)| place(*up, *right)).collect();
        let here = place(up, right);
        let by_hand = nodes.iter().map(|node| node.distance_m(here)).enumerate().filter(|(_, far)| *far <= within_m);
        let by_hand = by_hand.min_by(|a, b| a.1.total_cmp(&b.1));
        let graph = RoadGraph::new(nodes.clone(), &[]).unwrap();
        let snapped = graph.snap(here, within_m).map(|snap| (snap.node as usize, snap.distance_m));
        prop_assert_eq!(snapped, by_hand);
    }
}

/// Over the 180th meridian it goes on at the other side.
fn near(lat: f64, lon: f64) -> Position {
    at(lat.clamp(-90.0, 90.0), (lon + 180.0).rem_euclid(360.0) - 180.0)
}
