//! Time as the machines see it: milliseconds that a caller hands in, never a clock of our own.

use core::fmt;
use core::time::Duration;

/// Milliseconds since the Unix epoch, UTC. On the wire 48 bits (SPEC 2.1), which lasts until the year 10889.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The latest instant a frame can carry: 2^48 - 1 ms.
    pub const MAX: Self = Self((1 << 48) - 1);

    /// The instant `millis` after the Unix epoch; later than [`Timestamp::MAX`] is cut to it.
    pub const fn from_millis(millis: u64) -> Self {
        if millis > Self::MAX.0 { Self::MAX } else { Self(millis) }
    }

    /// Milliseconds since the Unix epoch, 0 to 2^48 - 1.
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// `self` minus `other` in milliseconds, negative when `self` is earlier.
    pub fn offset_ms(self, other: Self) -> i64 {
        // Both are below 2^48, so neither the conversion nor the difference can fail.
        i64::try_from(self.0).unwrap_or(i64::MAX) - i64::try_from(other.0).unwrap_or(i64::MAX)
    }
}

impl core::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl core::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with milliseconds, `2026-11-24T08:05:00.000Z`; beyond the calendar's range the bare number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match i64::try_from(self.0).ok().and_then(chrono::DateTime::from_timestamp_millis) {
            Some(when) => write!(f, "{}", when.format("%Y-%m-%dT%H:%M:%S%.3fZ")),
            None => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_rfc_3339() {
        assert_eq!(Timestamp::from_millis(1_795_334_700_000).to_string(), "2026-11-22T08:05:00.000Z");
        assert_eq!(Timestamp::MAX.to_string(), "+10889-08-02T05:31:50.655Z");
    }

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        assert_eq!(Timestamp::from_millis(5) - Duration::from_secs(1), Timestamp::from_millis(0));
        assert_eq!(Timestamp::MAX + Duration::MAX, Timestamp::MAX);
        assert_eq!(Timestamp::from_millis(3).offset_ms(Timestamp::from_millis(10)), -7);
    }
}
