//! The exporter.

fn main() {}
