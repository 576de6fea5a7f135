//! What a running station keeps: real sockets on loopback, real panels and desks, a journal on disk.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod a_desk_that_hangs_delays_nobody;
mod a_full_disk_delays_no_telling;
mod a_restart_loses_nothing;
mod a_stream_is_its_own_desks;
mod an_older_directory_is_not_taken;
mod bad_input_is_refused_by_name;
mod dc09_is_acknowledged_when_stored;
mod one_press_on_two_paths_is_one_incident;
mod sites_say_that_a_notice_was_read;
mod webhooks_carry_the_standards_signature;
mod world;
