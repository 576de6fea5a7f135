//! Which input drives the result: variance-based indices.
