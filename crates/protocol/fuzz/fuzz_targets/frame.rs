//! Any octets as a frame, and any body behind a good signature: neither panics, and what is accepted has only one encoding.

#![no_main]

use ed25519_dalek::{Signer, SigningKey};
use keng_protocol::frame::{HEADER, SIGNATURE};
use keng_protocol::{Frame, Refusal, Sign, seal};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let signer = SigningKey::from_bytes(&[1; 32]);
    if let Ok(frame) = Frame::decode(octets) {
        let judged = frame.verify(&signer.public_key());
        assert!(judged.is_ok() || judged == Err(Refusal::BadSignature) || matches!(judged, Err(Refusal::Malformed(_))));
    }
    behind_a_good_signature(octets, &signer);
});

/// The octets as kind, rest of the header and body, so that the fuzzer reaches the body without finding a signature.
fn behind_a_good_signature(octets: &[u8], signer: &SigningKey) {
    let Some((&kind, body)) = octets.split_first() else { return };
    let mut frame = vec![0; HEADER];
    frame[0] = 1;
    frame[1] = kind;
    frame.extend_from_slice(body);
    let signed = [format!("keng/1/{kind:03}\0").as_bytes(), &frame].concat();
    frame.extend_from_slice(&Signer::sign(signer, &signed).to_bytes());
    let Ok(decoded) = Frame::decode(&frame) else { return };
    let Ok(verified) = decoded.verify(&signer.public_key()) else { return };
    let again = seal(&verified.header, verified.message(), signer).expect("what was read can be written");
    if verified.unknown_fields == 0 {
        assert_eq!(again[HEADER..again.len() - SIGNATURE], frame[HEADER..frame.len() - SIGNATURE]);
    }
}
