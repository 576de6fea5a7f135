//! The package of examples; see `examples/README.md`.
