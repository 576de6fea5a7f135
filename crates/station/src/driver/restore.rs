//! After a restart: the machines as the journal left them, and what a crash left untold.

use ed25519_dalek::SigningKey;
use keng_dispatch::Dispatcher;
use keng_dispatch::record::Record;
use keng_journal::{Glance, Head, Position, ReadError, Source, entries};
use keng_protocol::entry::Entry as Frames;
use keng_protocol::message::Role;
use keng_protocol::receiver::{Accepted, Receiver};
use keng_protocol::{FrameId, IdMap, Timestamp};

use super::step::Audiences;
use crate::acts::Acts;
use crate::dialect::Dialect;
use crate::entries::{Entry, RECORD};
use crate::readings::Readings;

/// How many entries are read at once, backwards, to find the last start.
const PAGE: u64 = 1024;

/// Frames and their records, as far as only one of the two was read.
#[derive(Default)]
struct Alone {
    /// The last frame, whose record is mostly the next entry.
    last: Option<Accepted>,
    /// Those before.
    frames: IdMap<FrameId, Accepted>,
    /// A record that found room before its frame did: the frame came again from its panel.
    records: IdMap<FrameId, ()>,
}

/// What the journal says besides the machines' own state.
#[derive(Default)]
pub(crate) struct Restored {
    /// Frames that were stored but have no record: a crash came between. They are dispatched at the start.
    pub(crate) undispatched: Vec<Accepted>,
    /// The number of the last record.
    pub(crate) last_record: u64,
    /// Who knows of which incident.
    pub(crate) audiences: Audiences,
    /// The time of the last entry.
    pub(crate) at: Timestamp,
    /// Entries that cannot be read by this version: shown, never skipped in silence.
    pub(crate) unreadable: u64,
    /// What operators did last.
    pub(crate) acts: Acts,
    /// Who has read which notice.
    pub(crate) readings: Readings,
}

/// The machines that are put back.
pub(crate) struct Machines<'a> {
    pub(crate) receiver: &'a mut Receiver<SigningKey>,
    pub(crate) dispatcher: &'a mut Dispatcher,
    pub(crate) dialect: &'a mut Dialect,
}

impl Alone {
    fn store(&mut self, accepted: Accepted) {
        if self.records.remove(&accepted.said.frame).is_none()
            && let Some(before) = self.last.replace(accepted)
        {
            self.frames.insert(before.said.frame, before);
        }
    }

    fn tell(&mut self, frame: FrameId) {
        let is_last = self.last.take_if(|last| last.said.frame == frame).is_some();
        if !is_last && self.frames.remove(&frame).is_none() {
            self.records.insert(frame, ());
        }
    }
}

/// How often the receiver has started so far, by the last [`Entry::Started`] or the number of the last record; and the time of the last
/// entry.
pub(crate) fn last_run(journal: &impl Source) -> Result<(u32, Timestamp), ReadError> {
    let head: Head = journal.head()?;
    let mut end = head.position.0;
    let mut last = Timestamp::default();
    while end > 0 {
        let start = end.saturating_sub(PAGE) + 1;
        let mut run = 0;
        for stored in entries(journal, Position(start)) {
            let stored = stored?;
            if stored.position.0 > end {
                break;
            }
            if stored.position == head.position {
                last = Timestamp::from_millis(stored.entry.at_ms);
            }
            run = run.max(run_of(stored.entry.kind, &stored.entry.payload).unwrap_or(0));
        }
        if run > 0 {
            return Ok((run, last));
        }
        end = start - 1;
    }
    Ok((0, last))
}

/// The run that an entry says it is of: a record by its number, so that the last start need not be looked for through a year.
fn run_of(kind: u16, payload: &[u8]) -> Option<u32> {
    match Entry::read(kind, payload) {
        Some(Entry::Started { run }) => Some(run),
        None if kind == RECORD => u32::try_from(Record::decode(payload).ok()?.number >> 32).ok(),
        _ => None,
    }
}

impl Machines<'_> {
    /// Reads the whole journal into the machines.
    pub(crate) fn restore(&mut self, journal: &impl Source) -> Result<Restored, ReadError> {
        let mut restored = Restored::default();
        let mut alone = Alone::default();
        journal.scan(Position::FIRST, &mut |seen| self.take(seen, &mut alone, &mut restored))?;
        restored.undispatched = alone.frames.into_values().chain(alone.last).collect();
        restored.undispatched.sort_by_key(|accepted| (accepted.received, accepted.said.frame));
        Ok(restored)
    }

    fn take(&mut self, seen: Glance<'_>, alone: &mut Alone, restored: &mut Restored) {
        let Glance { position, at_ms, kind, payload } = seen;
        let at = Timestamp::from_millis(at_ms);
        restored.at = at;
        if kind == RECORD {
            let Ok(record) = Record::decode(payload) else {
                restored.unreadable += 1;
                return;
            };
            restored.last_record = restored.last_record.max(record.number);
            restored.audiences.hear(&record, self.dispatcher.directory());
            restored.readings.hear(&record);
            // One that lost its incident tells of no frame: that is dispatched anew.
            let applied = self.dispatcher.restore(&record);
            if let Some(frame) = record.frame.filter(|_| applied) {
                alone.tell(frame);
            }
            return;
        }
        let frames = u8::try_from(kind).ok().map(|code| Frames::view(code, payload));
        match frames {
            Some(Ok(Some(entry))) => match self.receiver.restore(at, position.0, &entry) {
                // What an authority says of keys is the receiver's own matter, and has no record.
                Ok(Some(accepted)) if accepted.role != Role::Authority => alone.store(accepted),
                Ok(_) => {}
                Err(_) => restored.unreadable += 1,
            },
            Some(Err(_)) => restored.unreadable += 1,
            _ => match Entry::read(kind, payload) {
                Some(Entry::Dc09 { key, account, .. }) => self.dialect.remember(&account, key, at),
                Some(Entry::Act { json }) => restored.acts.add(at, &json),
                Some(Entry::Notice { octets }) => restored.readings.sent(FrameId::of(&octets).notice()),
                Some(_) => {}
                None => restored.unreadable += 1,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use keng_dispatch::record::What;
    use keng_journal::{Engine as _, Memory, Stored};

    use super::*;

    /// A journal that counts its pages.
    struct Counted(Memory, Cell<u32>);

    impl Source for Counted {
        fn read(&self, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError> {
            self.1.set(self.1.get() + 1);
            self.0.read(from, limit)
        }

        fn head(&self) -> Result<Head, ReadError> {
            self.0.head()
        }
    }

    #[test]
    fn a_run_of_a_year_is_found_by_its_last_records() {
        let entry = |(kind, payload)| keng_journal::Entry { kind, at_ms: 7, payload };
        let record = |number| Record {
            number: (6 << 32) + number,
            at: Timestamp::from_millis(7),
            incident: None,
            frame: None,
            source: None,
            what: What::Passed,
        };
        let mut journal = Memory::default();
        journal.append(&[entry(Entry::Started { run: 6 }.encode())]).unwrap();
        let year: Vec<_> = (1..=100 * PAGE).map(|number| entry((RECORD, record(number).encode()))).collect();
        journal.append(&year).unwrap();
        let counted = Counted(journal.clone(), Cell::new(0));
        assert_eq!(last_run(&counted).unwrap(), (6, Timestamp::from_millis(7)));
        assert!(counted.1.get() <= 2, "it read {} pages", counted.1.get());

        journal.append(&[entry(Entry::Started { run: 7 }.encode())]).unwrap();
        assert_eq!(last_run(&journal).unwrap().0, 7);
    }
}
