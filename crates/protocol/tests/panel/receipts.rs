//! A frame is sent until a receipt for exactly that frame comes, from a station that may give it.

use core::time::Duration;

use ed25519_dalek::SigningKey;
use keng_protocol::message::Heard;
use keng_protocol::panel::{Config, Indication, Input, Output, Record};
use keng_protocol::{DeviceId, FrameId, Kind, Refusal, Timestamp};

use super::site::*;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn press_goes_out_on_every_path_at_once_and_before_it_is_stored() {
    let mut site = Site::new();
    let outputs = site.say(press());
    assert!(
        matches!(
            outputs.as_slice(),
            [
                Output::Send { path: 0, octets: first },
                Output::Send { path: 1, octets: second },
                Output::Persist(Record::Queued(stored)),
                Output::Show { discreet: true, what: Indication::Sending { kind: Kind::Alarm, .. } },
            ] if first == second && first == stored
        ),
        "{outputs:?}"
    );
}

#[test]
fn retries_slow_down_and_never_stop_until_the_receipt_comes() {
    let mut site = Site::new();
    let frame = first_frame(&site.say(press()));
    let mut last = site.now;
    let tries = attempts(&site.pass(HOUR));
    assert!(tries.len() > 50, "about one a minute: {}", tries.len());
    for (attempt, at) in (1u32..).zip(&tries) {
        let longest = config().retry.longest(attempt);
        let wait = at.since(last);
        assert!(wait >= longest / 2 && wait <= longest, "attempt {attempt} after {wait:?} of {longest:?}");
        last = *at;
    }
    site.hear(1, receipt(frame));
    assert!(attempts(&site.pass(HOUR)).is_empty());
}

#[test]
fn waits_grow_from_the_first_to_the_most() {
    let retry = config().retry;
    let longest: Vec<u64> = (1..=7).map(|attempts| retry.longest(attempts).as_secs()).collect();
    assert_eq!(longest, [2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(retry.longest(u32::MAX).as_secs(), 60);
}

#[test]
fn receipt_is_shown_and_stored_once_however_often_it_comes() {
    let mut site = Site::new();
    let frame = first_frame(&site.say(press()));
    let answer = site.answer(receipt(frame));
    let outputs = site.input(Input::Frame { path: 0, octets: &answer });
    assert_eq!(records(&outputs), [Record::Settled(frame)]);
    assert_eq!(shown(&outputs), [Indication::Received { frame, kind: Kind::Alarm, position: 12 }]);
    assert!(site.input(Input::Frame { path: 1, octets: &answer }).is_empty());
}

#[test]
fn receipt_for_another_frame_is_not_taken() {
    let mut site = Site::new();
    site.say(press());
    assert!(site.hear(0, receipt(FrameId([9; 32]))).is_empty());
    assert!(!attempts(&site.pass(HOUR)).is_empty());
}

#[test]
fn that_a_frame_was_heard_is_no_receipt() {
    let mut site = Site::new();
    let frame = first_frame(&site.say(press()));
    site.hear(0, Heard { frame });
    assert!(!attempts(&site.pass(HOUR)).is_empty());
}

#[test]
fn forged_receipt_is_refused() {
    let mut site = Site::new();
    let frame = first_frame(&site.say(press()));
    let thief = SigningKey::from_bytes(&[66; 32]);
    let forged = signed(&thief, STATION, 1, &receipt(frame).into());
    let stranger = signed(&station_key(), DeviceId([9; 8]), 1, &receipt(frame).into());
    let mut other_key = site.answer(receipt(frame));
    other_key[10] = 2;
    let mut flipped = site.answer(receipt(frame));
    flipped[30] ^= 1;
    let echoed = signed(&station_key(), STATION, 1, &press().into());
    let expected = [
        (forged, Refusal::BadSignature),
        (stranger, Refusal::UnknownDevice),
        (other_key, Refusal::UnknownKey),
        (flipped, Refusal::BadSignature),
        (echoed, Refusal::WrongRole),
    ];
    for (octets, reason) in expected {
        assert_eq!(site.input(Input::Frame { path: 1, octets: &octets }), [Output::Refused { path: Some(1), reason }]);
    }
    assert!(!attempts(&site.pass(HOUR)).is_empty());
}

#[test]
fn clock_set_back_delays_neither_retry_nor_the_word_nor_the_heartbeat() {
    let mut site = Site::start(Config { heartbeat: 2 * HOUR, ..config() }, START, Vec::new());
    site.say(press());
    site.now = START - Duration::from_secs(10 * 365 * 86_400);
    site.input(Input::Tick);
    assert!(!attempts(&site.pass(config().retry.first)).is_empty());
    let outputs = without_time(site.pass(2 * HOUR));
    assert!(shown(&outputs).iter().any(|what| matches!(what, Indication::NotReceived { .. })));
    assert!(sends(&outputs).iter().any(|(_, octets)| kind(octets) == Kind::Heartbeat));
}

/// When a frame went out again, counting the paths as one attempt.
fn attempts(outputs: &[(Timestamp, Output)]) -> Vec<Timestamp> {
    let sent = |(at, output): &(Timestamp, Output)| {
        matches!(output, Output::Send { path: 0, octets } if kind(octets) != Kind::Heartbeat).then_some(*at)
    };
    outputs.iter().filter_map(sent).collect()
}
