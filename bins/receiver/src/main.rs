//! The receiver.

fn main() {}
