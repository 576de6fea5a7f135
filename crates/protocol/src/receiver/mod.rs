//! The receiver's session machine: frames in; verified messages, journal entries, receipts and the silence of panels out.
//!
//! No socket, clock or thread: a driver hands in what happened, with the time, and does what the machine wants done.
//!
//! ```text
//!               Input::Frame
//!                    |
//!   length, version, sender, key number, revoked          --> Refused, Persist(Refused)
//!                    |  nanoseconds, no cryptography
//!   number and frame seen before? -- the same frame       --> its receipt again; Again, Persist(Again) for each new path
//!                    |   \______________ nobody can tell   --> Refused(Stale), unless it may be about people
//!                    |
//!   signature, body, role by kind, what an authority says --> Refused
//!                    |
//!                 Persist -----> Accepted                     at once, not waiting for the disk
//!                    |
//!             Input::Persisted                                the only way to a receipt
//!                    |
//!                 Send(receipt) to every origin that waits
//! ```
//!
//! # What a driver keeps to
//!
//! * It drains [`Receiver::poll_output`] to [`Output::Timeout`] before the next input, and says [`Input::Tick`] when that time comes.
//! * `now` is the wall's time, made monotonic: it starts from the wall clock and never goes back. A `now` that does go back delays the
//!   notice of silence and nothing else. If nothing at all happens for two silence periods, the process or the clock stood still: then
//!   nobody listened, and every panel gets a whole period again instead of all being silent at once.
//! * It writes each [`Output::Persist`] with its `at` and answers it once. Entries are written in the order of their tickets, except that
//!   urgent ones may overtake. After a restart all of them go to [`Receiver::restore`] in the journal's order, to a machine whose
//!   [`Config::run`] is one higher.
//! * It never gives a link's number to another link.
//!
//! # What is decided here
//!
//! * **Events and heartbeats count separately.** Events have a window of 1,024 numbers in each of the last four epochs, and the last 256
//!   are remembered with their receipts. A number that was used, for a frame that is no longer remembered, is stale: refused, journaled
//!   and shown, because nobody can tell it from a replay.
//! * **A hold-up is never refused for its number.** What goes first at every bound (an alarm that is no drill and not about the
//!   equipment, a cancel, what a newer panel says) is verified when it is stale, told with [`Labels::maybe_seen`], stored and receipted: a
//!   replay costs a false alarm with a label, a refused true one may cost a life. It moves no window, opens no epoch, counts for nothing
//!   and is no sign of life, since anybody may have recorded it. Of each device 16 such frames are remembered beside the 256, each for at
//!   least a minute. At this bound one more is still told, each time it comes, but gets neither an entry nor a receipt.
//! * **A panel that lost its store** begins at epoch 1 again. Its hold-ups are told with a label; its heartbeats are stale, so it becomes
//!   silent, which somebody looks at; everything else that it says is refused and shown. It must be enrolled under a new id.
//! * **A repeated frame gets the first receipt again**: the same octets within one run of the station; after a restart a new signature
//!   over the same frame, position and time. It is no sign of life and moves no link, for anyone may repeat octets.
//! * **A heartbeat must come after the last one**, by epoch and sequence. The last one itself is answered again, since it may come by a
//!   second path; an older one is stale. Only every [`Config::heartbeat_mark`], or when it says something new or begins an epoch, one is
//!   journaled; so after a restart the heartbeats since the last mark could be repeated once each by who recorded them, and pretend life for that long.
//! * **After a restart** every panel has a whole silence period, its first word is told as [`Supervision::Back`], and faults that last
//!   are told again by its first heartbeat.
//! * **A station's `Vouched`** is taken from this station and from other enrolled ones. What stations say to panels (receipts, progress,
//!   notices) is no message to a receiver: the role may not send it here.
//! * **Authorities and the station itself** stand in the configuration: no frame enrols, rotates or revokes them.

mod debug;
mod device;
mod hearing;
mod machine;
mod pending;
mod restore;
mod supervision;
mod voice;
mod window;

use core::time::Duration;

use crate::entry::{Entry, Path};
use crate::error::Refusal;
use crate::frame::Verified;
use crate::id::{DeviceId, FrameId};
use crate::key::PublicKey;
use crate::message::{Durability, Message, Role};
use crate::time::Timestamp;

pub use machine::Receiver;
pub use supervision::Watch;

/// Where octets came from and where an answer goes: the path, and the driver's own number for the connection or peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The kind of path.
    pub path: Path,
    /// The driver's number of the link; the machine only hands it back.
    pub link: u64,
}

/// The machine's number of an entry that is on its way to the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What a receiver is.
#[derive(Clone, Debug)]
pub struct Config {
    /// The station's own id, in every frame that it signs.
    pub id: DeviceId,
    /// The number of the station's own key.
    pub key: u8,
    /// How often this station has started, this start included: the epoch of its frames.
    pub run: u32,
    /// Who may enrol, rotate and revoke: the root of trust, with their key numbers.
    pub authorities: Vec<(DeviceId, u8, PublicKey)>,
    /// After how long without a word a panel is silent.
    pub silence: Duration,
    /// How far a device's clock may differ before its messages are labelled.
    pub clock_tolerance: Duration,
    /// How often a heartbeat that says nothing new is journaled: the longest stretch of heartbeats that a restart forgets.
    pub heartbeat_mark: Duration,
    /// The bounds.
    pub limits: Limits,
}

/// The named bounds of a receiver that its operator sets. Others stand with what they bound: four keys and four epochs a device, 256
/// events with their receipts and 16 that are too old, four origins that wait for one receipt, 64 journaled refusals and one more each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Devices that can be enrolled, those whose keys were revoked included. One more is refused.
    pub devices: usize,
    /// Entries on their way to the journal, at least 4. Alarms may use all of it, other events three quarters, evidence (refusals, second
    /// paths, heartbeats) half. Beyond it frames are still told to the desks, but not persisted and so not receipted: the panel sends
    /// them again. Evidence beyond it is only in the outputs.
    pub pending: usize,
}

/// What happens to a receiver.
pub enum Input<'a> {
    /// The octets of one frame came.
    Frame {
        /// From where.
        origin: Origin,
        /// The octets.
        octets: &'a [u8],
    },
    /// An entry is in the journal for good.
    Persisted {
        /// Which.
        ticket: Ticket,
        /// Where, from 1.
        position: u64,
        /// How safely.
        durability: Durability,
    },
    /// The journal could not take an entry. No receipt goes out; when the panel sends the frame again the machine asks again.
    NotPersisted {
        /// Which.
        ticket: Ticket,
    },
    /// The station has something to say to a device: progress or a notice; anything else is not said. Sent on the link by which it was
    /// last heard; when that is closed it is not said at all, since the panel asks for nothing and shows it only as a courtesy.
    Say {
        /// To whom.
        to: DeviceId,
        /// What.
        message: Message,
    },
    /// A link is gone: nothing can be sent on it any more.
    LinkClosed {
        /// The driver's number of the link.
        link: u64,
    },
    /// The time has come that [`Output::Timeout`] named.
    Tick,
}

/// What a receiver wants done.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Write this to the journal, then say [`Input::Persisted`].
    Persist {
        /// To be handed back.
        ticket: Ticket,
        /// The receiver's time of it, which the journal stores beside it and [`Receiver::restore`] is told.
        at: Timestamp,
        /// True for a frame of an alarm: it goes first at every bound.
        urgent: bool,
        /// What to write.
        entry: Entry,
    },
    /// An authentic message: tell the dispatcher now, without waiting for the journal.
    Accepted(Box<Accepted>),
    /// A frame that was accepted before came again by this path. Evidence, never a second incident.
    Again {
        /// Which frame.
        frame: FrameId,
        /// By what path this time.
        path: Path,
    },
    /// Send these octets.
    Send {
        /// On which link.
        to: Origin,
        /// One frame.
        octets: Vec<u8>,
    },
    /// A frame that came by [`Path::Own`] is in the journal for good: what it vouches for may be acknowledged in its own dialect.
    Stored {
        /// Which frame.
        frame: FrameId,
        /// Where it stands.
        position: u64,
    },
    /// Octets were refused: count it and show it to the operators. Nothing is answered.
    Refused {
        /// From where.
        origin: Origin,
        /// Whom the frame claims to be from, when it got that far.
        claimed: Option<DeviceId>,
        /// Why.
        reason: Refusal,
    },
    /// A panel's state changed, or it stopped talking.
    Supervision {
        /// Which panel.
        device: DeviceId,
        /// What changed.
        event: Supervision,
    },
    /// Nothing more to do before this time; [`Timestamp::MAX`] when there is nothing to wait for.
    Timeout(Timestamp),
}

/// An authentic message with what the receiver knows about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The message and who said it.
    pub said: Verified<Message>,
    /// What the sender is.
    pub role: Role,
    /// The receiver's time.
    pub received: Timestamp,
    /// By what it came first.
    pub path: Path,
    /// What an operator must know about it.
    pub labels: Labels,
}

/// What an operator must know about a message that is authentic but not quite as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The sender's clock minus the receiver's, when it differs by more than the tolerance; milliseconds.
    pub clock_off_ms: Option<i64>,
    /// The frame overtook or was held up: later frames of its sender came before it.
    pub late: bool,
    /// The key had ended, or had not begun, at the receiver's time.
    pub key_out_of_time: bool,
    /// Another frame with this number came before: the device counts wrongly, or was copied.
    pub number_reused: bool,
    /// Its number is too old to tell whether it came before: it may be an old frame sent again. Only what may be about people is
    /// accepted so; its device may have lost its count, or have kept the frame through many starts.
    pub maybe_seen: bool,
}

/// What is known about a panel without a person's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Supervision {
    /// Nothing was heard for [`Config::silence`].
    Silent {
        /// When it was heard last; the start of the receiver when never.
        since: Timestamp,
    },
    /// It talks again; also its first word after a restart, when nobody knows whether it was silent.
    Back,
    /// Two heartbeats in a row say that events were sent which never came: suppression, not silence.
    Missing {
        /// How many.
        events: u32,
    },
    /// All events that were missing have come.
    Complete,
    /// Mains lost.
    OnBattery,
    /// Battery low or missing.
    BatteryLow,
    /// Mains back and battery good.
    PowerGood,
    /// The case was opened.
    TamperOpen,
    /// The case was closed.
    TamperClosed,
    /// A configured path stopped working, as the panel sees it; its number from 0.
    PathBroken(u8),
    /// The path works again.
    PathGood(u8),
}
