//! A broken or hostile panel that sends without end is one line; it delays no hold-up of another site, nor the first of its own.

use keng_dispatch::record::{What, Why};
use keng_dispatch::{External, Input};
use keng_protocol::message::{Alarm, AlarmKind, Test};
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
