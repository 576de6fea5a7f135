//! The committed vectors hold, and they are the ones that the generator writes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../examples/make_vectors/vectors/mod.rs"]
mod vectors;

use std::time::Duration;

use keng_protocol::entry::Path;
use keng_protocol::message::Durability;
use keng_protocol::receiver::{Accepted, Config, Input, Labels, Limits, Origin, Output, Receiver};
use keng_protocol::{DeviceId, Frame, Kind, Malformed, Message, PublicKey, Refusal, Timestamp, Verified};
use serde_json::{Value, json};
use vectors::{describe, forge::RING};

const ACCEPTED: &str = include_str!("../vectors/accepted.json");
const REFUSED: &str = include_str!("../vectors/refused.json");
const KEYS: &str = include_str!("../vectors/keys.json");
const SESSION: &str = include_str!("../vectors/session.json");

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
fn every_session_goes_as_it_should() {
    let file: Value = serde_json::from_str(SESSION).unwrap();
    for session in file["sessions"].as_array().unwrap() {
        let mut receiver = receiver();
        for (number, step) in session["steps"].as_array().unwrap().iter().enumerate() {
            let now = Timestamp::from_millis(step["at"].as_u64().unwrap());
            let verdict = hear(&mut receiver, now, &octets(&step["bytes"]));
            assert_eq!(verdict, step["expect"], "{}, step {number}", session["name"]);
        }
    }
}

#[test]
fn the_committed_files_are_what_the_generator_writes() {
    let committed =
        [("accepted.json", ACCEPTED), ("refused.json", REFUSED), ("keys.json", KEYS), ("session.json", SESSION)];
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

/// A station that knows nobody but the authority.
fn receiver() -> Receiver<ed25519_dalek::SigningKey> {
    let authority = &RING[5];
    let public = PublicKey::new(authority.signer().verifying_key().as_bytes()).unwrap();
    let config = Config {
        id: DeviceId(*b"receiver"),
        key: 0,
        run: 1,
        authorities: vec![(authority.device, authority.number, public)],
        silence: Duration::from_secs(90),
        clock_tolerance: Duration::from_millis(vectors::session::CLOCK_TOLERANCE_MS),
        heartbeat_mark: Duration::from_secs(3600),
        limits: Limits { devices: 16, pending: 64 },
    };
    Receiver::new(config, ed25519_dalek::SigningKey::from_bytes(&[8; 32]), Timestamp::default())
}

/// What the receiver makes of a frame; whatever it wants stored is stored.
fn hear(receiver: &mut Receiver<ed25519_dalek::SigningKey>, now: Timestamp, octets: &[u8]) -> Value {
    let origin = Origin { path: Path::Udp, link: 1 };
    let mut verdict = json!({ "verdict": if octets[1] == Kind::Heartbeat.code() { "heard" } else { "again" } });
    let mut to_store = Vec::new();
    receiver.handle_input(now, Input::Frame { origin, octets });
    loop {
        match receiver.poll_output() {
            Output::Timeout(_) => break,
            Output::Refused { reason, .. } => verdict = refused(reason),
            Output::Accepted(accepted) => verdict = accepted_as(&accepted),
            Output::Persist { ticket, .. } => to_store.push(ticket),
            _ => {}
        }
    }
    for ticket in to_store {
        receiver.handle_input(now, Input::Persisted { ticket, position: ticket.0, durability: Durability::DISK });
        while !matches!(receiver.poll_output(), Output::Timeout(_)) {}
    }
    verdict
}

fn accepted_as(accepted: &Accepted) -> Value {
    let Labels { clock_off_ms, late, key_out_of_time, number_reused, maybe_seen } = accepted.labels;
    let mut labels = serde_json::Map::new();
    labels.extend(clock_off_ms.map(|ms| ("clock_off_ms".to_owned(), ms.into())));
    for (name, set) in [
        ("late", late),
        ("key_out_of_time", key_out_of_time),
        ("number_reused", number_reused),
        ("maybe_seen", maybe_seen),
    ] {
        labels.extend(set.then(|| (name.to_owned(), true.into())));
    }
    if labels.is_empty() {
        json!({ "verdict": "accepted" })
    } else {
        json!({ "verdict": "accepted", "labels": labels })
    }
}

/// What a vector expects of a refused frame: the variant's name, and the field, type or version that it names.
fn refused(refusal: Refusal) -> Value {
    let malformed = match refusal {
        Refusal::Malformed(malformed) => malformed,
        Refusal::WeakKey(weak) => return json!({ "error": describe::weak_key(weak) }),
        other => return json!({ "error": describe::variant(&other) }),
    };
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
