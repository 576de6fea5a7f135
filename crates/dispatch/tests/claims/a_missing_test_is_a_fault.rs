//! A panel that has to test itself and does not is a fault of the bank's centre; the next test ends it.

use keng_dispatch::incident::{Fault, Stage};
use keng_protocol::message::Test;

use crate::support::*;

const FUND: &str = "0400000000000001";

#[test]
fn a_test_that_does_not_come_is_told_and_one_that_comes_ends_it() {
    let mut station = Station::new();
    station.says(FUND, Test { path: 0 });
    assert!(station.tellings.is_empty());
    station.pass(secs(89_999));
    assert!(station.dispatcher.incidents().is_empty());
    station.pass(secs(1));
    assert_eq!(station.told(), ["tt-song-kinh"]);
    assert_eq!(station.tellings[0].facts.faults[0].fault, Fault::NoTest);
    station.says(FUND, Test { path: 0 });
    assert_eq!(station.dispatcher.incidents()[0].stage, Stage::Closed);
}

#[test]
fn a_restart_does_not_forget_when_the_last_test_came() {
    let mut before = Station::new();
    before.says(FUND, Test { path: 0 });
    let mut after = Station::restarted(&before.records, 2, before.now + secs(89_000));
    after.input(keng_dispatch::Input::Tick);
    after.pass(secs(1000));
    assert_eq!(after.told(), ["tt-song-kinh"]);
}

#[test]
fn tests_of_others_do_not_hide_a_panel_that_was_never_heard() {
    let mut station = Station::new();
    station.input(keng_dispatch::Input::Tick);
    for _ in 0..91 {
        station.says(BANK, Test { path: 0 });
        station.pass(secs(1000));
    }
    assert_eq!(station.dispatcher.incidents()[0].facts.device, device(FUND));
}
