//! One fault is for the bank's centre; a second at the same site at once is an attack. Faults that end, end their incident.

use keng_dispatch::incident::{Fault, Stage};
use keng_dispatch::policy::Matter;
use keng_dispatch::record::Why;
use keng_dispatch::{External, Input};
use keng_protocol::message::AlarmKind;
use keng_protocol::receiver::Supervision;

use crate::support::*;

fn sees(station: &mut Station, panel: &str, event: Supervision) {
    station.input(Input::Supervision { device: device(panel), event });
}

#[test]
fn one_fault_is_told_to_the_centre_and_to_the_ward_after_a_set_time() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::OnBattery);
    assert_eq!(station.told(), ["tt-song-kinh"]);
    station.pass(secs(599));
    assert!(!station.told().contains(&"ca-kinh-mon"));
    station.pass(secs(1));
    assert!(station.seen().contains(&at(600, "ca-kinh-mon", 0, Why::Climbed)));
    station.pass(secs(7200));
    assert!(!station.told().contains(&"tt-113"));
}

#[test]
fn two_faults_at_once_are_told_to_every_level() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::PathBroken(0));
    station.pass(secs(120));
    station.take();
    sees(&mut station, BANK, Supervision::TamperOpen);
    let incidents = station.dispatcher.incidents();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].facts.matter, Matter::Attack);
    let (first, became) = (Why::First, Why::Became);
    let told = [at(120, "ca-kinh-mon", 0, first), at(120, "tt-113", 0, first), at(120, "tt-song-kinh", 0, became)];
    assert_eq!(station.seen(), told);
}

#[test]
fn the_same_fault_twice_is_one_fault() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::OnBattery);
    sees(&mut station, BANK, Supervision::BatteryLow);
    station.says(BANK, of_kind(AlarmKind::PowerFault));
    assert_eq!(station.dispatcher.incidents()[0].facts.matter, Matter::Fault);
}

#[test]
fn faults_far_apart_in_time_are_two_faults_and_no_attack() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::OnBattery);
    station.pass(secs(601));
    sees(&mut station, BANK, Supervision::PathBroken(1));
    let incidents = station.dispatcher.incidents();
    assert_eq!((incidents.len(), incidents[0].facts.matter, incidents[0].facts.faults.len()), (1, Matter::Fault, 2));
}

#[test]
fn faults_of_two_sites_are_no_attack() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::OnBattery);
    sees(&mut station, BANK_2, Supervision::PathBroken(0));
    assert!(station.dispatcher.incidents().iter().all(|one| one.facts.matter == Matter::Fault));
}

#[test]
fn a_fault_that_is_over_closes_by_itself_and_is_told() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::Silent { since: start() });
    station.take();
    sees(&mut station, BANK, Supervision::Back);
    assert_eq!(station.seen(), [at(0, "tt-song-kinh", 0, Why::Closed)]);
    assert_eq!(station.dispatcher.incidents()[0].stage, Stage::Closed);
}

#[test]
fn an_attack_by_faults_does_not_close_by_itself() {
    let mut station = Station::new();
    sees(&mut station, BANK, Supervision::PathBroken(0));
    sees(&mut station, BANK, Supervision::Silent { since: start() });
    sees(&mut station, BANK, Supervision::Back);
    sees(&mut station, BANK, Supervision::PathGood(0));
    assert_eq!(station.dispatcher.incidents()[0].stage, Stage::Raised);
}

#[test]
fn trouble_of_another_dialect_is_a_fault() {
    let mut station = Station::new();
    station.input(Input::External { device: device(BANK), event: External::Trouble });
    assert_eq!(station.dispatcher.incidents()[0].facts.faults[0].fault, Fault::Trouble);
    station.input(Input::External { device: device(BANK), event: External::TroubleOver });
    assert_eq!(station.dispatcher.incidents()[0].stage, Stage::Closed);
}
