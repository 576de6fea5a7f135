//! Times for people: as the clocks on their walls show them.

use chrono::{DateTime, Local};
use keng_protocol::Timestamp;

/// Date, time and offset.
pub(super) fn full(at: Timestamp) -> String {
    format(at, "%Y-%m-%d %H:%M:%S %:z")
}

/// Time with milliseconds.
pub(super) fn time(at: Timestamp) -> String {
    format(at, "%H:%M:%S%.3f")
}

/// A difference of times: `+12.345 s`.
pub(super) fn span(millis: i64) -> String {
    let sign = if millis < 0 { '-' } else { '+' };
    let millis = millis.unsigned_abs();
    format!("{sign}{}.{:03} s", millis / 1000, millis % 1000)
}

fn format(at: Timestamp, pattern: &str) -> String {
    let instant = i64::try_from(at.millis()).ok().and_then(DateTime::from_timestamp_millis);
    instant.map_or_else(|| at.to_string(), |instant| instant.with_timezone(&Local).format(pattern).to_string())
}
