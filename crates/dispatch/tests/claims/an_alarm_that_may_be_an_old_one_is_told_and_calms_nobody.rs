//! A frame whose number is too old may be an old one sent again: it is told with that label, it hides nothing and calms nobody.

use keng_dispatch::Input;
use keng_dispatch::incident::Facts;
use keng_dispatch::record::{Note, Record, What, Why};
use keng_protocol::IncidentId;
use keng_protocol::message::{Act, Answer, Cancel, CancelCode, Message, Reason, Role};
use keng_protocol::receiver::{Accepted, Labels};

use crate::support::*;

const EVERYBODY: [&str; 3] = ["tt-song-kinh", "ca-kinh-mon", "tt-113"];

/// A frame whose number is too old.
fn old(station: &mut Station, message: impl Into<Message>) -> Accepted {
    let accepted = station.accepted(BANK, Role::Panel, message.into());
    Accepted { labels: Labels { late: true, maybe_seen: true, ..Labels::default() }, ..accepted }
}

fn says_old(station: &mut Station, message: impl Into<Message>) -> IncidentId {
    let accepted = old(station, message);
    station.input(Input::Accepted(&accepted));
    accepted.said.frame.incident()
}

#[test]
fn an_old_hold_up_is_told_to_every_level_with_its_label() {
    let mut station = Station::new();
    says_old(&mut station, hold_up());
    assert_eq!(station.told(), EVERYBODY);
    assert!(station.tellings.iter().all(|telling| telling.facts.labels.maybe_seen));
}

#[test]
fn the_same_frame_again_tells_nobody_and_leaves_no_record() {
    let mut station = Station::new();
    let frame = old(&mut station, hold_up());
    station.input(Input::Accepted(&frame));
    let (records, tellings) = (station.records.len(), station.tellings.len());
    for _ in 0..100 {
        station.input(Input::Accepted(&frame));
    }
    assert_eq!((station.records.len(), station.tellings.len()), (records, tellings));
}

#[test]
fn a_new_press_takes_the_doubt_away_and_asks_again_who_turned_it_down() {
    let mut station = Station::new();
    let id = says_old(&mut station, hold_up());
    station.acts(CITY, id, Act::Accepted);
    station.answers(WARD, Answer { reason: Some(Reason::TooOld), ..Answer::new(id, Act::Rejected, "an") });
    station.take();
    says_old(&mut station, hold_up());
    assert!(station.view(id).facts.labels.maybe_seen, "another old one does not");
    station.take();
    station.says(BANK, hold_up());
    assert!(!station.view(id).facts.labels.maybe_seen);
    assert_eq!(station.told(), EVERYBODY);
    assert!(station.tellings.iter().all(|telling| telling.why == Why::Pressed && !telling.facts.labels.maybe_seen));
    station.take();
    station.pass(secs(60));
    let asked_again = |seen: &Seen| seen.1 == "ca-kinh-mon" && seen.3 == Why::Again;
    assert!(station.seen().iter().any(asked_again), "who turned it down has not answered for the new press");
}

#[test]
fn a_new_press_takes_the_doubt_away_in_a_flood_of_old_ones() {
    let mut station = Station::new();
    let id = says_old(&mut station, hold_up());
    for _ in 0..500 {
        says_old(&mut station, hold_up());
    }
    station.says(BANK, hold_up());
    assert!(!station.view(id).facts.labels.maybe_seen);
}

#[test]
fn a_new_duress_code_takes_the_doubt_away() {
    let mut station = Station::new();
    let id = says_old(&mut station, hold_up());
    station.says(BANK, Cancel { code: CancelCode::Duress, user: None });
    assert!(!station.view(id).facts.labels.maybe_seen);
}

#[test]
fn an_old_all_clear_is_only_written_down() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.take();
    says_old(&mut station, Cancel { code: CancelCode::AllClear, user: None });
    assert_eq!((station.view(id).facts.cancelled, station.told().len()), (None, 0));
    assert_eq!(station.count(|what| matches!(what, What::Noted { note: Note::OldAllClear, .. })), 1);
}

#[test]
fn an_old_duress_code_is_believed() {
    let mut station = Station::new();
    says_old(&mut station, Cancel { code: CancelCode::Duress, user: None });
    assert_eq!(station.told(), EVERYBODY);
}

#[test]
fn an_old_press_puts_no_doubt_on_a_sure_one() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    says_old(&mut station, hold_up());
    assert!(!station.view(id).facts.labels.maybe_seen);
}

#[test]
fn after_a_restart_the_doubt_is_what_it_was() {
    let mut station = Station::new();
    let id = says_old(&mut station, hold_up());
    let facts = |records: &[Record]| -> Facts { Station::restarted(records, 2, start()).view(id).facts };
    assert!(facts(&station.records).labels.maybe_seen);
    says_old(&mut station, hold_up());
    assert!(facts(&station.records).labels.maybe_seen);
    station.says(BANK, hold_up());
    assert!(!facts(&station.records).labels.maybe_seen);
}

#[test]
fn facts_written_before_there_was_this_label_are_read() {
    let before = r#"{"clock_off_ms":null,"late":true,"key_out_of_time":false,"number_reused":false,"newer":false}"#;
    let labels: keng_dispatch::incident::Labels = serde_json::from_str(before).unwrap();
    assert!(labels.late && !labels.maybe_seen);
}
