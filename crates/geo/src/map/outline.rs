//! Outlines and lines on the paper: cut to what is seen, and without the points that nobody could see.

use core::fmt::Write as _;

use super::frame::Frame;
use super::plane::{Point, Rect};
use super::svg::Px;
use crate::Position;
use crate::boundary::Polygon;

/// How far beyond the edge an outline is kept, so that its cut is not seen.
const BEYOND: f64 = 8.0;

/// The rings of an area that are on the paper. Points lie on a grid of half a unit, so areas that share an edge still share it.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) rings: Vec<Vec<Point>>,
}

impl Outline {
    pub(super) fn of(polygons: &[Polygon], frame: &Frame) -> Self {
        let edge = frame.rect.grown(BEYOND);
        let rings = polygons.iter().flat_map(|polygon| &polygon.rings);
        let seen = rings.map(|ring| {
            let points = ring.iter().map(|at| frame.point(*at)).collect();
            plain(&clipped(points, edge), true)
        });
        Self { rings: seen.filter(|ring| ring.len() > 2).collect() }
    }

    /// As the `d` of a path.
    pub(super) fn path(&self) -> String {
        self.rings.iter().fold(String::new(), |mut path, ring| {
            write_line(&mut path, ring);
            path.push('Z');
            path
        })
    }

    /// The box around it; of no size where nothing of it is on the paper.
    pub(super) fn bounds(&self) -> Rect {
        let points = || self.rings.iter().flatten();
        let least = |of: fn(&Point) -> f64| points().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Point) -> f64| points().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (x, y) = (least(|at| at.x), least(|at| at.y));
        Rect { x, y, w: most(|at| at.x) - x, h: most(|at| at.y) - y }
    }

    /// Whether a box lies within it: its corners and its middle do.
    pub(super) fn contains(&self, rect: Rect) -> bool {
        let corners = [
            rect.centre(),
            Point { x: rect.x, y: rect.y },
            Point { x: rect.right(), y: rect.y },
            Point { x: rect.x, y: rect.bottom() },
            Point { x: rect.right(), y: rect.bottom() },
        ];
        corners.into_iter().all(|corner| self.holds(corner))
    }

    /// How far a point is from the nearest edge.
    pub(super) fn depth(&self, at: Point) -> f64 {
        self.edges().map(|(one, other)| distance_to_segment(at, one, other)).fold(f64::INFINITY, f64::min)
    }

    fn holds(&self, at: Point) -> bool {
        let crossed = self.edges().filter(|(one, other)| {
            (one.y <= at.y) != (other.y <= at.y)
                && one.x + (at.y - one.y) / (other.y - one.y) * (other.x - one.x) < at.x
        });
        crossed.count() % 2 == 1
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> {
        self.rings.iter().flat_map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().copied().zip(next.copied())
        })
    }
}

/// The parts of a line that are on the paper.
pub(super) fn parts(line: &[Position], frame: &Frame) -> Vec<Vec<Point>> {
    let edge = frame.rect.grown(BEYOND);
    let points: Vec<Point> = line.iter().map(|at| frame.point(*at)).collect();
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut is_open = false;
    for step in points.windows(2) {
        let [from, to] = step else { continue };
        let Some((start, end)) = segment_within(*from, *to, edge) else {
            is_open = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if is_open => part.push(end),
            _ => parts.push(vec![start, end]),
        }
        is_open = end == *to;
    }
    parts.iter().map(|part| plain(part, false)).filter(|part| part.len() > 1).collect()
}

/// Lines as the `d` of a path.
pub(super) fn path(lines: &[Vec<Point>]) -> String {
    lines.iter().fold(String::new(), |mut path, line| {
        write_line(&mut path, line);
        path
    })
}

/// Absolute where it begins, then relative: a third fewer octets.
fn write_line(path: &mut String, line: &[Point]) {
    let Some(first) = line.first() else { return };
    let _ = write!(path, "M{} {}", Px(first.x), Px(first.y));
    for (step, pair) in line.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let _ = write!(path, "{}{} {}", if step == 0 { "l" } else { " " }, Px(to.x - from.x), Px(to.y - from.y));
    }
}

/// On the grid, without repeated points and points in the middle of a straight.
fn plain(points: &[Point], is_ring: bool) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for at in points {
        let at = Point { x: (at.x * 2.0).round() / 2.0, y: (at.y * 2.0).round() / 2.0 };
        if kept.last() == Some(&at) {
            continue;
        }
        if let [.., before, last] = kept.as_slice()
            && is_straight(*before, *last, at)
        {
            kept.pop();
        }
        kept.push(at);
    }
    if is_ring && kept.len() > 1 && kept.first() == kept.last() {
        kept.pop();
    }
    kept
}

/// Exact: the points lie on a grid.
fn is_straight(a: Point, b: Point, c: Point) -> bool {
    let (there, on) = ((b.x - a.x, b.y - a.y), (c.x - b.x, c.y - b.y));
    there.0 * on.1 == there.1 * on.0 && there.0 * on.0 + there.1 * on.1 > 0.0
}

/// A ring cut to a box, after Sutherland and Hodgman: one side of the box after the other.
fn clipped(ring: Vec<Point>, edge: Rect) -> Vec<Point> {
    let sides =
        [(true, edge.x, true), (true, edge.right(), false), (false, edge.y, true), (false, edge.bottom(), false)];
    sides.into_iter().fold(ring, |ring, (is_x, limit, is_least)| {
        let coordinate = |at: Point| if is_x { at.x } else { at.y };
        let is_in = |at: Point| if is_least { coordinate(at) >= limit } else { coordinate(at) <= limit };
        let before = ring.iter().cycle().skip(ring.len().saturating_sub(1));
        let steps = before.copied().zip(ring.iter().copied());
        let mut cut = Vec::with_capacity(ring.len());
        for (from, to) in steps {
            if is_in(from) != is_in(to) {
                cut.push(from.towards(to, (limit - coordinate(from)) / (coordinate(to) - coordinate(from))));
            }
            if is_in(to) {
                cut.push(to);
            }
        }
        cut
    })
}

/// The part of a segment within a box, after Liang and Barsky.
fn segment_within(from: Point, to: Point, edge: Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let sides =
        [(-dx, from.x - edge.x), (dx, edge.right() - from.x), (-dy, from.y - edge.y), (dy, edge.bottom() - from.y)];
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (speed, room) in sides {
        if speed == 0.0 && room < 0.0 {
            return None;
        }
        if speed < 0.0 {
            enter = enter.max(room / speed);
        } else if speed > 0.0 {
            leave = leave.min(room / speed);
        }
    }
    let start = if enter > 0.0 { from.towards(to, enter) } else { from };
    let end = if leave < 1.0 { from.towards(to, leave) } else { to };
    (enter <= leave).then_some((start, end))
}

fn distance_to_segment(at: Point, one: Point, other: Point) -> f64 {
    let (dx, dy) = (other.x - one.x, other.y - one.y);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { ((at.x - one.x) * dx + (at.y - one.y) * dy) / length } else { 0.0 };
    at.distance(one.towards(other, share.clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    const BOX: Rect = Rect { x: 0.0, y: 0.0, w: 10.0, h: 10.0 };

    #[test]
    fn a_ring_around_the_paper_becomes_the_paper() {
        let around = vec![p(-5.0, -5.0), p(50.0, -5.0), p(50.0, 50.0), p(-5.0, 50.0)];
        let cut = Outline { rings: vec![plain(&clipped(around, BOX), true)] };
        assert_eq!(cut.rings[0].len(), 4);
        assert!(cut.contains(Rect { x: 1.0, y: 1.0, w: 8.0, h: 8.0 }));
    }

    #[test]
    fn a_ring_beside_the_paper_is_gone() {
        assert!(clipped(vec![p(20.0, 0.0), p(30.0, 0.0), p(30.0, 5.0)], BOX).is_empty());
    }

    #[test]
    fn a_line_that_comes_back_is_two_parts() {
        let line = [p(5.0, 5.0), p(15.0, 5.0), p(15.0, 8.0), p(5.0, 8.0)];
        let seen = line.windows(2).filter_map(|step| segment_within(step[0], step[1], BOX));
        assert_eq!(seen.collect::<Vec<_>>(), [(p(5.0, 5.0), p(10.0, 5.0)), (p(10.0, 8.0), p(5.0, 8.0))]);
    }

    #[test]
    fn points_of_a_straight_are_left_out_and_a_way_back_is_not() {
        let line = [p(0.0, 0.0), p(1.0, 1.0), p(2.1, 2.1), p(4.0, 4.0), p(1.0, 1.0)];
        assert_eq!(plain(&line, false), [p(0.0, 0.0), p(4.0, 4.0), p(1.0, 1.0)]);
    }
}
