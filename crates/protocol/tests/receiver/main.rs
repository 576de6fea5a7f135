//! Claims of the receiver's machine, one behaviour a file.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod any_input;
mod bounds;
mod clocks;
mod heartbeats;
mod keys;
mod labels;
mod paths;
mod receipts;
mod refusals;
mod repeats;
mod restart;
mod roles;
mod silence;
mod speaking;
mod stale;
mod vouched;
mod world;
