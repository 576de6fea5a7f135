//! What can be wrong: one variant for one violated rule, the clause of SPEC.md beside it.

/// The octets are not a frame. Every variant names the clause of `SPEC.md` that it enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// SPEC 2.2: shorter than header, empty body and signature.
    #[error("{octets} octets are too short for a frame")]
    TooShort {
        /// How many octets came.
        octets: usize,
    },
    /// SPEC 2.2: longer than [`MAX_FRAME`](crate::MAX_FRAME); refused before anything is read or allocated.
    #[error("{octets} octets are more than a frame may have")]
    TooLong {
        /// How many octets came.
        octets: usize,
    },
    /// SPEC 2.1: the first octet is not the version that this crate speaks.
    #[error("version {version} is not spoken here")]
    Version {
        /// The first octet.
        version: u8,
    },
    /// SPEC 3.1: the body is not a map.
    #[error("the body is not a map")]
    NotAMap,
    /// SPEC 3.1: a value or a claimed length reaches beyond the end of the body.
    #[error("the body ends inside a value")]
    Truncated,
    /// SPEC 3.1: octets are left after the map.
    #[error("octets are left after the body")]
    TrailingBytes,
    /// SPEC 3.2: arrays and maps nest deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("values are nested too deep")]
    TooDeep,
    /// SPEC 3.3: an integer, text, octet string, array or map is not written in its shortest form.
    #[error("a value is not written in its shortest form")]
    NotShortest,
    /// SPEC 3.3: a type that no message uses (nil, float, extension, reserved).
    #[error("the type 0x{marker:02x} is not used here")]
    ForbiddenType {
        /// The MessagePack marker.
        marker: u8,
    },
    /// SPEC 3.3: a text is not UTF-8.
    #[error("a text is not UTF-8")]
    NotUtf8,
    /// SPEC 3.4: a key is not an integer from 0 to 127.
    #[error("a key is not an integer from 0 to 127")]
    KeyType,
    /// SPEC 3.4: a key stands twice.
    #[error("field {key} stands twice")]
    DuplicateKey {
        /// The key.
        key: u8,
    },
    /// SPEC 3.4: a key is lower than the one before it.
    #[error("field {key} is out of order")]
    KeyOrder {
        /// The key.
        key: u8,
    },
    /// SPEC 3.5: a flag that is present but false.
    #[error("flag {key} is present and false")]
    FalseFlag {
        /// The key.
        key: u8,
    },
    /// SPEC 4.1: a field that the message needs is absent.
    #[error("field {key} is missing")]
    MissingField {
        /// The key.
        key: u8,
    },
    /// SPEC 4.1: a field holds another type: a number wider than the field's counts as another type, octets of another length too.
    #[error("field {key} is not {expected}")]
    WrongType {
        /// The key.
        key: u8,
        /// What should be there.
        expected: &'static str,
    },
    /// SPEC 4.1: a text is longer than its field allows, or a path's number is above 7.
    #[error("field {key} is outside its range")]
    OutOfRange {
        /// The key.
        key: u8,
    },
}

/// A public key that may not be enrolled (SPEC 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum WeakKey {
    /// SPEC 5.2a: the octets are no point of the curve.
    #[error("the key is not a point of the curve")]
    NotAPoint,
    /// SPEC 5.2b: the octets are not the canonical encoding of their point.
    #[error("the key is not canonically encoded")]
    NotCanonical,
    /// SPEC 5.2c: the point has small order: it would verify what nobody signed.
    #[error("the key has small order")]
    SmallOrder,
    /// SPEC 5.2d: the point has a component of small order: verifiers could disagree.
    #[error("the key has a torsion component")]
    Torsion,
}

/// A well-formed frame that is refused (SPEC 5 and 6). The receiver journals, counts and shows each one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The octets are not a frame.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// SPEC 5.1: nobody with this id is enrolled.
    #[error("no such device is enrolled")]
    UnknownDevice,
    /// SPEC 5.1: the device is enrolled, but not with a key of this number.
    #[error("the device has no key of this number")]
    UnknownKey,
    /// SPEC 5.4: the key was revoked.
    #[error("the key is revoked")]
    Revoked,
    /// SPEC 5.3: the signature does not belong to these octets, this kind and this key.
    #[error("the signature is wrong")]
    BadSignature,
    /// SPEC 5.5: a message of this kind may not come from a device of this role.
    #[error("the device's role may not send this kind")]
    WrongRole,
    /// SPEC 6.2: older than the replay window: nobody can tell any more whether it was seen. Never for what may be about people.
    #[error("older than the replay window")]
    Stale,
    /// SPEC 5.2: the frame enrols a key that may not be used.
    #[error(transparent)]
    WeakKey(#[from] WeakKey),
    /// SPEC 5.6: a key number is already taken by another key, or the device already has all the keys it may have.
    #[error("the key number is taken")]
    KeyTaken,
    /// SPEC 6.6: the receiver's tables are full; the bound is [`Limits`](crate::receiver::Limits).
    #[error("the receiver has no room for another device")]
    NoRoom,
}

impl Refusal {
    /// The stable number of the reason, which the journal stores (SPEC 8): 1 to 31 for what is malformed, 32 to 47 for what is refused,
    /// 48 to 63 for weak keys. A number is never given a second meaning.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Malformed(malformed) => malformed.code(),
            Self::UnknownDevice => 32,
            Self::UnknownKey => 33,
            Self::Revoked => 34,
            Self::BadSignature => 35,
            Self::WrongRole => 36,
            Self::Stale => 37,
            Self::KeyTaken => 38,
            Self::NoRoom => 39,
            Self::WeakKey(WeakKey::NotAPoint) => 48,
            Self::WeakKey(WeakKey::NotCanonical) => 49,
            Self::WeakKey(WeakKey::SmallOrder) => 50,
            Self::WeakKey(WeakKey::Torsion) => 51,
        }
    }
}

impl Malformed {
    const fn code(self) -> u8 {
        match self {
            Self::TooShort { .. } => 1,
            Self::TooLong { .. } => 2,
            Self::Version { .. } => 3,
            Self::NotAMap => 4,
            Self::Truncated => 5,
            Self::TrailingBytes => 6,
            Self::TooDeep => 7,
            Self::NotShortest => 8,
            Self::ForbiddenType { .. } => 9,
            Self::NotUtf8 => 10,
            Self::KeyType => 11,
            Self::DuplicateKey { .. } => 12,
            Self::KeyOrder { .. } => 13,
            Self::FalseFlag { .. } => 14,
            Self::MissingField { .. } => 15,
            Self::WrongType { .. } => 16,
            Self::OutOfRange { .. } => 17,
        }
    }
}
