//! What a log promises with its signature, and what others sign who have seen it.

use signed_note::{Note, NoteError, Signature};
use thiserror::Error;
use tlog_tiles::Hash;

use crate::key::{Role, SigningKey, VerifierKey};
use crate::log::{Log, LogError};
use crate::proof::Consistency;
use crate::tiles::Tiles;

/// A log's name, its number of entries and their root: C2SP tlog-checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

/// Whose signatures are wanted on a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The log's key. Its name is the log's origin.
    pub log: VerifierKey,
    /// Those whose cosignatures count.
    pub cosigners: Vec<VerifierKey>,
    /// How many of them must have cosigned.
    pub quorum: usize,
}

/// A checkpoint whose signatures were verified under a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Trusted {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// Who cosigned it, and when, in seconds since 1970-01-01T00:00:00Z.
    pub cosigned: Vec<(String, u64)>,
}

/// Why a checkpoint is not made, not trusted or not cosigned.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// Not a signed note.
    #[error("it is not a signed note")]
    Note(#[source] NoteError),
    /// A signed note, and its text is no checkpoint.
    #[error("the signed text is not a checkpoint")]
    Malformed,
    /// It names another log.
    #[error("it is a checkpoint of another log")]
    Origin,
    /// The log's signature is missing or wrong.
    #[error("the log's signature is missing or wrong")]
    Unsigned,
    /// A cosignature under a known key is wrong.
    #[error("the cosignature of {name} is wrong")]
    Cosignature {
        /// The cosigner's key name.
        name: String,
    },
    /// Too few have cosigned.
    #[error("cosigned by {found} of the {wanted} that are wanted")]
    Quorum {
        /// How many have.
        found: usize,
        /// How many must.
        wanted: usize,
    },
    /// The log is shorter than it once was.
    #[error("the log once had {signed} entries and now has {size}: it was truncated")]
    Truncated {
        /// The size of the earlier checkpoint.
        signed: u64,
        /// The size now.
        size: u64,
    },
    /// What was signed before is not the start of what is there now.
    #[error(
        "the first {signed} entries are not those of the earlier checkpoint: they were rewritten, or this is a fork"
    )]
    Forked {
        /// The size of the earlier checkpoint.
        signed: u64,
    },
    /// The key does not have the role for it.
    #[error("a key of the other role is needed: a log's signs checkpoints, a cosigner's cosigns them")]
    Role,
    /// The log itself could not be read.
    #[error("the log could not be read")]
    Log(#[from] LogError),
}

impl Checkpoint {
    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The number of entries.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The RFC 6962 tree hash over them.
    #[must_use]
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// Signs a log as it is now. `last` is the newest checkpoint that this key has signed; a log must not sign one that
    /// contradicts an earlier one, so without it only a log's very first checkpoint may be made.
    ///
    /// # Errors
    /// [`CheckpointError::Truncated`] or [`CheckpointError::Forked`] when the log is not `last` with entries after it.
    pub fn sign<T: Tiles>(log: &Log<T>, last: Option<&Self>, key: &SigningKey) -> Result<Vec<u8>, CheckpointError> {
        if key.role() != Role::Log {
            return Err(CheckpointError::Role);
        }
        if let Some(last) = last {
            log_follows(log, last)?;
        }
        let verifier = key.verifier();
        let text = Self { origin: verifier.name().to_owned(), size: log.size(), root: *log.root() }.text()?;
        let signature = signature(&verifier, key.sign(&text).to_vec())?;
        Note::new(&text, &[signature]).map(|note| note.to_bytes()).map_err(CheckpointError::Note)
    }

    /// Reads a checkpoint without asking who signed it: only to name it in a message, or to look up whose key is needed.
    ///
    /// # Errors
    /// When it is not a signed checkpoint.
    pub fn peek(note: &[u8]) -> Result<Self, CheckpointError> {
        Self::of(&Note::from_bytes(note).map_err(CheckpointError::Note)?)
    }

    /// Adds the signature of somebody who has seen, at `at` seconds since 1970, that the log only grew since `seen`:
    /// C2SP tlog-cosignature. `seen` is the newest checkpoint of this log that this key has cosigned, and the proof leads
    /// from it to this one; the first is cosigned on sight.
    ///
    /// # Errors
    /// When the log's signature is wrong, the log is shorter than what was seen, or the proof does not hold.
    pub fn cosign(
        note: &[u8],
        log: &VerifierKey,
        seen: Option<(&Self, &Consistency)>,
        key: &SigningKey,
        at: u64,
    ) -> Result<Vec<u8>, CheckpointError> {
        if key.role() != Role::Cosigner {
            return Err(CheckpointError::Role);
        }
        let checkpoint = Policy { log: log.clone(), cosigners: Vec::new(), quorum: 0 }.trust(note)?.checkpoint;
        if let Some((seen, proof)) = seen {
            grew(seen, &checkpoint)?;
            proof.verify(seen, &checkpoint).map_err(|_| CheckpointError::Forked { signed: seen.size })?;
        }
        let note = Note::from_bytes(note).map_err(CheckpointError::Note)?;
        let signed = [at.to_be_bytes().as_slice(), &key.sign(&cosigned(at, note.text()))].concat();
        let signature = signature(&key.verifier(), signed)?;
        Ok([note.to_bytes(), signature.to_bytes()].concat())
    }

    fn of(note: &Note) -> Result<Self, CheckpointError> {
        let text = tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| CheckpointError::Malformed)?;
        Ok(Self { origin: text.origin().to_owned(), size: text.size(), root: *text.hash() })
    }

    fn text(&self) -> Result<Vec<u8>, CheckpointError> {
        let text = tlog_tiles::Checkpoint::new(&self.origin, self.size, self.root, "");
        text.map(|text| text.to_bytes()).map_err(|_| CheckpointError::Malformed)
    }
}

impl Policy {
    /// Verifies a signed checkpoint. Signatures under keys that the policy does not name are passed over.
    ///
    /// # Errors
    /// Says which signature is missing or wrong.
    pub fn trust(&self, note: &[u8]) -> Result<Trusted, CheckpointError> {
        let parsed = Note::from_bytes(note).map_err(CheckpointError::Note)?;
        let checkpoint = Checkpoint::of(&parsed)?;
        if checkpoint.origin != self.log.name() {
            return Err(CheckpointError::Origin);
        }
        let signatures = signatures(note);
        let by_log = signatures.iter().find(|signature| is_by(signature, &self.log));
        if !by_log.is_some_and(|signature| self.log.accepts(parsed.text(), signature.signature())) {
            return Err(CheckpointError::Unsigned);
        }
        let cosigned = self.cosigners.iter().map(|key| cosignature(key, &signatures, parsed.text()));
        let cosigned: Vec<_> = cosigned.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        if cosigned.len() < self.quorum {
            return Err(CheckpointError::Quorum { found: cosigned.len(), wanted: self.quorum });
        }
        Ok(Trusted { checkpoint, cosigned })
    }
}

/// What a cosigner signs: C2SP tlog-cosignature, "Ed25519 signed message".
fn cosigned(at: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {at}\n").as_bytes(), text].concat()
}

/// Who cosigned and when, if this key did.
fn cosignature(key: &VerifierKey, all: &[Signature], text: &[u8]) -> Result<Option<(String, u64)>, CheckpointError> {
    let Some(signature) = all.iter().find(|signature| is_by(signature, key)) else {
        return Ok(None);
    };
    let wrong = || CheckpointError::Cosignature { name: key.name().to_owned() };
    let (at, octets) = signature.signature().split_first_chunk::<8>().ok_or_else(wrong)?;
    let at = u64::from_be_bytes(*at);
    if key.role() == Role::Cosigner && key.accepts(&cosigned(at, text), octets) {
        Ok(Some((key.name().to_owned(), at)))
    } else {
        Err(wrong())
    }
}

fn is_by(signature: &Signature, key: &VerifierKey) -> bool {
    signature.name() == key.name() && signature.id() == key.id()
}

/// The signature lines of a note that was parsed before.
fn signatures(note: &[u8]) -> Vec<Signature> {
    let start = note.windows(2).rposition(|pair| pair == b"\n\n").map_or(note.len(), |blank| blank + 2);
    let lines = note.get(start..).unwrap_or_default().split(|octet| *octet == b'\n');
    lines.filter_map(|line| Signature::from_bytes(line).ok()).collect()
}

fn signature(key: &VerifierKey, octets: Vec<u8>) -> Result<Signature, CheckpointError> {
    Signature::new(key.name().to_owned(), key.id(), octets).map_err(CheckpointError::Note)
}

fn grew(earlier: &Checkpoint, later: &Checkpoint) -> Result<(), CheckpointError> {
    if earlier.size > later.size {
        return Err(CheckpointError::Truncated { signed: earlier.size, size: later.size });
    }
    Ok(())
}

fn log_follows<T: Tiles>(log: &Log<T>, last: &Checkpoint) -> Result<(), CheckpointError> {
    if last.size > log.size() {
        return Err(CheckpointError::Truncated { signed: last.size, size: log.size() });
    }
    if log.follows(last)? { Ok(()) } else { Err(CheckpointError::Forked { signed: last.size }) }
}
