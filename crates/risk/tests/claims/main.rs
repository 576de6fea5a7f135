//! What the model's part of the crate promises, one behaviour a file.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test ends where it fails")]

mod every_number_has_its_source;
mod missing_is_a_range;
mod more_of_what_helps_is_less_risk;
mod reasons_sum_to_the_score;
mod sites_sum_to_the_base_rate;
mod support;
