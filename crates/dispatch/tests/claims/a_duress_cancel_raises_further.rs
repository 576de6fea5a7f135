//! The duress code looks like all clear on site; at the desks it raises the alarm. All clear is told and ends nothing.

use keng_dispatch::Output;
use keng_dispatch::incident::{Cancelled, Stage};
use keng_dispatch::policy::Matter;
use keng_dispatch::record::Why;
use keng_protocol::message::{Act, Answer, Cancel, CancelCode, Reason, Suspicion};

use crate::support::*;

const DURESS: Cancel = Cancel { code: CancelCode::Duress, user: None };
const ALL_CLEAR: Cancel = Cancel { code: CancelCode::AllClear, user: None };

#[test]
fn a_duress_cancel_is_told_to_every_level_and_raises_the_urgency() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    let before = station.view(id).urgency;
    station.take();
    station.says(BANK, DURESS);
    assert!(station.view(id).urgency > before);
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
    assert!(station.tellings.iter().all(|telling| telling.why == Why::CancelDuress));
}

#[test]
fn after_it_the_site_sees_nothing_of_what_the_desks_do() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.says(BANK, DURESS);
    station.acts(WARD, id, Act::UnitsSent);
    assert!(!station.others.iter().any(|output| matches!(output, Output::Progress { .. })));
}

#[test]
fn all_clear_is_told_and_the_incident_stays_open() {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    station.take();
    station.says(GOLD, ALL_CLEAR);
    assert!(station.seen().iter().all(|seen| seen.3 == Why::AllClear));
    assert_eq!(station.view(id).stage, Stage::Raised);
    station.take();
    station.pass(secs(15));
    assert_eq!(station.told(), ["ca-kinh-mon", "tt-113"]);
}

#[test]
fn all_clear_after_a_duress_code_does_not_calm() {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    station.says(GOLD, DURESS);
    station.says(GOLD, ALL_CLEAR);
    assert_eq!(station.view(id).facts.cancelled, Some(Cancelled::Duress));
}

#[test]
fn a_duress_code_with_nothing_open_raises_an_attack() {
    let mut station = Station::new();
    let id = station.says(BANK, Cancel { code: CancelCode::from(77), user: None });
    assert_eq!(station.view(id).facts.matter, Matter::Attack);
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
}

#[test]
fn a_duress_code_makes_an_attack_of_a_suspicion() {
    let mut station = Station::new();
    let id = station.says(BANK, Suspicion::default());
    station.take();
    station.says(BANK, DURESS);
    assert_eq!(station.view(id).facts.matter, Matter::Attack);
    assert!(station.told().contains(&"tt-113"));
}

#[test]
fn who_turned_it_down_is_asked_again() {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    station.acts(CITY, id, Act::Accepted);
    station.answers(WARD, Answer { reason: Some(Reason::NoUnit), ..Answer::new(id, Act::Rejected, "an") });
    station.says(GOLD, DURESS);
    station.take();
    station.pass(secs(15));
    assert_eq!(station.told(), ["ca-kinh-mon"]);
}
