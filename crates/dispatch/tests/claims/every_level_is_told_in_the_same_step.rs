//! One press reaches every level and the bank's centre before the machine waits for anything.

use crate::support::*;
use keng_dispatch::Input;
use keng_dispatch::record::{What, Why};
use keng_protocol::message::Role;

#[test]
fn every_level_is_told_before_the_first_timeout() {
    let mut station = Station::new();
    let press = station.accepted(BANK, Role::Panel, hold_up().into());
    let due = station.input(Input::Accepted(&press));
    let first = Why::First;
    assert_eq!(
        station.seen(),
        [at(0, "tt-song-kinh", 0, first), at(0, "ca-kinh-mon", 0, first), at(0, "tt-113", 0, first)]
    );
    assert_eq!(due, station.now + secs(15));
}

#[test]
fn each_telling_is_on_record_with_its_number() {
    let mut station = Station::new();
    station.says(BANK, hold_up());
    let told: Vec<u64> = station
        .records
        .iter()
        .filter(|record| matches!(record.what, What::Told { .. }))
        .map(|record| record.number)
        .collect();
    assert_eq!(told, station.tellings.iter().map(|telling| telling.notice).collect::<Vec<_>>());
    assert!(told.iter().all(|number| number >> 32 == 1));
}

#[test]
fn a_site_without_a_bank_is_told_to_all_levels_of_police() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    assert_eq!(station.told(), ["ca-kinh-mon", "tt-113"]);
}
