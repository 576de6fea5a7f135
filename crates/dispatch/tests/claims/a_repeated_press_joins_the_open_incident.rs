//! One robbery is one incident: presses join it, raise its urgency, and a second button confirms it.

use keng_dispatch::record::Why;
use keng_protocol::message::{Act, Alarm, AlarmKind, Disposition};
use keng_protocol::receiver::Supervision;

use keng_dispatch::Input;
use keng_dispatch::incident::Stage;
use keng_protocol::IncidentId;

use crate::support::*;

#[test]
fn the_same_button_again_raises_the_urgency_and_is_told() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    let before = station.view(id).urgency;
    station.take();
    station.says(BANK, hold_up());
    assert_eq!(station.dispatcher.incidents().len(), 1);
    assert_eq!(station.view(id).urgency, before + 1);
    assert!(!station.view(id).facts.confirmed);
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
    assert!(station.seen().iter().all(|seen| seen.3 == Why::Pressed));
}

#[test]
fn a_second_button_confirms() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.take();
    station.says(BANK, Alarm { zone: Some(2), ..hold_up() });
    assert!(station.view(id).facts.confirmed);
    assert!(station.tellings.iter().all(|telling| telling.why == Why::Confirmed && telling.facts.confirmed));
    assert_eq!(station.tellings.len(), 3);
}

#[test]
fn another_panel_of_the_site_confirms() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.says(BANK_OTHER, hold_up());
    assert!(station.view(id).facts.confirmed);
}

#[test]
fn tamper_after_a_hold_up_confirms() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.input(Input::Supervision { device: device(BANK_OTHER), event: Supervision::TamperOpen });
    assert!(station.view(id).facts.confirmed);
    assert_eq!(station.dispatcher.incidents().len(), 1);
}

#[test]
fn a_confirmed_hold_up_is_confirmed_from_the_first_telling() {
    let mut station = Station::new();
    station.says(BANK, of_kind(AlarmKind::ConfirmedHoldUp));
    assert!(station.tellings.iter().all(|telling| telling.facts.confirmed));
}

#[test]
fn a_press_after_the_end_is_a_new_incident() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.acts(WARD, id, Act::OnScene);
    station.closes(WARD, "trực ban", id, Disposition::FalsePress);
    station.take();
    let next = station.says(BANK, hold_up());
    assert_ne!(id, next);
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
}

#[test]
fn a_hold_up_during_a_suspicion_is_told_to_every_level_at_once() {
    let mut station = Station::new();
    station.says(BANK, keng_protocol::message::Suspicion::default());
    station.take();
    station.says(BANK, hold_up());
    assert!(station.told().contains(&"tt-113"));
    assert_eq!(station.dispatcher.incidents().len(), 2);
}

/// An attack that the whole site's audience took on, and forgot.
fn taken_and_never_closed() -> (Station, IncidentId) {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    station.acts(WARD, id, Act::OnScene);
    station.acts(CITY, id, Act::Accepted);
    (station, id)
}

#[test]
fn a_press_long_after_an_answer_is_escalated_like_a_new_one() {
    let (mut station, id) = taken_and_never_closed();
    station.pass(secs(601));
    station.take();
    station.says(GOLD, hold_up());
    assert_eq!(station.take(), [at(601, "ca-kinh-mon", 0, Why::Pressed), at(601, "tt-113", 0, Why::Pressed)]);
    assert_eq!(station.view(id).stage, Stage::Raised);
    station.pass(secs(31));
    let seen = station.take();
    assert!(seen.contains(&at(616, "ca-kinh-mon", 1, Why::Again)) && seen.contains(&at(616, "tt-113", 1, Why::Again)));
    assert_eq!(seen.iter().filter(|seen| seen.0 == 631 && seen.3 == Why::SilentLevel).count(), 2);
    // Nobody is on the scene of this one: it takes two to close it.
    station.closes(WARD, "trực ban", id, Disposition::FalsePress);
    assert_ne!(station.view(id).stage, Stage::Closed);
}

#[test]
fn a_press_soon_after_an_act_is_told_and_stays_answered() {
    let (mut station, id) = taken_and_never_closed();
    station.pass(secs(600));
    station.acts(WARD, id, Act::UnitsSent);
    station.pass(secs(600));
    station.take();
    station.says(GOLD, hold_up());
    station.pass(secs(600));
    assert_eq!(station.take(), [at(1200, "ca-kinh-mon", 0, Why::Pressed), at(1200, "tt-113", 0, Why::Pressed)]);
    assert_eq!(station.view(id).stage, Stage::OnScene);
}

#[test]
fn a_press_long_after_an_answer_is_escalated_after_a_restart_too() {
    let (mut station, id) = taken_and_never_closed();
    station.pass(secs(3600));
    station.says(GOLD, hold_up());
    let mut after = Station::restarted(&station.records, 2, station.now);
    assert_eq!(after.view(id), station.view(id));
    after.pass(secs(15));
    assert_eq!(after.take(), [at(3615, "ca-kinh-mon", 1, Why::Again), at(3615, "tt-113", 1, Why::Again)]);
}

#[test]
fn a_press_that_does_not_reach_a_level_that_answered_goes_once_round_its_channels() {
    let (mut station, _) = taken_and_never_closed();
    station.take();
    station.says(GOLD, hold_up());
    for _ in 0..5 {
        let told = station.tellings.iter().rfind(|telling| telling.authority.as_str() == "tt-113");
        let notice = told.map(|telling| telling.notice).unwrap();
        station.input(Input::Undelivered { notice, code: 504 });
    }
    let tries = station.take().into_iter().filter(|seen| seen.1 == "tt-113").map(|seen| (seen.2, seen.3));
    let round = [(0, Why::Pressed), (1, Why::Undelivered), (2, Why::Undelivered)];
    assert_eq!(tries.collect::<Vec<_>>(), round);
}
