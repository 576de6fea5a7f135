//! Identifiers: who speaks, which frame, which incident.

use core::fmt;
use core::hash::{BuildHasherDefault, Hasher};
use core::str::FromStr;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

macro_rules! octets {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $len]);

        impl fmt::Display for $name {
            /// Lower-case hexadecimal.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; 2 * $len];
                for (digits, octet) in text.chunks_exact_mut(2).zip(self.0) {
                    digits.copy_from_slice(&hex(octet));
                }
                f.write_str(core::str::from_utf8(&text).unwrap_or_default())
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
octets! {
    /// Which notice: the first eight octets of its [`FrameId`]. A notice to many panels is one frame, so it has one name.
    NoticeId, 8
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

    /// The notice that this frame is, if it is one.
    pub fn notice(&self) -> NoticeId {
        NoticeId(self.incident().short())
    }
}

impl IncidentId {
    /// The first eight octets, by which an `Update` names the incident within one SMS.
    pub fn short(&self) -> [u8; 8] {
        let [first @ .., _, _, _, _, _, _, _, _] = self.0;
        first
    }
}

/// A map by ids, without a random seed, so that the same inputs give the same outputs.
pub type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

/// The hasher of [`IdMap`]: the first eight octets of an id, stirred. Ids are SHA-256 of what an enrolled device has signed, or given out by
/// the authority, so nobody finds many that fall together; for keys that a stranger chooses it is the wrong one.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, octets: &[u8]) {
        let first = octets.first_chunk().copied().map_or(0, u64::from_le_bytes);
        self.0 = self.0.rotate_left(32) ^ first;
    }

    fn finish(&self) -> u64 {
        // The last steps of MurmurHash3 (Appleby, `fmix64`): every bit of the id moves every bit of the hash.
        let once = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        let twice = (once ^ (once >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        twice ^ (twice >> 33)
    }
}

/// The two hexadecimal digits of an octet.
const fn hex(octet: u8) -> [u8; 2] {
    const fn digit(value: u8) -> u8 {
        if value < 10 { b'0' + value } else { b'a' + value - 10 }
    }
    [digit(octet >> 4), digit(octet & 15)]
}

fn unhex(text: &str, into: &mut [u8]) -> Option<()> {
    let digits = text.as_bytes();
    if digits.len() != into.len() * 2 {
        return None;
    }
    for (pair, octet) in digits.chunks_exact(2).zip(into) {
        let &[high, low] = pair else { return None };
        let (high, low) = (DIGITS.get(usize::from(high))?, DIGITS.get(usize::from(low))?);
        // What is no digit stands as 0xff.
        if (high | low) > 0x0f {
            return None;
        }
        *octet = high << 4 | low;
    }
    Some(())
}

/// The value of each hexadecimal digit.
#[expect(clippy::indexing_slicing, reason = "a wrong index would not compile")]
static DIGITS: [u8; 256] = {
    let mut values = [0xff; 256];
    let mut value = 0;
    while value < 16 {
        let [_, digit] = hex(value);
        values[digit as usize] = value;
        values[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
};

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
    fn ids_that_are_counted_spread_as_well_as_hashes() {
        let hash = |id: DeviceId| core::hash::BuildHasher::hash_one(&BuildHasherDefault::<IdHasher>::default(), id);
        for shift in [0, 24, 56] {
            let buckets: std::collections::BTreeSet<u64> =
                (0..256_u64).map(|number| hash(DeviceId((number << shift).to_le_bytes())) % 1024).collect();
            assert!(
                buckets.len() > 190,
                "of 256 ids in 1,024 buckets 226 are expected alone in theirs: {}",
                buckets.len()
            );
        }
    }

    #[test]
    fn an_incident_is_named_by_the_frame_that_raised_it() {
        let frame = FrameId::of(b"frame");
        assert_eq!(frame.incident().0, frame.0[..16]);
        assert_eq!(frame.incident().short(), frame.0[..8]);
    }
}
