//! Not authentic: refused with a reason, journaled, counted and shown.

use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::Role;
use keng_protocol::receiver::{Origin, Output};
use keng_protocol::{Malformed, Refusal};

use super::world::*;

#[test]
fn every_kind_of_bad_octets_is_refused_for_its_own_reason() {
    let (mut world, mut panel) = World::with_panel();
    let good = panel.hold_up(world.now);
    let changed = |at: usize, octet: u8| [&good[..at], &[octet], &good[at + 1..]].concat();
    for (octets, reason) in [
        (vec![], Malformed::TooShort { octets: 0 }.into()),
        (vec![1; 2000], Malformed::TooLong { octets: 2000 }.into()),
        (changed(0, 9), Malformed::Version { version: 9 }.into()),
        (changed(2, b'x'), Refusal::UnknownDevice),
        (changed(10, 77), Refusal::UnknownKey),
        (changed(30, good[30] ^ 1), Refusal::BadSignature),
        (changed(1, 2), Refusal::BadSignature),
    ] {
        let outputs = world.hear(TLS, &octets);
        assert_eq!(refused(&outputs), [reason]);
        assert_eq!(accepted(&outputs).len(), 0);
        let evidence = octets.iter().copied().take(Entry::MAX_EVIDENCE).collect();
        assert_eq!(entries(&outputs), [&Entry::Refused { path: Path::Tls, reason: reason.code(), octets: evidence }]);
        assert_eq!(sent(&outputs), [], "nothing is answered");
    }
    assert_eq!(accepted(&world.hear(TLS, &good)).len(), 1, "and nothing else is lost");
}

#[test]
fn a_refusal_names_whom_the_frame_claims_to_be_from() {
    let (mut world, stranger) = (World::empty(), device(b"stranger"));
    let frame = stranger.clone().hold_up(world.now);
    assert_eq!(
        world.hear(UDP, &frame)[0],
        Output::Refused { origin: UDP, claimed: Some(stranger.id), reason: Refusal::UnknownDevice }
    );
}

#[test]
fn another_devices_key_does_not_speak() {
    let (mut world, mut panel) = World::with_panel();
    let other = device(b"counter2");
    world.enrol(&other, Role::Panel);
    panel.key = other.key;
    assert_eq!(refused(&world.hear(TLS, &panel.hold_up(START))), [Refusal::BadSignature]);
}

#[test]
fn a_refused_frame_uses_no_number() {
    let (mut world, mut panel) = World::with_panel();
    let good = panel.hold_up(world.now);
    let mut forged = good.clone();
    forged[30] ^= 1;
    world.hear(TLS, &forged);
    assert!(!accepted(&world.hear(TLS, &good))[0].labels.number_reused);
}

#[test]
fn a_flood_of_refusals_is_counted_whole_and_journaled_in_part() {
    let (mut world, mut panel) = World::with_panel();
    let mut journaled = 0;
    for _ in 0..1000 {
        let outputs = world.hear(Origin { path: Path::Udp, link: 9 }, b"noise");
        assert_eq!(refused(&outputs).len(), 1);
        journaled += entries(&outputs).len();
        world.persist();
    }
    assert_eq!(journaled, 64);

    panel.number = 9;
    assert_eq!(entries(&world.hear(TLS, &panel.hold_up(START))).len(), 1, "strangers do not use up what others need");
    world.pass(core::time::Duration::from_secs(1));
    assert_eq!(entries(&world.hear(UDP, b"noise")).len(), 1, "and one more each second");
}

#[test]
fn every_reason_has_a_number_of_its_own() {
    use keng_protocol::WeakKey::{NotAPoint, NotCanonical, SmallOrder, Torsion};
    let reasons = [
        Refusal::UnknownDevice,
        Refusal::UnknownKey,
        Refusal::Revoked,
        Refusal::BadSignature,
        Refusal::WrongRole,
        Refusal::Stale,
        Refusal::KeyTaken,
        Refusal::NoRoom,
        NotAPoint.into(),
        NotCanonical.into(),
        SmallOrder.into(),
        Torsion.into(),
        Malformed::NotAMap.into(),
        Malformed::OutOfRange { key: 1 }.into(),
    ];
    let codes: Vec<_> = reasons.iter().map(Refusal::code).collect();
    assert_eq!(codes, [32, 33, 34, 35, 36, 37, 38, 39, 48, 49, 50, 51, 4, 17]);
}
