//! Suspicion and update: what was seen, structured because these are the things police ask first.

use core::fmt;

use super::{Body, text};
use crate::code::codes;
use crate::error::Malformed;
use crate::fields::{Reader, Writer};

codes! {
    /// A weapon, as seen.
    Weapon {
        /// Looked for, none seen.
        None = 1, "no weapon seen";
        /// A firearm.
        Gun = 2, "gun";
        /// A grenade or other explosive.
        Grenade = 3, "grenade";
        /// A knife.
        Knife = 4, "knife";
        /// A sword or machete.
        Sword = 5, "sword";
        /// A thing that looks like a weapon.
        LooksLikeWeapon = 6, "looks like a weapon";
    }
}

codes! {
    /// How the face or body is covered.
    Face {
        /// Nothing covers it.
        Open = 1, "uncovered";
        /// A mask.
        Mask = 2, "mask";
        /// A helmet.
        Helmet = 3, "helmet";
        /// Clothing that covers the whole body.
        FullClothing = 4, "full clothing";
    }
}

codes! {
    /// A kind of vehicle.
    Vehicle {
        /// On foot.
        OnFoot = 1, "on foot";
        /// A motorbike.
        Motorbike = 2, "motorbike";
        /// A car.
        Car = 3, "car";
        /// A van or minibus.
        Van = 4, "van";
        /// A lorry.
        Lorry = 5, "lorry";
        /// A bicycle.
        Bicycle = 6, "bicycle";
        /// A boat.
        Boat = 7, "boat";
    }
}

codes! {
    /// The main colour.
    Colour {
        /// Black.
        Black = 1, "black";
        /// White.
        White = 2, "white";
        /// Grey or silver.
        Grey = 3, "grey";
        /// Red.
        Red = 4, "red";
        /// Blue.
        Blue = 5, "blue";
        /// Green.
        Green = 6, "green";
        /// Yellow or gold.
        Yellow = 7, "yellow";
        /// Brown.
        Brown = 8, "brown";
        /// Orange.
        Orange = 9, "orange";
    }
}

codes! {
    /// The direction of flight.
    Heading {
        /// North.
        North = 1, "north";
        /// North-east.
        NorthEast = 2, "north-east";
        /// East.
        East = 3, "east";
        /// South-east.
        SouthEast = 4, "south-east";
        /// South.
        South = 5, "south";
        /// South-west.
        SouthWest = 6, "south-west";
        /// West.
        West = 7, "west";
        /// North-west.
        NorthWest = 8, "north-west";
    }
}

/// A number plate as read, at most 12 octets of UTF-8. It is personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Plate(String);

impl Plate {
    /// The most octets a plate may have.
    pub const MAX: usize = 12;

    /// The plate, if it fits.
    pub fn new(text: &str) -> Option<Self> {
        (text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// The plate, for the people who need it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plate(..)")
    }
}

/// What was seen. Every field may be absent: unknown is not the same as none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptors {
    /// Number of offenders, 0 to 255.
    pub offenders: Option<u8>,
    /// The most dangerous weapon seen.
    pub weapon: Option<Weapon>,
    /// How the face is covered.
    pub face: Option<Face>,
    /// The vehicle they came or left with.
    pub vehicle: Option<Vehicle>,
    /// The vehicle's colour.
    pub colour: Option<Colour>,
    /// The plate as read.
    pub plate: Option<Plate>,
    /// True when the plate is suspected false.
    pub plate_false: bool,
    /// Where they fled.
    pub heading: Option<Heading>,
    /// How many seconds before the frame's time they left, 0 to 65535.
    pub left_s_ago: Option<u16>,
}

impl Descriptors {
    pub(super) fn write(&self, to: &mut Writer) {
        to.maybe(16, self.offenders.as_ref())
            .maybe(17, self.weapon.as_ref())
            .maybe(18, self.face.as_ref())
            .maybe(19, self.vehicle.as_ref())
            .maybe(20, self.colour.as_ref())
            .maybe(21, self.plate.as_ref().map(|plate| &plate.0))
            .flag(22, self.plate_false)
            .maybe(23, self.heading.as_ref())
            .maybe(24, self.left_s_ago.as_ref());
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            offenders: from.maybe(16)?,
            weapon: from.maybe(17)?,
            face: from.maybe(18)?,
            vehicle: from.maybe(19)?,
            colour: from.maybe(20)?,
            plate: text(from, 21, Plate::MAX)?.map(Plate),
            plate_false: from.flag(22)?,
            heading: from.maybe(23)?,
            left_s_ago: from.maybe(24)?,
        })
    }
}

/// Kind 2. No crime yet: what was seen, to be watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suspicion {
    /// True in a drill.
    pub drill: bool,
    /// The place on the site from which it was seen.
    pub mark: Option<u16>,
    /// What was seen.
    pub seen: Descriptors,
}

impl Body for Suspicion {
    fn write(&self, to: &mut Writer) {
        to.flag(3, self.drill).maybe(5, self.mark.as_ref());
        self.seen.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { drill: from.flag(3)?, mark: from.maybe(5)?, seen: Descriptors::read(from)? })
    }
}

/// Kind 3. More about an incident that is open at the sender's site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The first eight octets of the incident's id; absent means the site's latest open incident.
    pub about: Option<[u8; 8]>,
    /// What was seen.
    pub seen: Descriptors,
    /// Number of hostages, 0 to 255.
    pub hostages: Option<u8>,
    /// Number of injured people, 0 to 255.
    pub injured: Option<u8>,
}

impl Body for Update {
    fn write(&self, to: &mut Writer) {
        to.maybe(1, self.about.as_ref());
        self.seen.write(to);
        to.maybe(25, self.hostages.as_ref()).maybe(26, self.injured.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            about: from.maybe(1)?,
            seen: Descriptors::read(from)?,
            hostages: from.maybe(25)?,
            injured: from.maybe(26)?,
        })
    }
}
