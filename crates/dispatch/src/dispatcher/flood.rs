//! Flood limits: a token bucket for each device and class. What is over it is counted, each with a record, and shown as one line.

use core::time::Duration;
use std::collections::BTreeMap;

use keng_protocol::Timestamp;

use super::alarms::Said;
use super::{Dispatcher, Limits};
use crate::record::{Class, Record, Source, What};

/// A bucket, kept as what its device owes: each message adds [`Limits::refill`], time takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bucket {
    owed: Duration,
    at: Timestamp,
}

/// A flood that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Flood {
    /// How many were counted.
    count: u64,
    /// When the last came.
    last: Timestamp,
    /// The count that is in a record, and since when.
    marked: (u64, Timestamp),
}

/// The buckets and floods of all devices.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rates {
    buckets: BTreeMap<Source, Bucket>,
    floods: BTreeMap<Source, Flood>,
}

impl Rates {
    pub(crate) fn apply(&mut self, record: &Record, limits: &Limits) {
        if let Some(source) = record.source {
            self.take(source, record.at, limits);
        }
        match record.what {
            What::FloodBegan { flood } => {
                self.floods.insert(flood, Flood { count: 0, last: record.at, marked: (0, record.at) });
            }
            What::Limited { flood } => {
                if let Some(known) = self.floods.get_mut(&flood) {
                    (known.count, known.last) = (known.count + 1, record.at);
                }
            }
            What::FloodGoesOn { flood, count } => {
                if let Some(known) = self.floods.get_mut(&flood) {
                    known.marked = (count, record.at);
                }
            }
            What::ClockBack => self.clock_back(record.at),
            What::FloodEnded { flood, .. } => drop(self.floods.remove(&flood)),
            _ => {}
        }
    }

    fn clock_back(&mut self, now: Timestamp) {
        self.buckets.values_mut().for_each(|bucket| bucket.at = bucket.at.min(now));
        for flood in self.floods.values_mut() {
            (flood.last, flood.marked.1) = (flood.last.min(now), flood.marked.1.min(now));
        }
    }

    fn take(&mut self, source: Source, at: Timestamp, limits: &Limits) {
        let most = limits.refill.saturating_mul(limits.burst);
        if let Some(bucket) = self.buckets.get_mut(&source) {
            *bucket = Bucket { owed: (bucket.owed(at) + limits.refill).min(most), at };
            return;
        }
        if self.buckets.len() >= limits.sources {
            let quietest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at).map(|(source, _)| *source);
            quietest.map(|source| self.buckets.remove(&source));
        }
        self.buckets.insert(source, Bucket { owed: limits.refill.min(most), at });
    }

    fn owed(&self, source: Source, now: Timestamp) -> Duration {
        self.buckets.get(&source).map_or(Duration::ZERO, |bucket| bucket.owed(now))
    }

    /// Whether a device has room for `messages` more.
    fn room(&self, source: Source, messages: u32, now: Timestamp, limits: &Limits) -> bool {
        self.owed(source, now) + limits.refill.saturating_mul(messages) <= limits.refill.saturating_mul(limits.burst)
    }

    pub(crate) fn due(&self, limits: &Limits) -> Option<Timestamp> {
        self.floods.values().map(|flood| flood.due(limits)).min()
    }
}

impl Bucket {
    fn owed(&self, now: Timestamp) -> Duration {
        self.owed.saturating_sub(now.since(self.at))
    }
}

impl Flood {
    fn due(&self, limits: &Limits) -> Timestamp {
        let end = self.last + limits.flood_quiet;
        if self.count > self.marked.0 { end.min(self.marked.1 + limits.flood_mark) } else { end }
    }
}

impl Dispatcher {
    /// Whether a message may be shown by itself: it is within its device's limit for its class, with room for `messages`. Else it is
    /// counted, and the first time the flood gets its one line.
    pub(super) fn admits(&mut self, said: &Said, class: Class, messages: u32) -> bool {
        let flood = said.source(class);
        if self.state.rates.room(flood, messages, self.now, &self.config.limits) {
            return true;
        }
        if !self.state.rates.floods.contains_key(&flood) {
            self.log(What::FloodBegan { flood });
        }
        self.log_from(None, said.frame, None, What::Limited { flood });
        false
    }

    /// Counts the floods that go on, and ends those that are over.
    pub(super) fn mark_floods(&mut self) {
        let (now, limits) = (self.now, self.config.limits);
        let due: Vec<_> = self.state.rates.floods.iter().filter(|(_, flood)| flood.due(&limits) <= now).collect();
        let lines: Vec<_> = due
            .into_iter()
            .map(|(&flood, known)| {
                let over = known.last + limits.flood_quiet <= now;
                let count = known.count;
                if over { What::FloodEnded { flood, count } } else { What::FloodGoesOn { flood, count } }
            })
            .collect();
        lines.into_iter().for_each(|line| self.log(line));
    }
}
