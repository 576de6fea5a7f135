//! The program as its users run it: real processes, real files, exit codes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's own helpers")]

mod demo;
mod erase;
mod import;
mod killed;
mod ledger;
mod program;
