//! At every bound a hold-up goes first.

use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{Alarm, AlarmKind, OpenClose};
use keng_protocol::receiver::{Config, Limits, Origin};

use super::world::*;

/// A station with one panel whose journal has not answered `pending` times.
fn crowded(evidence: usize, ordinary: usize) -> (World, Device) {
    let limits = Limits { devices: 2, pending: 16 };
    let (mut world, mut panel) = (World::with(Config { limits, ..config() }), device(b"counter1"));
    world.enrol(&panel, keng_protocol::message::Role::Panel);
    for _ in 0..evidence {
        world.hear(UDP, b"noise");
    }
    for _ in 0..ordinary {
        world.hear(TLS, &panel.event(START, OpenClose { opened: true, user: None }));
    }
    (world, panel)
}

#[test]
fn evidence_leaves_half_of_the_room_to_events() {
    let (mut world, mut panel) = crowded(100, 0);
    assert_eq!(world.receiver.pending(), 8);
    let outputs = world.hear(TLS, &panel.event(START, OpenClose { opened: true, user: None }));
    assert_eq!(entries(&outputs).len(), 1);
}

#[test]
fn events_leave_a_quarter_of_the_room_to_alarms_and_drills_do_not_use_it() {
    let (mut world, mut panel) = crowded(0, 100);
    assert_eq!(world.receiver.pending(), 12);
    let drill = Alarm { drill: true, ..Alarm::silent(AlarmKind::HoldUp) };
    assert_eq!(entries(&world.hear(TLS, &panel.event(START, drill))).len(), 0);
    assert_eq!(entries(&world.hear(TLS, &panel.hold_up(START))).len(), 1);
}

#[test]
fn beyond_the_bound_a_hold_up_is_told_without_receipt_and_receipted_when_it_comes_again() {
    let (mut world, mut panel) = crowded(0, 0);
    for _ in 0..16 {
        world.hear(TLS, &panel.hold_up(START));
    }
    let frame = panel.hold_up(START);
    let outputs = world.hear(TLS, &frame);
    assert_eq!((accepted(&outputs).len(), entries(&outputs).len()), (1, 0));
    world.persist();
    assert_eq!(accepted(&world.hear(TLS, &frame)).len(), 0);
    assert_eq!(receipts(&world.persist()).len(), 1);
}

#[test]
fn of_many_origins_of_one_frame_four_wait_for_its_receipt() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(START);
    for link in 0..9 {
        world.hear(Origin { path: Path::Udp, link }, &frame);
    }
    assert_eq!(receipts(&world.persist()).len(), 4);
    assert_eq!(receipts(&world.hear(Origin { path: Path::Udp, link: 8 }, &frame)).len(), 1);
}

#[test]
fn of_long_refused_octets_the_beginning_is_kept() {
    let mut world = World::empty();
    let outputs = world.hear(TLS, &[1; 1024]);
    let [Entry::Refused { octets, .. }] = entries(&outputs)[..] else { panic!("not journaled") };
    assert_eq!(octets.len(), Entry::MAX_EVIDENCE);
}
