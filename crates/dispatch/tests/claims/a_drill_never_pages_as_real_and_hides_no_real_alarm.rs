//! A drill is told to the same desks, marked; a real alarm at the same site is an incident of its own, and the other way round.

use keng_protocol::message::Act;

use crate::support::*;

#[test]
fn a_drill_is_told_to_the_same_desks_and_marked_on_each() {
    let mut real = Station::new();
    real.says(BANK, hold_up());
    let mut station = Station::new();
    station.says(BANK, drill());
    assert_eq!(station.seen(), real.seen());
    station.pass(secs(300));
    assert!(station.tellings.iter().all(|telling| telling.facts.drill));
}

#[test]
fn a_real_alarm_during_a_drill_is_told_as_real_to_every_level() {
    let mut station = Station::new();
    let exercise = station.says(BANK, drill());
    for desk in [WARD, CITY, CENTRE] {
        station.acts(desk, exercise, Act::Accepted);
    }
    station.take();
    let id = station.says(BANK, hold_up());
    assert_ne!(id, exercise);
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
    assert!(station.tellings.iter().all(|telling| !telling.facts.drill && telling.incident == id));
}

#[test]
fn a_drill_during_a_real_alarm_does_not_touch_it() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    let before = station.view(id);
    station.says(BANK, drill());
    assert_eq!(station.view(id), before);
    assert_eq!(station.dispatcher.incidents().len(), 2);
}

#[test]
fn a_drill_press_confirms_no_real_hold_up() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.says(BANK_OTHER, drill());
    assert!(!station.view(id).facts.confirmed);
}
