//! The soonest posts of every node, by one search.

use std::collections::BTreeMap;

use super::{Node, RoadGraph};

/// The most posts that are found for a node.
pub const MAX_NEAREST: usize = 16;

/// Steps of the same 2^13 ms are taken together, in the order of their nodes.
const SLICE_BITS: u32 = 13;

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

    /// Takes a post up among the soonest of a node, unless it is there already as soon, or `most` others are sooner.
    fn improve(&mut self, node: Node, reach: Reach) -> bool {
        let (from, Some(found)) = (node as usize * self.most, self.found.get_mut(node as usize)) else { return false };
        let Some(all) = self.reaches.get_mut(from..from + self.most) else { return false };
        let known = all.iter().take(usize::from(*found)).position(|known| known.post == reach.post);
        // Where it ends: in its own place, at the end, or, where all places are taken, in the last one.
        let mut at = known.unwrap_or(usize::from(*found).min(all.len() - 1));
        let is_new = known.is_none() && usize::from(*found) < all.len();
        if !is_new && all.get(at).is_none_or(|last| last.key() <= reach.key()) {
            return false;
        }
        *found += u8::from(is_new);
        while let Some(before) = at.checked_sub(1).and_then(|before| all.get(before).copied())
            && before.key() > reach.key()
        {
            all.swap(at - 1, at);
            at -= 1;
        }
        if let Some(place) = all.get_mut(at) {
            *place = reach;
        }
        true
    }
}

impl Reach {
    /// What is sooner is less.
    fn key(self) -> (u32, u32, u32) {
        (self.time_ms, self.post, self.length_dm)
    }
}

/// A search from all posts at once, in which a node keeps the `most` soonest posts that came to it, each once.
///
/// It is right because posts are compared by time and then by their place in the list: if `most` others are before one at a node, they are
/// before it at all nodes behind, so what it would do there cannot count. A step holds a time and a node only, in one number: which posts
/// came there at that time, the node knows. A step that a sooner one has made void finds none.
///
/// Time goes slice by slice; within a slice a step may have to be taken again, when a sooner one comes to its node. That is less work than
/// to go in the exact order, as Dijkstra's search does: the fronts of many posts lie far apart in memory, and a slice goes over it once.
pub(super) fn search(graph: &RoadGraph, posts: &[Node], most: usize) -> Nearest {
    let empty = vec![Reach::default(); graph.len() * most];
    let nearest = Nearest { most, reaches: empty, found: vec![0; graph.len()] };
    let mut search = Search { graph, nearest, slices: BTreeMap::new() };
    for (post, node) in (0..).zip(posts) {
        search.come(*node, Reach { post, time_ms: 0, length_dm: 0 });
    }
    let mut here: Vec<Reach> = Vec::with_capacity(most);
    while let Some((_, mut slice)) = search.slices.pop_first() {
        slice.sort_unstable_by_key(|step| parts(*step).1);
        for step in slice {
            let (now, node) = parts(step);
            here.clear();
            here.extend(search.nearest.at(node).iter().filter(|reach| reach.time_ms == now));
            here.iter().for_each(|reach| search.go_on(node, *reach));
        }
    }
    search.nearest
}

struct Search<'a> {
    graph: &'a RoadGraph,
    nearest: Nearest,
    /// What is to be done, by the slice of its time.
    slices: BTreeMap<u32, Vec<u64>>,
}

impl Search<'_> {
    fn come(&mut self, node: Node, reach: Reach) {
        if self.nearest.improve(node, reach) {
            self.slices.entry(reach.time_ms >> SLICE_BITS).or_default().push(step(reach.time_ms, node));
        }
    }

    fn go_on(&mut self, node: Node, Reach { post, time_ms, length_dm }: Reach) {
        for way in self.graph.ways(node) {
            if let Some(time_ms) = time_ms.checked_add(way.time_ms) {
                self.come(way.to, Reach { post, time_ms, length_dm: length_dm.saturating_add(way.length_dm) });
            }
        }
    }
}

fn step(time_ms: u32, node: Node) -> u64 {
    u64::from(time_ms) << 32 | u64::from(node)
}

fn parts(step: u64) -> (u32, Node) {
    let [a, b, c, d, node @ ..] = step.to_be_bytes();
    (u32::from_be_bytes([a, b, c, d]), Node::from_be_bytes(node))
}
