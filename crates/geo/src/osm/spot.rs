use crate::Position;

/// A place in steps of 10^-7 degrees, as OpenStreetMap keeps them: a centimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    lat: i32,
    lon: i32,
}

const STEPS: f64 = 1e7;

impl Spot {
    pub(super) fn from_nanodegrees(lat: i64, lon: i64) -> Option<Self> {
        Self::from_steps(i32::try_from(lat / 100).ok()?, i32::try_from(lon / 100).ok()?)
    }

    pub(super) fn from_steps(lat: i32, lon: i32) -> Option<Self> {
        let is_there = lat.unsigned_abs() <= 900_000_000 && lon.unsigned_abs() <= 1_800_000_000;
        is_there.then_some(Self { lat, lon })
    }

    /// The nearest spot.
    #[expect(clippy::cast_possible_truncation, reason = "a place is at most 180 degrees, which is 1.8e9")]
    pub(super) fn of(at: Position) -> Self {
        Self { lat: (at.lat_deg() * STEPS).round() as i32, lon: (at.lon_deg() * STEPS).round() as i32 }
    }

    pub(super) fn steps(self) -> (i32, i32) {
        (self.lat, self.lon)
    }

    pub(super) fn position(self) -> Option<Position> {
        Position::new(f64::from(self.lat) / STEPS, f64::from(self.lon) / STEPS).ok()
    }

    /// How many steps it is east of another.
    pub(super) fn east_of(self, base: Self) -> f64 {
        f64::from(self.lon) - f64::from(base.lon)
    }

    /// How many steps it is north of another.
    pub(super) fn north_of(self, base: Self) -> f64 {
        f64::from(self.lat) - f64::from(base.lat)
    }

    /// So many steps to the east and to the north.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float becomes the nearest integer there is, which is checked"
    )]
    pub(super) fn moved(self, east: f64, north: f64) -> Option<Self> {
        let sum = |from: i32, by: f64| (f64::from(from) + by).round() as i32;
        Self::from_steps(sum(self.lat, north), sum(self.lon, east))
    }
}
