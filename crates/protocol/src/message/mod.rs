//! What a message says (SPEC 4): one file for each group, one type for each kind.

mod alarm;
mod answer;
mod descriptors;
mod keys;
mod site;
mod station;

pub use alarm::{Alarm, AlarmClass, AlarmKind, Cancel, CancelCode, Place, Vouched};
pub use answer::{Act, Answer, Disposition, Reason};
pub use descriptors::{Colour, Descriptors, Face, Heading, Plate, Suspicion, Update, Vehicle, Weapon};
pub use keys::{Enrolment, Revocation, RevocationReason, Role, Rotation};
pub use site::{Drill, Heartbeat, Noted, OpenClose, PathStates, Power, Test};
pub use station::{Durability, Heard, Notice, Progress, Receipt};

use crate::error::Malformed;
use crate::fields::{Reader, Value, Writer};

/// How a message type stands in a frame's body.
pub(crate) trait Body: Sized {
    fn write(&self, to: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed>;
}

macro_rules! messages {
    ($($(#[$doc:meta])* $kind:ident = $code:literal, $label:literal;)+) => {
        crate::code::codes! {
            /// What kind of message a frame holds. It stands in the header in clear and in the context that is signed.
            Kind { $($(#[$doc])* $kind = $code, $label;)+ }
        }

        /// A message of any kind.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Message {
            $($(#[$doc])* $kind($kind),)+
            /// A kind from a newer version: authentic, kept with its number and body, handled by its class's default.
            Unknown {
                /// The number of the kind.
                kind: u8,
                /// The body, well-formed but not understood.
                body: Vec<u8>,
            },
        }

        impl Message {
            /// The kind of this message.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind(_) => Kind::$kind,)+
                    Self::Unknown { kind, .. } => Kind::Unknown(*kind),
                }
            }

            /// Appends the body.
            pub(crate) fn write(&self, into: &mut Vec<u8>) {
                match self {
                    $(Self::$kind(message) => {
                        let mut body = Writer::new();
                        message.write(&mut body);
                        body.finish(into);
                    })+
                    Self::Unknown { body, .. } => into.extend_from_slice(body),
                }
            }

            /// Reads the body of a message of `kind`; also says how many fields of a newer version it has.
            pub(crate) fn read(kind: Kind, body: &[u8]) -> Result<(Self, usize), Malformed> {
                let mut from = Reader::new(body)?;
                let message = match kind {
                    $(Kind::$kind => Self::$kind($kind::read(&mut from)?),)+
                    Kind::Unknown(kind) => Self::Unknown { kind, body: body.to_vec() },
                };
                Ok((message, from.unknown()))
            }
        }

        impl core::fmt::Debug for Message {
            /// The message; of an unknown kind only number and length, because nobody knows whom the body names.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$kind(message) => message.fmt(f),)+
                    Self::Unknown { kind, body } => write!(f, "Unknown({kind:#04x}, {} octets)", body.len()),
                }
            }
        }

        $(impl From<$kind> for Message {
            fn from(message: $kind) -> Self {
                Self::$kind(message)
            }
        })+
    };
}

messages! {
    /// A button was pressed or a detector tripped.
    Alarm = 1, "alarm";
    /// No crime yet: what was seen, to be watched.
    Suspicion = 2, "suspicion";
    /// More about an incident that is open.
    Update = 3, "update";
    /// "I live, and I have sent so many events."
    Heartbeat = 4, "heartbeat";
    /// The site was opened or closed.
    OpenClose = 5, "open or close";
    /// A test of one path.
    Test = 6, "test";
    /// A drill begins or ends.
    Drill = 7, "drill";
    /// All clear, by a code that may be the duress code.
    Cancel = 8, "cancel";
    /// Somebody on the site has read a notice.
    Noted = 9, "noted";
    /// The frame is stored.
    Receipt = 32, "receipt";
    /// The heartbeat was heard; nothing is stored by it.
    Heard = 33, "heard";
    /// A person at a desk has acted.
    Progress = 34, "progress";
    /// Police ask the sites of an area for vigilance.
    Notice = 35, "notice";
    /// The station vouches for an alarm that came in another dialect.
    Vouched = 36, "vouched alarm";
    /// A person's answer at a desk.
    Answer = 64, "answer";
    /// A key speaks for a device.
    Enrolment = 96, "enrolment";
    /// A new key follows an old one.
    Rotation = 97, "rotation";
    /// A key no longer speaks for its device.
    Revocation = 98, "revocation";
}

impl Kind {
    /// The role that may send this kind (SPEC 5.5); the ranges hold for kinds that are not known yet.
    pub const fn sender(self) -> Role {
        match self.code() {
            0..=31 => Role::Panel,
            32..=63 => Role::Station,
            64..=95 => Role::Desk,
            96..=127 => Role::Authority,
            code => Role::Unknown(code),
        }
    }

    /// Whether frames of this kind are numbered in the heartbeats' own sequence (SPEC 6.1).
    pub const fn is_heartbeat(self) -> bool {
        matches!(self, Self::Heartbeat)
    }
}

/// A text field with its bound in octets; longer is out of range.
pub(crate) fn text(from: &mut Reader<'_>, key: u8, most: usize) -> Result<Option<String>, Malformed> {
    match from.maybe::<String>(key)? {
        Some(text) if text.len() > most => Err(Malformed::OutOfRange { key }),
        found => Ok(found),
    }
}

impl Value for crate::id::DeviceId {
    const EXPECTED: &'static str = "8 octets";

    fn read(raw: &[u8]) -> Option<Self> {
        <[u8; 8]>::read(raw).map(Self)
    }

    fn write(&self, into: &mut Vec<u8>) {
        self.0.write(into);
    }
}

impl Value for crate::id::NoticeId {
    const EXPECTED: &'static str = "8 octets";

    fn read(raw: &[u8]) -> Option<Self> {
        <[u8; 8]>::read(raw).map(Self)
    }

    fn write(&self, into: &mut Vec<u8>) {
        self.0.write(into);
    }
}

impl Value for crate::id::FrameId {
    const EXPECTED: &'static str = "32 octets";

    fn read(raw: &[u8]) -> Option<Self> {
        <[u8; 32]>::read(raw).map(Self)
    }

    fn write(&self, into: &mut Vec<u8>) {
        self.0.write(into);
    }
}

impl Value for crate::id::IncidentId {
    const EXPECTED: &'static str = "16 octets";

    fn read(raw: &[u8]) -> Option<Self> {
        <[u8; 16]>::read(raw).map(Self)
    }

    fn write(&self, into: &mut Vec<u8>) {
        self.0.write(into);
    }
}

impl Value for crate::time::Timestamp {
    const EXPECTED: &'static str = "milliseconds below 2^48";

    fn read(raw: &[u8]) -> Option<Self> {
        u64::read(raw).filter(|&millis| millis <= Self::MAX.millis()).map(Self::from_millis)
    }

    fn write(&self, into: &mut Vec<u8>) {
        self.millis().write(into);
    }
}
