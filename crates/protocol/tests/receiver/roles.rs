//! Each role its range of kinds.

use keng_protocol::message::*;
use keng_protocol::{FrameId, IncidentId, Kind, Message, Refusal, Timestamp};

use super::world::*;

fn answer() -> Message {
    Answer::new(IncidentId([1; 16]), Act::Accepted, "desk 4").into()
}

#[test]
fn a_desks_answer_goes_the_same_road() {
    let (mut world, mut desk) = (World::empty(), device(b"wardpost"));
    world.enrol(&desk, Role::Desk);
    let outputs = world.hear(TLS, &desk.event(START, answer()));
    assert_eq!((accepted(&outputs)[0].role, accepted(&outputs)[0].said.header.kind), (Role::Desk, Kind::Answer));
    assert_eq!(receipts(&world.persist()).len(), 1);
}

#[test]
fn a_device_may_send_only_the_kinds_of_its_role() {
    let (mut world, mut panel) = World::with_panel();
    let (mut desk, mut station) = (device(b"wardpost"), device(b"station2"));
    world.enrol(&desk, Role::Desk);
    world.enrol(&station, Role::Station);
    let alarm = Message::from(Alarm::silent(AlarmKind::HoldUp));
    for frame in [
        panel.event(START, answer()),
        panel.event(START, enrolment(&device(b"accompli"), Role::Panel)),
        desk.event(START, alarm.clone()),
        desk.event(START, well()),
        station.event(START, alarm.clone()),
        world.authority.event(START, alarm),
        panel.event(START, Message::Unknown { kind: 200, body: vec![0x80] }),
    ] {
        assert_eq!(refused(&world.hear(TLS, &frame)), [Refusal::WrongRole]);
    }
    assert!(!world.receiver.is_enrolled(device(b"accompli").id));
}

#[test]
fn what_a_station_says_to_panels_is_refused_here() {
    let (mut world, mut station) = (World::empty(), device(b"station2"));
    world.enrol(&station, Role::Station);
    let frame = FrameId([0; 32]);
    for message in [
        Message::from(Receipt { frame, position: 1, durability: Durability::DISK }),
        Heard { frame }.into(),
        Progress { incident: IncidentId([0; 16]), level: 1, act: Act::OnScene }.into(),
        Notice { until: Timestamp::MAX, seen: Descriptors::default(), text: None, asks: false }.into(),
    ] {
        assert_eq!(refused(&world.hear(TLS, &station.event(START, message))), [Refusal::WrongRole]);
    }
}

#[test]
fn a_kind_from_a_newer_version_is_stored_receipted_and_given_on() {
    let (mut world, mut panel) = World::with_panel();
    let unknown = Message::Unknown { kind: 17, body: vec![0x81, 1, 2] };
    let outputs = world.hear(TLS, &panel.event(START, unknown.clone()));
    assert_eq!(accepted(&outputs)[0].said.message(), &unknown);
    assert_eq!(receipts(&world.persist()).len(), 1);
}
