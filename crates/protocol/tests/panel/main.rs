//! Claims of the panel's machine, one behaviour a file.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod any_input;
mod debug_output;
mod heartbeats;
mod on_site;
mod outbox;
mod paths;
mod power_loss;
mod receipts;
mod site;
