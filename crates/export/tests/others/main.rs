//! What this crate writes is opened by other people's software: Python packages, npm packages and the verifiers of Digital Bazaar.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test's own helpers, and its files"
)]

mod badges;
mod folder;
mod peers;
mod reading;
mod same_bytes;
mod say_the_same;
