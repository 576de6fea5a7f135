//! Nobody can tell whether it came before: what may be about people is raised and labelled, the rest refused.

use core::time::Duration;

use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::*;
use keng_protocol::receiver::{Accepted, Labels, Output, Supervision};
use keng_protocol::{FrameId, Message, Refusal};

use super::world::*;

const SECOND: Duration = Duration::from_secs(1);
const OPENING: OpenClose = OpenClose { opened: true, user: None };
const OLD: Labels =
    Labels { clock_off_ms: None, late: true, key_out_of_time: false, number_reused: false, maybe_seen: true };

/// A station that knows the epochs 7 to 10 of a panel, which has lost its store and is at epoch 1 again.
fn lost_store() -> (World, Device) {
    let (mut world, mut panel) = World::with_panel();
    for epoch in 7..=10 {
        panel.epoch = epoch;
        world.hear(TLS, &panel.numbered(START, 1, OPENING));
        world.hear(TLS, &panel.beat(START));
        world.persist();
    }
    (panel.epoch, panel.events, panel.beats) = (1, 0, 0);
    (world, panel)
}

/// Sixteen old hold-ups that are stored.
fn sixteen(world: &mut World, panel: &mut Device) -> Vec<Vec<u8>> {
    let frames: Vec<_> = (0..16).map(|_| panel.hold_up(START)).collect();
    for frame in &frames {
        assert_eq!(accepted(&world.hear(TLS, frame)).len(), 1);
    }
    assert_eq!(receipts(&world.persist()).len(), 16);
    frames
}

#[test]
fn stale_hold_up_is_raised_and_labelled() {
    let (mut world, mut panel) = lost_store();
    let frame = panel.hold_up(START);
    let outputs = world.hear(TLS, &frame);
    assert!(matches!(&outputs[..], [Output::Persist { urgent: true, .. }, Output::Accepted(_)]), "{outputs:?}");
    assert_eq!(accepted(&outputs)[0].labels, OLD);
    assert_eq!(entries(&outputs), [&Entry::Admitted { path: Path::Tls, octets: frame.clone() }]);
    let receipts = receipts(&world.persist());
    assert_eq!((receipts.len(), receipts[0].1.frame), (1, FrameId::of(&frame)));
}

#[test]
fn a_stale_hold_up_again_is_a_repeat() {
    let (mut world, mut panel) = lost_store();
    let frame = panel.hold_up(START);
    world.hear(TLS, &frame);
    let first = world.persist();
    let repeated = world.hear(TLS, &frame);
    assert_eq!((sent(&repeated), accepted(&repeated).len()), (sent(&first), 0), "the first receipt and no more");
    let by_another_path = world.hear(UDP, &frame);
    assert_eq!((accepted(&by_another_path).len(), receipts(&by_another_path).len()), (0, 1));
    assert_eq!(again(&by_another_path), [(FrameId::of(&frame), Path::Udp)]);
}

#[test]
fn a_panel_that_lost_its_store_is_heard() {
    let (mut world, mut panel) = lost_store();
    for said in [
        Message::from(Alarm::silent(AlarmKind::HoldUp)),
        Alarm::silent(AlarmKind::Unknown(200)).into(),
        Alarm::silent(AlarmKind::Intrusion).into(),
        Alarm::silent(AlarmKind::Fire).into(),
        Cancel { code: CancelCode::AllClear, user: None }.into(),
        Cancel { code: CancelCode::Duress, user: None }.into(),
        Message::Unknown { kind: 31, body: vec![0x80] },
    ] {
        let outputs = world.hear(TLS, &panel.event(START, said.clone()));
        assert_eq!(accepted(&outputs)[0].labels, OLD, "{said:?}");
        assert_eq!(receipts(&world.persist()).len(), 1, "{said:?}");
    }
}

#[test]
fn a_station_that_lost_its_count_still_raises_what_it_vouches_for() {
    let (mut world, mut station) = (World::empty(), device(b"station2"));
    world.enrol(&station, Role::Station);
    let alarm = Alarm::silent(AlarmKind::HoldUp);
    let vouched = |alarm| Vouched { device: keng_protocol::DeviceId(*b"dc09-001"), alarm, evidence: [9; 32] };
    world.hear(TLS, &station.numbered(START, 5000, vouched(alarm.clone())));
    assert_eq!(accepted(&world.hear(TLS, &station.event(START, vouched(alarm.clone()))))[0].labels, OLD);
    let technical = Alarm { kind: AlarmKind::PowerFault, ..alarm };
    assert_eq!(refused(&world.hear(TLS, &station.event(START, vouched(technical)))), [Refusal::Stale]);
}

#[test]
fn stale_opening_is_refused() {
    let (mut world, mut panel) = lost_store();
    for said in [
        Message::from(OPENING),
        Test { path: 0 }.into(),
        Drill { begins: true }.into(),
        Noted { notice: keng_protocol::NoticeId([1; 8]), user: None }.into(),
        Suspicion::default().into(),
        Update::default().into(),
        Alarm::silent(AlarmKind::LineFault).into(),
        Alarm { drill: true, ..Alarm::silent(AlarmKind::HoldUp) }.into(),
    ] {
        let outputs = world.hear(TLS, &panel.event(START, said.clone()));
        assert_eq!((refused(&outputs), accepted(&outputs).len()), (vec![Refusal::Stale], 0), "{said:?}");
        assert_eq!(sent(&outputs).len(), 0, "{said:?}");
    }
}

#[test]
fn what_is_stale_whatever_it_says_costs_no_signature() {
    let (mut world, mut panel) = lost_store();
    let mut frame = panel.event(START, OPENING);
    *frame.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&world.hear(TLS, &frame)), [Refusal::Stale]);
}

#[test]
fn a_stale_hold_up_that_is_not_authentic_is_refused() {
    let (mut world, mut panel) = lost_store();
    let mut frame = panel.hold_up(START);
    *frame.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&world.hear(TLS, &frame)), [Refusal::BadSignature]);
}

#[test]
fn a_panel_that_lost_its_store_becomes_silent_whatever_old_frames_come() {
    let (mut world, mut panel) = lost_store();
    for _ in 0..9 {
        world.pass(10 * SECOND);
        assert_eq!(refused(&world.hear(TLS, &panel.beat(START))), [Refusal::Stale]);
        world.hear(UDP, &panel.hold_up(world.now));
    }
    assert_eq!(supervised(&world.pass(SECOND)), [Supervision::Silent { since: START }]);
}

#[test]
fn a_stale_hold_up_moves_no_answer_to_whoever_sent_it() {
    let (mut world, mut panel) = lost_store();
    world.hear(UDP, &panel.hold_up(START));
    let notice = Notice { until: START, seen: Descriptors::default(), text: None, asks: false };
    let outputs = world.input(keng_protocol::receiver::Input::Say { to: panel.id, message: notice.into() });
    assert_eq!(sent(&outputs)[0].0, TLS);
}

#[test]
fn a_stale_hold_up_hides_no_missing_event_and_moves_no_window() {
    let (mut world, panel) = World::with_panel();
    let number =
        |epoch, sequence, message: Message| Device { epoch, ..panel.clone() }.numbered(START, sequence, message);
    let hold_up = || Message::from(Alarm::silent(AlarmKind::HoldUp));
    for epoch in 7..=10 {
        world.hear(TLS, &number(epoch, 5000, OPENING.into()));
    }
    let claim = |world: &mut World, beat| world.hear(TLS, &number(10, beat, Heartbeat { events: 2, ..well() }.into()));
    claim(&mut world, 1);
    for (epoch, sequence) in [(10, 1), (1, 6000), (6, u32::MAX)] {
        assert!(accepted(&world.hear(TLS, &number(epoch, sequence, hold_up())))[0].labels.maybe_seen);
    }
    assert_eq!(supervised(&claim(&mut world, 2)), [Supervision::Missing { events: 1 }]);
    for epoch in 7..=10 {
        assert_eq!(accepted(&world.hear(TLS, &number(epoch, 4000, OPENING.into()))).len(), 1, "epoch {epoch} is kept");
        assert_eq!(accepted(&world.hear(TLS, &number(epoch, 5000, OPENING.into()))).len(), 0);
    }
}

#[test]
fn recorded_frames_push_nothing_out() {
    let (mut world, mut panel) = lost_store();
    let honest: Vec<_> =
        (2..=250).map(|it| Device { epoch: 10, ..panel.clone() }.numbered(START, it, OPENING)).collect();
    for frame in &honest {
        world.hear(TLS, frame);
        world.persist();
    }
    let recorded: Vec<_> = (0..400).map(|_| panel.hold_up(START)).collect();
    for frame in recorded.iter().chain(&recorded) {
        world.hear(UDP, frame);
        world.persist();
        world.pass(7 * SECOND);
    }
    for frame in &honest {
        assert_eq!(receipts(&world.hear(TLS, frame)).len(), 1);
    }
}

#[test]
fn beyond_sixteen_a_minute_a_stale_hold_up_is_told_each_time_and_not_stored() {
    let (mut world, mut panel) = lost_store();
    let frames = sixteen(&mut world, &mut panel);
    let one_more = panel.hold_up(START);
    world.pass(60 * SECOND - Duration::from_millis(1));
    for _ in 0..2 {
        let outputs = world.hear(TLS, &one_more);
        assert_eq!((accepted(&outputs).len(), entries(&outputs).len(), sent(&outputs).len()), (1, 0, 0));
    }
    world.pass(Duration::from_millis(1));
    assert_eq!(accepted(&world.hear(TLS, &one_more)).len(), 1);
    assert_eq!(receipts(&world.persist()).len(), 1, "the oldest gave way");
    assert_eq!(accepted(&world.hear(TLS, &one_more)).len(), 0);
    assert_eq!(receipts(&world.hear(TLS, &frames[1])).len(), 1, "no other did");
}

#[test]
fn a_stale_hold_up_that_the_journal_did_not_take_is_asked_for_again() {
    let (mut world, mut panel) = lost_store();
    let frame = panel.hold_up(START);
    world.hear(TLS, &frame);
    world.fail();
    assert_eq!(accepted(&world.hear(TLS, &frame)).len(), 0);
    assert_eq!(receipts(&world.persist()).len(), 1);
}

#[test]
fn after_a_restart_a_stale_hold_up_is_what_it_was() {
    let (mut world, mut panel) = lost_store();
    let frame = panel.hold_up(START);
    let told: Vec<Accepted> = accepted(&world.hear(TLS, &frame)).into_iter().cloned().collect();
    world.persist();
    let others: Vec<_> = (1..16).map(|_| panel.hold_up(START)).collect();
    others.iter().for_each(|frame| drop(world.hear(TLS, frame)));
    world.persist();
    let (mut world, restored) = world.restart();
    assert!(restored.contains(&told[0]), "told with its label");
    let repeated = world.hear(TLS, &frame);
    assert_eq!((accepted(&repeated).len(), receipts(&repeated).len()), (0, 1));
    let one_more = world.hear(TLS, &panel.hold_up(START));
    assert_eq!((accepted(&one_more).len(), entries(&one_more).len()), (1, 0), "the sixteen are remembered");
    assert_eq!(refused(&world.hear(TLS, &panel.event(START, OPENING))), [Refusal::Stale], "so are the epochs");
}

#[test]
fn after_a_restart_epochs_are_known_of_which_there_were_heartbeats_only() {
    let (mut world, mut panel) = World::with_panel();
    for epoch in 7..=10 {
        panel.epoch = epoch;
        world.hear(TLS, &panel.beat(START));
        world.persist();
    }
    let (mut world, _) = world.restart();
    panel.epoch = 6;
    assert_eq!(refused(&world.hear(TLS, &panel.event(START, OPENING))), [Refusal::Stale]);
}
