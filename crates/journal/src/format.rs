#![doc = include_str!("../FORMAT.md")]

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::{Entry, Position};

/// The "application id" in the header of a journal file: the letters `KENG`.
pub const APPLICATION_ID: i32 = 0x4B45_4E47;

/// The "user version" in the header of a journal file: the version of this format.
pub const VERSION: i32 = 1;

/// The table's definition, as it stands in the file, letter for letter.
pub const SCHEMA: &str = "CREATE TABLE entry (\
    position INTEGER PRIMARY KEY, \
    at INTEGER NOT NULL, \
    kind INTEGER NOT NULL, \
    payload BLOB NOT NULL, \
    hash BLOB NOT NULL) STRICT";

/// The hash before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

/// The domain string, which fills one block of SHA-256 with zero octets after it, so that it costs nothing per entry.
const DOMAIN: &[u8] = b"keng journal entry v1";
const BLOCK: usize = 64;

/// What is hashed before the payload: the hash before, position, time, kind and length.
const HEADER: usize = 32 + 8 + 8 + 2 + 4;

/// SHA-256 after the domain block.
static PREFIX: LazyLock<Sha256> = LazyLock::new(|| {
    let mut block = DOMAIN.to_vec();
    block.resize(BLOCK, 0);
    Sha256::new_with_prefix(block)
});

/// The hash of an entry that stands at `position` after an entry whose hash is `previous`.
#[must_use]
pub fn hash(previous: &[u8; 32], position: Position, entry: &Entry) -> [u8; 32] {
    // No engine takes a payload whose length does not fit.
    let length = u32::try_from(entry.payload.len()).unwrap_or(u32::MAX);
    let mut header = [0; HEADER];
    header[..32].copy_from_slice(previous);
    header[32..40].copy_from_slice(&position.0.to_be_bytes());
    header[40..48].copy_from_slice(&entry.at_ms.to_be_bytes());
    header[48..50].copy_from_slice(&entry.kind.to_be_bytes());
    header[50..].copy_from_slice(&length.to_be_bytes());
    PREFIX.clone().chain_update(header).chain_update(&entry.payload).finalize().into()
}
