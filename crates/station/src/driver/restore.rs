//! After a restart: the machines as the journal left them, and what a crash left untold.

use ed25519_dalek::SigningKey;
use keng_dispatch::Dispatcher;
use keng_dispatch::record::Record;
use keng_journal::{Head, Position, ReadError, Source, Stored, entries};
use keng_protocol::entry::Entry as Frames;
use keng_protocol::message::Role;
use keng_protocol::receiver::{Accepted, Receiver};
use keng_protocol::{FrameId, IdMap, Timestamp};

use super::step::Audiences;
use crate::acts::Acts;
use crate::dialect::Dialect;
use crate::entries::{Entry, RECORD};

/// How many entries are read at once, backwards, to find the last start.
const PAGE: u64 = 1024;

/// Frames and their records, as far as only one of the two was read.
#[derive(Default)]
struct Alone {
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
}

/// The machines that are put back.
pub(crate) struct Machines<'a> {
    pub(crate) receiver: &'a mut Receiver<SigningKey>,
    pub(crate) dispatcher: &'a mut Dispatcher,
    pub(crate) dialect: &'a mut Dialect,
}

/// How often the receiver has started so far, by the last [`Entry::Started`]; and the time of the last entry.
pub(crate) fn last_run(journal: &impl Source) -> Result<(u32, Timestamp), ReadError> {
    let head: Head = journal.head()?;
    let mut end = head.position.0;
    let mut last = Timestamp::default();
    while end > 0 {
        let start = end.saturating_sub(PAGE) + 1;
        let mut run = None;
        for stored in entries(journal, Position(start)) {
            let stored = stored?;
            if stored.position.0 > end {
                break;
            }
            if stored.position == head.position {
                last = time(&stored);
            }
            if let Some(Entry::Started { run: started }) = Entry::read(stored.entry.kind, &stored.entry.payload) {
                run = Some(started);
            }
        }
        if let Some(run) = run {
            return Ok((run, last));
        }
        end = start - 1;
    }
    Ok((0, last))
}

impl Machines<'_> {
    /// Reads the whole journal into the machines.
    pub(crate) fn restore(&mut self, journal: &impl Source) -> Result<Restored, ReadError> {
        let mut restored = Restored::default();
        let mut alone = Alone::default();
        for stored in entries(journal, Position::FIRST) {
            let stored = stored?;
            restored.at = time(&stored);
            self.take(&stored, &mut alone, &mut restored);
        }
        restored.undispatched = alone.frames.into_values().collect();
        restored.undispatched.sort_by_key(|accepted| (accepted.received, accepted.said.frame));
        Ok(restored)
    }

    fn take(&mut self, stored: &Stored, alone: &mut Alone, restored: &mut Restored) {
        let (at, kind, payload) = (time(stored), stored.entry.kind, stored.entry.payload.as_slice());
        if kind == RECORD {
            let Ok(record) = Record::decode(payload) else {
                restored.unreadable += 1;
                return;
            };
            restored.last_record = restored.last_record.max(record.number);
            restored.audiences.hear(&record, self.dispatcher.directory());
            // One that lost its incident tells of no frame: that is dispatched anew.
            let applied = self.dispatcher.restore(&record);
            let told = record.frame.filter(|_| applied);
            if let Some(frame) = told.filter(|frame| alone.frames.remove(frame).is_none()) {
                alone.records.insert(frame, ());
            }
            return;
        }
        let frames = u8::try_from(kind).ok().map(|code| Frames::read(code, payload));
        match frames {
            Some(Ok(Some(entry))) => match self.receiver.restore(at, stored.position.0, &entry) {
                // What an authority says of keys is the receiver's own matter, and has no record.
                Ok(Some(accepted)) if accepted.role != Role::Authority => {
                    if alone.records.remove(&accepted.said.frame).is_none() {
                        alone.frames.insert(accepted.said.frame, accepted);
                    }
                }
                Ok(_) => {}
                Err(_) => restored.unreadable += 1,
            },
            Some(Err(_)) => restored.unreadable += 1,
            _ => match Entry::read(kind, payload) {
                Some(Entry::Dc09 { key, account, .. }) => self.dialect.remember(&account, key, at),
                Some(Entry::Act { json }) => restored.acts.add(at, &json),
                Some(_) => {}
                None => restored.unreadable += 1,
            },
        }
    }
}

fn time(stored: &Stored) -> Timestamp {
    Timestamp::from_millis(stored.entry.at_ms)
}
