//! The program as its users meet it: arguments in, text, files and exit codes out.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends where its own tools fail, and says what it leaves out"
)]

mod bad_input;
mod commands;
mod formats;
mod help;
mod program;
mod report;
mod roads;
mod statistics;
