//! The claims of the incident machine: one behaviour a file, all on a virtual clock.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may")]

mod a_clock_put_back_delays_no_telling;
mod a_directory_names_each_of_its_problems;
mod a_drill_never_pages_as_real_and_hides_no_real_alarm;
mod a_duress_cancel_raises_further;
mod a_flood_hides_no_hold_up;
mod a_late_alarm_is_raised_and_labelled;
mod a_missing_test_is_a_fault;
mod a_repeated_press_joins_the_open_incident;
mod an_alarm_that_may_be_an_old_one_is_told_and_calms_nobody;
mod an_answer_stops_only_its_own_level;
mod an_unknown_site_is_told_all_the_same;
mod both_languages_have_every_word;
mod closing_needs_the_scene_or_two_people;
mod every_level_is_told_in_the_same_step;
mod memory_is_bounded;
mod neighbours_are_asked_for_vigilance_when_a_desk_takes_a_suspicion_on;
mod replay_gives_the_same_state;
mod restart_goes_on_where_it_was;
mod same_inputs_give_the_same_outputs;
mod silence_of_a_level_is_told_to_the_next;
mod support;
mod test_mode_ends_by_itself;
mod two_faults_at_one_site_are_an_attack;
mod unanswered_level_is_told_again_by_its_next_channel;
mod unknown_kinds_go_with_their_class;
