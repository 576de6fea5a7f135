//! The proof that a journal is as it was written.

use crate::{Head, Position, ReadError, Source, entries};

/// What a verification found to be as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries were checked.
    pub entries: u64,
    /// The last of them. Remember it somewhere else than beside the journal.
    pub head: Head,
}

/// The first thing that is wrong with a journal.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VerifyError {
    /// Entries are missing (`found` is larger) or doubled (`found` is smaller).
    #[error("entry {expected} should come next, and entry {found} does")]
    Sequence {
        /// The place after the last good entry.
        expected: Position,
        /// The place of the entry that follows in fact.
        found: Position,
    },
    /// The entry is not the one that was written there: its content, its hash or its place was changed.
    #[error("entry {position} was changed: its hash does not follow from its content and entry {}", .position.0.saturating_sub(1))]
    Changed {
        /// The place of the entry.
        position: Position,
    },
    /// The journal ends before an entry that is remembered.
    #[error("the journal ends at {end}, and an entry at {remembered} is remembered")]
    Truncated {
        /// The last place of the journal.
        end: Position,
        /// The place of the entry that is remembered.
        remembered: Position,
    },
    /// The chain is sound, but it is another one than the one that is remembered: the journal was rewritten from some entry on.
    #[error("entry {position} is not the one that is remembered: the journal was rewritten")]
    Rewritten {
        /// The place of the remembered entry.
        position: Position,
    },
    /// An entry could not be read.
    #[error("the journal could not be read to its end")]
    Read(#[from] ReadError),
}

impl VerifyError {
    /// Where the first thing is that is wrong; `None` when nobody can tell.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Sequence { expected, .. } => Some(*expected),
            Self::Changed { position } | Self::Rewritten { position } => Some(*position),
            Self::Truncated { end, .. } => Some(end.next()),
            Self::Read(ReadError::Malformed { position, .. }) => u64::try_from(*position).ok().map(Position),
            Self::Read(_) => None,
        }
    }
}

/// Reads all entries after the `trusted` head and proves that each is the one that was written: none changed, none missing, none
/// inserted, none in another order. `progress` is told the place of each entry that is good.
///
/// What is up to `trusted` is not looked at again, save that the trusted entry itself must still be there; [`Head::EMPTY`] trusts
/// nothing and checks everything. The journal must contain the entry that is `remembered`, which is where a cut-off tail shows;
/// [`Head::EMPTY`] remembers nothing. A remembered place before the trusted one is not looked at.
///
/// A chain of hashes has no key. Whoever can write the file can cut off its tail, or compute all hashes after a change anew, and
/// only a head that is remembered elsewhere tells.
///
/// # Errors
///
/// [`VerifyError`]: the first thing that is wrong.
pub fn verify<S: Source + ?Sized>(
    source: &S,
    trusted: Head,
    remembered: Head,
    mut progress: impl FnMut(Position),
) -> Result<Verified, VerifyError> {
    check_trusted(source, trusted)?;
    same(trusted, remembered)?;
    let mut head = trusted;
    // From an empty head on this reads from place 0, so that a row which was slipped in before the first entry is found too.
    let from = if trusted == Head::EMPTY { Position(0) } else { trusted.position.next() };
    for stored in entries(source, from) {
        let stored = stored?;
        let expected = head.then(&stored.entry);
        if stored.position != expected.position {
            return Err(VerifyError::Sequence { expected: expected.position, found: stored.position });
        }
        if stored.hash != expected.hash {
            return Err(VerifyError::Changed { position: stored.position });
        }
        same(expected, remembered)?;
        head = expected;
        progress(head.position);
    }
    if head.position < remembered.position {
        return Err(VerifyError::Truncated { end: head.position, remembered: remembered.position });
    }
    Ok(Verified { entries: head.position.0 - trusted.position.0, head })
}

/// The trusted entry must be there, and be itself.
fn check_trusted<S: Source + ?Sized>(source: &S, trusted: Head) -> Result<(), VerifyError> {
    if trusted == Head::EMPTY {
        return Ok(());
    }
    match source.read(trusted.position, 1)?.first() {
        None => Err(VerifyError::Truncated { end: source.head()?.position, remembered: trusted.position }),
        Some(stored) if stored.position != trusted.position => {
            Err(VerifyError::Sequence { expected: trusted.position, found: stored.position })
        }
        Some(stored) => same(stored.head(), trusted),
    }
}

/// Refuses an entry that stands where another one is known to stand.
fn same(found: Head, known: Head) -> Result<(), VerifyError> {
    if found.position == known.position && found.hash != known.hash {
        return Err(VerifyError::Rewritten { position: known.position });
    }
    Ok(())
}
