//! Proofs as texts that can be mailed, printed and verified years later: C2SP tlog-proof, and the request of C2SP tlog-witness.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use tlog_tiles::Hash;

use crate::checkpoint::{Checkpoint, CheckpointError, Policy, Trusted};
use crate::entry::{Entry, Salt};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// A path in a tree of 2^63 entries has no more hashes; what is longer is refused.
const MAX_HASHES: usize = 63;
/// A consistency proof needs one more at each end.
const MAX_CONSISTENCY_HASHES: usize = 65;

/// That an entry is in a log under a signed checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Inclusion {
    /// The entry's index.
    pub index: u64,
    /// Sent along and not authenticated by itself. Ours is the record's salt, without which the leaf cannot be rebuilt.
    pub extra: Option<Vec<u8>>,
    /// From the leaf's sibling up to the root's child.
    pub hashes: Vec<Hash>,
    /// The signed checkpoint, octet for octet as the log gave it.
    pub checkpoint: Vec<u8>,
}

/// That the first `old` entries of a checkpoint's log are all the entries of an earlier checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Consistency {
    /// The size of the earlier tree.
    pub old: u64,
    /// RFC 6962, section 2.1.2.
    pub hashes: Vec<Hash>,
}

/// Why a proof is not one.
#[derive(Debug, Error)]
pub enum ProofError {
    /// The first line is not the format's.
    #[error("line {line}: expected {expected}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What should be there.
        expected: &'static str,
    },
    /// The proof is longer than any tree is high.
    #[error("more than {MAX_CONSISTENCY_HASHES} hashes")]
    TooLong,
    /// The checkpoint in it is not trusted.
    #[error("the checkpoint in the proof is not trusted")]
    Checkpoint(#[source] CheckpointError),
    /// The hashes do not lead from the entry to the checkpoint's root.
    #[error("the hashes do not lead from entry {index} to the root: another entry, another place, or a changed proof")]
    Inclusion {
        /// The index that the proof names.
        index: u64,
    },
    /// The hashes do not lead from the old root to the new one.
    #[error("the hashes do not lead from the tree of {old} entries to the one of {new}: a fork, or a changed proof")]
    Consistency {
        /// The size of the earlier tree.
        old: u64,
        /// The size of the later one.
        new: u64,
    },
    /// It carries no salt, so a record cannot be compared with the leaf.
    #[error("the proof carries no salt: was the record erased?")]
    NoSalt,
}

impl Inclusion {
    /// Verifies that the entry is in the log, and that the policy's keys signed the checkpoint that says so.
    ///
    /// # Errors
    /// Says whether the checkpoint or the path is at fault.
    pub fn verify(&self, entry: &Entry, policy: &Policy) -> Result<Trusted, ProofError> {
        let trusted = policy.trust(&self.checkpoint).map_err(ProofError::Checkpoint)?;
        let (size, root) = (trusted.checkpoint.size(), *trusted.checkpoint.root());
        let leaf = tlog_tiles::record_hash(&entry.encode());
        match tlog_tiles::check_record(&self.hashes, size, root, self.index, leaf) {
            Ok(()) => Ok(trusted),
            Err(_) => Err(ProofError::Inclusion { index: self.index }),
        }
    }

    /// As [`Inclusion::verify`], for a record whose salt came as the proof's extra data.
    ///
    /// # Errors
    /// [`ProofError::NoSalt`] without a salt; otherwise as [`Inclusion::verify`].
    pub fn verify_record(&self, record: &[u8], policy: &Policy) -> Result<Trusted, ProofError> {
        let salt = self.extra.as_deref().and_then(|extra| extra.try_into().ok()).ok_or(ProofError::NoSalt)?;
        self.verify(&Entry::seal(self.index, &Salt::new(salt), record), policy)
    }

    /// The text, for a file that ends in `.tlog-proof`.
    #[must_use]
    pub fn to_text(&self) -> Vec<u8> {
        let extra = self.extra.as_ref().map(|extra| format!("extra {}\n", STANDARD.encode(extra))).unwrap_or_default();
        let mut text = format!("{FIRST_LINE}\n{extra}index {}\n{}\n", self.index, lines(&self.hashes)).into_bytes();
        text.extend_from_slice(&self.checkpoint);
        text
    }

    /// Reads [`Inclusion::to_text`], or the same from another log.
    ///
    /// # Errors
    /// Names the line that is not as it must be.
    pub fn parse(text: &[u8]) -> Result<Self, ProofError> {
        let (head, checkpoint) = split(text)?;
        let mut head = head.lines().enumerate().map(|(at, line)| (at + 1, line)).peekable();
        if head.next().is_none_or(|(_, line)| line != FIRST_LINE) {
            return Err(ProofError::Line { line: 1, expected: FIRST_LINE });
        }
        let extra = head.next_if(|(_, line)| line.starts_with("extra "));
        let extra = extra.map(|(at, line)| decoded(at, line.trim_start_matches("extra "))).transpose()?;
        let (at, index) = head.next().unwrap_or((2, ""));
        let index = number(at, index, "index ", "index and a number")?;
        let hashes = hashes(head, MAX_HASHES)?;
        Ok(Self { index, extra, hashes, checkpoint: checkpoint.to_vec() })
    }
}

impl Consistency {
    /// Verifies that `later` is `earlier` with entries after it.
    ///
    /// # Errors
    /// When the proof is for other sizes, or the hashes do not lead from one root to the other.
    pub fn verify(&self, earlier: &Checkpoint, later: &Checkpoint) -> Result<(), ProofError> {
        let wrong = || ProofError::Consistency { old: self.old, new: later.size() };
        if self.old != earlier.size() || self.old > later.size() {
            return Err(wrong());
        }
        if self.old == 0 {
            return if self.hashes.is_empty() && *earlier.root() == tlog_tiles::EMPTY_HASH {
                Ok(())
            } else {
                Err(wrong())
            };
        }
        tlog_tiles::check_tree(&self.hashes, later.size(), *later.root(), self.old, *earlier.root())
            .map_err(|_| wrong())
    }

    /// The text, with the later signed checkpoint after it: the request `add-checkpoint` of C2SP tlog-witness.
    #[must_use]
    pub fn to_text(&self, later: &[u8]) -> Vec<u8> {
        let mut text = format!("old {}\n{}\n", self.old, lines(&self.hashes)).into_bytes();
        text.extend_from_slice(later);
        text
    }

    /// Reads [`Consistency::to_text`]: the proof, and the signed checkpoint that it leads to.
    ///
    /// # Errors
    /// Names the line that is not as it must be.
    pub fn parse(text: &[u8]) -> Result<(Self, Vec<u8>), ProofError> {
        let (head, checkpoint) = split(text)?;
        let mut head = head.lines().enumerate().map(|(at, line)| (at + 1, line));
        let (at, old) = head.next().unwrap_or((1, ""));
        let old = number(at, old, "old ", "old and a number")?;
        Ok((Self { old, hashes: hashes(head, MAX_CONSISTENCY_HASHES)? }, checkpoint.to_vec()))
    }
}

/// What is before the first empty line, and what is after it.
fn split(text: &[u8]) -> Result<(&str, &[u8]), ProofError> {
    let missing = ProofError::Line { line: 1, expected: "a proof, an empty line and a checkpoint" };
    let Some(blank) = text.windows(2).position(|pair| pair == b"\n\n") else {
        return Err(missing);
    };
    let (head, rest) = text.split_at(blank);
    match (std::str::from_utf8(head), rest.get(2..)) {
        (Ok(head), Some(checkpoint)) => Ok((head, checkpoint)),
        _ => Err(missing),
    }
}

fn number(line: usize, text: &str, prefix: &str, expected: &'static str) -> Result<u64, ProofError> {
    let digits = text.strip_prefix(prefix);
    let number = digits.and_then(|digits| digits.parse::<u64>().ok().filter(|number| number.to_string() == digits));
    number.ok_or(ProofError::Line { line, expected })
}

fn hashes<'a>(lines: impl Iterator<Item = (usize, &'a str)>, most: usize) -> Result<Vec<Hash>, ProofError> {
    let hashes = lines.take(most + 1).map(|(line, text)| {
        Hash::parse_hash(text).map_err(|_| ProofError::Line { line, expected: "a hash of 32 octets in base64" })
    });
    let hashes: Vec<_> = hashes.collect::<Result<_, _>>()?;
    if hashes.len() > most { Err(ProofError::TooLong) } else { Ok(hashes) }
}

fn decoded(line: usize, text: &str) -> Result<Vec<u8>, ProofError> {
    STANDARD.decode(text).map_err(|_| ProofError::Line { line, expected: "extra and base64" })
}

fn lines(hashes: &[Hash]) -> String {
    hashes.iter().map(|hash| format!("{hash}\n")).collect()
}
