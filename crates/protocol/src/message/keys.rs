//! Which key speaks for which device, from when to when: said by the authority.

use super::Body;
use crate::code::codes;
use crate::error::Malformed;
use crate::fields::{Reader, Writer};
use crate::id::DeviceId;
use crate::time::Timestamp;

codes! {
    /// What a device is.
    Role {
        /// An alarm panel or app: sends kinds 0 to 31.
        Panel = 1, "panel";
        /// A receiver: sends kinds 32 to 63.
        Station = 2, "station";
        /// A police desk or security centre: sends kinds 64 to 95.
        Desk = 3, "desk";
        /// Who enrols: sends kinds 96 to 127. Authorities are configured, never enrolled.
        Authority = 4, "authority";
    }
}

/// Kind 96. A key speaks for a device.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// For whom.
    pub device: DeviceId,
    /// What the device is.
    pub role: Role,
    /// The key's number at this device, which stands in every header, 0 to 255.
    pub number: u8,
    /// The Ed25519 public key, 32 octets (RFC 8032); checked as SPEC 5.2 says.
    pub key: [u8; 32],
    /// From when.
    pub from: Timestamp,
    /// Until when; absent is without end. A frame signed later is labelled, not refused.
    pub to: Option<Timestamp>,
}

impl core::fmt::Debug for Enrolment {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Enrolment").field("device", &self.device).field("number", &self.number).finish_non_exhaustive()
    }
}

impl Body for Enrolment {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.device)
            .put(2, &self.role)
            .put(3, &self.number)
            .put(4, &self.key)
            .put(5, &self.from)
            .maybe(6, self.to.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            device: from.need(1)?,
            role: from.need(2)?,
            number: from.need(3)?,
            key: from.need(4)?,
            from: from.need(5)?,
            to: from.maybe(6)?,
        })
    }
}

/// Kind 97. A new key follows an old one of the same device.
#[derive(Clone, PartialEq, Eq)]
pub struct Rotation {
    /// For whom.
    pub device: DeviceId,
    /// The number of the key that ends.
    pub old: u8,
    /// Until when the old key may still sign; later frames are labelled.
    pub old_until: Timestamp,
    /// The new key's number.
    pub number: u8,
    /// The new Ed25519 public key.
    pub key: [u8; 32],
    /// From when the new key may sign.
    pub from: Timestamp,
}

impl core::fmt::Debug for Rotation {
    /// Without the key.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Rotation").field("device", &self.device).field("number", &self.number).finish_non_exhaustive()
    }
}

impl Body for Rotation {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.device)
            .put(2, &self.old)
            .put(3, &self.number)
            .put(4, &self.key)
            .put(5, &self.from)
            .put(6, &self.old_until);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            device: from.need(1)?,
            old: from.need(2)?,
            number: from.need(3)?,
            key: from.need(4)?,
            from: from.need(5)?,
            old_until: from.need(6)?,
        })
    }
}

codes! {
    /// Why a key ends.
    RevocationReason {
        /// The key may be known to others.
        Compromised = 1, "compromised";
        /// The device is lost or stolen.
        Lost = 2, "lost";
        /// The device is out of service.
        Retired = 3, "retired";
    }
}

/// Kind 98. A key no longer speaks for its device: every later frame that it signed is refused, shown and journaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Whose.
    pub device: DeviceId,
    /// Which key; absent is all that the device has.
    pub number: Option<u8>,
    /// Why.
    pub reason: RevocationReason,
}

impl Body for Revocation {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.device).maybe(2, self.number.as_ref()).put(3, &self.reason);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { device: from.need(1)?, number: from.maybe(2)?, reason: from.need(3)? })
    }
}
