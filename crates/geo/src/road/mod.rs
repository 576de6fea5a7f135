//! Roads as a graph: which node is nearest to a place, and which posts are the soonest at each node.

mod blocks;
mod grid;
mod isochrone;
mod nearest;
mod route;

pub use nearest::{MAX_NEAREST, Nearest, Reach};
pub use route::Route;

use crate::Position;
use blocks::Blocks;
pub(crate) use blocks::near_key;
pub(crate) use grid::Grid;

/// The most nodes, and the most edges, of a graph. One more refuses it.
pub const MAX_PARTS: usize = 200_000_000;

/// A node of a graph: its number, from 0, in the order in which the nodes were given.
pub type Node = u32;

/// Roads: nodes at places, and edges between them, each in one direction.
#[derive(Clone, Debug, Default)]
pub struct RoadGraph {
    positions: Vec<Position>,
    /// Where the edges of each node begin in `ways`, and behind the last where they end.
    first: Vec<u32>,
    ways: Vec<Way>,
    grid: Grid,
    blocks: Blocks,
}

/// An edge from one node to another, in this direction only. A road that can be driven both ways is two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: Node,
    /// Where it ends.
    pub to: Node,
    /// How long it takes to drive it, in milliseconds.
    pub time_ms: u32,
    /// How long it is, in decimetres.
    pub length_dm: u32,
}

/// The rest of an edge, where its beginning is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Way {
    pub(crate) to: Node,
    pub(crate) time_ms: u32,
    pub(crate) length_dm: u32,
}

/// Where a search starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// At which node.
    pub node: Node,
    /// How much later than the others, in milliseconds.
    pub after_ms: u32,
}

/// A place on the roads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The nearest node.
    pub node: Node,
    /// How far it is from the place, in a straight line.
    pub distance_m: f64,
}

/// What is no graph, or no node of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRoad {
    /// More than [`MAX_PARTS`].
    #[error("{0} nodes or edges, more than {MAX_PARTS}")]
    TooMany(usize),
    /// A number that no node has.
    #[error("there is no node {0}")]
    NoNode(Node),
}

impl RoadGraph {
    /// A graph from its nodes' places and its edges, in any order; a search is faster where nodes that are near have numbers that are near.
    /// Parallel edges and edges from a node to itself are allowed.
    ///
    /// # Errors
    /// An edge to or from a node that is not there; more than [`MAX_PARTS`] nodes or edges.
    pub fn new(positions: Vec<Position>, edges: &[Edge]) -> Result<Self, NoRoad> {
        let most = positions.len().max(edges.len());
        if most > MAX_PARTS {
            return Err(NoRoad::TooMany(most));
        }
        let ends = edges.iter().flat_map(|edge| [edge.from, edge.to]);
        if let Some(missing) = ends.into_iter().find(|node| *node as usize >= positions.len()) {
            return Err(NoRoad::NoNode(missing));
        }
        let way = |edge: &Edge| Way { to: edge.to, time_ms: edge.time_ms, length_dm: edge.length_dm };
        let (first, ways) = sorted_by_start(positions.len(), edges, way);
        Ok(Self { grid: Grid::over(&positions), blocks: Blocks::over(&positions), positions, first, ways })
    }

    /// How many nodes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Whether it has no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// Where a node is.
    #[must_use]
    pub fn position(&self, node: Node) -> Option<Position> {
        self.positions.get(node as usize).copied()
    }

    /// Where the nodes are, in their order.
    #[must_use]
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The edges that begin at a node; none, if it is not there.
    pub fn edges(&self, node: Node) -> impl Iterator<Item = Edge> {
        let edge = move |way: &Way| Edge { from: node, to: way.to, time_ms: way.time_ms, length_dm: way.length_dm };
        self.ways(node).iter().map(edge)
    }

    /// The node nearest to a place, in a straight line and within so many metres; the one with the lowest number, among equals.
    #[must_use]
    pub fn snap(&self, place: Position, within_m: f64) -> Option<Snap> {
        self.grid.nearest(&self.positions, place, within_m)
    }

    /// For every node, which `most` of some posts are the soonest there, driving from the post to the node. One search from all posts
    /// at once, which visits each node `most` times. `most` is from 1 to [`MAX_NEAREST`]; another number becomes the nearer of these.
    ///
    /// # Errors
    /// A post at a node that is not there.
    pub fn nearest(&self, posts: &[Node], most: usize) -> Result<Nearest, NoRoad> {
        let starts: Vec<_> = posts.iter().map(|node| Start { node: *node, after_ms: 0 }).collect();
        self.nearest_after(&starts, most)
    }

    /// As [`nearest`](Self::nearest), where each post starts some time later, which counts.
    ///
    /// # Errors
    /// A post at a node that is not there.
    pub fn nearest_after(&self, posts: &[Start], most: usize) -> Result<Nearest, NoRoad> {
        posts.iter().try_for_each(|post| self.check(post.node))?;
        Ok(nearest::search(self, posts, u32::MAX, most.clamp(1, MAX_NEAREST)))
    }

    /// What can be come to from any of some posts within a time: each node and after how many milliseconds, in the order of the nodes. The
    /// line around it, the isochrone, is their [`outline`](Self::outline).
    ///
    /// # Errors
    /// A post at a node that is not there.
    pub fn within(&self, posts: &[Start], limit_ms: u32) -> Result<Vec<(Node, u32)>, NoRoad> {
        posts.iter().try_for_each(|post| self.check(post.node))?;
        let nearest = nearest::search(self, posts, limit_ms, 1);
        Ok((0..).zip(0..self.len()).filter_map(|(node, _)| Some((node, nearest.at(node).first()?.time_ms))).collect())
    }

    /// The soonest way from one node to another; none, if there is none.
    ///
    /// # Errors
    /// A node that is not there.
    pub fn route(&self, from: Node, to: Node) -> Result<Option<Route>, NoRoad> {
        self.check(from)?;
        self.check(to)?;
        Ok(route::search(self, from, to))
    }

    fn check(&self, node: Node) -> Result<(), NoRoad> {
        if (node as usize) < self.positions.len() { Ok(()) } else { Err(NoRoad::NoNode(node)) }
    }

    /// The edges that begin at a node.
    pub(crate) fn ways(&self, node: Node) -> &[Way] {
        let ends = (self.first.get(node as usize), self.first.get(node as usize + 1));
        let (Some(from), Some(to)) = ends else { return &[] };
        self.ways.get(*from as usize..*to as usize).unwrap_or_default()
    }
}

/// Something of each edge, in the order of the nodes where the edges begin, by counting, and where those of each node begin.
#[expect(clippy::indexing_slicing, reason = "every node of every edge was checked")]
pub(crate) fn sorted_by_start<T: Copy + Default>(
    nodes: usize,
    edges: &[Edge],
    rest: impl Fn(&Edge) -> T,
) -> (Vec<u32>, Vec<T>) {
    let mut first = vec![0_u32; nodes + 1];
    for edge in edges {
        first[edge.from as usize + 1] += 1;
    }
    for node in 0..nodes {
        first[node + 1] += first[node];
    }
    let mut next = first.clone();
    let mut ways = vec![T::default(); edges.len()];
    for edge in edges {
        let at = &mut next[edge.from as usize];
        ways[*at as usize] = rest(edge);
        *at += 1;
    }
    (first, ways)
}
