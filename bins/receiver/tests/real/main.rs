//! The real program and real peers: `serve` as a process, killed, starved, deceived and started again, and a dialler that nobody here wrote.
//!
//! Some tests run for longer when the environment says so: `KENG_CYCLES` lives that end in a SIGKILL, `KENG_EVERY_CALL=1` a SIGKILL at every
//! single call instead of at some, `KENG_PANELS` that come back after a restart, `KENG_STRANGERS` on each port that never say a whole word.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![expect(clippy::print_stderr, reason = "a skipped test says why, a long one what it did")]

mod broken;
mod button;
mod clock;
mod descriptors;
mod desk;
mod dialler;
mod full;
mod half_open;
mod inject;
mod ledger;
mod process;
mod scene;
mod sigkill;
mod slowloris;
mod storm;
mod strace;
mod world;
