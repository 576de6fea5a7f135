//! A device that is enrolled and in no directory, and an empty directory: the alarm is raised, and told to whoever there is.

use keng_dispatch::directory::Directory;
use keng_dispatch::record::Why;
use keng_dispatch::{Input, Limits};
use keng_protocol::message::Update;

use crate::support::*;

#[test]
fn a_device_without_a_site_is_told_to_the_whole_highest_level() {
    let mut station = Station::new();
    let id = station.says(STRANGER, hold_up());
    assert_eq!(station.told(), ["tt-113"]);
    assert_eq!(station.view(id).facts.site, None);
    station.pass(secs(15));
    assert_eq!(station.tellings.len(), 2);
}

#[test]
fn an_empty_directory_loses_nothing_and_the_next_version_tells_it() {
    let mut station = Station::with(Directory::default(), Limits::default());
    let id = station.says(BANK, hold_up());
    assert_eq!(station.told(), [""; 0]);
    station.pass(secs(60));
    station.input(Input::Directory(Box::new(directory())));
    assert_eq!(station.seen(), [at(60, "tt-113", 0, Why::First)]);
    assert_eq!(station.view(id).facts.directory, 0);
}

#[test]
fn an_update_to_nothing_is_told_like_a_suspicion() {
    let mut station = Station::new();
    let id = station.says(BANK, Update { hostages: Some(2), ..Update::default() });
    assert_eq!(station.view(id).facts.hostages, Some(2));
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon"]);
}

#[test]
fn a_new_directory_tells_an_open_incident_to_who_is_new() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.take();
    let mut next = directory();
    let neighbour = next.authorities[&"ca-bac-an-phu".into()].clone();
    let helper = keng_dispatch::directory::Authority { areas: vec!["10675".into()], ..neighbour };
    next.authorities.insert("ca-bac-an-phu".into(), helper);
    next.version += 1;
    station.input(Input::Directory(Box::new(next)));
    assert_eq!(station.told(), ["ca-bac-an-phu"]);
}

#[test]
fn when_nobody_is_in_charge_any_more_the_last_ones_are_told() {
    let mut ended = directory();
    ended.authorities.values_mut().for_each(|authority| authority.validity.to = Some(start()));
    let mut station = Station::with(ended, Limits::default());
    station.says(BANK, hold_up());
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
}
