//! The panel's session machine: presses in; frames, records for the store, and what the site may see out (SPEC 7).
//!
//! No socket, clock, disk or random source: a driver hands in what happened, with the time, and does what the machine wants done. The same
//! inputs give the same outputs.
//!
//! ```text
//!   Input::Say                                           Input::Frame
//!       |  signed, numbered                                  |  length, station, key, role, signature --> Refused
//!     Send on the paths --> Persist(Queued) --> Show         |
//!       |                                                  receipt of a frame that waits --> Persist(Settled), Show(Received)
//!       |  no receipt: again, slower, without end          heard      --> that path works
//!       |  not in time: Show(NotReceived)                  progress, notice --> Persist(Heard), Show, once each
//! ```
//!
//! # What a driver keeps to
//!
//! * It drains [`Panel::poll_output`] to [`Output::Timeout`] before the next input, and says [`Input::Tick`] when that time comes.
//! * It appends each [`Output::Persist`] to the store, in order. Nothing waits for it: a press goes out before it is stored, and
//!   [`Record`] says of each record what is lost when power fails in between. The first record, the epoch, should be on disk before the
//!   first press comes; a press that comes earlier is sent all the same.
//! * `now` is the time that frames claim and that timers run by. When it goes back, all that waits goes back with it, so that no retry waits
//!   longer than it should. When it leaps ahead, retries and the word "not received" come early.
//!
//! # What is decided here
//!
//! * **Ways.** Alarms, cancels and updates go out on every path at once, also on those believed broken. The rest goes by the first good
//!   path, by the next at each retry; a test goes by the path that it tests and by no other.
//! * **Retries** follow [`Backoff`] until a receipt for exactly this frame comes, by any path. They slow down and never stop. When a path
//!   comes back, all that waits goes out on it at once, hold-ups first, oldest first.
//! * **The outbox.** At its bound the oldest of the lowest rank gives way to what outranks it: a hold-up (people under attack, no drill)
//!   and a cancel over other alarms and updates, those over the rest. Among equals the newest takes the place of the newest before it: with
//!   nothing but hold-ups the oldest stay, because they say when it began, and the last place is always the latest press. What is outranked
//!   by all is not kept. Whatever gives way has gone out at least once, is shown as [`Indication::GivenUp`], and is still counted by the
//!   heartbeats, so that the station misses it if it did not come.
//! * **A cancel** is handled the same whatever its code: as if it were the duress code.
//! * **A station's word** is shown once, also across power loss: a repeated [`Indication::Answered`] could pretend that somebody comes.
//!   A receipt needs no such window, since it names the one frame that it settles.
//! * **Heartbeats** go out on every path in the same octets; the first at a time drawn from the seed, so that a million panels that start
//!   together do not beat together. Who can copy a station's answer from one path to another can make a broken path look good, which alarms
//!   do not depend on.

mod config;
mod debug;
mod hearing;
mod indication;
mod machine;
mod outbox;
mod paths;
mod record;
mod retry;

use crate::error::Refusal;
use crate::message::{Message, Power};
use crate::time::Timestamp;

pub use config::{Backoff, Config, Misconfigured, Station};
pub use indication::Indication;
pub use machine::Panel;
pub use record::Record;

/// The most paths of a panel: a heartbeat has one bit for each.
pub const MAX_PATHS: u8 = 8;
/// The most keys of stations that a panel knows.
pub const MAX_STATIONS: usize = 16;
/// The most events that wait for a receipt: as many as a receiver remembers of a device. An event whose receipt was lost while so many later
/// ones were receipted is forgotten there: a hold-up is raised and receipted anew, labelled; another event is refused as stale, shown, and
/// tried again until something takes its place.
pub const MAX_OUTBOX: usize = 256;

/// What happens to a panel.
pub enum Input<'a> {
    /// Something happened on the site: an alarm, a suspicion, an update, opening or closing, a test, a drill, a cancel, or that a notice was read.
    Say(Message),
    /// The octets of one frame came from outside.
    Frame {
        /// By which path.
        path: u8,
        /// The octets.
        octets: &'a [u8],
    },
    /// A path has a link again: what waits for a receipt goes out on it at once.
    PathUp {
        /// Which path.
        path: u8,
    },
    /// A path has no link. Alarms are still sent on it, since a send costs nothing.
    PathDown {
        /// Which path.
        path: u8,
    },
    /// What feeds the panel, for the next heartbeat. To tell it at once, say an alarm of the kind power fault.
    Power(Power),
    /// Whether the case is open, for the next heartbeat. To tell it at once, say an alarm of the kind tamper.
    Tamper(bool),
    /// The time has come that [`Output::Timeout`] named.
    Tick,
}

/// What a panel wants done.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Send these octets; when the path has no link, drop them: they come again.
    Send {
        /// By which path.
        path: u8,
        /// One frame.
        octets: Vec<u8>,
    },
    /// Append this to the store. Nothing waits for it: a press goes out before it is stored.
    Persist(Record),
    /// Show this to the staff.
    Show {
        /// True when a stranger on the site must not notice: no sound, no light in the public area.
        discreet: bool,
        /// What to show.
        what: Indication,
    },
    /// Octets from outside, or a message that no panel can say, were refused: count it. Nothing is answered.
    Refused {
        /// By which path they came; `None` for [`Input::Say`].
        path: Option<u8>,
        /// Why.
        reason: Refusal,
    },
    /// Nothing more to do before this time; [`Timestamp::MAX`] when there is nothing to wait for.
    Timeout(Timestamp),
}
