//! A crash after any record changes nothing in who is told when: the records say all, and what fell due meanwhile happens at the first tick.

use keng_dispatch::Input;
use keng_dispatch::record::{Record, What, Why};
use keng_protocol::entry::Path;
use keng_protocol::message::{Act, Alarm, Answer, Role, Suspicion};
use keng_protocol::receiver::Accepted;

use crate::support::*;

type Told = (u64, String, String, usize, Why, Option<u8>);

/// What happens, and after how many seconds: the same frames in every run, as panels that send again would.
fn story() -> Vec<(u64, Accepted)> {
    let mut signer = Station::new();
    let press = signer.accepted(BANK, Role::Panel, hold_up().into());
    let id = press.said.frame.incident();
    let again = signer.accepted(BANK, Role::Panel, Alarm { zone: Some(2), ..hold_up() }.into());
    let answer = signer.accepted(WARD, Role::Desk, Answer::new(id, Act::Accepted, "trực ban").into());
    let seen = signer.accepted(GOLD, Role::Panel, Suspicion::default().into());
    let drill = signer.accepted(BANK_2, Role::Panel, drill().into());
    vec![(0, press), (3, again), (20, answer), (40, seen), (47, drill)]
}

/// Runs the story from `from_s` on: what was said at that very second is said again, as after a crash.
fn run(station: &mut Station, story: &[(u64, Accepted)], from_s: u64) {
    for (at, accepted) in story.iter().filter(|(at, _)| *at >= from_s) {
        let wait = (start() + secs(*at)).since(station.now);
        station.pass(wait);
        station.input(Input::Accepted(accepted));
    }
    let rest = (start() + secs(400)).since(station.now);
    station.pass(rest);
}

fn told(records: &[Record]) -> Vec<Told> {
    let mut told: Vec<Told> = records
        .iter()
        .filter_map(|record| {
            let What::Told { authority, channel, why, about, .. } = &record.what else { return None };
            let incident = record.incident.unwrap().to_string();
            Some((record.at.since(start()).as_secs(), incident, authority.to_string(), *channel, *why, *about))
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_crash_after_any_record_changes_no_telling() {
    let story = story();
    let mut whole = Station::new();
    run(&mut whole, &story, 0);
    assert!(whole.records.len() > 50, "the story is long enough to be cut anywhere");
    for cut in 1..whole.records.len() {
        let kept = &whole.records[..cut];
        let now = kept.last().unwrap().at;
        let mut after = Station::restarted(kept, 2, now);
        after.input(Input::Tick);
        run(&mut after, &story, now.since(start()).as_secs());
        assert_eq!(told(&after.records), told(&whole.records), "cut after {cut} records");
    }
}

#[test]
fn what_fell_due_during_the_outage_happens_at_the_first_tick() {
    let mut before = Station::new();
    before.says(GOLD, hold_up());
    let mut after = Station::restarted(&before.records, 2, before.now + secs(40));
    after.input(Input::Tick);
    let whys: Vec<_> = after.seen().iter().map(|seen| (seen.0, seen.3)).collect();
    assert_eq!(whys.iter().filter(|(at, why)| *at == 40 && *why == Why::Again).count(), 2);
    assert_eq!(whys.iter().filter(|(at, why)| *at == 40 && *why == Why::SilentLevel).count(), 2);
}

#[test]
fn a_press_that_was_told_and_lost_in_the_crash_is_the_same_incident() {
    let story = story();
    let mut before = Station::new();
    before.input(Input::Accepted(&story[0].1));
    let mut after = Station::restarted(&[], 2, before.now + secs(5));
    after.input(Input::Accepted(&story[0].1));
    assert_eq!(before.dispatcher.incidents()[0].id, after.dispatcher.incidents()[0].id);
    assert!(before.records[0].number >> 32 == 1 && after.records[0].number >> 32 == 2);
}

#[test]
fn the_same_frame_again_is_evidence_and_no_second_incident() {
    let story = story();
    let mut station = Station::new();
    station.input(Input::Accepted(&story[0].1));
    station.take();
    station.input(Input::Accepted(&story[0].1));
    station.input(Input::Again { frame: story[0].1.said.frame, path: Path::Sms });
    assert_eq!(station.seen(), []);
    let incidents = station.dispatcher.incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].evidence, [Path::Tls, Path::Sms]);
}

#[test]
fn a_press_is_told_even_when_the_journal_has_lost_an_earlier_one() {
    let mut before = Station::new();
    before.says(GOLD, hold_up());
    before.says(GOLD, hold_up());
    let gap = before.records.iter().position(|record| matches!(record.what, What::Joined { .. })).unwrap();
    before.records.remove(gap);
    let mut after = Station::restarted(&before.records, 2, before.now);
    after.says(GOLD, hold_up());
    assert!(after.seen().iter().filter(|seen| seen.3 == Why::Pressed).count() >= 2, "{:?}", after.seen());
}

#[test]
fn a_press_whose_incident_is_lost_is_not_applied_and_raises_one_when_it_comes_anew() {
    let mut before = Station::new();
    before.says(GOLD, hold_up());
    let press = before.accepted(GOLD, Role::Panel, hold_up().into());
    before.input(Input::Accepted(&press));
    // The disk was full until the second press.
    let joined = before.records.iter().position(|record| record.frame == Some(press.said.frame)).unwrap();
    assert!(matches!(before.records[joined].what, What::Joined { .. }));
    let mut after = Station::restarted(&[], 2, before.now);
    for record in &before.records[joined..] {
        assert!(!after.dispatcher.restore(record), "{record:?}");
    }
    after.input(Input::Accepted(&press));
    assert_eq!(after.seen(), [at(0, "ca-kinh-mon", 0, Why::First), at(0, "tt-113", 0, Why::First)]);
}

#[test]
fn every_record_is_applied_when_none_is_lost() {
    let story = story();
    let mut whole = Station::new();
    run(&mut whole, &story, 0);
    let mut after = Station::restarted(&[], 2, whole.now);
    assert!(whole.records.iter().all(|record| after.dispatcher.restore(record)));
}
