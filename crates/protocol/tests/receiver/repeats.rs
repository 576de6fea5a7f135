//! A repeated frame is never a second incident, and a number never hides an alarm.

use core::time::Duration;

use keng_protocol::FrameId;
use keng_protocol::entry::Path;
use keng_protocol::message::{Alarm, AlarmKind, OpenClose, Role};
use keng_protocol::receiver::Origin;
use keng_protocol::{Refusal, Timestamp};

use super::world::*;

#[test]
fn replayed_frame_raises_no_second_incident() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    assert_eq!(accepted(&world.hear(TLS, &frame)).len(), 1);
    assert_eq!(accepted(&world.hear(TLS, &frame)).len(), 0, "while it is on its way");
    world.persist();
    assert_eq!(accepted(&world.hear(TLS, &frame)).len(), 0, "when it is stored");
    world.pass(Duration::from_secs(86_400));
    assert_eq!(accepted(&world.hear(UDP, &frame)).len(), 0, "a day later, elsewhere");
}

#[test]
fn repeated_frame_gets_the_first_receipt_again() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    let first = world.persist();
    world.hear(TLS, &panel.hold_up(START));
    world.persist();
    world.pass(Duration::from_secs(60));

    let repeated = world.hear(TLS, &frame);
    assert_eq!(sent(&repeated), sent(&first), "the same octets");
    assert_eq!(entries(&repeated).len(), 0, "the same path proves nothing new");
}

#[test]
fn a_repeat_is_known_without_its_signature() {
    // What is known by its octets needs no verification; a frame with another signature is another frame.
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    let mut forged = frame.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&world.hear(UDP, &forged)), [Refusal::BadSignature]);
}

#[test]
fn reused_number_is_raised_and_labelled() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.event(START, OpenClose { opened: true, user: None }));
    let clash = panel.numbered(START, panel.events, Alarm::silent(AlarmKind::HoldUp));

    let outputs = world.hear(TLS, &clash);
    assert!(accepted(&outputs)[0].labels.number_reused);
    assert_eq!(receipts(&world.persist()).len(), 2);
    assert_eq!(accepted(&world.hear(UDP, &clash)).len(), 0, "the second frame is remembered like the first");
}

#[test]
fn a_number_is_known_for_the_whole_window() {
    let (mut world, panel) = World::with_panel();
    let number = |sequence| panel.numbered(START, sequence, Alarm::silent(AlarmKind::HoldUp));
    world.hear(TLS, &number(5000));
    assert!(!accepted(&world.hear(TLS, &number(5000 - 1024)))[0].labels.maybe_seen);
    assert!(accepted(&world.hear(TLS, &number(5000 - 1025)))[0].labels.maybe_seen);
}

#[test]
fn a_frame_below_the_window_still_gets_its_receipt_while_it_is_remembered() {
    let (mut world, panel) = World::with_panel();
    let number = |sequence| panel.numbered(START, sequence, Alarm::silent(AlarmKind::HoldUp));
    world.hear(TLS, &number(1));
    world.hear(TLS, &number(5000));
    world.persist();
    assert_eq!(receipts(&world.hear(UDP, &number(1))).len(), 1);
}

#[test]
fn a_frame_that_is_no_longer_remembered_is_refused_and_not_told_again() {
    let (mut world, mut panel) = World::with_panel();
    let first = panel.event(START, OpenClose { opened: true, user: None });
    world.hear(TLS, &first);
    world.persist();
    for _ in 0..256 {
        world.hear(TLS, &panel.event(START, OpenClose { opened: true, user: None }));
        world.persist();
    }
    let outputs = world.hear(TLS, &first);
    assert_eq!((accepted(&outputs).len(), refused(&outputs)), (0, vec![Refusal::Stale]));
}

#[test]
fn a_hold_up_that_waits_for_its_receipt_is_remembered_longest() {
    let (mut world, mut panel) = World::with_panel();
    let first = panel.hold_up(world.now);
    world.hear(TLS, &first);
    world.fail();
    for _ in 0..400 {
        world.hear(TLS, &panel.event(START, OpenClose { opened: true, user: None }));
        world.persist();
    }
    world.hear(TLS, &first);
    assert_eq!(receipts(&world.persist())[0].1.frame, FrameId::of(&first));
}

#[test]
fn a_device_counts_anew_in_each_epoch_and_four_epochs_are_known() {
    let (mut world, mut panel) = World::with_panel();
    let opening = OpenClose { opened: true, user: None };
    for epoch in [5, 6, 8, 7] {
        panel.epoch = epoch;
        assert_eq!(accepted(&world.hear(TLS, &panel.numbered(START, 1, opening))).len(), 1, "epoch {epoch}");
    }
    panel.epoch = 4;
    assert_eq!(refused(&world.hear(TLS, &panel.numbered(START, 1, opening))), [Refusal::Stale]);
    panel.epoch = 9;
    assert_eq!(accepted(&world.hear(TLS, &panel.numbered(START, 1, opening))).len(), 1);
    panel.epoch = 5;
    assert_eq!(refused(&world.hear(TLS, &panel.numbered(START, 2, opening))), [Refusal::Stale]);
}

#[test]
fn two_devices_with_the_same_numbers_do_not_disturb_each_other() {
    let (mut world, mut one) = World::with_panel();
    let mut two = device(b"counter2");
    world.enrol(&two, Role::Panel);
    assert_eq!(accepted(&world.hear(TLS, &one.hold_up(START))).len(), 1);
    assert_eq!(accepted(&world.hear(TLS, &two.hold_up(START))).len(), 1);
}

#[test]
fn a_repeat_moves_no_answer_to_whoever_repeated_it() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    world.hear(Origin { path: Path::Udp, link: 666 }, &frame);
    let outputs = world.input(notice(panel.id));
    assert_eq!(sent(&outputs)[0].0, TLS);
}

fn notice(to: keng_protocol::DeviceId) -> keng_protocol::receiver::Input<'static> {
    let until = Timestamp::MAX;
    let notice = keng_protocol::message::Notice { until, seen: Default::default(), text: None, asks: false };
    keng_protocol::receiver::Input::Say { to, message: notice.into() }
}
