//! What another dialect says is signed by the station and goes the same road.

use keng_protocol::entry::Path;
use keng_protocol::message::{Alarm, AlarmKind, Role, Vouched};
use keng_protocol::receiver::{Input, Origin, Output};
use keng_protocol::{DeviceId, Kind, Message};

use super::world::*;

const OWN: Origin = Origin { path: Path::Own, link: 0 };

fn vouched() -> Vouched {
    Vouched { device: DeviceId(*b"dc09-001"), alarm: Alarm::silent(AlarmKind::HoldUp), evidence: [9; 32] }
}

#[test]
fn a_vouched_alarm_is_signed_told_and_reported_stored_only_when_it_is() {
    let mut world = World::empty();
    let frame = world.receiver.vouch(world.now, vouched());
    let outputs = world.drain();
    assert!(matches!(&outputs[..], [Output::Persist { urgent: true, .. }, Output::Accepted(_)]), "{outputs:?}");
    let accepted = accepted(&outputs)[0];
    assert_eq!((accepted.role, accepted.path, accepted.said.frame), (Role::Station, Path::Own, frame));
    assert_eq!(accepted.said.message(), &Message::Vouched(vouched()));
    assert_eq!(world.persist(), [Output::Stored { frame, position: 1 }]);
}

#[test]
fn a_vouched_alarm_that_the_journal_did_not_take_can_be_given_again() {
    let mut world = World::empty();
    let frame = world.receiver.vouch(world.now, vouched());
    world.drain();
    let keng_protocol::entry::Entry::Admitted { octets, .. } = world.asked[0].2.clone() else { panic!("no frame") };
    assert_eq!(world.fail(), []);
    assert!(matches!(world.hear(OWN, &octets)[..], [Output::Persist { .. }]));
    assert_eq!(world.persist(), [Output::Stored { frame, position: 1 }]);
    assert_eq!(world.hear(OWN, &octets), [Output::Stored { frame, position: 1 }]);
}

#[test]
fn each_vouched_alarm_is_another_frame_in_this_run_and_the_next() {
    let mut world = World::empty();
    let first = world.receiver.vouch(world.now, vouched());
    let second = world.receiver.vouch(world.now, vouched());
    world.drain();
    world.persist();
    let (mut world, _) = world.restart();
    let third = world.receiver.vouch(world.now, vouched());
    assert_eq!(accepted(&world.drain()).len(), 1);
    assert!(first != second && second != third && first != third);
}

#[test]
fn another_station_may_vouch_too() {
    let (mut world, mut station) = (World::empty(), device(b"station2"));
    world.enrol(&station, Role::Station);
    let outputs = world.hear(TLS, &station.event(START, vouched()));
    assert_eq!(accepted(&outputs)[0].said.header.kind, Kind::Vouched);
    assert_eq!(receipts(&world.persist())[0].0, TLS);
}

#[test]
fn nothing_is_said_to_the_stations_own_link() {
    let mut world = World::empty();
    world.receiver.vouch(world.now, vouched());
    world.drain();
    let message =
        keng_protocol::message::Notice { until: START, seen: Default::default(), text: None, asks: false }.into();
    assert_eq!(world.input(Input::Say { to: STATION, message }), []);
}
