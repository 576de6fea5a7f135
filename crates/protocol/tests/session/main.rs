//! Panel and receiver as a pair, with a virtual clock and a network that loses, delays, repeats and reorders; many seeds, no sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pair;
mod weather;

use core::time::Duration;
use std::collections::BTreeMap;

use keng_protocol::FrameId;
use keng_protocol::message::{Act, Alarm, AlarmKind, OpenClose, Progress};
use keng_protocol::panel::Indication;
use pair::{Happening, Pair};
use weather::Weather;

const MINUTE: Duration = Duration::from_secs(60);
/// By then all must have come: the longest wait of a retry is a minute.
const DAY: Duration = Duration::from_secs(86_400);
const SEEDS: u64 = 40;

#[test]
fn every_press_ends_accepted_once_and_receipted_on_a_lossy_network() {
    for seed in 0..SEEDS {
        let mut pair = Pair::new(seed, Weather::BAD);
        busy_morning(&mut pair);
        pair.run_until_quiet(DAY);
        assert_eq!(pair.said.len(), 20, "seed {seed}");
        assert_eq!(times(&pair.accepted), once(&pair.said), "told once each, seed {seed}");
        assert_eq!(times(&pair.journaled()), once(&pair.said), "stored once each, seed {seed}");
        assert_eq!(times(&received(&pair)), once(&pair.said), "receipted once each, seed {seed}");
    }
}

#[test]
fn every_press_is_stored_once_and_receipted_though_both_sides_lose_power() {
    for seed in 0..SEEDS {
        let mut pair = Pair::new(seed, Weather::BAD);
        busy_morning(&mut pair);
        for _ in 0..2 {
            let (panel, station) = (pair.some_time(10 * MINUTE), pair.some_time(10 * MINUTE));
            pair.at(panel, Happening::PanelLosesPower);
            pair.at(station, Happening::StationLosesPower);
        }
        pair.run_until_quiet(DAY);
        assert_eq!(times(&pair.journaled()), once(&pair.said), "stored once each, seed {seed}");
        let (received, said) = (times(&received(&pair)), once(&pair.said));
        assert!(received.keys().eq(said.keys()), "receipted, seed {seed}");
        assert!(times(&pair.accepted).keys().eq(said.keys()), "told, seed {seed}");
    }
}

#[test]
fn failing_disk_delays_the_receipt_and_not_the_word_to_the_desks() {
    let mut pair = Pair::new(1, Weather::GOOD);
    pair.disk_works = false;
    pair.at(MINUTE, Happening::Say(Alarm::silent(AlarmKind::HoldUp).into()));
    pair.run_for(2 * MINUTE);
    assert_eq!(pair.accepted, pair.said);
    assert!(received(&pair).is_empty());
    assert!(pair.shown.iter().any(|what| matches!(what, Indication::NotReceived { .. })));

    pair.disk_works = true;
    pair.run_until_quiet(DAY);
    assert_eq!(received(&pair), pair.said);
    assert_eq!(pair.accepted, pair.said, "still told once");
}

#[test]
fn press_is_receipted_within_a_round_trip_on_a_good_network() {
    let mut pair = Pair::new(1, Weather::GOOD);
    pair.at(MINUTE, Happening::Say(Alarm::silent(AlarmKind::HoldUp).into()));
    pair.run_for(MINUTE + Weather::GOOD.most_delay * 2 + Pair::SLOWEST_DISK);
    assert_eq!(received(&pair), pair.said);
}

#[test]
fn persons_answer_reaches_the_site() {
    let mut pair = Pair::new(1, Weather::GOOD);
    pair.at(MINUTE, Happening::Say(Alarm::silent(AlarmKind::HoldUp).into()));
    pair.run_for(2 * MINUTE);
    let incident = pair.said.first().unwrap().incident();
    pair.at(Duration::ZERO, Happening::Answer(Progress { incident, level: 1, act: Act::UnitsSent }));
    pair.run_for(MINUTE);
    let answered = |what: &&Indication| matches!(what, Indication::Answered { incident: on, level: 1, act: Act::UnitsSent, .. } if *on == incident);
    assert_eq!(pair.shown.iter().filter(answered).count(), 1);
}

#[test]
fn same_seed_gives_the_same_morning() {
    let morning = |seed| {
        let mut pair = Pair::new(seed, Weather::BAD);
        busy_morning(&mut pair);
        pair.run_until_quiet(DAY);
        (pair.now, pair.shown, pair.accepted)
    };
    assert_eq!(morning(5), morning(5));
    assert_ne!(morning(5).0, morning(6).0);
}

/// Ten presses and ten openings within ten minutes, and an outage of both paths somewhere in it.
fn busy_morning(pair: &mut Pair) {
    for user in 0..10 {
        let (pressed, opened) = (pair.some_time(10 * MINUTE), pair.some_time(10 * MINUTE));
        pair.at(pressed, Happening::Say(Alarm::silent(AlarmKind::HoldUp).into()));
        pair.at(opened, Happening::Say(OpenClose { opened: true, user: Some(user) }.into()));
    }
    let cut = pair.some_time(8 * MINUTE);
    pair.at(cut, Happening::Outage(true));
    pair.at(cut + 2 * MINUTE, Happening::Outage(false));
}

fn received(pair: &Pair) -> Vec<FrameId> {
    let received = |what: &Indication| if let Indication::Received { frame, .. } = what { Some(*frame) } else { None };
    pair.shown.iter().filter_map(received).collect()
}

fn times(frames: &[FrameId]) -> BTreeMap<FrameId, usize> {
    let mut times = BTreeMap::new();
    frames.iter().for_each(|frame| *times.entry(*frame).or_default() += 1);
    times
}

fn once(frames: &[FrameId]) -> BTreeMap<FrameId, usize> {
    frames.iter().map(|frame| (*frame, 1)).collect()
}
