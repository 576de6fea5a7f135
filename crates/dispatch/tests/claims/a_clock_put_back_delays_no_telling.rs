//! When the station's clock is put back, running or stopped, escalation starts anew from the new time instead of waiting for the old one.

use keng_dispatch::Input;
use keng_dispatch::record::{What, Why};

use crate::support::*;

#[test]
fn an_hour_back_while_running() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.now = station.now - secs(3600);
    let due = station.input(Input::Tick);
    assert_eq!(due, station.now + secs(15));
    station.take();
    station.pass(secs(15));
    assert_eq!(station.tellings.iter().filter(|telling| telling.why == Why::Again).count(), 2);
    assert_eq!(station.count(|what| matches!(what, What::ClockBack)), 1);
}

#[test]
fn an_hour_back_over_a_restart() {
    let mut before = Station::new();
    before.says(GOLD, hold_up());
    let mut after = Station::restarted(&before.records, 2, before.now - secs(3600));
    assert_eq!(after.input(Input::Tick), after.now + secs(15));
}

#[test]
fn a_press_after_the_step_is_told_at_once() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.now = station.now - secs(3600);
    station.take();
    station.says(BANK, hold_up());
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
}

#[test]
fn jitter_is_no_step() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.now = station.now - std::time::Duration::from_millis(900);
    station.input(Input::Tick);
    assert_eq!(station.count(|what| matches!(what, What::ClockBack)), 0);
}
