//! Areas with a name, from GeoJSON, and which of them holds a place.

mod geojson;
mod problem;

use std::collections::BTreeMap;

pub use problem::{Problem, Wrong};

use crate::Position;

/// The most octets of a file that are read. A longer one is refused unread.
pub const MAX_OCTETS: usize = 16 * 1024 * 1024;
/// The most features of a file. One more refuses the file.
pub const MAX_FEATURES: usize = 10_000;
/// The most positions of a file. One more refuses the file.
pub const MAX_POSITIONS: usize = 500_000;

/// Areas, in the order of their file.
#[derive(Clone, Debug, Default)]
pub struct Boundaries {
    areas: Vec<Boundary>,
}

/// One area: its name and its outline.
#[derive(Clone, Debug)]
pub struct Boundary {
    id: Option<String>,
    name: String,
    properties: BTreeMap<String, String>,
    polygons: Vec<Polygon>,
    extent: Extent,
    size: f64,
}

/// An outline with its holes. The first ring is the outer one; every ring ends where it began.
#[derive(Clone, Debug)]
pub(crate) struct Polygon {
    pub(crate) rings: Vec<Vec<Position>>,
}

/// The box around an area, in degrees.
#[derive(Clone, Copy, Debug)]
struct Extent {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

impl Boundaries {
    /// Reads GeoJSON (RFC 7946): a `Polygon`, a `MultiPolygon`, a `Feature` or a `FeatureCollection` of them. `name` is the property that
    /// holds an area's name; a bare geometry has none and is named "". Winding does not matter. A ring may touch itself, but not cross
    /// itself: that is not looked for, and what is inside it is then decided by the even-odd rule.
    ///
    /// # Errors
    /// What is wrong and in which feature; nothing of such a file is used. A file beyond [`MAX_OCTETS`], [`MAX_FEATURES`] or
    /// [`MAX_POSITIONS`] is refused.
    pub fn read(geojson: &[u8], name: &str) -> Result<Self, Problem> {
        geojson::read(geojson, name).map(|areas| Self { areas })
    }

    /// The areas, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Boundary> + Clone {
        self.areas.iter()
    }

    /// The area that holds a place: the smallest, where one lies within another; the first of the file, among equals. Areas that share an
    /// edge share no place: each place on it belongs to one of them.
    #[must_use]
    pub fn holding(&self, position: Position) -> Option<&Boundary> {
        Boundary::smallest(self.areas.iter(), position)
    }
}

impl Boundary {
    fn new(id: Option<String>, name: String, properties: BTreeMap<String, String>, polygons: Vec<Polygon>) -> Self {
        let extent = Extent::around(polygons.iter().flat_map(Polygon::outer));
        let size = polygons.iter().map(|polygon| polygon.rings.iter().map(|ring| size(ring)).sum::<f64>()).sum();
        Self { id, name, properties, polygons, extent, size }
    }

    /// The feature's `id`, as text.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A property of the feature that is text, such as its name in another language.
    #[must_use]
    pub fn property(&self, key: &str) -> Option<&str> {
        self.properties.get(key).map(String::as_str)
    }

    /// Whether a place lies in it and in none of its holes. Of its edges it holds the western and southern ones.
    #[must_use]
    pub fn holds(&self, position: Position) -> bool {
        self.extent.holds(position) && self.polygons.iter().any(|polygon| polygon.holds(position))
    }

    /// The smallest of some areas that holds a place; the first, among equals.
    pub(crate) fn smallest<'a>(areas: impl Iterator<Item = &'a Self>, position: Position) -> Option<&'a Self> {
        areas.filter(|area| area.holds(position)).min_by(|a, b| a.size.total_cmp(&b.size))
    }

    /// The positions of its outer rings.
    pub(crate) fn outer(&self) -> impl Iterator<Item = Position> {
        self.polygons.iter().flat_map(Polygon::outer)
    }

    pub(crate) fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }
}

impl Polygon {
    fn outer(&self) -> impl Iterator<Item = Position> {
        self.rings.iter().take(1).flatten().copied()
    }

    fn holds(&self, position: Position) -> bool {
        let mut rings = self.rings.iter();
        rings.next().is_some_and(|outer| within(outer, position)) && !rings.any(|hole| within(hole, position))
    }
}

impl Extent {
    fn around(positions: impl Iterator<Item = Position>) -> Self {
        let nothing = Self { south: 90.0, north: -90.0, west: 180.0, east: -180.0 };
        positions.fold(nothing, |all, at| Self {
            south: all.south.min(at.lat_deg()),
            north: all.north.max(at.lat_deg()),
            west: all.west.min(at.lon_deg()),
            east: all.east.max(at.lon_deg()),
        })
    }

    fn holds(self, at: Position) -> bool {
        (self.south..=self.north).contains(&at.lat_deg()) && (self.west..=self.east).contains(&at.lon_deg())
    }
}

/// The even-odd rule: how many edges lie west of the place, on its own parallel. An edge holds its southern end and not its northern one,
/// and is computed from its southern end whichever way it runs, so that two areas on both sides of it agree to the last bit.
fn within(ring: &[Position], at: Position) -> bool {
    let west = ring.windows(2).filter(|edge| {
        let [one, other] = edge else { return false };
        let (south, north) = if one.lat_deg() <= other.lat_deg() { (one, other) } else { (other, one) };
        let height = north.lat_deg() - south.lat_deg();
        (south.lat_deg()..north.lat_deg()).contains(&at.lat_deg())
            && south.lon_deg() + (at.lat_deg() - south.lat_deg()) / height * (north.lon_deg() - south.lon_deg())
                <= at.lon_deg()
    });
    west.count() % 2 == 1
}

/// The size of a ring in square degrees of the equator, whichever way it winds: enough to tell a smaller area from a larger one.
fn size(ring: &[Position]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let flat = |at: &Position| {
        let (lat, lon) = (at.lat_deg() - first.lat_deg(), at.lon_deg() - first.lon_deg());
        (lon * first.lat_deg().to_radians().cos(), lat)
    };
    let twice = ring.windows(2).map(|edge| {
        let [one, other] = edge else { return 0.0 };
        let ((x, y), (to_x, to_y)) = (flat(one), flat(other));
        x * to_y - to_x * y
    });
    (twice.sum::<f64>() / 2.0).abs()
}
