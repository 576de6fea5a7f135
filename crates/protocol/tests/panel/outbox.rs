//! At the outbox's bound a hold-up goes first, and nothing is lost without a word.

use core::time::Duration;

use keng_protocol::FrameId;
use keng_protocol::message::{Alarm, AlarmKind, Cancel, CancelCode};
use keng_protocol::panel::{Config, Indication, Output, Record};

use super::site::*;

#[test]
fn hold_up_enters_a_full_outbox() {
    let mut site = small();
    let openings = [1, 2, 3].map(|user| first_frame(&site.say(opening(user))));
    let outputs = site.say(press());
    assert_eq!(given_up(&outputs), [openings[0]], "the oldest opening");
    assert!(records(&outputs).contains(&Record::Settled(openings[0])));
    assert_eq!(site.waiting(), [first_frame(&outputs), openings[1], openings[2]]);
}

#[test]
fn drill_gives_way_to_a_hold_up_and_not_the_other_way_round() {
    let mut site = small();
    let drill = first_frame(&site.say(Alarm { drill: true, ..press() }));
    let presses = [0; 2].map(|_| first_frame(&site.say(press())));
    let outputs = site.say(press());
    assert_eq!(given_up(&outputs), [drill]);

    let outputs = site.say(Alarm { drill: true, ..press() });
    assert_eq!(given_up(&outputs), [first_frame(&outputs)], "the drill itself");
    assert_eq!(sends(&outputs).len(), 2, "which all the same went out once on each path");
    assert_eq!(site.waiting()[..2], presses);
}

#[test]
fn among_hold_ups_the_oldest_stay_and_the_newest_enters() {
    let mut site = small();
    let presses: Vec<FrameId> = (0..3).map(|_| first_frame(&site.say(press()))).collect();
    for _ in 0..5 {
        let before = site.waiting();
        let outputs = site.say(press());
        assert_eq!(sends(&outputs).len(), 2);
        assert_eq!(given_up(&outputs), [before[2]]);
        assert_eq!(site.waiting(), [presses[0], presses[1], first_frame(&outputs)]);
    }
    let resent: Vec<FrameId> =
        sends(&without_time(site.pass(config().retry.first))).iter().map(|(_, octets)| FrameId::of(octets)).collect();
    assert!(site.waiting().iter().all(|frame| resent.contains(frame)), "the newest is retried like the others");
}

#[test]
fn cancel_enters_like_a_hold_up_whatever_its_code() {
    for code in CancelCode::ALL {
        let mut site = small();
        let faults = [0; 3].map(|_| first_frame(&site.say(Alarm::silent(AlarmKind::PowerFault))));
        let outputs = site.say(Cancel { code: *code, user: None });
        assert_eq!(given_up(&outputs), [faults[0]]);
    }
}

#[test]
fn technical_alarm_never_displaces_a_hold_up() {
    let mut site = small();
    let presses: Vec<FrameId> = (0..3).map(|_| first_frame(&site.say(press()))).collect();
    site.say(Alarm::silent(AlarmKind::PowerFault));
    assert_eq!(site.waiting(), presses);
}

#[test]
fn outbox_keeps_its_bound_through_power_loss() {
    let mut before = Site::new();
    let mut store = Vec::new();
    for user in 0..10 {
        store.extend(records(&before.say(opening(user))));
    }
    let pressed = before.say(press());
    store.extend(records(&pressed));
    let after = Site::start(Config { outbox: 3, ..config() }, START + Duration::from_secs(1), store);
    assert_eq!(after.waiting().len(), 3);
    assert_eq!(after.waiting()[0], first_frame(&pressed));
    assert_eq!(given_up(&after.boot).len(), 8);
}

fn small() -> Site {
    Site::start(Config { outbox: 3, ..config() }, START, Vec::new())
}

fn given_up(outputs: &[Output]) -> Vec<FrameId> {
    let gone = |what| if let Indication::GivenUp { frame, .. } = what { Some(frame) } else { None };
    shown(outputs).into_iter().filter_map(gone).collect()
}
