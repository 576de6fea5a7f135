//! The contract of durable, ordered append; the embedded engine (SQLite); the conformance suite every engine passes.
