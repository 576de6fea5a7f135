//! Keys and signatures that others take and this crate does not: small and mixed order, and every second spelling of a point or a number.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use core::time::Duration;

use curve25519_dalek::Scalar;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use ed25519_dalek::{Signature, SigningKey, Verifier, VerifyingKey};
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{Alarm, AlarmKind, Enrolment, Role, Rotation};
use keng_protocol::receiver::{Config, Input, Limits, Origin, Output, Receiver};
use keng_protocol::{DeviceId, Header, Message, PublicKey, Refusal, Sign, Timestamp, WeakKey, seal};
use sha2::{Digest, Sha512};

/// Every spelling of the eight points whose order divides 8 that a lenient reader takes, digit by digit, so that no library vouches for itself
/// here; and what is wrong with each.
const SMALL: [(&str, WeakKey); 14] = [
    ("0100000000000000000000000000000000000000000000000000000000000000", WeakKey::SmallOrder), // order 1
    ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", WeakKey::SmallOrder), // order 2
    ("0000000000000000000000000000000000000000000000000000000000000000", WeakKey::SmallOrder), // order 4
    ("0000000000000000000000000000000000000000000000000000000000000080", WeakKey::SmallOrder),
    ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", WeakKey::SmallOrder), // order 8
    ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", WeakKey::SmallOrder),
    ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", WeakKey::SmallOrder),
    ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", WeakKey::SmallOrder),
    ("0100000000000000000000000000000000000000000000000000000000000080", WeakKey::NotCanonical), // x = -0
    ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", WeakKey::NotCanonical), // x = -0
    ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", WeakKey::NotCanonical), // y = p
    ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", WeakKey::NotCanonical),
    ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", WeakKey::NotCanonical), // y = p + 1
    ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", WeakKey::NotCanonical), // y = p + 1, x = -0
];

/// The order of the group, least octet first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

const SEEDS: core::ops::Range<u8> = 1..17;
const MESSAGE: &[u8] = b"a hold-up";
const NOW: Timestamp = Timestamp::from_millis(1_795_334_700_000);
const AUTHORITY: DeviceId = DeviceId(*b"ministry");
const PANEL: DeviceId = DeviceId(*b"counter1");

#[test]
fn the_list_has_every_point_of_small_order() {
    let listed: Vec<EdwardsPoint> = small().map(|(octets, _)| point(octets)).collect();
    assert!(listed.iter().all(EdwardsPoint::is_small_order));
    for torsion in EIGHT_TORSION {
        assert!(listed.contains(&torsion));
        assert!(small().any(|(octets, _)| octets == torsion.compress().0), "and in its only good spelling");
    }
}

#[test]
fn no_spelling_of_a_point_of_small_order_is_a_key() {
    for (octets, weak) in small() {
        assert_eq!(PublicKey::new(&octets), Err(weak), "{octets:02x?}");
    }
}

#[test]
fn a_lenient_reader_takes_a_signature_by_a_key_of_small_order_that_nobody_made() {
    let forged = signature(EIGHT_TORSION[0].compress().0, Scalar::ZERO);
    let takes = |octets| VerifyingKey::from_bytes(&octets).is_ok_and(|key| key.verify(MESSAGE, &forged).is_ok());
    assert!(small().any(|(octets, _)| takes(octets)), "so it matters that none of them is a key here");
}

#[test]
fn no_good_key_is_a_key_with_a_point_of_small_order_added() {
    for key in SEEDS.map(signer) {
        let good = key.public_key().to_bytes();
        assert!(PublicKey::new(&good).is_ok());
        for torsion in &EIGHT_TORSION[1..] {
            let mixed = (point(good) + torsion).compress().0;
            assert_eq!(PublicKey::new(&mixed), Err(WeakKey::Torsion));
        }
    }
}

#[test]
fn no_y_of_p_or_more_is_a_key() {
    for (low, top) in (0xed..=0xff_u8).flat_map(|low| [(low, 0x7f), (low, 0xff)]) {
        let mut octets = [0xff; 32];
        (octets[0], octets[31]) = (low, top);
        assert!(matches!(PublicKey::new(&octets), Err(WeakKey::NotCanonical | WeakKey::NotAPoint)), "{low:x} {top:x}");
    }
}

#[test]
fn an_r_of_small_order_is_refused_in_every_spelling() {
    for seed in SEEDS {
        for (r, _) in small() {
            // S B = k A + a point of small order: right for all who multiply by 8, and for R = 0 for all who do not.
            let s = challenge(r, seed) * secret(seed);
            assert!(!signer(seed).public_key().verifies(MESSAGE, &signature(r, s).to_bytes()), "{r:02x?}");
        }
    }
}

#[test]
fn a_lenient_reader_takes_an_r_of_small_order() {
    let neutral = EIGHT_TORSION[0].compress().0;
    let forged = signature(neutral, challenge(neutral, 1) * secret(1));
    assert!(signer(1).verifying_key().verify(MESSAGE, &forged).is_ok(), "so it matters that none is taken here");
}

#[test]
fn an_r_of_mixed_order_is_refused() {
    for seed in SEEDS {
        let secret_r = Scalar::from(1000 + u64::from(seed));
        let with = |torsion: &EdwardsPoint| {
            let r = (ED25519_BASEPOINT_POINT * secret_r + torsion).compress().0;
            signature(r, secret_r + challenge(r, seed) * secret(seed)).to_bytes()
        };
        let key = signer(seed).public_key();
        assert!(key.verifies(MESSAGE, &with(&EIGHT_TORSION[0])), "without a point of small order it is good");
        assert!(EIGHT_TORSION[1..].iter().all(|torsion| !key.verifies(MESSAGE, &with(torsion))));
    }
}

#[test]
fn an_s_that_is_not_below_the_order_is_refused() {
    for seed in SEEDS {
        let (key, good) = (signer(seed).public_key(), Sign::sign(&signer(seed), MESSAGE));
        assert!(key.verifies(MESSAGE, &good));
        let mut wide = good;
        for times in 1..=15 {
            // S + L, S + 2 L, and so on: the equation holds for each.
            add_order(&mut wide);
            assert!(!key.verifies(MESSAGE, &wide), "S + {times} L");
        }
        for bit in [0x20, 0x40, 0x80] {
            let mut high = good;
            high[63] |= bit;
            assert!(!key.verifies(MESSAGE, &high));
        }
    }
}

#[test]
fn no_hostile_key_is_enrolled_or_follows_another() {
    let mut receiver = receiver();
    assert_eq!(hear(&mut receiver, 1, &enrolment(0, signer(2).public_key().to_bytes())), Ok(()));
    for (sequence, (key, weak)) in (2..).step_by(2).zip(hostile()) {
        let rotation =
            Rotation { device: PANEL, old: 0, old_until: NOW, number: 1, key, from: Timestamp::default() }.into();
        assert_eq!(hear(&mut receiver, sequence, &enrolment(1, key)), Err(weak.into()));
        assert_eq!(hear(&mut receiver, sequence + 1, &rotation), Err(weak.into()));
    }
    // Nothing of it has left a trace: the number that was asked for is free.
    assert_eq!(hear(&mut receiver, 1000, &enrolment(1, signer(3).public_key().to_bytes())), Ok(()));
}

#[test]
fn no_hostile_key_speaks_after_a_restart() {
    for (sequence, (key, weak)) in (1..).zip(hostile()) {
        let mut receiver = receiver();
        let entry = Entry::Admitted { path: Path::File, octets: authority_says(sequence, &enrolment(0, key)) };
        assert_eq!(receiver.restore(NOW, 1, &entry), Err(weak.into()));
        assert!(!receiver.is_enrolled(PANEL));
    }
}

#[test]
fn a_frame_with_a_hostile_r_or_s_is_refused_by_a_receiver() {
    let mut receiver = receiver();
    hear(&mut receiver, 1, &enrolment(0, signer(2).public_key().to_bytes())).unwrap();
    let header = Header { sender: PANEL, ..header(1, &Message::from(Alarm::silent(AlarmKind::HoldUp))) };
    let good = seal(&header, &Alarm::silent(AlarmKind::HoldUp).into(), &signer(2)).unwrap();
    let (signed, rs) = good.split_at(good.len() - 64);
    let mut wide = <[u8; 64]>::try_from(rs).unwrap();
    add_order(&mut wide);
    let hostile = small().map(|(r, _)| [&r[..], &rs[32..]].concat()).chain([wide.to_vec()]);
    for signature in hostile {
        assert_eq!(octets(&mut receiver, &[signed, &signature].concat()), Err(Refusal::BadSignature));
    }
    assert_eq!(octets(&mut receiver, &good), Ok(()));
}

/// Keys that must not be: every spelling of small order, and a good one with each point of small order added.
fn hostile() -> impl Iterator<Item = ([u8; 32], WeakKey)> {
    let good = point(signer(9).public_key().to_bytes());
    small().chain(EIGHT_TORSION[1..].iter().map(move |torsion| ((good + torsion).compress().0, WeakKey::Torsion)))
}

fn small() -> impl Iterator<Item = ([u8; 32], WeakKey)> {
    SMALL.into_iter().map(|(digits, weak)| {
        let octet = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
        (core::array::from_fn(octet), weak)
    })
}

fn point(octets: [u8; 32]) -> EdwardsPoint {
    CompressedEdwardsY(octets).decompress().unwrap()
}

fn signer(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// The secret number of a seed.
fn secret(seed: u8) -> Scalar {
    signer(seed).to_scalar()
}

/// k of the message under the key of a seed (RFC 8032, 5.1.7).
fn challenge(r: [u8; 32], seed: u8) -> Scalar {
    let hash = Sha512::new().chain_update(r).chain_update(signer(seed).public_key().to_bytes()).chain_update(MESSAGE);
    Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
}

fn signature(r: [u8; 32], s: Scalar) -> Signature {
    Signature::from_components(r, s.to_bytes())
}

/// Adds the order to S, as a number of 32 octets.
fn add_order(signature: &mut [u8; 64]) {
    let mut carry = 0;
    for (octet, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*octet) + u16::from(order) + carry;
        [*octet, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "it has room");
}

fn receiver() -> Receiver<SigningKey> {
    let config = Config {
        id: DeviceId(*b"station1"),
        key: 0,
        run: 1,
        authorities: vec![(AUTHORITY, 0, signer(1).public_key())],
        silence: Duration::from_secs(90),
        clock_tolerance: Duration::from_secs(60),
        heartbeat_mark: Duration::from_secs(3600),
        limits: Limits { devices: 4, pending: 64 },
    };
    Receiver::new(config, signer(4), NOW)
}

fn enrolment(number: u8, key: [u8; 32]) -> Message {
    Enrolment { device: PANEL, role: Role::Panel, number, key, from: Timestamp::default(), to: None }.into()
}

fn header(sequence: u32, message: &Message) -> Header {
    Header { kind: message.kind(), sender: AUTHORITY, key: 0, epoch: 1, sequence, time: NOW }
}

fn authority_says(sequence: u32, message: &Message) -> Vec<u8> {
    seal(&header(sequence, message), message, &signer(1)).unwrap()
}

fn hear(receiver: &mut Receiver<SigningKey>, sequence: u32, message: &Message) -> Result<(), Refusal> {
    octets(receiver, &authority_says(sequence, message))
}

/// What becomes of a frame: accepted, or refused for a reason.
fn octets(receiver: &mut Receiver<SigningKey>, octets: &[u8]) -> Result<(), Refusal> {
    receiver.handle_input(NOW, Input::Frame { origin: Origin { path: Path::Tls, link: 1 }, octets });
    let mut outcome = None;
    loop {
        match receiver.poll_output() {
            Output::Accepted(_) => outcome = Some(Ok(())),
            Output::Refused { reason, .. } => outcome = Some(Err(reason)),
            Output::Timeout(_) => return outcome.unwrap(),
            _ => {}
        }
    }
}
