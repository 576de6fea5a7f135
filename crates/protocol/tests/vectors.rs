//! The committed vectors hold, and they are the ones that the generator writes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../examples/make_vectors/vectors/mod.rs"]
mod vectors;

use keng_protocol::{Frame, Kind, Malformed, Message, PublicKey, Refusal, Verified};
use serde_json::{Value, json};
use vectors::{describe, forge::RING};

const ACCEPTED: &str = include_str!("../vectors/accepted.json");
const REFUSED: &str = include_str!("../vectors/refused.json");
const KEYS: &str = include_str!("../vectors/keys.json");

#[test]
fn every_accepted_vector_says_what_it_should() {
    for vector in frames(ACCEPTED) {
        let octets = octets(&vector["bytes"]);
        let verified = judge(&octets).unwrap_or_else(|refusal| panic!("{}: {refusal}", vector["name"]));
        assert_eq!(describe::accepted(&verified), vector["expect"]["valid"], "{}", vector["name"]);
    }
}

#[test]
fn every_refused_vector_is_refused_for_its_own_reason() {
    for vector in frames(REFUSED) {
        let octets = octets(&vector["bytes"]);
        let Err(refusal) = judge(&octets) else { panic!("{} was accepted", vector["name"]) };
        assert_eq!(refused(refusal), vector["expect"], "{}", vector["name"]);
    }
}

#[test]
fn every_key_vector_is_judged_right() {
    let file: Value = serde_json::from_str(KEYS).unwrap();
    for vector in file["public_keys"].as_array().unwrap() {
        let judged = match PublicKey::new(&octets(&vector["public"]).try_into().unwrap()) {
            Ok(_) => json!({ "valid": true }),
            Err(weak) => json!({ "error": describe::weak_key(weak) }),
        };
        assert_eq!(judged, vector["expect"], "{}", vector["name"]);
    }
}

#[test]
fn the_committed_files_are_what_the_generator_writes() {
    let committed = [("accepted.json", ACCEPTED), ("refused.json", REFUSED), ("keys.json", KEYS)];
    for (file, content) in vectors::files() {
        let (_, text) = committed.iter().find(|(name, _)| *name == file).unwrap();
        assert!(serde_json::from_str::<Value>(text).unwrap() == content, "{file} differs from its generator");
    }
}

#[test]
fn every_kind_and_every_fault_of_a_frame_has_a_vector() {
    let kinds: Vec<u64> =
        frames(ACCEPTED).iter().map(|it| it["expect"]["valid"]["header"]["kind"].as_u64().unwrap()).collect();
    for kind in Kind::ALL {
        assert!(kinds.contains(&kind.code().into()), "no vector of kind {kind}");
    }
    let faults: Vec<Value> = frames(REFUSED).into_iter().map(|it| it["expect"]["error"].clone()).collect();
    for fault in [
        "BadSignature",
        "UnknownDevice",
        "UnknownKey",
        "WrongRole",
        "Malformed::TooShort",
        "Malformed::TooLong",
        "Malformed::Version",
        "Malformed::NotAMap",
        "Malformed::Truncated",
        "Malformed::TrailingBytes",
        "Malformed::TooDeep",
        "Malformed::NotShortest",
        "Malformed::ForbiddenType",
        "Malformed::NotUtf8",
        "Malformed::KeyType",
        "Malformed::DuplicateKey",
        "Malformed::KeyOrder",
        "Malformed::FalseFlag",
        "Malformed::MissingField",
        "Malformed::WrongType",
        "Malformed::OutOfRange",
    ] {
        assert!(faults.contains(&fault.into()), "no vector of {fault}");
    }
}

/// What SPEC 5 says about octets, with the keys of the ring.
fn judge(octets: &[u8]) -> Result<Verified<Message>, Refusal> {
    let frame = Frame::decode(octets)?;
    let header = frame.header();
    let of_device: Vec<_> = RING.iter().filter(|entry| entry.device == header.sender).collect();
    let Some(first) = of_device.first() else { return Err(Refusal::UnknownDevice) };
    let entry = of_device.iter().find(|entry| entry.number == header.key).ok_or(Refusal::UnknownKey)?;
    let verified = frame.verify(&PublicKey::new(entry.signer().verifying_key().as_bytes())?)?;
    if header.kind.sender() == first.role { Ok(verified) } else { Err(Refusal::WrongRole) }
}

/// What a vector expects of a refused frame: the variant's name, and the field, type or version that it names.
fn refused(refusal: Refusal) -> Value {
    let Refusal::Malformed(malformed) = refusal else { return json!({ "error": describe::variant(&refusal) }) };
    let mut error = json!({ "error": format!("Malformed::{}", describe::variant(&malformed)) });
    let detail = match malformed {
        Malformed::DuplicateKey { key }
        | Malformed::KeyOrder { key }
        | Malformed::FalseFlag { key }
        | Malformed::MissingField { key }
        | Malformed::WrongType { key, .. }
        | Malformed::OutOfRange { key } => Some(("field", key)),
        Malformed::ForbiddenType { marker } => Some(("marker", marker)),
        Malformed::Version { version } => Some(("version", version)),
        _ => None,
    };
    if let Some((name, number)) = detail {
        error[name] = number.into();
    }
    error
}

fn frames(file: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(file).unwrap()["frames"].as_array().unwrap().clone()
}

fn octets(hex: &Value) -> Vec<u8> {
    let digits = hex.as_str().unwrap().as_bytes();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
