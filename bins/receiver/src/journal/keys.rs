//! The keys by which stored frames are verified again: the configuration's, and those that the journal's own frames introduced.

use std::collections::HashMap;

use keng_journal::{Position, entries};
use keng_protocol::entry::Entry;
use keng_protocol::{DeviceId, Frame, Kind, Message, PublicKey, Sign as _, Verified};

use super::{Opened, unreadable};
use crate::failure::Failure;
use crate::secret;

/// Every key that ever spoke for a device, by the device and the key's number; revoked ones too, as they signed what is in the journal.
#[derive(Default)]
pub(super) struct Keys(HashMap<(DeviceId, u8), PublicKey>);

impl Keys {
    /// What the configuration knows: the authorities', and the station's own if we may read it.
    pub(super) fn of(opened: &Opened) -> Self {
        let Some(config) = &opened.config else { return Self::default() };
        let mut keys: HashMap<_, _> =
            config.authorities.iter().map(|(id, number, key)| ((*id, *number), *key)).collect();
        if let Ok(key) = secret::read_key(&config.station.key.value) {
            keys.insert((config.station.id, config.station.key_number), key.public_key());
        }
        Self(keys)
    }

    /// And what all entries before a position introduced.
    pub(super) fn before(opened: &Opened, end: Position) -> Result<Self, Failure> {
        let mut keys = Self::of(opened);
        for stored in entries(&opened.reader, Position::FIRST) {
            let stored = stored.map_err(unreadable)?;
            if stored.position >= end {
                break;
            }
            if let Some(octets) = enrolling(stored.entry.kind, &stored.entry.payload) {
                keys.verify(octets);
            }
        }
        Ok(keys)
    }

    /// The message of a stored frame, if its signature can be verified; learns the key that it introduces.
    pub(super) fn verify(&mut self, octets: &[u8]) -> Option<Verified<Message>> {
        let frame = Frame::decode(octets).ok()?;
        let header = frame.header();
        let said = frame.verify(self.0.get(&(header.sender, header.key))?).ok()?;
        let introduced = match said.message() {
            Message::Enrolment(said) => Some((said.device, said.number, &said.key)),
            Message::Rotation(said) => Some((said.device, said.number, &said.key)),
            _ => None,
        };
        if let Some((device, number, key)) = introduced
            && let Ok(key) = PublicKey::new(key)
        {
            self.0.entry((device, number)).or_insert(key);
        }
        Some(said)
    }
}

/// The frame of an entry that may introduce a key; found by its header, so that the others cost nothing.
fn enrolling(kind: u16, payload: &[u8]) -> Option<&[u8]> {
    let admitted = Entry::Admitted { path: keng_protocol::entry::Path::Own, octets: Vec::new() }.code();
    let octets = payload.get(1..).filter(|_| kind == u16::from(admitted))?;
    let frame = Frame::decode(octets).ok()?;
    matches!(frame.header().kind, Kind::Enrolment | Kind::Rotation).then_some(octets)
}
