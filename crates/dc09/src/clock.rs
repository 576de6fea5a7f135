//! The time field of a frame, `HH:MM:SS,MM-DD-YYYY`, in UTC (DC-09 5.5.1.9).

use chrono::{DateTime, NaiveDateTime};
use keng_protocol::Timestamp;

const FORMAT: &str = "%H:%M:%S,%m-%d-%Y";

/// Octets of a time field, without the `_` before it.
pub(crate) const WIDTH: usize = 19;

/// Reads a time field; `None` for another shape, a day that does not exist, or a year before 1970.
pub(crate) fn read(field: &[u8]) -> Option<Timestamp> {
    let digits = |byte: &u8| byte.is_ascii_digit() || b":,-".contains(byte);
    if field.len() != WIDTH || !field.iter().all(digits) {
        return None;
    }
    let text = core::str::from_utf8(field).ok()?;
    let millis = NaiveDateTime::parse_from_str(text, FORMAT).ok()?.and_utc().timestamp_millis();
    u64::try_from(millis).ok().map(Timestamp::from_millis)
}

/// Writes a time field, to the second; what the calendar cannot name is written as the epoch.
pub(crate) fn write(time: Timestamp) -> String {
    let millis = i64::try_from(time.millis()).unwrap_or_default();
    // The format has four digits for the year, so that a frame keeps its shape whatever the clock says.
    let time = DateTime::from_timestamp_millis(millis).filter(|_| millis < 253_402_300_800_000).unwrap_or_default();
    time.format(FORMAT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_time_reads_back() {
        let time = Timestamp::from_millis(1_140_009_255_000);
        assert_eq!(write(time), "13:14:15,02-15-2006");
        assert_eq!(read(b"13:14:15,02-15-2006"), Some(time));
        assert_eq!(write(Timestamp::MAX).len(), WIDTH);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for bad in [
            "14:12:04,09-25-201",
            "24:00:00,01-01-2026",
            "10:00:00,02-30-2026",
            "10:00:00,02-03-1969",
            "+1:00:00,02-03-2026",
        ] {
            assert_eq!(read(bad.as_bytes()), None, "{bad}");
        }
    }
}
