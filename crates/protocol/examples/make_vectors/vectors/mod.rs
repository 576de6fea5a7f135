//! The test vectors as values. Every key is made from a seed that stands beside it: they are test keys, never enrol one.
#![expect(clippy::expect_used, reason = "a generator that is wrong stops")]
#![cfg_attr(not(test), expect(clippy::indexing_slicing, reason = "a generator that is wrong stops"))]

mod accepted;
pub(crate) mod describe;
pub(crate) mod forge;
mod keys;
mod refused;

use serde_json::{Value, json};

use forge::{RING, hex};

/// Every file of `vectors/`, with its content.
pub(crate) fn files() -> Vec<(&'static str, Value)> {
    vec![
        ("accepted.json", file("Frames that every reader accepts, with what they say.", accepted::vectors())),
        ("refused.json", file("Frames that every reader refuses, each for one reason.", refused::vectors())),
        (
            "keys.json",
            json!({ "about": "Public keys, and whether they may be enrolled (SPEC 5.2).", "public_keys": keys::vectors() }),
        ),
    ]
}

fn file(about: &str, vectors: Vec<Value>) -> Value {
    let ring: Vec<Value> = RING
        .iter()
        .map(|entry| {
            json!({
                "device": hex(&entry.device.0),
                "number": entry.number,
                "role": entry.role.code(),
                "seed": hex(&[entry.seed; 32]),
                "public": hex(entry.signer().verifying_key().as_bytes()),
            })
        })
        .collect();
    json!({ "about": format!("{about} The keys are test keys: their seeds are public."), "keys": ring, "frames": vectors })
}
