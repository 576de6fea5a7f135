//! Places of an extract: what was asked for, where it is, and its tags.

use core::fmt;

use super::Spot;
use crate::Position;

/// What is looked for: elements with this tag, as `amenity=bank`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The key of the tag.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// A place that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Which element it is.
    pub element: Element,
    /// For what it was found: the first of the list that fits.
    pub wanted: u32,
    /// Where it is: a node's own place; of a closed way the centre of its area, of an open one the mean of its nodes; of a relation the mean
    /// of its members, each as heavy as its area, where all ways are closed, and else as its nodes are many.
    pub position: Position,
    /// Its tags, as they are.
    pub tags: Vec<(String, String)>,
}

/// An element of OpenStreetMap by its kind and number; prints as `way/123`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// A point.
    Node(i64),
    /// A line or an area.
    Way(i64),
    /// A group of others.
    Relation(i64),
}

impl Wanted {
    /// What has the tag `key=value`.
    #[must_use]
    pub fn new(key: &str, value: &str) -> Self {
        Self { key: key.to_owned(), value: value.to_owned() }
    }

    pub(super) fn first_in(all: &[Self], tags: &[(&str, &str)]) -> Option<u32> {
        let fits = |wanted: &Self| tags.iter().any(|(key, value)| wanted.key == *key && wanted.value == *value);
        (0..).zip(all).find(|(_, wanted)| fits(wanted)).map(|(nth, _)| nth)
    }
}

impl Place {
    /// The value of a tag, as of `name`.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&str> {
        self.tags.iter().find(|tag| tag.0 == key).map(|tag| tag.1.as_str())
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(id) => write!(f, "node/{id}"),
            Self::Way(id) => write!(f, "way/{id}"),
            Self::Relation(id) => write!(f, "relation/{id}"),
        }
    }
}

/// The centre of some lines and points, and none of nothing. A line that ends where it began is an area.
pub(super) fn centre(lines: &[Vec<Spot>], points: &[Spot]) -> Option<Spot> {
    let base = *lines.iter().flatten().chain(points).next()?;
    let areas = lines.iter().map(|line| area(base, line)).collect::<Option<Vec<_>>>();
    let parts = areas.filter(|areas| !areas.is_empty()).unwrap_or_else(|| {
        let weigh = |spot: &Spot| (1.0, spot.east_of(base), spot.north_of(base));
        lines.iter().flat_map(|line| open(line)).chain(points).map(weigh).collect()
    });
    let weight: f64 = parts.iter().map(|part| part.0).sum();
    let east = parts.iter().map(|part| part.0 * part.1).sum::<f64>() / weight;
    let north = parts.iter().map(|part| part.0 * part.2).sum::<f64>() / weight;
    base.moved(east, north)
}

/// The area of a closed line and where its centre is from a base, in steps of degrees: east and north. None, if it holds no area.
fn area(base: Spot, line: &[Spot]) -> Option<(f64, f64, f64)> {
    if line.len() < 4 || line.first() != line.last() {
        return None;
    }
    let (mut twice, mut east, mut north) = (0.0, 0.0, 0.0);
    for (from, to) in line.iter().zip(line.iter().skip(1)) {
        let (x, y, next_x, next_y) = (from.east_of(base), from.north_of(base), to.east_of(base), to.north_of(base));
        let cross = x * next_y - next_x * y;
        twice += cross;
        east += (x + next_x) * cross;
        north += (y + next_y) * cross;
    }
    (twice != 0.0).then(|| (twice.abs() / 2.0, east / (3.0 * twice), north / (3.0 * twice)))
}

/// A closed line without its last node, which is its first.
fn open(line: &[Spot]) -> &[Spot] {
    match line {
        [first, rest @ ..] if rest.last() == Some(first) => rest,
        _ => line,
    }
}
