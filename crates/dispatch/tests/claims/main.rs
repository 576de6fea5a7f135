//! The claims of the incident machine: one behaviour a file, all on a virtual clock.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod every_level_is_told_in_the_same_step;
mod support;
mod unanswered_level_is_told_again_by_its_next_channel;
