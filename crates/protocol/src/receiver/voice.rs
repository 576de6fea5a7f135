//! What the station says, signed with its own key.

use super::Config;
use crate::error::Malformed;
use crate::frame::{Header, seal};
use crate::id::{DeviceId, FrameId};
use crate::key::Sign;
use crate::message::{Durability, Heard, Message, Receipt, Vouched};
use crate::time::Timestamp;

/// The station's own voice.
///
/// An answer is numbered by what it answers: a receipt by its journal position (the low 32 bits) with the time when the frame came, a
/// `Heard` by its heartbeat's sequence. So the receipt of a frame is the same octets each time it is asked for in one run. What nobody
/// asked for counts on its own: progress and notices in one sequence, vouched alarms in another.
pub(super) struct Voice<S> {
    signer: S,
    id: DeviceId,
    key: u8,
    run: u32,
    said: u32,
    vouched: u32,
}

impl<S: Sign> Voice<S> {
    pub(super) const fn new(config: &Config, signer: S) -> Self {
        Self { signer, id: config.id, key: config.key, run: config.run, said: 0, vouched: 0 }
    }

    /// The receipt of a frame that came at `at`.
    pub(super) fn receipt(
        &self,
        at: Timestamp,
        frame: FrameId,
        position: u64,
        durability: Durability,
    ) -> Result<Vec<u8>, Malformed> {
        let [_, _, _, _, low @ ..] = position.to_be_bytes();
        self.seal(u32::from_be_bytes(low), at, &Receipt { frame, position, durability }.into())
    }

    /// The answer to a heartbeat.
    pub(super) fn heard(&self, now: Timestamp, sequence: u32, frame: FrameId) -> Result<Vec<u8>, Malformed> {
        self.seal(sequence, now, &Heard { frame }.into())
    }

    /// Progress or a notice.
    pub(super) fn say(&mut self, now: Timestamp, message: &Message) -> Result<Vec<u8>, Malformed> {
        self.said = self.said.wrapping_add(1);
        self.seal(self.said, now, message)
    }

    /// An alarm of another dialect.
    pub(super) fn vouch(&mut self, now: Timestamp, vouched: Vouched) -> Result<Vec<u8>, Malformed> {
        self.vouched = self.vouched.wrapping_add(1);
        self.seal(self.vouched, now, &vouched.into())
    }

    fn seal(&self, sequence: u32, time: Timestamp, message: &Message) -> Result<Vec<u8>, Malformed> {
        let header = Header { kind: message.kind(), sender: self.id, key: self.key, epoch: self.run, sequence, time };
        seal(&header, message, &self.signer)
    }
}
