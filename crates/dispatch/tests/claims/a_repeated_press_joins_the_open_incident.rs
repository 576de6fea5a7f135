//! One robbery is one incident: presses join it, raise its urgency, and a second button confirms it.

use keng_dispatch::record::Why;
use keng_protocol::message::{Act, Alarm, AlarmKind, Disposition};
use keng_protocol::receiver::Supervision;

use keng_dispatch::Input;

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
