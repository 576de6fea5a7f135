use core::fmt;

use crate::OutOfRange;

use super::{MAX_FEATURES, MAX_OCTETS, MAX_POSITIONS};

/// Why a file of boundaries is refused: which feature, and what is wrong with it.
#[derive(Debug)]
pub struct Problem {
    /// The feature's number in its collection, from 1; none where the file as a whole is wrong.
    pub feature: Option<usize>,
    /// What is wrong.
    pub wrong: Wrong,
}

/// What can be wrong with a file of boundaries. Rings and positions are numbered from 1; ring 1 of a polygon is its outer one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// Longer than [`MAX_OCTETS`].
    #[error("{0} octets, more than {MAX_OCTETS}")]
    TooLong(usize),
    /// More features than [`MAX_FEATURES`].
    #[error("{0} features, more than {MAX_FEATURES}")]
    TooManyFeatures(usize),
    /// More positions than [`MAX_POSITIONS`], counted up to this feature.
    #[error("more than {MAX_POSITIONS} positions up to here")]
    TooManyPositions,
    /// No JSON.
    #[error("not JSON")]
    NotJson(#[source] serde_json::Error),
    /// No object with a `type` that is text.
    #[error("not an object with a \"type\"")]
    NoType,
    /// A member that must be there is not, or is of another kind.
    #[error("\"{0}\" is missing or of the wrong kind")]
    Missing(&'static str),
    /// A `type` that bounds no area.
    #[error("a {0} bounds no area: only Polygon and MultiPolygon do")]
    NotAnArea(Box<str>),
    /// The property that holds the name is missing, empty, or no text.
    #[error("no text in the property \"{0}\", which holds the name")]
    NoName(Box<str>),
    /// A `MultiPolygon` without polygons or a polygon without rings.
    #[error("no ring")]
    NoRing,
    /// Fewer than four positions.
    #[error("ring {ring} has {positions} positions, fewer than 4")]
    ShortRing {
        /// Which ring.
        ring: usize,
        /// How many positions it has.
        positions: usize,
    },
    /// The last position is not the first one.
    #[error("ring {ring} does not end where it began")]
    OpenRing {
        /// Which ring.
        ring: usize,
    },
    /// A ring that goes out and back and holds nothing.
    #[error("ring {ring} holds no area")]
    FlatRing {
        /// Which ring.
        ring: usize,
    },
    /// Not two or more numbers.
    #[error("ring {ring}, position {position}: not [longitude, latitude]")]
    NotAPosition {
        /// Which ring.
        ring: usize,
        /// Which position of it.
        position: usize,
    },
    /// A coordinate out of its range; GeoJSON has the longitude first.
    #[error("ring {ring}, position {position}: not [longitude, latitude] in degrees")]
    OutOfRange {
        /// Which ring.
        ring: usize,
        /// Which position of it.
        position: usize,
        /// What is out of its range.
        source: OutOfRange,
    },
    /// An edge over more than half of the earth: RFC 7946 (3.1.9) has such an area cut in two at the 180th meridian.
    #[error("ring {ring}, position {position}: an edge across the 180th meridian; cut the area in two there")]
    AcrossTheMeridian {
        /// Which ring.
        ring: usize,
        /// At which position of it the edge begins.
        position: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.feature {
            Some(feature) => write!(f, "feature {feature}: {}", self.wrong),
            None => self.wrong.fmt(f),
        }
    }
}

impl core::error::Error for Problem {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.wrong.source()
    }
}
