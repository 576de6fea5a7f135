//! What the duty desk's page promises, one behaviour a file, on a real station whose router is called without a socket.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of the tests fail loudly, and pass on what a script reports"
)]

mod a_login_is_proven_and_limited;
mod a_notice_is_a_police_desks;
mod a_test_is_begun_at_a_desk_of_the_site;
mod a_ward_cannot_read_another_wards_incidents;
mod answers_are_signed_for_who_is_logged_in;
mod health_says_how_the_journal_is;
mod in_a_real_browser;
mod no_call_of_the_description_makes_a_server_error;
mod only_the_page_changes_anything;
mod sessions_end;
mod strangers_get_nothing_but_the_login_page;
mod the_map_knows_the_roads_when_there_are_any;
mod what_operators_do_is_written_down;
mod world;
