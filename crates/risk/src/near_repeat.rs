//! Whether incidents cluster in space and time: the Knox test.
