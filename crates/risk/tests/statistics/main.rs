//! The claims of the statistics: Knox, fits, cards, validation, sensitivity; beside brute force, published tables and other people's software.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a test may; it also runs its peers and says when one is missing"
)]

mod fits_agree_with_others;
mod fits_say_what_has_no_estimate;
mod knox_counts_every_pair_once;
mod peers;
mod points_are_as_good_as_others;
mod predictions_are_measured;
mod what_drives_the_result_is_told;
