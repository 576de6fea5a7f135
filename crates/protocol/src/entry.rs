//! What a receiver writes to its journal: the payloads of SPEC 8, which a stranger can read back.
//!
//! The journal stores with each entry the receiver's time and one octet that says how to read the payload; both are arguments here.

use core::fmt;

use crate::code::codes;
use crate::error::Malformed;
use crate::id::FrameId;

codes! {
    /// By what a frame came.
    Path {
        /// TCP in clear.
        Tcp = 1, "tcp";
        /// TCP under TLS.
        Tls = 2, "tls";
        /// UDP.
        Udp = 3, "udp";
        /// A serial line.
        Serial = 4, "serial";
        /// A text or binary SMS.
        Sms = 5, "sms";
        /// A file, a QR code, a stick.
        File = 6, "file";
        /// The station itself: it signed the frame for a panel of another dialect, or to speak.
        Own = 7, "own";
        /// The HTTP API, by which desks answer.
        Http = 8, "http";
    }
}

/// One entry of the protocol's part of the journal; `O` are octets, its own or those of the payload that it is read from.
#[derive(Clone, PartialEq, Eq)]
pub enum Entry<O = Vec<u8>> {
    /// Code 1: an authentic frame, exactly as it came. Replay windows, keys and receipts are rebuilt from these alone.
    Admitted {
        /// By what it came first.
        path: Path,
        /// Its octets.
        octets: O,
    },
    /// Code 2: the same frame came again: evidence of a second path.
    Again {
        /// By what it came.
        path: Path,
        /// Which frame.
        frame: FrameId,
    },
    /// Code 3: octets that were refused.
    Refused {
        /// By what they came.
        path: Path,
        /// The number of the reason, [`Refusal::code`](crate::Refusal::code).
        reason: u8,
        /// The first [`Entry::MAX_EVIDENCE`] octets.
        octets: O,
    },
}

impl Entry {
    /// How many octets of a refused frame are kept.
    pub const MAX_EVIDENCE: usize = 256;

    /// Reads back what [`Entry::payload`] wrote; `None` for the code of somebody else's entry.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] when the payload is too short for its code.
    pub fn read(code: u8, payload: &[u8]) -> Result<Option<Self>, Malformed> {
        let entry = Entry::view(code, payload)?;
        Ok(entry.map(|entry| match entry {
            Entry::Admitted { path, octets } => Self::Admitted { path, octets: octets.to_vec() },
            Entry::Again { path, frame } => Self::Again { path, frame },
            Entry::Refused { path, reason, octets } => Self::Refused { path, reason, octets: octets.to_vec() },
        }))
    }
}

impl<O: AsRef<[u8]>> Entry<O> {
    /// The number that the journal stores beside the payload.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Admitted { .. } => 1,
            Self::Again { .. } => 2,
            Self::Refused { .. } => 3,
        }
    }

    /// The payload: the path's number, then the frame; or the path's number, then the frame's id; or the path's number, the reason's
    /// number, then the octets.
    pub fn payload(&self) -> Vec<u8> {
        match self {
            Self::Admitted { path, octets } => [&[path.code()], octets.as_ref()].concat(),
            Self::Again { path, frame } => [&[path.code()], frame.0.as_slice()].concat(),
            Self::Refused { path, reason, octets } => [&[path.code(), *reason], octets.as_ref()].concat(),
        }
    }
}

impl<'a> Entry<&'a [u8]> {
    /// As [`Entry::read`], without copying the octets.
    ///
    /// # Errors
    /// The same.
    pub fn view(code: u8, payload: &'a [u8]) -> Result<Option<Self>, Malformed> {
        if !(1..=3).contains(&code) {
            return Ok(None);
        }
        let (&path, rest) = payload.split_first().ok_or(Malformed::Truncated)?;
        let path = Path::from(path);
        Ok(Some(match code {
            1 => Self::Admitted { path, octets: rest },
            2 => Self::Again { path, frame: FrameId(rest.try_into().map_err(|_| Malformed::Truncated)?) },
            _ => {
                let (&reason, octets) = rest.split_first().ok_or(Malformed::Truncated)?;
                Self::Refused { path, reason, octets }
            }
        }))
    }
}

impl<O: AsRef<[u8]>> fmt::Debug for Entry<O> {
    /// Without the octets, which may name people and cars.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admitted { path, octets } => {
                f.debug_struct("Admitted").field("path", path).field("octets", &octets.as_ref().len()).finish()
            }
            Self::Again { path, frame } => f.debug_struct("Again").field("path", path).field("frame", frame).finish(),
            Self::Refused { path, reason, octets } => f
                .debug_struct("Refused")
                .field("path", path)
                .field("reason", reason)
                .field("octets", &octets.as_ref().len())
                .finish(),
        }
    }
}
