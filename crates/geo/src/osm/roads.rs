//! From ways and the places of their nodes to a graph.

use super::Spot;
use super::drive::Drive;
use super::parts::large_parts;
use crate::road::{Edge, Node, RoadGraph, near_key};
use crate::{Position, Vehicle};

/// A longer step of a way gets nodes in between, so that a place beside a straight road finds one within half of this, in metres.
const LONGEST_STEP_M: f64 = 100.0;

/// The ways that can be driven, one after the other.
#[derive(Default)]
pub(super) struct Ways {
    /// How, and where its nodes end in `nodes`.
    pub(super) drives: Vec<(Drive, usize)>,
    /// Which nodes, by their numbers in the extract.
    pub(super) nodes: Vec<i64>,
}

/// A graph that is being made.
#[derive(Default)]
struct Draft {
    positions: Vec<Position>,
    edges: Vec<Edge>,
}

impl Ways {
    pub(super) fn push(&mut self, drive: Drive, nodes: &mut Vec<i64>) {
        self.nodes.append(nodes);
        self.drives.push((drive, self.nodes.len()));
    }

    /// The graph, its nodes in an order in which neighbours are near one another. A step to or from a node that is not in the extract or
    /// that nothing passes is left out, and so are small parts that one cannot leave or come to.
    pub(super) fn graph(
        &self,
        find: impl Fn(i64) -> Option<(usize, Spot)>,
        places: usize,
        vehicle: &Vehicle,
    ) -> RoadGraph {
        let mut draft = Draft::default();
        let mut numbers: Vec<Option<Node>> = vec![None; places];
        let mut first = 0;
        for (drive, end) in &self.drives {
            let nodes = self.nodes.get(first..*end).unwrap_or_default();
            first = *end;
            let mut before = None;
            for id in nodes {
                let here = find(*id).and_then(|(at, spot)| draft.number(numbers.get_mut(at)?, spot));
                if let Some((from, to)) = before.zip(here).filter(|(from, to)| from != to) {
                    draft.step(*drive, from, to);
                }
                before = here;
            }
        }
        draft.finish(vehicle.smallest_part)
    }
}

impl Draft {
    /// The number of a node, which it gets when it is first seen.
    fn number(&mut self, number: &mut Option<Node>, spot: Spot) -> Option<Node> {
        if number.is_none() {
            *number = Some(self.add(spot.position()?)?);
        }
        *number
    }

    fn add(&mut self, at: Position) -> Option<Node> {
        let number = Node::try_from(self.positions.len()).ok()?;
        self.positions.push(at);
        Some(number)
    }

    /// A step of a way, in pieces of equal length.
    fn step(&mut self, drive: Drive, from: Node, to: Node) {
        let ends = (self.positions.get(from as usize).copied(), self.positions.get(to as usize).copied());
        let (Some(start), Some(end)) = ends else { return };
        let length_m = start.distance_m(end);
        let pieces = (length_m / LONGEST_STEP_M).ceil().max(1.0);
        let mut before = from;
        let mut piece = 1.0;
        while piece < pieces {
            let Some(next) = between(start, end, piece / pieces).and_then(|at| self.add(at)) else { return };
            self.piece(drive, before, next, length_m / pieces);
            before = next;
            piece += 1.0;
        }
        self.piece(drive, before, to, length_m / pieces);
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "up to 100 m, at 0 to 300 km/h: in range, or the most"
    )]
    fn piece(&mut self, drive: Drive, from: Node, to: Node, length_m: f64) {
        let edge = Edge {
            from,
            to,
            time_ms: (length_m * 3600.0 / drive.kmh).round() as u32,
            length_dm: (length_m * 10.0).round() as u32,
        };
        self.edges.extend(drive.forward.then_some(edge));
        self.edges.extend(drive.back.then_some(Edge { from: to, to: from, ..edge }));
    }

    fn finish(self, smallest_part: usize) -> RoadGraph {
        let Self { positions, mut edges } = self;
        let keep = large_parts(positions.len(), &edges, smallest_part);
        let mut order: Vec<(u64, Node)> = positions.iter().map(|at| near_key(*at)).zip(0..).collect();
        order.retain(|(_, node)| keep.get(*node as usize).is_some_and(|keep| *keep));
        order.sort_unstable();
        let mut numbers = vec![None; positions.len()];
        for (number, (_, node)) in (0..).zip(&order) {
            if let Some(place) = numbers.get_mut(*node as usize) {
                *place = Some(number);
            }
        }
        let number = |node: Node| numbers.get(node as usize).copied().flatten();
        edges.retain_mut(|edge| {
            let ends = number(edge.from).zip(number(edge.to));
            if let Some(ends) = ends {
                (edge.from, edge.to) = ends;
            }
            ends.is_some()
        });
        let positions = order.iter().filter_map(|(_, node)| positions.get(*node as usize).copied()).collect();
        RoadGraph::new(positions, &edges).unwrap_or_default()
    }
}

/// A place on the straight line between two, as the map draws it, at a spot.
fn between(start: Position, end: Position, share: f64) -> Option<Position> {
    let part = |from: f64, to: f64| from + (to - from) * share;
    let at = Position::new(part(start.lat_deg(), end.lat_deg()), part(start.lon_deg(), end.lon_deg())).ok()?;
    Spot::of(at).position()
}
