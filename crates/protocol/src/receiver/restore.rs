//! After a restart: windows, keys and receipts from the journal.

use super::device::{Seen, State};
use super::hearing::{event, number, path_bit, rank};
use super::{Accepted, Labels, Receiver};
use crate::entry::{Entry, Path};
use crate::error::Refusal;
use crate::frame::{Frame, Verified};
use crate::id::FrameId;
use crate::key::Sign;
use crate::message::{Durability, Message};
use crate::time::Timestamp;

/// Of how many frames it is known, while the journal is read, whose they are. Second paths of frames that stand further back are
/// forgotten: such a path is told once more if the frame comes by it again.
const READ: usize = 1 << 16;

impl<S: Sign> Receiver<S> {
    /// Takes up one entry of the journal: in order, all of them, before the first input. `at` and `position` are the entry's. The
    /// journal's own chain is what vouches for it; signatures are not verified again.
    ///
    /// Returns what was admitted, once for each frame and without heartbeats, so that the dispatcher can be given what a crash left
    /// undispatched. How many disks held an entry is not in the journal: receipts given again say one.
    ///
    /// # Errors
    /// A [`Refusal`] when the octets are no frame of this version, or when a key that the authority had given cannot be used any more
    /// (the configuration now has less room, or the device as an authority). The other entries can still be restored.
    pub fn restore(
        &mut self,
        at: Timestamp,
        position: u64,
        entry: &Entry<impl AsRef<[u8]>>,
    ) -> Result<Option<Accepted>, Refusal> {
        match entry {
            Entry::Admitted { path, octets } => self.readmit(at, position, *path, octets.as_ref()),
            Entry::Again { path, frame } => {
                self.mark_path(*path, frame);
                Ok(None)
            }
            Entry::Refused { .. } => Ok(None),
        }
    }

    fn readmit(
        &mut self,
        at: Timestamp,
        position: u64,
        path: Path,
        octets: &[u8],
    ) -> Result<Option<Accepted>, Refusal> {
        let frame = Frame::decode(octets)?;
        let said = frame.read_stored()?;
        let header = frame.header();
        // An alarm may overtake its device's enrolment on the way to the journal, so nobody is unknown here.
        let speaker = self.keyring.speaker(header).map(|speaker| (speaker.role, speaker.in_time(at)));
        let (role, in_time) = speaker.unwrap_or((header.kind.sender(), true));
        let slot = self.keyring.introduce(header.sender, role);
        if header.kind.is_heartbeat() {
            self.remember_beat(at, slot, &said);
            return Ok(None);
        }
        let seen = self.device(slot).seen(number(header), &said.frame);
        let state = State::Stored { position, durability: Durability::DISK };
        if seen == Seen::Same {
            return Ok(None);
        }
        let labels = Labels { key_out_of_time: !in_time, ..self.labels(at, slot, header, seen) };
        self.remember(slot, event(header, said.frame, at, path, rank(said.message()), state), seen);
        if self.read.len() >= READ {
            self.read.clear();
        }
        self.read.insert(said.frame, slot);
        let changed = self.keyring.apply(said.message())?;
        self.follow(changed, self.start, true);
        Ok(Some(Accepted { said, role, received: at, path, labels }))
    }

    fn remember_beat(&mut self, at: Timestamp, slot: usize, said: &Verified<Message>) {
        let Message::Heartbeat(beat) = said.message() else { return };
        let device = self.device(slot);
        if device.is_next_beat(number(&said.header)) {
            device.beat(&said.header, said.frame, beat);
            device.untell();
            device.marked = Some(at);
        }
    }

    fn mark_path(&mut self, path: Path, frame: &FrameId) {
        let Some(&slot) = self.read.get(frame) else { return };
        if let Some(event) = self.device(slot).event(frame) {
            event.paths |= path_bit(path);
        }
    }
}
