//! A site on test keeps technical alarms to the log; a hold-up is told all the same, labelled; and the test always ends.

use keng_dispatch::record::{Note, What};
use keng_dispatch::{Input, Output};
use keng_protocol::Timestamp;
use keng_protocol::message::AlarmKind;
use keng_protocol::receiver::Supervision;

use crate::support::*;

fn on_test(until: Timestamp) -> Station {
    let mut station = Station::new();
    station.input(Input::TestMode { site: "pgd-song-kinh-1".into(), until });
    station
}

#[test]
fn technical_and_intrusion_alarms_are_logged_only() {
    let mut station = on_test(start() + secs(600));
    station.says(BANK, of_kind(AlarmKind::Intrusion));
    station.says(BANK, of_kind(AlarmKind::LineFault));
    station.input(Input::Supervision { device: device(BANK), event: Supervision::TamperOpen });
    assert!(station.tellings.is_empty());
    let noted =
        |what: &What| matches!(what, What::Noted { note: Note::AlarmOnTest { .. } | Note::FaultOnTest { .. }, .. });
    assert_eq!(station.count(noted), 3);
}

#[test]
fn a_hold_up_is_told_to_every_level_and_labelled() {
    let mut station = on_test(start() + secs(600));
    station.says(BANK, hold_up());
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
    assert!(station.tellings.iter().all(|telling| telling.facts.on_test));
}

#[test]
fn it_ends_by_itself() {
    let mut station = on_test(start() + secs(600));
    station.pass(secs(600));
    assert_eq!(station.count(|what| matches!(what, What::TestEnded { .. })), 1);
    station.says(BANK, of_kind(AlarmKind::Intrusion));
    assert_eq!(station.tellings.len(), 2);
}

#[test]
fn nothing_is_on_test_longer_than_the_longest() {
    let station = on_test(Timestamp::MAX);
    let until: Vec<_> = station.dispatcher.on_test().map(|(_, until)| until).collect();
    assert_eq!(until, [start() + secs(4 * 3600)]);
}

#[test]
fn an_end_in_the_past_ends_it_and_a_stranger_is_refused() {
    let mut station = on_test(start() + secs(600));
    station.input(Input::TestMode { site: "pgd-song-kinh-1".into(), until: start() });
    assert_eq!(station.dispatcher.on_test().count(), 0);
    station.input(Input::TestMode { site: "nowhere".into(), until: Timestamp::MAX });
    assert_eq!(station.others, [Output::TestRefused { site: "nowhere".into() }]);
}
