//! Alarms: pressed, cancelled, or vouched for.

use super::Body;
use crate::code::codes;
use crate::error::Malformed;
use crate::fields::{Reader, Writer};
use crate::id::DeviceId;

codes! {
    /// What happened. The number's range is its class, so that a kind from a newer version is handled like its neighbours.
    AlarmKind {
        /// Robbery under threat: the hold-up button.
        HoldUp = 1, "hold-up";
        /// Someone is forced to open, close or disarm.
        Duress = 2, "duress";
        /// A person is in danger, no more is known.
        Panic = 3, "panic";
        /// A second, independent hold-up signal (second button, or tamper after hold-up; BS 8243).
        ConfirmedHoldUp = 4, "confirmed hold-up";
        /// Somebody is inside.
        Intrusion = 32, "intrusion";
        /// Somebody works on the equipment.
        Tamper = 33, "tamper";
        /// Fire.
        Fire = 64, "fire";
        /// A person needs a doctor.
        Medical = 65, "medical";
        /// A line or path is broken.
        LineFault = 96, "line fault";
        /// Mains or battery fails.
        PowerFault = 97, "power fault";
    }
}

/// The class of an alarm kind, given by the range of its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlarmClass {
    /// 1 to 31, and every number outside the other ranges: people under attack. What cannot be placed is taken for the worst.
    Attack,
    /// 32 to 63: premises under attack.
    Premises,
    /// 64 to 95: life in danger without attack.
    Life,
    /// 96 to 127: the equipment.
    Technical,
}

impl AlarmKind {
    /// The class that decides what happens to a kind that this version does not know.
    pub const fn class(self) -> AlarmClass {
        match self.code() {
            32..=63 => AlarmClass::Premises,
            64..=95 => AlarmClass::Life,
            96..=127 => AlarmClass::Technical,
            _ => AlarmClass::Attack,
        }
    }
}

/// Where on the site, or where in the world when the button is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The number of a place in the site's plan (a counter, the vault), 0 to 65535.
    pub mark: Option<u16>,
    /// WGS 84 latitude and longitude in units of 1e-7 degree.
    pub position_e7: Option<(i32, i32)>,
}

/// Kind 1. A button was pressed or a detector tripped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What happened.
    pub kind: AlarmKind,
    /// True when nothing on the site shows or sounds it.
    pub silent: bool,
    /// True in a drill. It is inside the signature: nobody can add it to a real alarm or take it from a drill.
    pub drill: bool,
    /// Which button or detector, 0 to 65535.
    pub zone: Option<u16>,
    /// Where.
    pub place: Place,
}

impl Alarm {
    /// A silent alarm of this kind with nothing else known.
    pub const fn silent(kind: AlarmKind) -> Self {
        Self { kind, silent: true, drill: false, zone: None, place: Place { mark: None, position_e7: None } }
    }
}

impl Body for Alarm {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.kind)
            .flag(2, self.silent)
            .flag(3, self.drill)
            .maybe(4, self.zone.as_ref())
            .maybe(5, self.place.mark.as_ref())
            .maybe(6, self.place.position_e7.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            kind: from.need(1)?,
            silent: from.flag(2)?,
            drill: from.flag(3)?,
            zone: from.maybe(4)?,
            place: Place { mark: from.maybe(5)?, position_e7: from.maybe(6)? },
        })
    }
}

codes! {
    /// Which code ended the alarm. Both numbers take one octet, so the two cannot be told apart by length.
    CancelCode {
        /// The staff's code.
        AllClear = 1, "all clear";
        /// The duress code: on site it looks like all clear; at the desks it raises the alarm further.
        Duress = 2, "duress cancel";
    }
}

/// Kind 8. All clear, by a code that may be the duress code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancel {
    /// Which code was typed. An unknown code is handled like the duress code.
    pub code: CancelCode,
    /// Who typed it: the panel's number of a user, 0 to 65535.
    pub user: Option<u16>,
}

impl Body for Cancel {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.code).maybe(2, self.user.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { code: from.need(1)?, user: from.maybe(2)? })
    }
}

/// Kind 36. The station vouches for an alarm that a panel of another dialect sent: signed by the station, never by the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouched {
    /// The device that the directory knows the other dialect's account by.
    pub device: DeviceId,
    /// The alarm, in our terms.
    pub alarm: Alarm,
    /// SHA-256 of the octets that came in the other dialect; the journal keeps them.
    pub evidence: [u8; 32],
}

impl Body for Vouched {
    fn write(&self, to: &mut Writer) {
        self.alarm.write(to);
        to.put(16, &self.device).put(17, &self.evidence);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { alarm: Alarm::read(from)?, device: from.need(16)?, evidence: from.need(17)? })
    }
}
