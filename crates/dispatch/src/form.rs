//! How the protocol's terms stand in a record: ids as hexadecimal, times as milliseconds since the Unix epoch, codes as their numbers.
//!
//! The numbers are those of the protocol's SPEC; they never change, so a record reads the same in ten years.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use keng_protocol::entry::Path;
use keng_protocol::message::{
    Act, AlarmKind, Colour, Descriptors, Disposition, Face, Heading, Place, Plate, Reason, Vehicle, Weapon,
};
use keng_protocol::{DeviceId, FrameId, IncidentId, NoticeId, Timestamp};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A term and the plain value that stands for it.
pub(crate) trait Plain: Sized {
    /// What is written.
    type Form: Serialize + for<'de> Deserialize<'de>;

    fn form(&self) -> Self::Form;
    fn of(form: Self::Form) -> Option<Self>;
}

pub(crate) fn serialize<T: Plain, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.form().serialize(to)
}

pub(crate) fn deserialize<'de, T: Plain, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::of(T::Form::deserialize(from)?).ok_or_else(|| D::Error::custom("not a value of this field"))
}

/// The same for a term that may be absent.
pub(crate) mod maybe {
    use super::{Deserialize, Deserializer, Error, Plain, Serialize, Serializer};

    pub(crate) fn serialize<T: Plain, S: Serializer>(value: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
        value.as_ref().map(Plain::form).serialize(to)
    }

    pub(crate) fn deserialize<'de, T: Plain, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
        Option::<T::Form>::deserialize(from)?
            .map(|form| T::of(form).ok_or_else(|| D::Error::custom("not a value of this field")))
            .transpose()
    }
}

/// The same for a list of terms, which is only ever written.
pub(crate) mod list {
    use super::{Plain, Serialize, Serializer};

    pub(crate) fn serialize<T: Plain, S: Serializer>(values: &[T], to: S) -> Result<S::Ok, S::Error> {
        values.iter().map(Plain::form).collect::<Vec<_>>().serialize(to)
    }
}

macro_rules! plain {
    (text: $($id:ty),+; number: $($code:ty),+) => {
        $(impl Plain for $id {
            type Form = Text<Self>;

            fn form(&self) -> Text<Self> {
                Text(*self)
            }

            fn of(form: Text<Self>) -> Option<Self> {
                Some(form.0)
            }
        })+
        $(impl Plain for $code {
            type Form = u8;

            fn form(&self) -> u8 {
                self.code()
            }

            fn of(form: u8) -> Option<Self> {
                Some(Self::from(form))
            }
        })+
    };
}

plain! {
    text: DeviceId, FrameId, IncidentId, NoticeId;
    number: Path, Act, AlarmKind, Disposition, Reason
}

/// A value as its text, which is read where it stands.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Parse(PhantomData)).map(Self)
    }
}

struct Parse<T>(PhantomData<T>);

impl<T: FromStr> Visitor<'_> for Parse<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|_| E::custom("not a value of this field"))
    }
}

impl Plain for Timestamp {
    type Form = u64;

    fn form(&self) -> u64 {
        self.millis()
    }

    fn of(form: u64) -> Option<Self> {
        Some(Self::from_millis(form))
    }
}

/// [`Descriptors`] as a map that leaves out what is not known.
#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct Seen {
    #[serde(skip_serializing_if = "Option::is_none")]
    offenders: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weapon: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    face: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vehicle: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    colour: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plate: Option<String>,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    plate_false: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    heading: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_s_ago: Option<u16>,
}

impl Plain for Descriptors {
    type Form = Seen;

    fn form(&self) -> Seen {
        Seen {
            offenders: self.offenders,
            weapon: self.weapon.map(Weapon::code),
            face: self.face.map(Face::code),
            vehicle: self.vehicle.map(Vehicle::code),
            colour: self.colour.map(Colour::code),
            plate: self.plate.as_ref().map(|plate| plate.as_str().to_owned()),
            plate_false: self.plate_false,
            heading: self.heading.map(Heading::code),
            left_s_ago: self.left_s_ago,
        }
    }

    fn of(form: Seen) -> Option<Self> {
        Some(Self {
            offenders: form.offenders,
            weapon: form.weapon.map(Weapon::from),
            face: form.face.map(Face::from),
            vehicle: form.vehicle.map(Vehicle::from),
            colour: form.colour.map(Colour::from),
            plate: form.plate.as_deref().and_then(Plate::new),
            plate_false: form.plate_false,
            heading: form.heading.map(Heading::from),
            left_s_ago: form.left_s_ago,
        })
    }
}

/// [`Place`] as a map that leaves out what is not known.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Where {
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position_e7: Option<(i32, i32)>,
}

impl Plain for Place {
    type Form = Where;

    fn form(&self) -> Where {
        Where { mark: self.mark, position_e7: self.position_e7 }
    }

    fn of(form: Where) -> Option<Self> {
        Some(Self { mark: form.mark, position_e7: form.position_e7 })
    }
}
