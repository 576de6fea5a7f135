//! The claims of places, boundaries: one behaviour a file.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod a_place_lies_in_one_area;
mod bad_boundaries_are_refused;
mod distances_agree_with_the_geodesic;
mod what_is_no_place_is_refused;
