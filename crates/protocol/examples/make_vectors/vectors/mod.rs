//! The test vectors as values. Every key is made from a seed that stands beside it: they are test keys, never enrol one.
#![expect(clippy::expect_used, reason = "a generator that is wrong stops")]
#![cfg_attr(not(test), expect(clippy::indexing_slicing, reason = "a generator that is wrong stops"))]

mod accepted;
pub(crate) mod describe;
pub(crate) mod forge;
mod keys;
mod refused;
pub(crate) mod session;

use serde_json::{Value, json};

use forge::{RING, hex};

/// Every file of `vectors/`, with its content.
pub(crate) fn files() -> Vec<(&'static str, Value)> {
    let test_keys = "The keys are test keys: their seeds are public.";
    vec![
        (
            "accepted.json",
            json!({
                "about": format!("Frames that every reader accepts, with what they say. {test_keys}"),
                "keys": ring(),
                "frames": accepted::vectors(),
            }),
        ),
        (
            "refused.json",
            json!({
                "about": format!("Frames that every reader refuses, each for one reason. {test_keys}"),
                "keys": ring(),
                "frames": refused::vectors(),
            }),
        ),
        (
            "keys.json",
            json!({
                "about": "Public keys, and whether they may be enrolled (SPEC 5.2).",
                "public_keys": keys::vectors(),
            }),
        ),
        (
            "session.json",
            json!({
                "about": format!("What a station says to frames in their order (SPEC 6). {test_keys}"),
                "authority": hex(&RING[5].device.0),
                "clock_tolerance_ms": session::CLOCK_TOLERANCE_MS,
                "keys": ring(),
                "sessions": session::vectors(),
            }),
        ),
    ]
}

fn ring() -> Vec<Value> {
    RING.iter()
        .map(|entry| {
            json!({
                "device": hex(&entry.device.0),
                "number": entry.number,
                "role": entry.role.code(),
                "seed": hex(&[entry.seed; 32]),
                "public": hex(entry.signer().verifying_key().as_bytes()),
            })
        })
        .collect()
}
