//! After 30 s without a person's answer the next level is told that this one is silent; the highest is reported to the one below.

use keng_dispatch::record::Why;
use keng_protocol::message::{Act, Answer, Reason};

use crate::support::*;

#[test]
fn after_30_s_the_next_level_knows() {
    let mut station = Station::new();
    station.says(BANK, hold_up());
    station.pass(secs(29));
    station.take();
    station.pass(secs(1));
    let told = station.seen();
    assert_eq!(told, [about(30, "ca-kinh-mon", 1, 0), about(30, "tt-113", 1, 1), about(30, "ca-kinh-mon", 1, 2)]);
}

#[test]
fn a_silence_is_told_once() {
    let mut station = Station::new();
    station.says(BANK, hold_up());
    station.pass(secs(600));
    assert_eq!(station.seen().iter().filter(|seen| seen.3 == Why::SilentLevel).count(), 3);
}

#[test]
fn a_level_that_refuses_is_told_to_the_next_at_once() {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    station.take();
    station.answers(WARD, Answer { reason: Some(Reason::NoUnit), ..Answer::new(id, Act::Rejected, "trực ban") });
    assert_eq!(station.seen(), [(0, "tt-113".into(), 0, Why::LevelRefused, Some(1))]);
}

#[test]
fn a_level_that_refused_is_asked_again_only_while_nobody_has_taken_it_on() {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    station.answers(WARD, Answer { reason: Some(Reason::NoUnit), ..Answer::new(id, Act::Rejected, "trực ban") });
    station.pass(secs(61));
    assert!(station.take().iter().any(|seen| seen.1 == "ca-kinh-mon" && seen.0 == 60 && seen.3 == Why::Again));
    station.acts(CITY, id, Act::Accepted);
    station.pass(secs(600));
    assert_eq!(station.take(), []);
}

#[test]
fn a_suspicion_climbs_after_120_s_without_any_answer() {
    let mut station = Station::new();
    station.says(BANK, keng_protocol::message::Suspicion::default());
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon"]);
    station.pass(secs(119));
    station.take();
    station.pass(secs(1));
    assert!(station.seen().contains(&at(120, "tt-113", 0, Why::Climbed)));
}

#[test]
fn a_suspicion_that_was_answered_does_not_climb() {
    let mut station = Station::new();
    let id = station.says(BANK, keng_protocol::message::Suspicion::default());
    station.acts(WARD, id, Act::Accepted);
    station.pass(secs(3600));
    assert!(!station.told().contains(&"tt-113"));
}
