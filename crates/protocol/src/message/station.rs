//! What the station says to panels.

use super::{Act, Body, Descriptors, text};
use crate::error::Malformed;
use crate::fields::{Reader, Value, Writer};
use crate::id::{FrameId, IncidentId};
use crate::time::Timestamp;

/// On how many independent disks an entry is: 1 is the receiver's own, more are replicas, at most 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Durability(core::num::NonZeroU8);

impl Durability {
    /// On the receiver's own disk.
    pub const DISK: Self = Self(core::num::NonZeroU8::MIN);

    /// On `copies` disks; there is no durability of none.
    pub fn on(copies: u8) -> Option<Self> {
        core::num::NonZeroU8::new(copies).map(Self)
    }

    /// On how many disks.
    pub const fn copies(self) -> u8 {
        self.0.get()
    }
}

impl Value for Durability {
    const EXPECTED: &'static str = "a number of disks from 1 to 255";

    fn read(raw: &[u8]) -> Option<Self> {
        u8::read(raw).and_then(Self::on)
    }

    fn write(&self, into: &mut Vec<u8>) {
        self.copies().write(into);
    }
}

/// Kind 32. The frame is stored: this is the only acknowledgement there is, and it is always true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which frame.
    pub frame: FrameId,
    /// Where it stands in the journal, from 1.
    pub position: u64,
    /// How safely.
    pub durability: Durability,
}

impl Body for Receipt {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.frame).put(2, &self.position).put(3, &self.durability);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { frame: from.need(1)?, position: from.need(2)?, durability: from.need(3)? })
    }
}

/// Kind 33. The heartbeat was heard on this path. Nothing is stored by it, so it is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Which heartbeat.
    pub frame: FrameId,
}

impl Body for Heard {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.frame);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { frame: from.need(1)? })
    }
}

/// Kind 34. A person at a desk has acted: shown discreetly on the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which incident.
    pub incident: IncidentId,
    /// The level of the authority, as the directory numbers it.
    pub level: u8,
    /// What the person did.
    pub act: Act,
}

impl Body for Progress {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.incident).put(2, &self.level).put(3, &self.act);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { incident: from.need(1)?, level: from.need(2)?, act: from.need(3)? })
    }
}

/// Kind 35. Police ask the sites of an area for vigilance, until a time.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// When it ends by itself.
    pub until: Timestamp,
    /// What to look for.
    pub seen: Descriptors,
    /// What else to say, at most 280 octets of UTF-8.
    pub text: Option<String>,
    /// Whether the station asks to be told ([`Noted`](super::Noted)) when somebody on the site has read it.
    pub asks: bool,
}

impl Notice {
    /// The most octets of the text.
    pub const MAX_TEXT: usize = 280;
}

impl core::fmt::Debug for Notice {
    /// Without the text, which may name people.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Notice").field("until", &self.until).field("seen", &self.seen).finish_non_exhaustive()
    }
}

impl Body for Notice {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.until);
        self.seen.write(to);
        to.maybe(32, self.text.as_ref()).flag(33, self.asks);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (until, seen) = (from.need(1)?, Descriptors::read(from)?);
        Ok(Self { until, seen, text: text(from, 32, Self::MAX_TEXT)?, asks: from.flag(33)? })
    }
}
