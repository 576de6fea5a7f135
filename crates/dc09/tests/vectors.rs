//! Every vector, good and hostile, gives what it says.
#![expect(clippy::unwrap_used, reason = "a broken vector is a failed test")]

use keng_dc09::{Account, Body, Content, Event, Frame, Key, Piece, Receiver, Refusal, Splitter, Verdict};
use keng_protocol::Timestamp;
use serde_json::{Value, json};

/// 2026-11-24T00:00:00Z.
const NOW: Timestamp = Timestamp::from_millis(1_795_478_400_000);
/// 2015-04-14T16:09:09Z.
const ANSWERS: Timestamp = Timestamp::from_millis(1_429_027_749_000);

#[test]
fn good_frames_read_as_they_were_meant() {
    for vector in load(include_str!("../vectors/good.json")) {
        let frame = Frame::parse(&octets(&vector)).unwrap_or_else(|error| panic!("{}: {error}", vector["name"]));
        let body = match &frame.content {
            Content::Clear(body) => body.clone(),
            Content::Sealed(sealed) => Body::unseal(sealed, &key(&vector).unwrap()).unwrap(),
        };
        let mut expected = vector["expected"].clone();
        let events = expected.as_object_mut().unwrap().remove("events");
        assert_eq!(fields(&frame, &body), expected, "{}", vector["name"]);
        if let Some(events) = events {
            let read: Vec<String> = Event::read(&frame.token, &body)
                .iter()
                .map(|event| format!("{} {:?}", event.code, event.what))
                .collect();
            assert_eq!(json!(read), events, "{}", vector["name"]);
        }
    }
}

#[test]
fn good_frames_come_out_of_the_splitter_whole() {
    for vector in load(include_str!("../vectors/good.json")) {
        let bytes = octets(&vector);
        let mut splitter = Splitter::default();
        let pieces: Vec<Piece> = bytes.chunks(1).flat_map(|byte| splitter.feed(byte)).collect();
        let [Piece::Frame(frame)] = pieces.as_slice() else { panic!("{}: {pieces:?}", vector["name"]) };
        assert_eq!(Frame::parse(frame), Frame::parse(&bytes), "{}", vector["name"]);
    }
}

#[test]
fn hostile_octets_are_refused_for_their_reason() {
    for vector in load(include_str!("../vectors/hostile.json")) {
        let bytes = octets(&vector);
        let Verdict::Refused { reason, answer, .. } = receiver(&vector, &bytes).handle(NOW, &bytes) else {
            panic!("{} is accepted", vector["name"])
        };
        let shown = match reason {
            Refusal::ClockOff { .. } => "ClockOff".to_owned(),
            reason => format!("{reason:?}"),
        };
        assert_eq!(json!(shown), vector["refusal"], "{}", vector["name"]);
        let token = answer.map(|answer| Frame::parse(&answer).unwrap().token.to_string());
        assert_eq!(json!(token), vector["answer"], "{}", vector["name"]);
    }
}

#[test]
fn answers_are_exact_to_the_octet() {
    for vector in load(include_str!("../vectors/answers.json")) {
        let bytes = octets(&vector);
        let answer = match receiver(&vector, &bytes).handle(ANSWERS, &bytes) {
            Verdict::Report(report) => report.answer.octets().to_vec(),
            Verdict::LinkTest { answer, .. } => answer,
            Verdict::Refused { answer, .. } => answer.unwrap(),
            Verdict::Repeat { .. } => panic!("{} is no repeat", vector["name"]),
        };
        assert_eq!(json!(String::from_utf8(answer).unwrap()), vector["answer"], "{}", vector["name"]);
    }
}

/// A receiver that knows the account of the vector: with its key, or in clear where an answer is the question.
fn receiver(vector: &Value, bytes: &[u8]) -> Receiver {
    let mut accounts = vec![Account::clear("1409".parse().unwrap()), Account::clear("7099".parse().unwrap())];
    accounts.push(Account::keyed("5A5A".parse().unwrap(), Key::new(&[7; 16]).unwrap()));
    if let Some(name) = Frame::parse(bytes).ok().and_then(|frame| frame.account?.parse().ok()) {
        match key(vector) {
            Some(key) => accounts.push(Account::keyed(name, key)),
            None if vector.get("now").is_some() => accounts.push(Account::clear(name)),
            None => {}
        }
    }
    Receiver::new(accounts)
}

fn fields(frame: &Frame, body: &Body) -> Value {
    let extended: Vec<String> = body.extended.iter().map(|block| format!("{}{}", block.kind, block.value)).collect();
    json!({
        "token": frame.token.as_str(),
        "sealed": frame.is_sealed(),
        "raw_crc": frame.raw_crc,
        "sequence": frame.sequence,
        "receiver": frame.receiver,
        "line": frame.line,
        "account": frame.account,
        "data_account": body.account,
        "data": body.data,
        "extended": extended,
        "time": body.time.map(|time| time.to_string()),
    })
}

fn load(text: &str) -> Vec<Value> {
    let vectors: Vec<Value> = serde_json::from_str(text).unwrap();
    assert!(!vectors.is_empty());
    vectors
}

fn octets(vector: &Value) -> Vec<u8> {
    match vector["frame"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => {
            let digits = vector["frame_hex"].as_str().unwrap();
            (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect()
        }
    }
}

fn key(vector: &Value) -> Option<Key> {
    Some(Key::from_hex(vector["key_hex"].as_str()?).unwrap())
}
