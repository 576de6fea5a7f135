//! How does a court, an auditor or another police force check an alarm years later, with nothing but an export and keys?
//!
//! ```text
//! cargo run -p keng-examples --example verify_years_later                                  a sample of its own
//! cargo run -p keng-examples --example verify_years_later -- export.jsonl ID=KEY ...       your export
//! ```
//!
//! The export is what `keng-receiver journal export` writes; a key is 64 hexadecimal digits. The authority's id and key (`[[authority]]` in
//! `keng.toml`) are enough: what it signed introduces the keys of panels and desks. Two things are proven: who signed each frame, by the keys
//! alone; and that no `payload`, time or position was changed, left out or put in, by the hash chain. A line's `content` is there for
//! reading and proves nothing: what is printed here was read from the signed octets. Nothing here asks the receiver or trusts it. The
//! first time in a line is the receiver's, the second the signer's own; what is printed of a frame's id is the id of the incident that it raised.
//!
//! Whoever can write the whole file can compute all hashes anew, or cut off its end: compare the last line's hash, which is printed, with one
//! that somebody else kept (`journal verify` prints it). The signatures hold all the same.

use std::collections::HashMap;
use std::error::Error;
use std::io::ErrorKind::BrokenPipe;
use std::io::{self, Read as _, Write as _, stderr, stdout};
use std::process::ExitCode;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::SigningKey;
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::{DeviceId, Frame, Header, Kind, Message, PublicKey, Sign as _, Timestamp, seal};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The journal's domain, 64 octets filled up with zeros.
const DOMAIN: &[u8] = b"keng journal entry v1";

/// The public keys of each device: more than one when its key was changed.
type Keys = HashMap<DeviceId, Vec<PublicKey>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output (`| head`) has seen enough.
        Err(error) if error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(stderr(), "NOT PROVEN: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (export, given) = match arguments.split_first() {
        None => sample()?,
        Some((file, given)) => (read(file)?, parse_keys(given)?),
    };
    let mut introduced = Keys::new();
    let mut before: Option<[u8; 32]> = None;
    let (mut lines, mut proven, mut unknown) = (0, 0, 0);
    for line in export.lines() {
        lines += 1;
        let entry: Value = serde_json::from_str(line).map_err(|error| format!("line {lines} is no JSON: {error}"))?;
        before = Some(chain(&entry, before).map_err(|error| format!("line {lines}: {error}"))?);
        match prove(&entry, &given, &mut introduced)? {
            Some(true) => proven += 1,
            Some(false) => unknown += 1,
            None => {}
        }
    }
    let head = before.ok_or("the export is empty")?;
    let mut out = stdout().lock();
    writeln!(out, "{proven} frames proven by their senders' keys; {unknown} of senders whose key is not known")?;
    writeln!(out, "{lines} lines in one chain: no payload, time or position was changed, left out or put in between")?;
    writeln!(out, "the last line's hash: {}", hex(&head))?;
    Ok(())
}

/// Verifies a frame by its sender's key alone. `Some(false)` when the sender's key is not known, `None` for what is no frame. Only whose key
/// was given may introduce others.
fn prove(entry: &Value, given: &Keys, introduced: &mut Keys) -> Result<Option<bool>, Box<dyn Error>> {
    if entry["kind"] != 1 {
        return Ok(None);
    }
    let payload = STANDARD.decode(entry["payload"].as_str().ok_or("no payload")?)?;
    let octets = payload.get(1..).ok_or("an empty payload")?;
    let frame = Frame::decode(octets)?;
    let sender = frame.header().sender;
    let known: Vec<_> = given.get(&sender).into_iter().chain(introduced.get(&sender)).flatten().copied().collect();
    if known.is_empty() {
        return Ok(Some(false));
    }
    let verified = known.iter().find_map(|key| frame.verify(key).ok());
    let position = entry["position"].as_u64().unwrap_or_default();
    let unsigned = || format!("position {position}: none of the known keys of {sender} has signed this frame");
    let said = verified.ok_or_else(unsigned)?;
    let what = match said.message() {
        Message::Alarm(alarm) => {
            let zone = alarm.zone.map(|zone| format!(", zone {zone}")).unwrap_or_default();
            format!("{}{}{zone}", if alarm.drill { "DRILL, " } else { "" }, alarm.kind)
        }
        other => other.kind().to_string(),
    };
    let stored = Timestamp::from_millis(entry["at_ms"].as_u64().unwrap_or_default());
    let (signed, id) = (said.header.time, said.frame.incident());
    writeln!(stdout(), "{position:>6}  {stored}  {sender} signed at {signed}: {what}  (frame {id}…)")?;
    let introduces = match said.message() {
        Message::Enrolment(told) => Some((told.device, told.key)),
        Message::Rotation(told) => Some((told.device, told.key)),
        _ => None,
    };
    if let Some((device, key)) = introduces.filter(|_| given.contains_key(&sender)) {
        introduced.entry(device).or_default().push(PublicKey::new(&key)?);
    }
    Ok(Some(true))
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
        Err(format!("the hash of position {position} does not fit: something was changed, left out or put in").into())
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

type Sample = (String, Keys);

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
    Ok((line.to_string(), HashMap::from([(device, vec![key.public_key()])])))
}

fn read(file: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let read = match file {
        "-" => std::io::stdin().read_to_string(&mut text),
        file => std::fs::File::open(file).and_then(|mut opened| opened.read_to_string(&mut text)),
    };
    read.map_err(|error| format!("{file} cannot be read: {error}"))?;
    Ok(text)
}

fn parse_keys(given: &[String]) -> Result<Keys, Box<dyn Error>> {
    let mut keys = Keys::new();
    for text in given {
        let (device, key) = text.split_once('=').ok_or("write ID=KEY, a device's or an authority's")?;
        let key = PublicKey::new(&unhex(key).ok_or("a key has 64 hexadecimal digits")?)?;
        keys.entry(device.parse()?).or_default().push(key);
    }
    Ok(keys)
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
