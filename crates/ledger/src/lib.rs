//! Append-only Merkle log over opaque entries: inclusion and consistency proofs, signed checkpoints.
