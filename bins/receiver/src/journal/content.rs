//! What an entry says, as JSON; described in `EXPORT.md`.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keng_dispatch::record::Record;
use keng_journal::Stored;
use keng_protocol::entry::Entry;
use keng_protocol::{Frame, FrameId};
use keng_station::entries;
use serde::Serialize;
use serde_json::{Value, json};

use super::keys::Keys;
use super::{message, time};
use crate::failure::Failure;
use crate::hex;

/// One entry with everything that is needed to prove it, in the order of `EXPORT.md`.
#[derive(Serialize)]
pub(super) struct Exported {
    position: u64,
    at: String,
    at_ms: u64,
    kind: u16,
    name: &'static str,
    content: Value,
    payload: String,
    hash: String,
}

impl Exported {
    /// Reads an entry; the keys learn what it introduces.
    pub(super) fn of(stored: &Stored, keys: &mut Keys) -> Self {
        let entry = &stored.entry;
        let (name, content) = read(entry.kind, &entry.payload, keys);
        Self {
            position: stored.position.0,
            at: time(stored).to_string(),
            at_ms: entry.at_ms,
            kind: entry.kind,
            name,
            content,
            payload: STANDARD.encode(&entry.payload),
            hash: hex::encode(&stored.hash),
        }
    }

    /// Writes it as one line.
    pub(super) fn write(&self, out: &mut impl Write) -> Result<(), Failure> {
        serde_json::to_writer(&mut *out, self).map_err(io::Error::from)?;
        Ok(writeln!(out)?)
    }
}

/// The name of an entry's kind and what its payload says; null when this version cannot read it.
pub(super) fn read(kind: u16, payload: &[u8], keys: &mut Keys) -> (&'static str, Value) {
    if let Some(read) = of_protocol(kind, payload, keys) {
        return read;
    }
    if kind == entries::RECORD {
        let record = Record::decode(payload).ok().and_then(|record| serde_json::to_value(record).ok());
        return ("record", record.unwrap_or_default());
    }
    match entries::Entry::read(kind, payload) {
        Some(entries::Entry::Started { run }) => ("started", json!({ "run": run })),
        Some(entries::Entry::Dc09 { account, octets, .. }) => {
            ("dc09", json!({ "account": account.as_str(), "frame": STANDARD.encode(octets) }))
        }
        Some(entries::Entry::Dc09Refused { octets }) => ("dc09_refused", json!({ "octets": STANDARD.encode(octets) })),
        Some(entries::Entry::Act { json }) => ("act", serde_json::from_slice(&json).unwrap_or_default()),
        Some(entries::Entry::Notice { octets }) => ("notice", frame(&octets, keys).into()),
        None => ("unknown", Value::Null),
    }
}

fn of_protocol(kind: u16, payload: &[u8], keys: &mut Keys) -> Option<(&'static str, Value)> {
    let entry = Entry::read(u8::try_from(kind).ok()?, payload).ok().flatten()?;
    Some(match entry {
        Entry::Admitted { path, octets } => {
            let mut content = frame(&octets, keys);
            content.insert("path".to_owned(), json!(path.to_string()));
            ("admitted", content.into())
        }
        Entry::Again { path, frame } => ("again", json!({ "path": path.to_string(), "frame": frame.to_string() })),
        Entry::Refused { path, reason, octets } => {
            let claimed = Frame::decode(&octets).ok().map(|frame| frame.header().sender.to_string());
            ("refused", json!({ "path": path.to_string(), "reason": reason, "claimed_sender": claimed }))
        }
    })
}

/// Header and message of a frame. The message stands there only when the signature was verified, here and now.
fn frame(octets: &[u8], keys: &mut Keys) -> serde_json::Map<String, Value> {
    let mut content = serde_json::Map::new();
    content.insert("frame".to_owned(), json!(FrameId::of(octets).to_string()));
    let Ok(frame) = Frame::decode(octets) else { return content };
    let header = frame.header();
    let header = json!({
        "kind": header.kind.to_string(),
        "sender": header.sender.to_string(),
        "key": header.key,
        "epoch": header.epoch,
        "sequence": header.sequence,
        "time": header.time.to_string(),
    });
    content.insert("header".to_owned(), header);
    let said = keys.verify(octets);
    content.insert("verified".to_owned(), json!(said.is_some()));
    content.insert("message".to_owned(), said.map(|said| message::read(said.message())).unwrap_or_default());
    content
}
