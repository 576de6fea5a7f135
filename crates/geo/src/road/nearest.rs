//! The soonest posts of every node, by one search.

use super::{Node, RoadGraph, Start};

/// The most posts that are found for a node.
pub const MAX_NEAREST: usize = 16;

/// Within a block, steps of the same 2^14 ms are taken together.
const BUCKET_BITS: u32 = 14;

/// How many buckets a block goes on through before the next block does: 17 minutes.
const BUCKETS: usize = 64;

/// The soonest posts of every node.
#[derive(Clone, Debug)]
pub struct Nearest {
    most: usize,
    /// `most` places for each node, the soonest first, those behind the last one [`Reach::NONE`].
    reaches: Vec<Reach>,
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
        let from = node as usize * self.most;
        let all = self.reaches.get(from..from + self.most).unwrap_or_default();
        let found = all.iter().take_while(|reach| **reach != Reach::NONE).count();
        all.get(..found).unwrap_or_default()
    }
}

impl Reach {
    /// Later than any post comes.
    const NONE: Self = Self { post: u32::MAX, time_ms: u32::MAX, length_dm: u32::MAX };

    /// What is sooner is less.
    fn key(self) -> (u64, u32) {
        (u64::from(self.time_ms) << 32 | u64::from(self.post), self.length_dm)
    }
}

/// A search from all posts at once, in which a node keeps the `most` soonest posts that came to it, each once.
///
/// It is right because posts are compared by time and then by their place in the list: if `most` others are before one at a node, they are
/// before it at all nodes behind, so what it would do there cannot count. A step holds a time and a node only, in one number: which posts
/// came there at that time, the node knows. A step that a sooner one has made void finds none.
///
/// The fronts of many posts lie far apart in memory, so to go in the exact order of time over all of them, as Dijkstra's search does, is
/// slow. Here each block of neighbouring nodes goes on by itself through a slice of time, bucket after bucket, while all that it needs is
/// in the cache; then the next block does. What comes to a node too late, within a bucket or from another block, puts right what was found
/// too early and is taken again: a quarter more steps than there must be, each of which costs a third.
pub(super) fn search(graph: &RoadGraph, posts: &[Start], limit_ms: u32, most: usize) -> Nearest {
    let places = SEARCHES.get(most.wrapping_sub(1)).map(|search| search(graph, posts, limit_ms));
    Nearest { most, reaches: places.unwrap_or_default() }
}

/// From a graph, where posts start, and the latest time, to the places of each node.
type Places = fn(&RoadGraph, &[Start], u32) -> Vec<Reach>;

/// The search for each number of posts that a node may keep.
const SEARCHES: [Places; MAX_NEAREST] = [
    places::<1>,
    places::<2>,
    places::<3>,
    places::<4>,
    places::<5>,
    places::<6>,
    places::<7>,
    places::<8>,
    places::<9>,
    places::<10>,
    places::<11>,
    places::<12>,
    places::<13>,
    places::<14>,
    places::<15>,
    places::<16>,
];

fn places<const MOST: usize>(graph: &RoadGraph, posts: &[Start], limit_ms: u32) -> Vec<Reach> {
    let mut search = Search::<MOST> {
        graph,
        limit_ms,
        nearest: vec![[Reach::NONE; MOST]; graph.len()],
        waiting: vec![Vec::new(); graph.blocks.len()],
        buckets: [const { Vec::new() }; BUCKETS],
        block: graph.blocks.len(),
        start_ms: 0,
        soonest_ms: None,
    };
    for (post, start) in (0..).zip(posts) {
        search.come(start.node, Reach { post, time_ms: start.after_ms, length_dm: 0 });
    }
    while let Some(start_ms) = search.soonest_ms.take() {
        search.start_ms = start_ms;
        (0..graph.blocks.len()).for_each(|block| search.go_through(block));
    }
    search.nearest.into_flattened()
}

struct Search<'a, const MOST: usize> {
    graph: &'a RoadGraph,
    /// What would come later does not come.
    limit_ms: u32,
    nearest: Vec<[Reach; MOST]>,
    /// What is to be done in each block, when it is its turn.
    waiting: Vec<Vec<u64>>,
    /// What is to be done now, in this block and this slice of time.
    buckets: [Vec<u64>; BUCKETS],
    block: usize,
    start_ms: u32,
    /// The soonest of all that waits.
    soonest_ms: Option<u32>,
}

impl<const MOST: usize> Search<'_, MOST> {
    /// All that a block can do in this slice of time.
    fn go_through(&mut self, block: usize) {
        self.block = block;
        for step in self.waiting.get_mut(block).map(core::mem::take).unwrap_or_default() {
            self.put(block, step);
        }
        for bucket in 0..BUCKETS {
            while let Some(step) = self.buckets.get_mut(bucket).and_then(Vec::pop) {
                self.take(step);
            }
        }
    }

    fn take(&mut self, step: u64) {
        let (now, node) = parts(step);
        let Some(here) = self.nearest.get(node as usize).copied() else { return };
        for reach in here.iter().filter(|reach| reach.time_ms == now && **reach != Reach::NONE) {
            self.go_on(node, *reach);
        }
    }

    fn go_on(&mut self, node: Node, Reach { post, time_ms, length_dm }: Reach) {
        for way in self.graph.ways(node) {
            if let Some(time_ms) = time_ms.checked_add(way.time_ms) {
                self.come(way.to, Reach { post, time_ms, length_dm: length_dm.saturating_add(way.length_dm) });
            }
        }
    }

    /// Most of what comes is too late and goes no further than this.
    #[inline]
    fn come(&mut self, node: Node, reach: Reach) {
        let last = self.nearest.get(node as usize).and_then(|all| all.last());
        if reach.time_ms <= self.limit_ms && last.is_some_and(|last| reach.key() < last.key()) {
            self.take_up(node, reach);
        }
    }

    #[inline(never)]
    fn take_up(&mut self, node: Node, reach: Reach) {
        if self.nearest.get_mut(node as usize).is_some_and(|all| improve(all, reach)) {
            self.put(self.graph.blocks.of(node), step(reach.time_ms, node));
        }
    }

    /// Into a bucket, if it can be done now; or else it waits. What comes from before this slice is done first.
    fn put(&mut self, block: usize, step: u64) {
        let (time_ms, _) = parts(step);
        let bucket = time_ms.saturating_sub(self.start_ms) >> BUCKET_BITS;
        let bucket = self.buckets.get_mut(bucket as usize).filter(|_| block == self.block);
        if let Some(steps) = bucket {
            steps.push(step);
        } else if let Some(steps) = self.waiting.get_mut(block) {
            steps.push(step);
            self.soonest_ms = Some(self.soonest_ms.map_or(time_ms, |soonest_ms| soonest_ms.min(time_ms)));
        }
    }
}

/// Takes a post, which is sooner than the last, up among the soonest of a node, unless it is there already as soon.
#[expect(clippy::indexing_slicing, reason = "below MOST, which is 1 or more")]
fn improve<const MOST: usize>(all: &mut [Reach; MOST], reach: Reach) -> bool {
    // It takes its own former place, or else the last one, and moves up from there.
    let mut at = all.iter().position(|known| known.post == reach.post).unwrap_or(MOST - 1);
    if all[at].key() <= reach.key() {
        return false;
    }
    while at > 0 && all[at - 1].key() > reach.key() {
        all[at] = all[at - 1];
        at -= 1;
    }
    all[at] = reach;
    true
}

fn step(time_ms: u32, node: Node) -> u64 {
    u64::from(time_ms) << 32 | u64::from(node)
}

fn parts(step: u64) -> (u32, Node) {
    let [a, b, c, d, node @ ..] = step.to_be_bytes();
    (u32::from_be_bytes([a, b, c, d]), Node::from_be_bytes(node))
}
