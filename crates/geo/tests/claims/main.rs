//! The claims of places, boundaries and the situation map: one behaviour a file.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod a_drill_cannot_be_mistaken;
mod a_map_is_as_large_as_it_is_said_to_be;
mod a_map_is_bounded;
mod a_map_says_the_same_without_colour;
mod a_map_says_who_is_nearest;
mod a_picture_holds_nothing_but_a_picture;
mod a_place_lies_in_one_area;
mod an_extract_becomes_roads;
mod an_outline_holds_what_is_reached;
mod bad_boundaries_are_refused;
mod both_languages_say_the_same;
mod distances_agree_with_the_geodesic;
mod no_text_lies_on_another;
mod pbf;
mod support;
mod the_nearest_node_is_found;
mod the_same_content_gives_the_same_octets;
mod the_soonest_posts_are_found;
mod times_are_those_of_the_roads;
mod what_is_no_place_is_refused;
