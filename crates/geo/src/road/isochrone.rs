//! The line around what is reached: an isochrone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Node, RoadGraph};
use crate::{MEAN_RADIUS_M, Position};

/// The narrowest square of an outline, in metres.
const LEAST_CELL_M: f64 = 10.0;

/// A corner of squares, or the square north-east of it: its row from the equator, its column from the meridian of 0.
type Corner = (i64, i64);

impl RoadGraph {
    /// The outline of some nodes, as of those that [`within`](Self::within) found: the squares of so many metres (at least 10) that hold one,
    /// as closed rings. What lies inside an odd number of rings is reached, so islands and holes are rings of their own. Take squares wider
    /// than the steps between nodes, which an extract's are from 100 m on.
    #[must_use]
    pub fn outline(&self, nodes: &[(Node, u32)], cell_m: f64) -> Vec<Vec<Position>> {
        let places: Vec<Position> = nodes.iter().filter_map(|(node, _)| self.position(*node)).collect();
        let Some(first) = places.first() else { return Vec::new() };
        let up = (cell_m.max(LEAST_CELL_M) / MEAN_RADIUS_M).to_degrees();
        let aside = up / first.lat_deg().to_radians().cos().max(0.01);
        let cells: BTreeSet<Corner> =
            places.iter().map(|at| (floor(at.lat_deg() / up), floor(at.lon_deg() / aside))).collect();
        let place = |corner: &Corner| {
            let (lat, lon) = (number(corner.0) * up, number(corner.1) * aside);
            Position::new(lat.clamp(-90.0, 90.0), lon.clamp(-180.0, 180.0)).ok()
        };
        rings(&cells).iter().map(|ring| ring.iter().filter_map(place).collect()).collect()
    }
}

/// The sides between a cell and none, with the cell on their left, walked along until they come back to where they began.
fn rings(cells: &BTreeSet<Corner>) -> Vec<Vec<Corner>> {
    let mut sides: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for &(row, column) in cells {
        let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
        let beside = [(row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1)];
        for ((from, to), other) in corners.iter().zip(corners.iter().cycle().skip(1)).zip(beside) {
            if !cells.contains(&other) {
                sides.entry(*from).or_default().push(*to);
            }
        }
    }
    let mut rings = Vec::new();
    while let Some(start) = sides.keys().next().copied() {
        let mut ring = vec![start];
        let mut at = start;
        while let Some(next) = take(&mut sides, at) {
            ring.push(next);
            at = next;
            if at == start {
                break;
            }
        }
        rings.push(ring);
    }
    rings
}

fn take(sides: &mut BTreeMap<Corner, Vec<Corner>>, from: Corner) -> Option<Corner> {
    let ends = sides.get_mut(&from)?;
    let end = ends.pop();
    if ends.is_empty() {
        sides.remove(&from);
    }
    end
}

#[expect(clippy::cast_possible_truncation, reason = "degrees over a step of 10 m or more are below 2^31")]
fn floor(steps: f64) -> i64 {
    steps.floor() as i64
}

#[expect(clippy::cast_precision_loss, reason = "below 2^31")]
fn number(steps: i64) -> f64 {
    steps as f64
}
