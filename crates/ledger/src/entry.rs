//! What one leaf of the log is: a commitment to a record that lives elsewhere, or the mark that a record was erased.

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroize;

/// Octets in front of what is hashed into a commitment, so that it can be nothing else's hash.
const DOMAIN: &[u8] = b"keng-ledger/v1 sealed record\n";

const SEALED: u8 = 1;
const REDACTION: u8 = 2;

/// One leaf of the log. It holds nothing about anybody: 33 octets for a sealed record, 18 for a redaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A record and its salt exist, or existed, that hash to this.
    Sealed(
        /// SHA-256 over a domain, the salt, the index and the record: SPEC.md, section 2.
        [u8; 32],
    ),
    /// The record and the salt of another leaf were deleted; the leaf stays and opens for nobody again.
    Redaction {
        /// The leaf whose record is gone. Always less than this leaf's own index.
        of: u64,
        /// When, in seconds since 1970-01-01T00:00:00Z.
        at: u64,
        /// Why.
        reason: RedactionReason,
    },
}

/// Why a record was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedactionReason {
    /// The person asked for it.
    Asked,
    /// The time it had to be kept is over.
    RetentionEnded,
    /// A court or another authority ordered it.
    Ordered,
}

/// 32 secret random octets for one record. Without them its leaf says nothing about the record, even to somebody who guesses it.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt([u8; 32]);

/// Octets that are no entry.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EntryError {
    /// The first octet names no kind of entry.
    #[error("an entry of unknown kind {0}")]
    UnknownKind(u8),
    /// The kind is known; the length is not its length.
    #[error("an entry of kind {kind} with {found} octets")]
    Length {
        /// The kind.
        kind: u8,
        /// How many octets there are, with the kind's.
        found: usize,
    },
    /// A redaction for no known reason.
    #[error("a redaction for the unknown reason {0}")]
    UnknownReason(u8),
    /// Nothing at all.
    #[error("an empty entry")]
    Empty,
}

impl Entry {
    /// Seals a record for its place in the log.
    #[must_use]
    pub fn seal(index: u64, salt: &Salt, record: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(DOMAIN).chain_update(salt.0);
        Self::Sealed(hash.chain_update(index.to_be_bytes()).chain_update(record).finalize().into())
    }

    /// Whether this leaf, at this index, is the seal of this record.
    #[must_use]
    pub fn opens(&self, index: u64, salt: &Salt, record: &[u8]) -> bool {
        *self == Self::seal(index, salt, record)
    }

    /// The octets that the log hashes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Sealed(commitment) => [&[SEALED], commitment.as_slice()].concat(),
            Self::Redaction { of, at, reason } => {
                [&[REDACTION], of.to_be_bytes().as_slice(), at.to_be_bytes().as_slice(), &[reason.code()]].concat()
            }
        }
    }

    /// Reads what [`Entry::encode`] wrote.
    ///
    /// # Errors
    /// When the octets are no entry; there is exactly one way to write each.
    pub fn decode(octets: &[u8]) -> Result<Self, EntryError> {
        let (kind, rest) = octets.split_first().ok_or(EntryError::Empty)?;
        let length = |_| EntryError::Length { kind: *kind, found: octets.len() };
        match *kind {
            SEALED => Ok(Self::Sealed(rest.try_into().map_err(length)?)),
            REDACTION => Self::redaction(rest.try_into().map_err(length)?),
            unknown => Err(EntryError::UnknownKind(unknown)),
        }
    }

    fn redaction(octets: [u8; 17]) -> Result<Self, EntryError> {
        let [of @ .., _, _, _, _, _, _, _, _, reason] = octets;
        let [_, _, _, _, _, _, _, _, at @ .., _] = octets;
        let reason = RedactionReason::from_code(reason)?;
        Ok(Self::Redaction { of: u64::from_be_bytes(of), at: u64::from_be_bytes(at), reason })
    }
}

impl RedactionReason {
    const fn code(self) -> u8 {
        match self {
            Self::Asked => 1,
            Self::RetentionEnded => 2,
            Self::Ordered => 3,
        }
    }

    const fn from_code(code: u8) -> Result<Self, EntryError> {
        match code {
            1 => Ok(Self::Asked),
            2 => Ok(Self::RetentionEnded),
            3 => Ok(Self::Ordered),
            unknown => Err(EntryError::UnknownReason(unknown)),
        }
    }
}

impl Salt {
    /// A salt of octets from a good source of randomness. A salt is for one record only.
    #[must_use]
    pub const fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The octets, to be stored beside the record and deleted with it.
    #[must_use]
    pub const fn as_octets(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for Salt {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_has_exactly_one_encoding() {
        let redaction = Entry::Redaction { of: 7, at: 1_790_000_000, reason: RedactionReason::RetentionEnded };
        for entry in [Entry::seal(0, &Salt::new([1; 32]), b"record"), redaction] {
            let octets = entry.encode();
            assert_eq!(Entry::decode(&octets), Ok(entry));
            assert!(Entry::decode(&[octets.as_slice(), &[0]].concat()).is_err());
            assert!(Entry::decode(&octets[..octets.len() - 1]).is_err());
        }
        assert_eq!(Entry::decode(&[]), Err(EntryError::Empty));
        assert_eq!(Entry::decode(&[9]), Err(EntryError::UnknownKind(9)));
        assert_eq!(Entry::decode(&[&[2], [0; 16].as_slice(), &[4]].concat()), Err(EntryError::UnknownReason(4)));
    }

    #[test]
    fn a_seal_opens_for_its_own_record_salt_and_index_only() {
        let (salt, other) = (Salt::new([1; 32]), Salt::new([2; 32]));
        let entry = Entry::seal(4, &salt, b"record");
        assert!(entry.opens(4, &salt, b"record"));
        assert!(!entry.opens(5, &salt, b"record"));
        assert!(!entry.opens(4, &other, b"record"));
        assert!(!entry.opens(4, &salt, b"recore"));
    }

    #[test]
    fn a_salt_is_not_printed() {
        assert_eq!(format!("{:?}", Salt::new([7; 32])), "Salt(..)");
    }
}
