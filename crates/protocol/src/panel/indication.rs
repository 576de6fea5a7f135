//! What the staff of the site may see.

use crate::id::{FrameId, IncidentId, NoticeId};
use crate::message::{Act, Kind, Notice};
use crate::time::Timestamp;

/// What the staff of the site may see. Nothing of it depends on the code of a cancel.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Indication {
    /// The event is on its way; nobody has confirmed it yet.
    Sending {
        /// Its frame.
        frame: FrameId,
        /// What kind of message it is.
        kind: Kind,
    },
    /// A station has it on disk.
    Received {
        /// Its frame.
        frame: FrameId,
        /// What kind of message it is.
        kind: Kind,
        /// Where it stands in the station's journal, from 1.
        position: u64,
    },
    /// No station has confirmed it within [`Config::not_received_after`](super::Config::not_received_after). Sending goes on; the staff should use another way too.
    NotReceived {
        /// Its frame.
        frame: FrameId,
        /// What kind of message it is.
        kind: Kind,
        /// When it was said, by the panel's clock.
        since: Timestamp,
    },
    /// The outbox was full and something more urgent, or newer, took the place of this event. It was sent, it is not sent again, and the
    /// heartbeats still count it, so the station misses it too.
    GivenUp {
        /// Its frame.
        frame: FrameId,
        /// What kind of message it is.
        kind: Kind,
        /// When it was said, by the panel's clock.
        since: Timestamp,
    },
    /// A person at a desk has acted.
    Answered {
        /// On which incident: of this panel, or of another device at the site.
        incident: IncidentId,
        /// The level of the authority, as the directory numbers it.
        level: u8,
        /// What the person did.
        act: Act,
        /// When, by the station's clock.
        at: Timestamp,
    },
    /// Police ask for vigilance. When somebody has read it, and the notice [asks](Notice::asks) for it, say [`Noted`](crate::message::Noted)
    /// with its id.
    Vigilance {
        /// Its id.
        id: NoticeId,
        /// What they ask.
        notice: Notice,
    },
    /// Frames in the store could not be read any more: events from before the restart are lost.
    Damaged {
        /// How many.
        frames: usize,
    },
}
