//! Heartbeats say what was sent, and their answers say which paths work.

use core::time::Duration;

use keng_protocol::message::{Heard, Heartbeat, PathStates, Power};
use keng_protocol::panel::{Config, Input};
use keng_protocol::{Frame, FrameId, Header, Kind, Message, Sign, Timestamp};

use super::site::*;

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn heartbeat_counts_events_and_names_the_last() {
    let mut site = beating(1);
    let (_, first) = beat(&mut site);
    assert_eq!((first.events, first.last), (0, None));
    site.say(press());
    let last = first_frame(&site.say(opening(1)));
    let (header, second) = beat(&mut site);
    assert_eq!((second.events, second.last), (2, Some(last.incident().short())));
    assert_eq!((header.kind, header.sequence), (Kind::Heartbeat, 2), "numbered apart from events");
}

#[test]
fn heartbeat_goes_out_on_every_path_with_the_same_octets() {
    let mut site = beating(1);
    let sent = sends(&without_time(site.pass(MINUTE)));
    assert_eq!(sent.iter().map(|(path, _)| *path).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(sent[0].1, sent[1].1);
}

#[test]
fn heartbeat_tells_power_and_tamper() {
    let mut site = beating(1);
    let (_, calm) = beat(&mut site);
    assert_eq!((calm.power, calm.tamper), (Power::Mains, false));
    site.input(Input::Power(Power::Battery));
    site.input(Input::Tamper(true));
    let (_, alert) = beat(&mut site);
    assert_eq!((alert.power, alert.tamper), (Power::Battery, true));
}

#[test]
fn path_without_an_answer_is_told_in_the_next_heartbeat() {
    let mut site = beating(1);
    let (_, first) = beat(&mut site);
    assert_eq!(first.paths, PathStates { configured: 0b11, good: 0b11 }, "until one is found wanting");
    answer(&mut site, 0);
    let (_, second) = beat(&mut site);
    assert_eq!(second.paths.good, 0b01);
    answer(&mut site, 1);
    let (_, third) = beat(&mut site);
    assert_eq!(third.paths.good, 0b10);
}

#[test]
fn answer_to_an_older_heartbeat_proves_no_path() {
    let mut site = beating(1);
    beat(&mut site);
    let frame = last_beat(&mut site);
    let old = site.answer(Heard { frame });
    beat(&mut site);
    for path in [0, 1] {
        site.input(Input::Frame { path, octets: &old });
    }
    assert_eq!(beat(&mut site).1.paths.good, 0);
}

#[test]
fn heartbeats_keep_their_rhythm_and_panels_differ_in_phase() {
    let phase = |seed| {
        let mut site = beating(seed);
        let times: Vec<Timestamp> = site.pass(MINUTE * 5).into_iter().map(|(at, _)| at).step_by(2).collect();
        assert_eq!(times.len(), 5);
        assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) == MINUTE));
        times[0].since(START)
    };
    let phases: Vec<Duration> = (0..40).map(phase).collect();
    let early = phases.iter().filter(|phase| **phase < MINUTE / 2).count();
    assert!((8..=32).contains(&early), "{early} of 40 in the first half of the minute");
}

fn beating(jitter_seed: u64) -> Site {
    Site::start(Config { heartbeat: MINUTE, jitter_seed, ..config() }, START, Vec::new())
}

/// Lets a minute pass and reads the heartbeat in it.
fn beat(site: &mut Site) -> (Header, Heartbeat) {
    let sent = sends(&without_time(site.pass(MINUTE)));
    let (_, octets) = sent.iter().find(|(_, octets)| kind(octets) == Kind::Heartbeat).unwrap();
    let said = Frame::decode(octets).unwrap().verify(&panel_key().public_key()).unwrap();
    let Message::Heartbeat(heartbeat) = said.message().clone() else { unreachable!("its kind was looked at") };
    (said.header, heartbeat)
}

/// Lets a minute pass and gives the frame of the heartbeat in it.
fn last_beat(site: &mut Site) -> FrameId {
    first_frame(&without_time(site.pass(MINUTE)))
}

/// Lets a minute pass and answers the heartbeat in it, by one path only.
fn answer(site: &mut Site, path: u8) {
    let frame = last_beat(site);
    site.hear(path, Heard { frame });
}
