//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use keng_protocol::Timestamp;

/// Now; the epoch itself when the clock stands before it.
pub(crate) fn now() -> Timestamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
}
