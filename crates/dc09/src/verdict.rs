//! What the receiver makes of a frame, and what is to be sent back.

use keng_protocol::Timestamp;

use crate::account::AccountName;
use crate::event::Event;
use crate::frame::ParseError;
use crate::repeats::EventKey;

/// What the receiver makes of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something has happened. Tell the desks and store it; the answer says when it may go out.
    Report(Report),
    /// A link test: the panel lives. Nothing to store before the answer.
    LinkTest {
        /// Whose.
        account: AccountName,
        /// What the frame proves.
        trust: Trust,
        /// What its clock says.
        clock: Clock,
        /// The ACK.
        answer: Vec<u8>,
    },
    /// An event that was reported within the repeat window: by the panel's other path, or because its ACK was lost.
    Repeat {
        /// Whose.
        account: AccountName,
        /// The same as the [`Report::key`] of the first copy. While that copy is not durable, this answer waits with its answer.
        key: EventKey,
        /// What this copy proves. [`Trust::Fresh`] where the first copy was [`Trust::Replayable`] takes the label off the event.
        trust: Trust,
        /// What its clock says.
        clock: Clock,
        /// The ACK, once the first copy is stored.
        answer: Answer,
    },
    /// Not accepted. To be counted, journaled and shown.
    Refused {
        /// Why.
        reason: Refusal,
        /// The account that the frame names, 1 to 16 letters or digits, if one could be read. Nobody has proven it.
        account: Option<String>,
        /// What the frame claims, where it can be read, so that an operator sees what was refused. Nobody has proven it.
        claims: Vec<Event>,
        /// The NAK or DUH, to be sent at once; `None` where an answer would start a loop.
        answer: Option<Vec<u8>>,
    },
}

/// Accepted events, all of one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Whose: the account of the header, also where the data names another one.
    pub account: AccountName,
    /// The sequence number, four digits as sent.
    pub sequence: String,
    /// Names the event for as long as the repeat window lasts.
    pub key: EventKey,
    /// One or more events, in the frame's order.
    pub events: Vec<Event>,
    /// What the frame proves.
    pub trust: Trust,
    /// What its clock says.
    pub clock: Clock,
    /// WGS 84 latitude and longitude in units of 1e-7 degree, where the panel sends both.
    pub position_e7: Option<(i32, i32)>,
    /// What to send back, and when.
    pub answer: Answer,
}

/// What a frame proves about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Nothing: it came in clear, and anybody could have sent it.
    Clear,
    /// It was made with the account's key, and within the time window.
    Fresh,
    /// It was made with the account's key, but its clock is outside the window or missing: it may be an old frame sent again.
    Replayable,
}

/// The device's clock beside ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// The time that the frame states, to the second.
    pub device: Option<Timestamp>,
    /// Device minus receiver in milliseconds: negative when the device is late.
    pub off_ms: Option<i64>,
}

/// Octets to send back, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A NAK: it promises nothing, so it need not wait for the disk.
    AtOnce(Vec<u8>),
    /// An ACK: to be sent only once the event is durable.
    OnceStored(Vec<u8>),
}

impl Answer {
    /// The octets, whenever they go out.
    pub fn octets(&self) -> &[u8] {
        match self {
            Self::AtOnce(octets) | Self::OnceStored(octets) => octets,
        }
    }
}

/// Why a frame was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no frame, or was damaged on the way.
    #[error("not a DC-09 frame: {0}")]
    Unreadable(#[from] ParseError),
    /// It names no account.
    #[error("the frame names no account")]
    NoAccount,
    /// Nobody has entered this account.
    #[error("the account is not known here")]
    UnknownAccount,
    /// The account has a key, and the frame came in clear: a wrong setting, or somebody else.
    #[error("a frame in clear on an account that has a key")]
    ClearOnKeyedAccount,
    /// The frame is sealed, and the account has no key here.
    #[error("a sealed frame on an account without a key")]
    SealedWithoutKey,
    /// The frame does not open with the account's key.
    #[error("the frame does not open with the account's key")]
    WrongKey,
    /// A sealed frame that raises no alarm, with a clock outside the window: it may be an old frame sent again.
    #[error("the device's clock is {off_ms} ms off")]
    ClockOff {
        /// Device minus receiver in milliseconds.
        off_ms: i64,
    },
    /// A sealed frame that raises no alarm, without a time.
    #[error("a sealed frame without a time")]
    NoTime,
    /// The frame's token is none that can be read here.
    #[error("the frame's kind is not supported")]
    Unsupported,
    /// It is an answer; receivers send those.
    #[error("an answer where a report was expected")]
    NotAReport,
}
