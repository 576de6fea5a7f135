//! A broken or hostile panel that sends without end is one line; it delays no hold-up of another site, nor the first of its own.

use keng_dispatch::record::{What, Why};
use keng_dispatch::{External, Input};
use keng_protocol::message::{Act, Alarm, AlarmKind, Disposition, Role, Test};
use keng_protocol::receiver::Supervision;

use crate::support::*;

#[test]
fn a_flood_is_one_line_when_it_begins_a_count_on_the_way_and_one_when_it_ends() {
    let mut station = Station::new();
    for _ in 0..500 {
        station.says(BANK, Test { path: 0 });
        station.pass(secs(1));
    }
    station.pass(secs(120));
    assert_eq!(station.count(|what| matches!(what, What::FloodBegan { .. })), 1);
    assert!((5..=9).contains(&station.count(|what| matches!(what, What::FloodGoesOn { .. }))));
    let shown = station.count(|what| matches!(what, What::Noted { .. })) as u64;
    let counted = station.records.iter().find_map(|record| match record.what {
        What::FloodEnded { count, .. } => Some(count),
        _ => None,
    });
    assert_eq!(counted, Some(500 - shown));
    assert!(shown < 110);
}

#[test]
fn a_flood_does_not_touch_another_site() {
    let mut station = Station::new();
    for _ in 0..1000 {
        station.says(BANK, hold_up());
    }
    station.take();
    station.says(GOLD, hold_up());
    assert_eq!(station.seen().iter().map(|seen| seen.3).collect::<Vec<_>>(), [Why::First, Why::First]);
    assert_eq!(station.told(), ["ca-kinh-mon", "tt-113"]);
}

#[test]
fn the_first_hold_up_of_a_flooding_panel_is_told_at_once() {
    let mut station = Station::new();
    for _ in 0..1000 {
        station.says(BANK, of_kind(AlarmKind::Intrusion));
        station.says(BANK, drill());
        station.input(Input::External { device: device(BANK), event: External::Code("ZZ") });
    }
    station.take();
    station.says(BANK, hold_up());
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
}

#[test]
fn repeated_presses_are_limited_and_a_confirming_one_is_not() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    for _ in 0..1000 {
        station.says(BANK, hold_up());
    }
    assert!(station.tellings.len() <= 3 * 10);
    station.take();
    station.says(BANK, Alarm { zone: Some(2), ..hold_up() });
    assert!(station.view(id).facts.confirmed);
    assert_eq!(station.tellings.len(), 3);
}

#[test]
fn a_flapping_line_never_ends_in_a_fault_that_nobody_sees() {
    let mut station = Station::new();
    for _ in 0..50 {
        station.input(Input::Supervision { device: device(BANK), event: Supervision::PathBroken(0) });
        station.input(Input::Supervision { device: device(BANK), event: Supervision::PathGood(0) });
    }
    station.input(Input::Supervision { device: device(BANK), event: Supervision::PathBroken(0) });
    assert!(station.dispatcher.incidents().iter().any(|one| one.closed.is_none() && !one.facts.faults.is_empty()));
}

#[test]
fn a_limited_press_is_not_raised_when_a_restart_hands_it_in_again() {
    let mut station = Station::new();
    let presses: Vec<_> = (0..50).map(|_| station.accepted(GOLD, Role::Panel, hold_up().into())).collect();
    for press in &presses {
        station.input(Input::Accepted(press));
    }
    let id = presses[0].said.frame.incident();
    station.acts(WARD, id, Act::OnScene);
    station.closes(WARD, "an", id, Disposition::FalsePress);
    let mut after = Station::restarted(&station.records, 2, station.now);
    for press in &presses {
        after.input(Input::Accepted(press));
    }
    assert_eq!(after.seen(), []);
    assert_eq!(after.dispatcher.incidents().len(), 1);
}

#[test]
fn every_frame_leaves_a_record() {
    let mut station = Station::new();
    for number in 0..40 {
        let fault = station.accepted(BANK, Role::Panel, of_kind(AlarmKind::LineFault).into());
        station.input(Input::Accepted(&fault));
        assert!(station.records.iter().any(|record| record.frame == Some(fault.said.frame)), "fault {number}");
    }
}
