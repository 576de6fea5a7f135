//! The soonest way from one node to another.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::{Node, RoadGraph};

/// A way along the roads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The nodes from its beginning to its end; one, if it begins where it ends.
    pub nodes: Vec<Node>,
    /// How long it takes, in milliseconds.
    pub time_ms: u32,
    /// How long it is, in decimetres, at most `u32::MAX`.
    pub length_dm: u32,
}

/// Dijkstra's search, which ends at its goal. It keeps what it has seen, not the whole graph.
pub(super) fn search(graph: &RoadGraph, from: Node, to: Node) -> Option<Route> {
    let mut came_from: BTreeMap<Node, Node> = BTreeMap::new();
    let mut steps = BinaryHeap::from([Reverse((0_u32, 0_u32, from, from))]);
    while let Some(Reverse((time_ms, length_dm, node, before))) = steps.pop() {
        if came_from.contains_key(&node) {
            continue;
        }
        came_from.insert(node, before);
        if node == to {
            return Some(Route { nodes: back(&came_from, from, to), time_ms, length_dm });
        }
        for way in graph.ways(node).iter().filter(|way| !came_from.contains_key(&way.to)) {
            let Some(time_ms) = time_ms.checked_add(way.time_ms) else { continue };
            steps.push(Reverse((time_ms, length_dm.saturating_add(way.length_dm), way.to, node)));
        }
    }
    None
}

/// From the end back to the beginning, turned round.
fn back(came_from: &BTreeMap<Node, Node>, from: Node, to: Node) -> Vec<Node> {
    let step = |node: &Node| came_from.get(node).copied().filter(|_| *node != from);
    let mut nodes: Vec<_> = core::iter::successors(Some(to), step).collect();
    nodes.reverse();
    nodes
}
