//! What the store kept is sent again after power loss, under its old number.

use core::time::Duration;

use keng_protocol::message::{Act, Progress};
use keng_protocol::panel::{Config, Indication, Input, Output, Record};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Kind, seal};

use super::site::*;

const LATER: Duration = Duration::from_secs(30);

#[test]
fn outbox_survives_power_loss() {
    let mut before = Site::new();
    let pressed = before.say(press());
    let received = before.say(opening(3));
    let mut store = records(&before.boot);
    store.extend(records(&pressed));
    store.extend(records(&received));
    store.extend(records(&before.hear(0, receipt(first_frame(&received)))));

    let after = Site::start(config(), START + LATER, store);
    let sent = sends(&after.boot);
    assert_eq!(sent.len(), 2, "the press on both paths, the receipted opening on none");
    assert_eq!(sent, sends(&pressed), "the same octets, so the old epoch and sequence");
}

#[test]
fn each_start_takes_a_new_epoch() {
    let mut site = Site::new();
    assert_eq!(records(&site.boot), [Record::Epoch(1)]);
    let mut second = Site::start(config(), START, vec![Record::Epoch(1)]);
    assert_eq!(records(&second.boot), [Record::Epoch(2)]);
    let number = |outputs: Vec<Output>| {
        let octets = &sends(&outputs)[0].1;
        let header = *Frame::decode(octets).unwrap().header();
        (header.epoch, header.sequence)
    };
    assert_eq!(number(site.say(press())), (1, 1));
    assert_eq!(number(site.say(press())), (1, 2));
    assert_eq!(number(second.say(press())), (2, 1));
}

#[test]
fn epoch_is_new_even_when_only_a_frame_of_it_was_stored() {
    let mut lost = Site::start(config(), START, vec![Record::Epoch(4)]);
    let queued = records(&lost.say(press()));
    let after = Site::start(config(), START, queued);
    assert_eq!(after.panel.epoch(), 6);
}

#[test]
fn compacted_records_say_the_same_as_all_records() {
    let mut site = Site::new();
    site.say(press());
    let gone = first_frame(&site.say(opening(1)));
    site.say(opening(2));
    site.hear(0, receipt(gone));
    site.hear(0, progress());
    let compacted: Vec<Record> = site.panel.records().collect();
    assert_eq!(compacted.len(), 4, "epoch, station, two frames: {compacted:?}");

    let again: Vec<Record> = Site::start(config(), START, compacted.clone()).panel.records().skip(1).collect();
    assert_eq!(again, compacted[1..]);
}

#[test]
fn what_was_given_up_is_not_given_up_again_after_power_loss() {
    let small = Config { outbox: 2, ..config() };
    let mut before = Site::start(small.clone(), START, Vec::new());
    let store: Vec<Record> = (0..6).flat_map(|_| records(&before.say(press()))).collect();

    let mut after = Site::start(small, START, store);
    assert_eq!(after.waiting(), before.waiting());
    assert_eq!(records(&after.boot), [Record::Epoch(2)], "nothing else changes by a start");
    let given_up = |outputs: &[Output]| shown(outputs).iter().any(|what| matches!(what, Indication::GivenUp { .. }));
    assert!(!given_up(&after.boot));
    assert!(given_up(&after.say(press())));
}

#[test]
fn unreceipted_press_is_shown_again_after_power_loss() {
    let mut before = Site::new();
    let pressed = before.say(press());
    let after = Site::start(config(), START + LATER, records(&pressed));
    assert!(matches!(shown(&after.boot)[..], [Indication::NotReceived { since: START, .. }]), "{:?}", after.boot);
}

#[test]
fn clock_that_was_ahead_before_power_loss_delays_no_word() {
    let mut before = Site::start(config(), START + Duration::from_secs(86_400), Vec::new());
    let pressed = before.say(press());
    let mut after = Site::start(config(), START, records(&pressed));
    let told = shown(&without_time(after.pass(config().not_received_after)));
    assert!(matches!(told[..], [Indication::NotReceived { since: START, .. }]), "{told:?}");
}

#[test]
fn frame_stored_twice_is_sent_once() {
    let mut before = Site::new();
    let pressed = before.say(press());
    let twice = [records(&pressed), records(&pressed)].concat();
    let after = Site::start(config(), START, twice);
    assert_eq!(sends(&after.boot), sends(&pressed));
}

#[test]
fn frame_under_the_panels_older_key_is_sent_and_another_devices_is_not() {
    let older = Header { key: 0, ..header(PANEL) };
    let others = Header { key: 0, ..header(DeviceId([8; 8])) };
    let [older, others] = [older, others].map(|header| seal(&header, &press().into(), &station_key()).unwrap());
    let store = vec![Record::Queued(older.clone()), Record::Queued(others)];
    let after = Site::start(config(), START, store);
    assert_eq!(sends(&after.boot), [(0, older.clone()), (1, older)]);
    assert_eq!(shown(&after.boot), [Indication::Damaged { frames: 1 }]);
}

#[test]
fn damaged_frames_are_counted_and_the_rest_goes_out() {
    let mut before = Site::new();
    let pressed = before.say(press());
    let mut store = records(&pressed);
    let Record::Queued(mut octets) = store[0].clone() else { unreachable!("a press is queued") };
    octets[26] ^= 1;
    store.push(Record::Queued(octets));
    store.push(Record::Queued(vec![1, 2, 3]));
    let after = Site::start(config(), START, store);
    assert!(shown(&after.boot).contains(&Indication::Damaged { frames: 2 }));
    assert_eq!(sends(&after.boot), sends(&pressed));
}

#[test]
fn word_of_a_station_cannot_be_repeated_after_power_loss() {
    let mut before = Site::new();
    let word = before.answer(progress());
    let outputs = before.input(Input::Frame { path: 0, octets: &word });
    assert_eq!(shown(&outputs).len(), 1);

    let mut after = Site::start(config(), START, records(&outputs));
    assert!(after.input(Input::Frame { path: 0, octets: &word }).is_empty());
}

fn header(sender: DeviceId) -> Header {
    Header { kind: Kind::Alarm, sender, key: 1, epoch: 1, sequence: 1, time: START }
}

fn progress() -> Progress {
    Progress { incident: FrameId([3; 32]).incident(), level: 1, act: Act::Accepted }
}
