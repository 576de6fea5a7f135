//! The scorer.

fn main() {}
