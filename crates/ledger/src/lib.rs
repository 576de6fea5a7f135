//! Append-only Merkle log over opaque entries: inclusion and consistency proofs, signed checkpoints.
//!
//! The log holds no record. It holds a salted hash of each, so a record can be erased and every other proof still verifies.
//! Hashes are those of RFC 6962; checkpoints, signatures, tiles and proofs are those of C2SP, so other software reads them.
//! The format, octet for octet, is in `SPEC.md`. The crate has no file, clock or random source: [`Tiles`] is where the caller
//! brings a store, and salts, keys and times are arguments.
//!
//! ```
//! use keng_ledger::{Checkpoint, Entry, Inclusion, Log, Memory, Policy, Role, Salt, SigningKey};
//!
//! // A bank seals two records and signs a checkpoint.
//! let bank = SigningKey::new(Role::Log, "bank.example/guards", &[1; 32])?;
//! let mut log = Log::open(Memory::default(), 0)?;
//! let salts = [Salt::new([2; 32]), Salt::new([3; 32])];
//! log.append(&[Entry::seal(0, &salts[0], b"a certificate"), Entry::seal(1, &salts[1], b"another")])?;
//! let signed = Checkpoint::sign(&log, None, &bank)?;
//!
//! // The police look at it and sign as well.
//! let police = SigningKey::new(Role::Cosigner, "police.example/kinh-mon", &[4; 32])?;
//! let signed = Checkpoint::cosign(&signed, &bank.verifier(), None, &police, 1_790_000_000)?;
//!
//! // Years later anybody verifies one record with nothing but the proof and the two public keys.
//! let salt = Some(salts[1].as_octets().to_vec());
//! let proof = Inclusion { index: 1, extra: salt, hashes: log.inclusion(1, 2)?, checkpoint: signed }.to_text();
//! let policy = Policy { log: bank.verifier(), cosigners: vec![police.verifier()], quorum: 1 };
//! let trusted = Inclusion::parse(&proof)?.verify_record(b"another", &policy)?;
//! assert_eq!(trusted.cosigned, [("police.example/kinh-mon".to_owned(), 1_790_000_000)]);
//! assert!(Inclusion::parse(&proof)?.verify_record(b"a forgery", &policy).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audit;
mod checkpoint;
mod entry;
mod key;
mod log;
mod proof;
mod tiles;

pub use audit::{Audit, audit};
pub use checkpoint::{Checkpoint, CheckpointError, Policy, Trusted};
pub use entry::{Entry, EntryError, RedactionReason, Salt};
pub use key::{KeyError, Role, SigningKey, VerifierKey};
pub use log::{Log, LogError};
pub use proof::{Consistency, Inclusion, ProofError};
pub use tiles::{Memory, Tiles};
pub use tlog_tiles::Hash;
