//! After a restart: the machines as the journal left them, and what a crash left untold.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_dispatch::record::Record;
use keng_dispatch::{Dispatcher, Limits};
use keng_journal::{Position, ReadError, Source, Stored, entries};
use keng_protocol::entry::Entry as Frames;
use keng_protocol::message::Role;
use keng_protocol::receiver::{Accepted, Receiver};
use keng_protocol::{Frame, FrameId, Timestamp};

use super::{RECORD, STARTED, Station};
use crate::flaw::Flaw;

/// The machines that are put back.
pub(super) struct Machines<'a> {
    receiver: &'a mut Receiver<SigningKey>,
    dispatcher: &'a mut Dispatcher,
    flaw: Option<Flaw>,
}

/// How often the station has started so far, and the time of the last entry.
pub(super) fn last_run(journal: &impl Source) -> Result<(u32, Timestamp), ReadError> {
    let (mut run, mut last) = (0, Timestamp::default());
    for stored in entries(journal, Position::FIRST) {
        let entry = stored?.entry;
        last = Timestamp::from_millis(entry.at_ms);
        if let (STARTED, Ok(octets)) = (entry.kind, entry.payload.as_slice().try_into()) {
            run = u32::from_be_bytes(octets);
        }
    }
    Ok((run, last))
}

/// A dispatcher as the journal has it, for a comparison with one that runs.
pub(crate) fn restored(journal: &impl Source, directory: &Directory) -> Result<Dispatcher, ReadError> {
    let mut dispatcher =
        Dispatcher::new(keng_dispatch::Config { run: 0, limits: Limits::default() }, directory.clone());
    for stored in entries(journal, Position::FIRST) {
        if let Some(record) = super::step::record(&stored?.entry) {
            dispatcher.restore(&record);
        }
    }
    Ok(dispatcher)
}

impl<'a> Machines<'a> {
    pub(super) const fn of(station: &'a mut Station) -> Self {
        let Station { receiver, dispatcher, flaw, .. } = station;
        Self { receiver, dispatcher, flaw: *flaw }
    }

    /// Reads the whole journal into the machines; the frames that were stored and have no record.
    pub(super) fn restore(&mut self, journal: &impl Source) -> Result<Vec<Accepted>, ReadError> {
        let mut untold = Untold::default();
        for stored in entries(journal, Position::FIRST) {
            self.take(&stored?, &mut untold);
        }
        let mut undispatched: Vec<Accepted> = untold.frames.into_values().collect();
        undispatched.sort_by_key(|accepted| (accepted.received, accepted.said.frame));
        Ok(undispatched)
    }

    fn take(&mut self, stored: &Stored, untold: &mut Untold) {
        let (at, kind, payload) =
            (Timestamp::from_millis(stored.entry.at_ms), stored.entry.kind, stored.entry.payload.as_slice());
        if kind == RECORD {
            let Ok(record) = Record::decode(payload) else { return };
            // One that lost its incident tells of no frame: that is dispatched anew.
            let applied = self.flaw == Some(Flaw::RecordsForgotten) || self.dispatcher.restore(&record);
            if let Some(frame) = record.frame.filter(|_| applied) {
                untold.is_told(frame);
            }
            return;
        }
        let Some(Ok(Some(entry))) = u8::try_from(kind).ok().map(|code| Frames::read(code, payload)) else { return };
        if self.flaw == Some(Flaw::WindowForgotten) && !is_of_an_authority(&entry) {
            return;
        }
        if let Ok(Some(accepted)) = self.receiver.restore(at, stored.position.0, &entry)
            && accepted.role != Role::Authority
        {
            untold.is_stored(accepted);
        }
    }
}

/// Frames that were stored and have no record, while the journal is read.
#[derive(Default)]
struct Untold {
    frames: BTreeMap<FrameId, Accepted>,
    /// Frames whose record came first, because their entry found no room at once.
    told: BTreeSet<FrameId>,
}

impl Untold {
    fn is_told(&mut self, frame: FrameId) {
        if self.frames.remove(&frame).is_none() {
            self.told.insert(frame);
        }
    }

    fn is_stored(&mut self, accepted: Accepted) {
        if !self.told.remove(&accepted.said.frame) {
            self.frames.insert(accepted.said.frame, accepted);
        }
    }
}

fn is_of_an_authority(entry: &Frames) -> bool {
    let Frames::Admitted { octets, .. } = entry else { return false };
    Frame::decode(octets).is_ok_and(|frame| frame.header().kind.sender() == Role::Authority)
}
