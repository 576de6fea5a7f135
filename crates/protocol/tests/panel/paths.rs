//! Which path an event takes, and what happens when one comes back.

use core::time::Duration;

use keng_protocol::message::{Act, Progress, Test, Update};
use keng_protocol::panel::{Config, Input, Output};
use keng_protocol::{FrameId, Kind, Malformed};

use super::site::*;

#[test]
fn alarm_goes_out_on_paths_believed_down_too() {
    let mut site = Site::new();
    site.input(Input::PathDown { path: 0 });
    site.input(Input::PathDown { path: 1 });
    assert_eq!(ways(&site.say(press())), [0, 1]);
    assert_eq!(ways(&site.say(Update::default())), [0, 1]);
}

#[test]
fn ordinary_event_takes_the_first_good_path_and_the_next_at_each_retry() {
    let mut site = Site::start(Config { paths: 3, ..config() }, START, Vec::new());
    site.input(Input::PathDown { path: 0 });
    let mut ways_taken = ways(&site.say(opening(1)));
    ways_taken.extend(ways(&without_time(site.pass(Duration::from_secs(14)))));
    assert_eq!(ways_taken[..3], [1, 2, 1]);
}

#[test]
fn ordinary_event_tries_every_path_when_none_is_good() {
    let mut site = Site::new();
    site.input(Input::PathDown { path: 0 });
    site.input(Input::PathDown { path: 1 });
    let mut ways_taken = ways(&site.say(opening(1)));
    ways_taken.extend(ways(&without_time(site.pass(Duration::from_secs(6)))));
    assert_eq!(ways_taken[..2], [0, 1]);
}

#[test]
fn test_goes_by_the_path_that_it_tests_and_by_no_other() {
    let mut site = Site::new();
    site.input(Input::PathDown { path: 1 });
    let mut ways_taken = ways(&site.say(Test { path: 1 }));
    ways_taken.extend(ways(&without_time(site.pass(Duration::from_secs(60)))));
    ways_taken.extend(ways(&site.input(Input::PathUp { path: 0 })));
    assert!(ways_taken.len() > 3 && ways_taken.iter().all(|path| *path == 1), "{ways_taken:?}");
    let reason = Malformed::OutOfRange { key: 1 }.into();
    assert_eq!(site.say(Test { path: 2 }), [Output::Refused { path: None, reason }]);
}

#[test]
fn reconnect_sends_what_waits_at_once_hold_ups_first_oldest_first() {
    let mut site = Site::new();
    let opened = first_frame(&site.say(opening(1)));
    let updated = first_frame(&site.say(Update::default()));
    let pressed = [0; 2].map(|_| first_frame(&site.say(press())));
    site.pass(Duration::from_secs(600));
    let sent = sends(&site.input(Input::PathUp { path: 1 }));
    let frames: Vec<_> = sent.iter().map(|(_, octets)| FrameId::of(octets)).collect();
    assert_eq!(frames, [pressed[0], pressed[1], updated, opened]);
    assert!(sent.iter().all(|(path, _)| *path == 1));
}

#[test]
fn waits_start_anew_when_a_path_comes_back() {
    let mut site = Site::new();
    site.say(press());
    site.pass(Duration::from_secs(3600));
    site.input(Input::PathUp { path: 1 });
    let retry = config().retry;
    let tries = ways(&without_time(site.pass(retry.longest(1) + retry.longest(2))));
    assert!(tries.len() >= 4, "two retries on two paths: {tries:?}");
}

#[test]
fn path_is_good_again_by_a_link_a_receipt_or_a_stations_word() {
    let progress = |frame: FrameId| Progress { incident: frame.incident(), level: 1, act: Act::Accepted };
    for proof in 0..3 {
        let mut site = Site::new();
        let frame = first_frame(&site.say(press()));
        site.input(Input::PathDown { path: 0 });
        assert_eq!(ways(&site.say(opening(1))), [1]);
        match proof {
            0 => drop(site.input(Input::PathUp { path: 0 })),
            1 => drop(site.hear(0, receipt(frame))),
            _ => drop(site.hear(0, progress(frame))),
        }
        assert_eq!(ways(&site.say(opening(2))), [0], "proof {proof}");
    }
}

#[test]
fn path_that_is_not_configured_is_ignored() {
    let mut site = Site::new();
    site.say(press());
    for path in [2, 8, 255] {
        assert!(site.input(Input::PathUp { path }).is_empty());
        assert!(site.input(Input::PathDown { path }).is_empty());
    }
}

/// The paths by which events went, in order.
fn ways(outputs: &[Output]) -> Vec<u8> {
    sends(outputs).into_iter().filter(|(_, octets)| kind(octets) != Kind::Heartbeat).map(|(path, _)| path).collect()
}
