//! Which key speaks for which device is said by the authority, and holds at once.

use core::time::Duration;

use keng_protocol::message::{Enrolment, Role, Rotation};
use keng_protocol::receiver::{Config, Limits, Output};
use keng_protocol::{Refusal, Sign, Timestamp, WeakKey};

use super::world::*;

/// The same device with another key.
fn rekeyed(panel: &Device, number: u8, seed: u8) -> Device {
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
    Device { number, key, events: 100 * u32::from(number), ..panel.clone() }
}

fn speaks(world: &mut World, panel: &mut Device) -> Result<(), Refusal> {
    let outputs = world.hear(TLS, &panel.hold_up(START));
    refused(&outputs).first().map_or(Ok(()), |reason| Err(*reason))
}

fn rotation(old: &Device, new: &Device) -> Rotation {
    let (device, key) = (old.id, new.key.public_key().to_bytes());
    Rotation { device, old: old.number, old_until: START, number: new.number, key, from: START }
}

fn outcome(outputs: &[Output]) -> Result<(), Refusal> {
    refused(outputs).first().map_or(Ok(()), |reason| Err(*reason))
}

#[test]
fn an_enrolled_key_speaks_at_once_and_the_enrolment_is_stored_and_receipted() {
    let (mut world, mut panel) = (World::empty(), device(b"counter1"));
    assert_eq!(speaks(&mut world, &mut panel), Err(Refusal::UnknownDevice));
    let outputs = world.enrol(&panel, Role::Panel);
    assert_eq!((accepted(&outputs).len(), receipts(&outputs).len()), (1, 1));
    assert_eq!(speaks(&mut world, &mut panel), Ok(()));
    assert_eq!((world.receiver.devices(), world.receiver.role(panel.id)), (1, Some(Role::Panel)));
}

#[test]
fn a_rotated_key_and_the_old_one_both_speak_and_the_old_one_is_labelled_when_it_ended() {
    let (mut world, mut panel) = World::with_panel();
    let mut new = rekeyed(&panel, 1, 50);
    assert_eq!(outcome(&world.command(rotation(&panel, &new))), Ok(()));
    assert_eq!(speaks(&mut world, &mut new), Ok(()));
    world.now = START + Duration::from_secs(1);
    let outputs = world.hear(TLS, &panel.hold_up(START));
    assert!(accepted(&outputs)[0].labels.key_out_of_time);
}

#[test]
fn a_rotation_needs_the_old_key() {
    let (mut world, panel) = World::with_panel();
    let (new, absent) = (rekeyed(&panel, 1, 50), rekeyed(&panel, 7, 51));
    assert_eq!(outcome(&world.command(rotation(&absent, &new))), Err(Refusal::UnknownKey));
    assert_eq!(outcome(&world.command(rotation(&device(b"stranger"), &new))), Err(Refusal::UnknownDevice));
    world.revoke(panel.id, Some(0));
    assert_eq!(outcome(&world.command(rotation(&panel, &new))), Err(Refusal::Revoked));
}

#[test]
fn a_revoked_key_is_refused_at_once() {
    let (mut world, mut panel) = World::with_panel();
    let before = panel.hold_up(START);
    world.hear(TLS, &before);
    world.revoke(panel.id, Some(0));
    assert_eq!(speaks(&mut world, &mut panel), Err(Refusal::Revoked));
    assert_eq!(refused(&world.hear(TLS, &before)), [Refusal::Revoked], "even what it said before");
}

#[test]
fn a_revocation_of_all_keys_ends_the_present_ones_and_a_new_one_can_be_enrolled() {
    let (mut world, mut panel) = World::with_panel();
    let (mut second, mut third) = (rekeyed(&panel, 1, 50), rekeyed(&panel, 2, 51));
    world.enrol(&second, Role::Panel);
    world.revoke(panel.id, None);
    assert_eq!(speaks(&mut world, &mut panel), Err(Refusal::Revoked));
    assert_eq!(speaks(&mut world, &mut second), Err(Refusal::Revoked));
    assert_eq!(speaks(&mut world, &mut third), Err(Refusal::UnknownKey));
    world.enrol(&third, Role::Panel);
    assert_eq!(speaks(&mut world, &mut third), Ok(()));
    assert_eq!(outcome(&world.revoke(panel.id, Some(0))), Ok(()), "a second revocation changes nothing");
}

#[test]
fn a_revoked_number_or_key_never_comes_back() {
    let (mut world, panel) = World::with_panel();
    world.revoke(panel.id, None);
    for again in [panel.clone(), rekeyed(&panel, 0, 50), Device { number: 9, ..panel.clone() }] {
        assert_eq!(outcome(&world.enrol(&again, Role::Panel)), Err(Refusal::KeyTaken));
    }
}

#[test]
fn a_key_enrolled_again_as_it_is_changes_only_its_times() {
    let (mut world, mut panel) = World::with_panel();
    let longer = Enrolment { to: Some(Timestamp::MAX), ..enrolment(&panel, Role::Panel) };
    assert_eq!(outcome(&world.command(longer)), Ok(()));
    assert_eq!(speaks(&mut world, &mut panel), Ok(()));
    for clash in [rekeyed(&panel, 0, 50), Device { number: 1, ..panel.clone() }] {
        assert_eq!(outcome(&world.enrol(&clash, Role::Panel)), Err(Refusal::KeyTaken));
    }
}

#[test]
fn a_device_has_at_most_four_keys() {
    let (mut world, panel) = World::with_panel();
    for number in 1..4 {
        assert_eq!(outcome(&world.enrol(&rekeyed(&panel, number, 50 + number), Role::Panel)), Ok(()));
    }
    let fifth = rekeyed(&panel, 4, 60);
    assert_eq!(outcome(&world.enrol(&fifth, Role::Panel)), Err(Refusal::KeyTaken));
    world.revoke(panel.id, Some(1));
    assert_eq!(outcome(&world.enrol(&fifth, Role::Panel)), Ok(()));
}

#[test]
fn the_configuration_is_not_changed_by_frames() {
    let mut world = World::empty();
    let station = Device { id: STATION, ..device(b"counter1") };
    let authority = Device { number: 1, ..world.authority.clone() };
    for configured in [station, authority] {
        assert_eq!(outcome(&world.enrol(&configured, Role::Desk)), Err(Refusal::WrongRole));
        assert_eq!(outcome(&world.revoke(configured.id, None)), Err(Refusal::WrongRole));
    }
    for role in [Role::Authority, Role::Unknown(9)] {
        assert_eq!(outcome(&world.enrol(&device(b"climber1"), role)), Err(Refusal::WrongRole));
    }
}

#[test]
fn a_device_keeps_its_role() {
    let (mut world, panel) = World::with_panel();
    assert_eq!(outcome(&world.enrol(&rekeyed(&panel, 1, 50), Role::Desk)), Err(Refusal::WrongRole));
}

#[test]
fn a_weak_key_is_not_enrolled() {
    let (mut world, panel) = (World::empty(), device(b"counter1"));
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let weak = Enrolment { key: neutral, ..enrolment(&panel, Role::Panel) };
    assert_eq!(outcome(&world.command(weak)), Err(WeakKey::SmallOrder.into()));
    assert!(!world.receiver.is_enrolled(panel.id));
}

#[test]
fn a_repeated_enrolment_frame_brings_no_revoked_key_back() {
    let (mut world, panel) = (World::empty(), device(b"counter1"));
    let enrol = world.authority.event(START, enrolment(&panel, Role::Panel));
    world.hear(TLS, &enrol);
    world.revoke(panel.id, None);
    world.hear(TLS, &enrol);
    assert!(!world.receiver.is_enrolled(panel.id));
}

#[test]
fn there_is_room_for_so_many_devices_and_no_more() {
    let limits = Limits { devices: 2, pending: 64 };
    let mut world = World::with(Config { limits, ..config() });
    world.enrol(&device(b"counter1"), Role::Panel);
    world.enrol(&device(b"counter2"), Role::Desk);
    assert_eq!(outcome(&world.enrol(&device(b"counter3"), Role::Panel)), Err(Refusal::NoRoom));
    assert_eq!(outcome(&world.enrol(&rekeyed(&device(b"counter1"), 1, 50), Role::Panel)), Ok(()));
}
