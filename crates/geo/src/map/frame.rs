//! From places to points on the paper, and which part of the world the paper shows.

use super::plane::{Point, Rect};
use crate::Position;
use crate::position::MEAN_RADIUS_M;

/// The least that a map shows, from edge to edge of what it must show, in metres.
const LEAST_SPAN_M: f64 = 1_200.0;

/// The part of the world that is on the paper, in an equirectangular projection with the cosine of its middle latitude.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) rect: Rect,
    centre: Position,
    cos: f64,
    pub(super) px_per_m: f64,
}

/// A whole number of metres, and how long it is on the paper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) metres: f64,
    pub(super) px: f64,
}

impl Frame {
    /// Shows the site and some places, so far from the edge of the paper.
    pub(super) fn around(rect: Rect, margin: f64, site: Position, shown: impl Iterator<Item = Position>) -> Self {
        let (mut south, mut north) = (site.lat_deg(), site.lat_deg());
        let (mut west, mut east) = (0.0_f64, 0.0_f64);
        for at in shown {
            (south, north) = (south.min(at.lat_deg()), north.max(at.lat_deg()));
            let lon = degrees_between(site.lon_deg(), at.lon_deg());
            (west, east) = (west.min(lon), east.max(lon));
        }
        let lon = degrees_between(0.0, site.lon_deg() + f64::midpoint(west, east));
        // Both are in range, so there is always such a place.
        let centre = Position::new(f64::midpoint(south, north), lon).unwrap_or(site);
        let cos = centre.lat_deg().to_radians().cos().max(0.01);
        let wide_m = ((east - west).to_radians() * MEAN_RADIUS_M * cos).max(LEAST_SPAN_M);
        let high_m = ((north - south).to_radians() * MEAN_RADIUS_M).max(LEAST_SPAN_M);
        let px_per_m = ((rect.w - 2.0 * margin) / wide_m).min((rect.h - 2.0 * margin) / high_m);
        Self { rect, centre, cos, px_per_m }
    }

    pub(super) fn point(&self, at: Position) -> Point {
        let px_per_degree = 1.0_f64.to_radians() * MEAN_RADIUS_M * self.px_per_m;
        let middle = self.rect.centre();
        Point {
            x: middle.x + degrees_between(self.centre.lon_deg(), at.lon_deg()) * self.cos * px_per_degree,
            y: middle.y - (at.lat_deg() - self.centre.lat_deg()) * px_per_degree,
        }
    }

    /// The longest of 1, 2 or 5 times a power of ten metres that is at most `most` on the paper.
    pub(super) fn scale(&self, most: f64) -> Scale {
        let powers = core::iter::successors(Some(1.0), |power| Some(power * 10.0)).take(8);
        let metres = powers.flat_map(|power| [power, 2.0 * power, 5.0 * power]);
        let metres = metres.take_while(|metres| metres * self.px_per_m <= most).last().unwrap_or(1.0);
        Scale { metres, px: metres * self.px_per_m }
    }
}

/// Degrees to the east from one longitude to another, the short way round.
fn degrees_between(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> Position {
        Position::new(lat, lon).unwrap()
    }

    #[test]
    fn over_a_town_the_plane_is_true_to_a_thousandth() {
        let corners = [at(20.930, 106.405), at(21.070, 106.611), at(20.930, 106.611), at(21.070, 106.405)];
        let frame = Frame::around(Rect { x: 0.0, y: 0.0, w: 600.0, h: 450.0 }, 58.0, corners[0], corners.into_iter());
        for (one, other) in corners.iter().flat_map(|one| corners.iter().map(move |other| (*one, *other))) {
            let on_paper = frame.point(one).distance(frame.point(other)) / frame.px_per_m;
            assert!((on_paper - one.distance_m(other)).abs() <= 1e-3 * on_paper, "{one:?} {other:?}");
        }
    }

    #[test]
    fn north_is_up_and_east_is_right() {
        let site = at(20.98, 106.55);
        let frame = Frame::around(Rect { x: 0.0, y: 0.0, w: 600.0, h: 450.0 }, 58.0, site, [site].into_iter());
        assert!(frame.point(at(20.99, 106.55)).y < frame.point(site).y);
        assert!(frame.point(at(20.98, 106.56)).x > frame.point(site).x);
    }

    #[test]
    fn the_180th_meridian_does_not_tear_a_map() {
        let (west, east) = (at(-16.8, 179.99), at(-16.8, -179.99));
        let frame = Frame::around(Rect { x: 0.0, y: 0.0, w: 600.0, h: 450.0 }, 58.0, west, [west, east].into_iter());
        let on_paper = frame.point(west).distance(frame.point(east)) / frame.px_per_m;
        assert!((on_paper - west.distance_m(east)).abs() < 1.0);
        assert!(frame.rect.holds(frame.point(west)) && frame.rect.holds(frame.point(east)));
    }

    #[test]
    fn the_scale_is_a_round_number() {
        let site = at(20.98, 106.55);
        let frame = Frame::around(Rect { x: 0.0, y: 0.0, w: 600.0, h: 450.0 }, 58.0, site, [site].into_iter());
        let scale = frame.scale(120.0);
        assert_eq!(scale.metres, 200.0);
        assert!(scale.px <= 120.0);
    }
}
