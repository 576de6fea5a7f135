//! What a journal holds.

use std::fmt;

use crate::format;

/// The longest payload of an entry, in octets. A longer one is refused before anything is written.
pub const MAX_PAYLOAD: usize = 64 * 1024;

/// One thing that happened, as its writer wants it remembered.
///
/// `Debug` shows the payload's length, not its octets: a payload may hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the payload is, by the writer's own code. The journal does not look at it.
    pub kind: u16,
    /// When it happened, in milliseconds since the Unix epoch, by the writer's clock. The order of the journal is that of
    /// the positions: this time may step back.
    pub at_ms: u64,
    /// The octets themselves, at most [`MAX_PAYLOAD`].
    pub payload: Vec<u8>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("kind", &self.kind)
            .field("at_ms", &self.at_ms)
            .field("payload", &format_args!("{} octets", self.payload.len()))
            .finish()
    }
}

/// The place of an entry: 1 is the first, and there are no gaps. 0 is the place before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

impl Position {
    /// The place of the first entry.
    pub const FIRST: Self = Self(1);

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An entry as the journal holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it is.
    pub position: Position,
    /// What was appended.
    pub entry: Entry,
    /// The hash that chains it to the entry before, see [`mod@format`].
    pub hash: [u8; 32],
}

/// An entry as [`Source::scan`](crate::Source::scan) passes over it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Glance<'a> {
    /// Where it is.
    pub position: Position,
    /// When it happened, as [`Entry::at_ms`].
    pub at_ms: u64,
    /// What the payload is, as [`Entry::kind`].
    pub kind: u16,
    /// The octets.
    pub payload: &'a [u8],
}

impl fmt::Debug for Glance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Glance")
            .field("position", &self.position)
            .field("at_ms", &self.at_ms)
            .field("kind", &self.kind)
            .field("payload", &format_args!("{} octets", self.payload.len()))
            .finish()
    }
}

impl Stored {
    /// The entry without its hash.
    #[must_use]
    pub fn glance(&self) -> Glance<'_> {
        let Entry { kind, at_ms, payload } = &self.entry;
        Glance { position: self.position, at_ms: *at_ms, kind: *kind, payload }
    }

    /// The head of a journal that ends with this entry.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { position: self.position, hash: self.hash }
    }
}

/// The last entry of a journal. Who remembers a head, anywhere but beside the journal, can later prove that nothing up to it
/// was changed or cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last entry's place; 0 when the journal is empty.
    pub position: Position,
    /// The last entry's hash; [`format::GENESIS`] when the journal is empty.
    pub hash: [u8; 32],
}

impl Head {
    /// The head of an empty journal.
    pub const EMPTY: Self = Self { position: Position(0), hash: format::GENESIS };

    /// The head after one more entry.
    #[must_use]
    pub fn then(&self, entry: &Entry) -> Self {
        let position = self.position.next();
        Self { position, hash: format::hash(&self.hash, position, entry) }
    }
}
