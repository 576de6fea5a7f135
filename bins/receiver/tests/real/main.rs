//! The real program and real peers: `serve` as a process, killed and started again, and a dialler that nobody here wrote.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![expect(clippy::print_stderr, reason = "a skipped test says why")]

mod dialler;
mod process;
mod sigkill;
