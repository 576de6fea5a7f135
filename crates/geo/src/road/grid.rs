//! Which of many places is nearest: a grid of cells over all of them, about two to a cell.

use super::{Node, Snap};
use crate::Position;
use crate::position::MEAN_RADIUS_M;

/// How far the first look goes; each further one goes twice as far.
const FIRST_LOOK_M: f64 = 100.0;

#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    lat: Axis,
    lon: Axis,
    /// Where the nodes of each cell begin in `nodes`, and behind the last where they end. Row after row from the south, each from the west.
    first: Vec<u32>,
    nodes: Vec<Node>,
}

/// How one coordinate is cut into cells.
#[derive(Clone, Copy, Debug, Default)]
struct Axis {
    least: f64,
    /// Cells in a degree.
    per_degree: f64,
    cells: usize,
}

impl Grid {
    pub(crate) fn over(positions: &[Position]) -> Self {
        let across = positions.len().div_ceil(2).isqrt().max(1);
        let lat = Axis::over(positions.iter().map(|at| at.lat_deg()), across);
        let lon = Axis::over(positions.iter().map(|at| at.lon_deg()), across);
        let cell = |at: &Position| lat.cell(at.lat_deg()) * lon.cells + lon.cell(at.lon_deg());
        let (first, nodes) = by_cell(positions, lat.cells * lon.cells, cell);
        Self { lat, lon, first, nodes }
    }

    /// Looks within a radius, then within twice that. All nodes within a radius lie in a box of degrees around the place, so the nearest
    /// of a look, if it lies within that look's radius, is the nearest of all.
    pub(super) fn nearest(&self, positions: &[Position], place: Position, within_m: f64) -> Option<Snap> {
        let half_of_the_earth = core::f64::consts::PI * MEAN_RADIUS_M;
        let most_m = within_m.min(half_of_the_earth);
        let mut radius_m = FIRST_LOOK_M.min(most_m);
        loop {
            let seen = self.within(place, radius_m).filter_map(|node| {
                let distance_m = positions.get(node as usize)?.distance_m(place);
                (distance_m <= radius_m).then_some(Snap { node, distance_m })
            });
            let best = seen.min_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.node.cmp(&b.node)));
            if best.is_some() || radius_m >= most_m || radius_m.is_nan() {
                return best;
            }
            radius_m = (2.0 * radius_m).min(most_m);
        }
    }

    /// The nearest of all, as many as asked for, the nearest first; among equals the lowest number first. Looks like [`nearest`](Self::nearest).
    pub(crate) fn nearest_of(&self, positions: &[Position], place: Position, most: usize) -> Vec<Snap> {
        let most_m = core::f64::consts::PI * MEAN_RADIUS_M;
        let mut radius_m = FIRST_LOOK_M;
        loop {
            let seen = self.within(place, radius_m).filter_map(|node| {
                let distance_m = positions.get(node as usize)?.distance_m(place);
                (distance_m <= radius_m).then_some(Snap { node, distance_m })
            });
            let mut all: Vec<_> = seen.collect();
            if all.len() >= most.min(positions.len()) || radius_m >= most_m {
                all.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then(a.node.cmp(&b.node)));
                all.truncate(most);
                return all;
            }
            radius_m = (2.0 * radius_m).min(most_m);
        }
    }

    /// The nodes of all cells that a circle may reach.
    fn within(&self, place: Position, radius_m: f64) -> impl Iterator<Item = Node> {
        // A hair more, for what the rounding of the box and of the distance may differ by.
        let angle = radius_m / MEAN_RADIUS_M * (1.0 + 1e-9) + 1e-12;
        let (lat, up) = (place.lat_deg(), angle.to_degrees());
        let rows = self.lat.cells(lat - up, lat + up);
        let columns = self.columns(place, angle);
        rows.flat_map(move |row| {
            let row = row * self.lon.cells;
            columns.clone().into_iter().flat_map(move |columns| self.cells(row + columns.start, row + columns.end))
        })
    }

    /// How far east and west a circle reaches (the tangent meridians), in one part or, across the 180th meridian, in two.
    fn columns(&self, place: Position, angle: f64) -> [core::ops::Range<usize>; 2] {
        let (lat, lon) = (place.lat_deg().to_radians(), place.lon_deg());
        let ratio = angle.sin() / lat.cos();
        if lat.abs() + angle >= core::f64::consts::FRAC_PI_2 || ratio >= 1.0 {
            return [0..self.lon.cells, 0..0]; // it holds a pole
        }
        let aside = ratio.asin().to_degrees() + 1e-9;
        let (west, east) = (lon - aside, lon + aside);
        let (mut main, mut over) = (self.lon.cells(west, east), 0..0);
        if west < -180.0 {
            over = self.lon.cells(west + 360.0, 180.0);
        } else if east > 180.0 {
            over = self.lon.cells(-180.0, east - 360.0);
        }
        if over.start < main.end && main.start < over.end {
            (main, over) = (main.start.min(over.start)..main.end.max(over.end), 0..0);
        }
        [main, over]
    }

    /// The nodes of neighbouring cells.
    fn cells(&self, from: usize, to: usize) -> impl Iterator<Item = Node> {
        let ends = (self.first.get(from), self.first.get(to));
        let nodes = match ends {
            (Some(from), Some(to)) => self.nodes.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        };
        nodes.iter().copied()
    }
}

impl Axis {
    fn over(coordinates: impl Iterator<Item = f64> + Clone, cells: usize) -> Self {
        let least = coordinates.clone().fold(f64::INFINITY, f64::min);
        let most = coordinates.fold(f64::NEG_INFINITY, f64::max);
        let span = most - least;
        let per_degree = if span > 0.0 { count(cells) / span } else { 0.0 };
        Self { least, per_degree, cells }
    }

    /// The cell of a coordinate; the first or last, for one outside.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest integer there is"
    )]
    fn cell(self, coordinate: f64) -> usize {
        // Not a number only for infinitely many degrees: 0 then.
        (((coordinate - self.least) * self.per_degree) as usize).min(self.cells.saturating_sub(1))
    }

    /// The cells between two coordinates; none, if all lie outside.
    fn cells(self, from: f64, to: f64) -> core::ops::Range<usize> {
        let most = self.least + if self.per_degree > 0.0 { count(self.cells) / self.per_degree } else { 0.0 };
        if to < self.least || from > most + 1e-9 {
            return 0..0;
        }
        self.cell(from)..self.cell(to) + 1
    }
}

/// The nodes in the order of their cells, by counting; within a cell in the order of their numbers.
#[expect(clippy::indexing_slicing, reason = "a cell is below the number of cells")]
fn by_cell(positions: &[Position], cells: usize, cell: impl Fn(&Position) -> usize) -> (Vec<u32>, Vec<Node>) {
    let mut first = vec![0_u32; cells + 1];
    for at in positions {
        first[cell(at) + 1] += 1;
    }
    for cell in 0..cells {
        first[cell + 1] += first[cell];
    }
    let mut next = first.clone();
    let mut nodes = vec![0; positions.len()];
    for (node, at) in (0..).zip(positions) {
        let place = &mut next[cell(at)];
        nodes[*place as usize] = node;
        *place += 1;
    }
    (first, nodes)
}

#[expect(clippy::cast_precision_loss, reason = "a number of cells is far below 2^52")]
fn count(cells: usize) -> f64 {
    cells as f64
}
