//! The soonest posts of every node, by one search.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Node, RoadGraph};

/// The most posts that are found for a node.
pub const MAX_NEAREST: usize = 16;

/// The soonest posts of every node.
#[derive(Clone, Debug)]
pub struct Nearest {
    most: usize,
    /// `most` places for each node, the first `found` of which are taken.
    reaches: Vec<Reach>,
    found: Vec<u8>,
}

/// How soon a post is at a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Which post: its place in the list that was asked about.
    pub post: u32,
    /// How long it drives, in milliseconds. A way of more than 49 days is none.
    pub time_ms: u32,
    /// How long its way is, in decimetres, at most `u32::MAX`; of ways that take equally long, the shortest.
    pub length_dm: u32,
}

impl Nearest {
    /// The posts that are the soonest at a node, the soonest first; of posts that are equally soon, the first of the list. Fewer than
    /// asked for where no more have a way to it; none for a node that is not there.
    #[must_use]
    pub fn at(&self, node: Node) -> &[Reach] {
        let found = self.found.get(node as usize).copied().unwrap_or(0);
        let from = node as usize * self.most;
        self.reaches.get(from..from + usize::from(found)).unwrap_or_default()
    }

    /// Whether nothing more is to be found for a node by a post.
    fn is_done(&self, node: Node, post: u32) -> bool {
        let found = self.at(node);
        found.len() == self.most || found.iter().any(|reach| reach.post == post)
    }

    fn add(&mut self, node: Node, reach: Reach) {
        let Some(found) = self.found.get_mut(node as usize) else { return };
        if let Some(place) = self.reaches.get_mut(node as usize * self.most + usize::from(*found)) {
            *place = reach;
            *found += 1;
        }
    }
}

/// Dijkstra's search from all posts at once, in which a node is done when `most` different posts have come to it.
///
/// It is right because steps are taken in the order of time and then of the post's place in the list: if `most` posts come before one at a
/// node, they come before it at all nodes behind, so what it would do there cannot count.
pub(super) fn search(graph: &RoadGraph, posts: &[Node], most: usize) -> Nearest {
    let empty = vec![Reach::default(); graph.len() * most];
    let mut nearest = Nearest { most, reaches: empty, found: vec![0; graph.len()] };
    let starts = (0..).zip(posts).map(|(post, node)| Reverse(Step { time_ms: 0, post, length_dm: 0, node: *node }));
    let mut steps: BinaryHeap<_> = starts.collect();
    while let Some(Reverse(Step { time_ms, post, length_dm, node })) = steps.pop() {
        if nearest.is_done(node, post) {
            continue;
        }
        nearest.add(node, Reach { post, time_ms, length_dm });
        for way in graph.ways(node) {
            let Some(time_ms) = time_ms.checked_add(way.time_ms) else { continue };
            if !nearest.is_done(way.to, post) {
                let length_dm = length_dm.saturating_add(way.length_dm);
                steps.push(Reverse(Step { time_ms, post, length_dm, node: way.to }));
            }
        }
    }
    nearest
}

/// A post comes to a node. The order of the fields is the order of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    time_ms: u32,
    post: u32,
    length_dm: u32,
    node: Node,
}
