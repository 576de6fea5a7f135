//! Identifiers: who speaks, which frame, which incident.

use core::fmt;
use core::str::FromStr;

use sha2::{Digest, Sha256};

macro_rules! octets {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            /// Lower-case hexadecimal.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            /// Reads what `Display` prints: hexadecimal of the exact length, upper or lower case.
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                let mut octets = [0u8; $len];
                unhex(text, &mut octets).ok_or(ParseIdError { octets: $len })?;
                Ok(Self(octets))
            }
        }
    };
}

octets! {
    /// Who signs: a panel, a desk, a station or an authority. Eight octets, given out by the authority at enrolment.
    DeviceId, 8
}
octets! {
    /// Which frame: the SHA-256 of all its octets, signature included. Receipts and path evidence name a frame by it.
    FrameId, 32
}
octets! {
    /// Which incident: the first 16 octets of the [`FrameId`] of the frame that raised it, so that an alarm that was told, lost in a
    /// crash and sent again by its panel is the same incident.
    IncidentId, 16
}

/// The text is not hexadecimal of the right length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {} hexadecimal digits", octets * 2)]
pub struct ParseIdError {
    octets: usize,
}

impl FrameId {
    /// The id of a frame, over exactly the octets received.
    pub fn of(frame: &[u8]) -> Self {
        Self(Sha256::digest(frame).into())
    }

    /// The incident that this frame raises, if it raises one.
    pub fn incident(&self) -> IncidentId {
        let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.0;
        IncidentId(first)
    }
}

impl IncidentId {
    /// The first eight octets, by which an `Update` names the incident within one SMS.
    pub fn short(&self) -> [u8; 8] {
        let [first @ .., _, _, _, _, _, _, _, _] = self.0;
        first
    }
}

fn unhex(text: &str, into: &mut [u8]) -> Option<()> {
    let digits = text.as_bytes();
    if digits.len() != into.len() * 2 {
        return None;
    }
    for (pair, octet) in digits.chunks_exact(2).zip(into) {
        let &[high, low] = pair else { return None };
        let value = (char::from(high).to_digit(16)? << 4) | char::from(low).to_digit(16)?;
        *octet = u8::try_from(value).ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let id = DeviceId([0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, 9]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("zz".parse::<DeviceId>().unwrap_err().to_string(), "expected 16 hexadecimal digits");
    }

    #[test]
    fn an_incident_is_named_by_the_frame_that_raised_it() {
        let frame = FrameId::of(b"frame");
        assert_eq!(frame.incident().0, frame.0[..16]);
        assert_eq!(frame.incident().short(), frame.0[..8]);
    }
}
