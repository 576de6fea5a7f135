//! What this crate writes is opened by other people's software: Python packages, npm packages and the verifiers of Digital Bazaar.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test's own helpers"
)]

mod badges;
mod folder;
mod peers;
mod reading;
mod same_bytes;
mod say_the_same;
