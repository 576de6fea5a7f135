//! How does a court, an auditor or another police force check an alarm years later, with nothing but an export and keys?
//!
//! ```text
//! cargo run -p keng-examples --example verify_years_later                                  a sample of its own
//! cargo run -p keng-examples --example verify_years_later -- export.jsonl DEVICE=KEY ...   your export
//! ```
//!
//! The export is what `keng-receiver journal export` writes; a key is 64 hexadecimal digits. Two things are proven: who signed each frame, by
//! the keys alone; and that no line was changed, left out or put in, by the hash chain. Nothing here asks the receiver or trusts it.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::collections::HashMap;
use std::error::Error;
use std::io::Read as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::SigningKey;
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::{DeviceId, Frame, Header, Kind, Message, PublicKey, Sign as _, Timestamp, seal};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The journal's domain, 64 octets filled up with zeros.
const DOMAIN: &[u8] = b"keng journal entry v1";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (export, keys) = match arguments.split_first() {
        None => sample()?,
        Some((file, keys)) => (read(file)?, keys.iter().map(|key| parse_key(key)).collect::<Result<_, _>>()?),
    };
    let mut before: Option<[u8; 32]> = None;
    let (mut lines, mut proven) = (0, 0);
    for line in export.lines() {
        let entry: Value = serde_json::from_str(line)?;
        before = Some(chain(&entry, before)?);
        lines += 1;
        proven += usize::from(prove(&entry, &keys)?);
    }
    println!("{lines} lines, none changed, left out or put in; {proven} frames proven by their senders' keys");
    Ok(())
}

/// Verifies a frame by its sender's key alone. False for what is no frame, or of a sender whose key was not given.
fn prove(entry: &Value, keys: &HashMap<DeviceId, PublicKey>) -> Result<bool, Box<dyn Error>> {
    if entry["kind"] != 1 {
        return Ok(false);
    }
    let payload = STANDARD.decode(entry["payload"].as_str().ok_or("no payload")?)?;
    let octets = payload.get(1..).ok_or("an empty payload")?;
    let frame = Frame::decode(octets)?;
    let Some(key) = keys.get(&frame.header().sender) else { return Ok(false) };
    let said = frame.verify(key)?;
    let Header { sender, time, .. } = said.header;
    match said.message() {
        Message::Alarm(alarm) => println!("{time}  {sender} signed: {}, zone {:?}", alarm.kind, alarm.zone),
        other => println!("{time}  {sender} signed: {}", other.kind()),
    }
    Ok(true)
}

/// Checks the entry's hash against that of the entry before. The first line of an export that begins in the middle is taken as it is.
fn chain(entry: &Value, before: Option<[u8; 32]>) -> Result<[u8; 32], Box<dyn Error>> {
    let number = |name: &str| entry[name].as_u64().ok_or("a field is missing");
    let stated = unhex(entry["hash"].as_str().ok_or("no hash")?).ok_or("a hash has 64 hexadecimal digits")?;
    let position = number("position")?;
    let before = match before {
        Some(before) => before,
        None if position == 1 => [0; 32],
        None => return Ok(stated),
    };
    let payload = STANDARD.decode(entry["payload"].as_str().ok_or("no payload")?)?;
    let computed = hash(before, position, number("at_ms")?, u16::try_from(number("kind")?)?, &payload);
    if computed == stated {
        Ok(stated)
    } else {
        Err(format!("line of position {position}: the hash does not fit").into())
    }
}

fn hash(before: [u8; 32], position: u64, at_ms: u64, kind: u16, payload: &[u8]) -> [u8; 32] {
    let mut domain = [0; 64];
    domain.iter_mut().zip(DOMAIN).for_each(|(to, from)| *to = *from);
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    Sha256::new()
        .chain_update(domain)
        .chain_update(before)
        .chain_update(position.to_be_bytes())
        .chain_update(at_ms.to_be_bytes())
        .chain_update(kind.to_be_bytes())
        .chain_update(length.to_be_bytes())
        .chain_update(payload)
        .finalize()
        .into()
}

type Sample = (String, HashMap<DeviceId, PublicKey>);

/// An export of one alarm, as a receiver would have written it, and the key of its panel.
fn sample() -> Result<Sample, Box<dyn Error>> {
    let (device, key) = (DeviceId(*b"panel-01"), SigningKey::from_bytes(&[7; 32]));
    let time = Timestamp::from_millis(1_795_334_700_000);
    let header = Header { kind: Kind::Alarm, sender: device, key: 1, epoch: 4, sequence: 12, time };
    let alarm = Alarm { zone: Some(2), ..Alarm::silent(AlarmKind::HoldUp) };
    let payload = [&[2], seal(&header, &alarm.into(), &key)?.as_slice()].concat();
    let line = json!({
        "position": 1,
        "at_ms": time.millis(),
        "kind": 1,
        "payload": STANDARD.encode(&payload),
        "hash": hex(&hash([0; 32], 1, time.millis(), 1, &payload)),
    });
    Ok((line.to_string(), HashMap::from([(device, key.public_key())])))
}

fn read(file: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    match file {
        "-" => std::io::stdin().read_to_string(&mut text)?,
        file => std::fs::File::open(file)?.read_to_string(&mut text)?,
    };
    Ok(text)
}

fn parse_key(text: &str) -> Result<(DeviceId, PublicKey), Box<dyn Error>> {
    let (device, key) = text.split_once('=').ok_or("write DEVICE=KEY")?;
    Ok((device.parse()?, PublicKey::new(&unhex(key).ok_or("a key has 64 hexadecimal digits")?)?))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut octets = [0; 32];
    for (octet, digits) in octets.iter_mut().zip(text.as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    (text.len() == 64).then_some(octets)
}
