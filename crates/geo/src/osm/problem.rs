use crate::road::MAX_PARTS;

use super::MAX_PLACES;

/// Why an extract is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadExtract {
    /// The reader failed.
    #[error("the extract cannot be read")]
    Read(#[source] std::io::Error),
    /// It does not begin as an extract does.
    #[error("not an OpenStreetMap extract: it does not begin with an OSMHeader")]
    NoHeader,
    /// It says that who reads it must know something that is not known here.
    #[error("the extract needs \"{0}\", which is not known here")]
    Feature(Box<str>),
    /// A blob is damaged.
    #[error("the block at octet {at}: {wrong}")]
    Damaged {
        /// Where the blob begins.
        at: u64,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// More nodes of roads and places than [`MAX_PARTS`].
    #[error("more than {MAX_PARTS} nodes of roads and places")]
    TooManyNodes,
    /// More places than [`MAX_PLACES`].
    #[error("more than {MAX_PLACES} places")]
    TooManyPlaces,
}

/// What can be wrong with a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// It ends before its end.
    #[error("it is cut short")]
    CutShort,
    /// It is longer than the format allows.
    #[error("{0} octets, more than the format allows")]
    TooLong(u64),
    /// It is packed with something else than zlib.
    #[error("it is packed with something else than zlib")]
    Packing,
    /// What was deflated cannot be inflated, or to another length than it says.
    #[error("it cannot be inflated")]
    Deflated,
    /// It is no protocol buffer, or a field of it is missing, or of another kind.
    #[error("it is damaged")]
    Message,
    /// A string is no UTF-8.
    #[error("a string is not UTF-8")]
    NotText,
    /// A node lies nowhere on the earth.
    #[error("a node is out of the range of degrees")]
    OutOfRange,
}
