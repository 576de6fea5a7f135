//! Any octets as a frame, and any body behind a good signature: neither panics, and what is accepted has only one encoding.

#![no_main]

mod memo;

use keng_protocol::frame::{HEADER, SIGNATURE, VERSION};
use keng_protocol::{Frame, FrameId, MAX_FRAME, PublicKey, Refusal, Sign, seal};
use libfuzzer_sys::fuzz_target;

use crate::memo::{scrawler, signer};

fuzz_target!(|octets: &[u8]| {
    any(octets);
    behind_a_good_signature(octets);
});

fn any(octets: &[u8]) {
    let shaped = (HEADER + SIGNATURE + 1..=MAX_FRAME).contains(&octets.len()) && octets[0] == VERSION;
    let frame = Frame::decode(octets);
    assert_eq!(frame.is_ok(), shaped);
    let Ok(frame) = frame else { return };
    assert_eq!((frame.octets(), frame.header().kind.code()), (octets, octets[1]));
    // A verification is dear and nearly always the same, so only some are made.
    if octets.last().is_some_and(|last| last % 16 == 0) {
        assert!(matches!(frame.verify(&key()), Ok(_) | Err(Refusal::BadSignature | Refusal::Malformed(_))));
    }
}

/// The octets as kind, rest of the header and body, so that the fuzzer reaches the body without finding a signature.
fn behind_a_good_signature(octets: &[u8]) {
    let Some((&kind, body)) = octets.split_first() else { return };
    if body.is_empty() || HEADER + body.len() + SIGNATURE > MAX_FRAME {
        return;
    }
    let mut frame = vec![0; HEADER];
    frame[..2].copy_from_slice(&[VERSION, kind]);
    frame.extend_from_slice(body);
    let signature = signer(1).sign(&[format!("keng/1/{kind:03}\0").as_bytes(), &frame].concat());
    frame.extend_from_slice(&signature);
    let decoded = Frame::decode(&frame).expect("a frame");
    let verified = match decoded.verify(&key()) {
        Ok(verified) => verified,
        Err(refusal) => return assert!(matches!(refusal, Refusal::Malformed(_)), "the signature is good"),
    };
    assert_eq!((verified.frame, verified.message().kind().code()), (FrameId::of(&frame), kind));
    // What was read can be written; the signature of that is nobody's matter here.
    let again = seal(&verified.header, verified.message(), &scrawler(1)).expect("what was read can be written");
    if verified.unknown_fields == 0 {
        assert_eq!(again[..again.len() - SIGNATURE], frame[..frame.len() - SIGNATURE]);
    }
}

fn key() -> PublicKey {
    signer(1).public_key()
}
