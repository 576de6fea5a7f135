//! A level without a person's answer is told again by its next channel after 15 s, then round its channels, and it never ends.

use crate::support::*;
use keng_dispatch::Input;
use keng_dispatch::record::{What, Why};

#[test]
fn a_level_is_told_again_after_15_s_by_its_next_channel() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.take();
    station.pass(secs(29));
    assert_eq!(station.seen(), [at(15, "ca-kinh-mon", 1, Why::Again), at(15, "tt-113", 1, Why::Again)]);
}

#[test]
fn telling_goes_round_the_channels_and_never_ends() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.pass(secs(24 * 3600));
    let again: Vec<_> = station.seen().into_iter().filter(|seen| seen.1 == "tt-113" && seen.3 == Why::Again).collect();
    assert_eq!(
        again.iter().take(4).map(|seen| (seen.0, seen.2)).collect::<Vec<_>>(),
        [(15, 1), (75, 2), (135, 0), (195, 1)]
    );
    assert_eq!(again.last().map(|seen| seen.0), Some(24 * 3600 - 45));
}

#[test]
fn a_delivery_is_no_answer() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    for notice in station.tellings.iter().map(|telling| telling.notice).collect::<Vec<_>>() {
        station.input(Input::Delivered { notice });
    }
    station.take();
    station.pass(secs(15));
    assert_eq!(station.told(), ["ca-kinh-mon", "tt-113"]);
}

#[test]
fn a_failed_channel_is_passed_over_at_once_and_each_only_once_a_round() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    for _ in 0..5 {
        let last = station
            .tellings
            .iter()
            .rfind(|telling| telling.authority.as_str() == "tt-113")
            .map(|telling| telling.notice);
        station.input(Input::Undelivered { notice: last.unwrap(), code: 504 });
    }
    let tries: Vec<_> =
        station.seen().into_iter().filter(|seen| seen.1 == "tt-113").map(|seen| (seen.0, seen.2)).collect();
    assert_eq!(tries, [(0, 0), (0, 1), (0, 2)]);
    let channels = station.dispatcher.channels();
    let failed = channels.iter().filter(|channel| channel.failed.is_some()).map(|channel| channel.channel);
    assert_eq!(failed.collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn a_late_report_on_an_older_telling_hides_no_failure_of_the_newest() {
    let mut station = Station::new();
    station.says(GOLD, hold_up());
    station.says(GOLD, hold_up());
    let told = station.tellings.iter().filter(|telling| telling.authority.as_str() == "tt-113");
    let [older, newest] = told.map(|telling| telling.notice).collect::<Vec<_>>()[..] else { panic!("told twice") };
    station.input(Input::Undelivered { notice: newest, code: 504 });
    // The station stops before it tells the next channel.
    let failed = station.records.iter().position(|record| matches!(record.what, What::Undelivered { .. })).unwrap();
    let mut after = Station::restarted(&station.records[..=failed], 2, station.now);
    after.input(Input::Delivered { notice: older });
    assert_eq!(after.seen(), [at(0, "tt-113", 1, Why::Undelivered)]);
}
