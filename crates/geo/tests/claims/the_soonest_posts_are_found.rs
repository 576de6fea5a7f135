//! One search from all posts says the same as one search from each.

use std::collections::BTreeSet;

use keng_geo::road::{Edge, MAX_NEAREST, NoRoad, Node, Reach, RoadGraph};
use proptest::prelude::*;

use crate::support::at;

#[test]
fn a_one_way_road_is_driven_one_way() {
    let graph = line(&[edge(0, 1, 1_000, 100), edge(1, 2, 2_000, 300)], 3);
    let nearest = graph.nearest(&[0], 1).unwrap();
    assert_eq!(nearest.at(2), [Reach { post: 0, time_ms: 3_000, length_dm: 400 }]);
    assert!(graph.nearest(&[2], 1).unwrap().at(0).is_empty());
}

#[test]
fn two_posts_in_one_place_are_two() {
    let graph = line(&[edge(0, 1, 5, 7)], 2);
    let nearest = graph.nearest(&[0, 0], 3).unwrap();
    let reach = |post| Reach { post, time_ms: 5, length_dm: 7 };
    assert_eq!(nearest.at(1), [reach(0), reach(1)]);
}

#[test]
fn of_equally_soon_ways_the_shorter_counts() {
    let graph = line(&[edge(0, 1, 5, 9), edge(1, 3, 5, 9), edge(0, 2, 5, 4), edge(2, 3, 5, 4)], 4);
    assert_eq!(graph.nearest(&[0], 1).unwrap().at(3)[0].length_dm, 8);
    assert_eq!(graph.route(0, 3).unwrap().unwrap().nodes, [0, 2, 3]);
}

#[test]
fn a_way_longer_than_can_be_counted_is_none() {
    let graph = line(&[edge(0, 1, u32::MAX, u32::MAX), edge(1, 2, 1, 1)], 3);
    let nearest = graph.nearest(&[0], 1).unwrap();
    assert_eq!((nearest.at(1).len(), nearest.at(2).len()), (1, 0));
    assert_eq!(graph.route(0, 2), Ok(None));
}

#[test]
fn a_node_that_is_not_there_is_named() {
    let places = vec![at(0.0, 0.0); 2];
    assert_eq!(RoadGraph::new(places, &[edge(0, 2, 1, 1)]).unwrap_err(), NoRoad::NoNode(2));
    let graph = line(&[], 2);
    assert_eq!(graph.nearest(&[1, 7], 1).unwrap_err(), NoRoad::NoNode(7));
    assert_eq!(graph.route(0, 9), Err(NoRoad::NoNode(9)));
    assert!(graph.nearest(&[0], 1).unwrap().at(99).is_empty());
}

#[test]
fn more_than_the_most_becomes_the_most() {
    let graph = line(&[], 1);
    assert_eq!(graph.nearest(&[0; 40], 40).unwrap().at(0).len(), MAX_NEAREST);
    assert_eq!(graph.nearest(&[0; 40], 0).unwrap().at(0).len(), 1);
}

proptest! {
    /// Few different times, so that many ways are equally soon, edges of no time too; in one slice of the search, or in many.
    #[test]
    fn all_at_once_is_as_one_by_one(
        edges in prop::collection::vec((0..30_u32, 0..30_u32, 0..6_u32, 0..9_u32), 0..120),
        posts in prop::collection::vec(0..30_u32, 0..8),
        (most, unit_ms) in (1..5_usize, prop::sample::select(vec![1, 700, 5_000, 1_000_000])),
    ) {
        let edges = edges.into_iter().map(|(from, to, time, length)| edge(from, to, time * unit_ms, length));
        let edges: Vec<_> = edges.collect();
        let graph = line(&edges, 30);
        let nearest = graph.nearest(&posts, most).unwrap();
        for node in 0..30 {
            prop_assert_eq!(nearest.at(node), by_hand(&edges, &posts, node, most));
        }
    }

    #[test]
    fn a_route_is_as_long_as_its_edges_and_as_soon_as_can_be(
        edges in prop::collection::vec((0..20_u32, 0..20_u32, 0..50_u32, 0..9_u32), 0..80),
        (from, to) in (0..20_u32, 0..20_u32),
    ) {
        let edges: Vec<_> = edges.into_iter().map(|(from, to, time, length)| edge(from, to, time, length)).collect();
        let route = line(&edges, 20).route(from, to).unwrap();
        let soonest = by_hand(&edges, &[from], to, 1).first().map(|reach| (reach.time_ms, reach.length_dm));
        prop_assert_eq!(route.as_ref().map(|route| (route.time_ms, route.length_dm)), soonest);
        let nodes = route.map(|route| route.nodes).unwrap_or_default();
        for step in nodes.windows(2) {
            prop_assert!(edges.iter().any(|edge| [edge.from, edge.to] == *step));
        }
        let once: BTreeSet<_> = nodes.iter().collect();
        prop_assert_eq!(once.len(), nodes.len());
    }
}

/// Bellman and Ford's search from each post, and the best of them.
fn by_hand(edges: &[Edge], posts: &[Node], node: Node, most: usize) -> Vec<Reach> {
    let mut all = Vec::new();
    for (post, from) in (0..).zip(posts) {
        let mut best: Vec<Option<(u32, u32)>> = vec![None; 30];
        best[*from as usize] = Some((0, 0));
        for _ in 0..30 {
            for edge in edges {
                let Some((time, length)) = best[edge.from as usize] else { continue };
                let there = (time + edge.time_ms, length + edge.length_dm);
                let known = &mut best[edge.to as usize];
                *known = Some(known.map_or(there, |known| known.min(there)));
            }
        }
        all.extend(best[node as usize].map(|(time_ms, length_dm)| Reach { post, time_ms, length_dm }));
    }
    all.sort_by_key(|reach| (reach.time_ms, reach.post));
    all.truncate(most);
    all
}

fn line(edges: &[Edge], nodes: u8) -> RoadGraph {
    RoadGraph::new((0..nodes).map(|node| at(20.0, 106.0 + f64::from(node) * 0.01)).collect(), edges).unwrap()
}

fn edge(from: Node, to: Node, time_ms: u32, length_dm: u32) -> Edge {
    Edge { from, to, time_ms, length_dm }
}
