//! What the journal claims, one behaviour a file.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test tells by panicking")]

mod conformance;
mod crash;
mod format;
mod openings;
mod scratch;
mod tampering;
mod writer;
