//! Which events an account has sent within its repeat window.

use core::fmt;
use core::time::Duration;
use std::collections::VecDeque;

use keng_protocol::{FrameId, Timestamp};

/// How many events of one account are remembered. At the bound the oldest is forgotten: its repeat would be told twice, never lost.
pub const REPEAT_SLOTS: usize = 64;

/// What makes two frames one event: the same account, sequence, token, data and extended data, whatever their time or padding.
///
/// It is unique within an account's repeat window only; a panel that does not count sends the same one every day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey(pub [u8; 32]);

impl EventKey {
    /// SHA-256 over the parts, each with its length before it.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut octets = Vec::new();
        for part in parts {
            octets.extend_from_slice(&part.len().to_be_bytes());
            octets.extend_from_slice(part.as_bytes());
        }
        Self(FrameId::of(&octets).0)
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Repeats(VecDeque<(EventKey, Timestamp)>);

impl Repeats {
    pub(crate) fn contains(&self, key: EventKey, now: Timestamp, window: Duration) -> bool {
        self.0.iter().any(|(seen, at)| *seen == key && now.since(*at) <= window)
    }

    pub(crate) fn insert(&mut self, key: EventKey, now: Timestamp) {
        self.remove(key);
        if self.0.len() >= REPEAT_SLOTS {
            self.0.pop_front();
        }
        self.0.push_back((key, now));
    }

    pub(crate) fn remove(&mut self, key: EventKey) {
        self.0.retain(|(seen, _)| *seen != key);
    }
}
