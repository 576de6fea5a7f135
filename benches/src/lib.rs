//! The package of criterion benchmarks; see `benches/benches`.
