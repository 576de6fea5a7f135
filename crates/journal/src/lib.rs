//! The contract of durable, ordered append; the embedded engine (SQLite); the conformance suite every engine passes.
//!
//! A journal is a sequence of [`Entry`]s at [`Position`]s 1, 2, 3 and so on. It does not know what a payload means. An append is all or
//! nothing and durable when it returns; every entry is hash-chained to the one before, so [`verify`] finds any change.
//!
//! - The contract: [`Source`] (read), [`Engine`] (append), and what can go wrong: [`AppendError`], [`ReadError`].
//! - The engines: [`sqlite::Sqlite`] for the disk, [`Memory`] for tests, with faults on demand.
//! - [`Writer`]: the one thread that owns an engine and commits what many callers hand in as one transaction.
//! - [`verify`]: the proof that nothing was changed, and what it cannot see.
//! - [`mod@format`]: the file and the hash chain, byte for byte.
//! - [`conformance`]: the suite that a new engine runs.
//!
//! ```
//! use std::sync::mpsc;
//!
//! use keng_journal::{Entry, Head, Limits, Position, Priority, Source, Writer, sqlite, verify};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let dir = std::env::temp_dir().join(format!("keng-journal-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&dir)?;
//! let path = dir.join("journal.db");
//! let writer = Writer::start(sqlite::Sqlite::open(&path)?, Limits::default())?;
//!
//! // A hold-up is handed in, and acknowledged only when the disk has it.
//! let (told, outcome) = mpsc::channel();
//! let entry = Entry { kind: 1, at_ms: 1_790_000_000_000, payload: b"the signed frame".to_vec() };
//! writer.submit(vec![entry.clone()], Priority::Urgent, move |first| told.send(first).unwrap_or(()))?;
//! assert_eq!(outcome.recv()??, Position::FIRST);
//!
//! // A tool reads and verifies the same file while the writer runs.
//! let reader = sqlite::Reader::open(&path)?;
//! let verified = verify(&reader, Head::EMPTY, Head::EMPTY, |_| ())?;
//! assert_eq!(reader.read(Position::FIRST, 10)?[0].entry, entry);
//! assert_eq!(verified.head.position, Position::FIRST);
//! # drop((writer, reader));
//! # std::fs::remove_dir_all(&dir)?;
//! # Ok(())
//! # }
//! ```

pub mod conformance;
mod engine;
mod entry;
pub mod format;
mod memory;
pub mod sqlite;
mod verify;
mod writer;

pub use engine::{AppendError, Cause, Durability, Engine, Entries, ReadError, Source, entries};
pub use entry::{Entry, Glance, Head, MAX_PAYLOAD, Position, Stored};
pub use memory::{Fault, Memory};
pub use verify::{Verified, VerifyError, verify};
pub use writer::{Health, Limits, MAX_BATCH_BYTES, Priority, SubmitError, Writer};
