//! The signed alarm protocol: bytes to verified messages, and the panel's and receiver's session machines.
