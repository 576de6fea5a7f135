//! What the model's part of the crate promises, one behaviour a file.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a test ends where it fails"
)]

mod a_plan_is_the_best_there_is;
mod every_number_has_its_source;
mod missing_is_a_range;
mod more_of_what_helps_is_less_risk;
mod reasons_sum_to_the_score;
mod sites_sum_to_the_base_rate;
mod support;
mod what_is_handed_out_is_coarse;
