//! Flood limits: a token bucket for each device and class. What is over it is counted, each with a record, and shown as one line.

use core::time::Duration;
use std::collections::BTreeMap;

use keng_protocol::Timestamp;

use super::alarms::Said;
use super::timers::Timers;
use super::{Dispatcher, Limits};
use crate::record::{Class, Record, Source, What};

/// What part of the buckets goes when there is no room for one more, so that they are looked through seldom.
const EIGHTH: usize = 8;

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
    /// When each flood is counted or over.
    due: Timers<Source>,
}

impl Rates {
    pub(crate) fn apply(&mut self, record: &Record, limits: &Limits) {
        if let Some(source) = record.source {
            self.take(source, record.at, limits);
        }
        match record.what {
            What::FloodBegan { flood } => {
                let began = Flood { count: 0, last: record.at, marked: (0, record.at) };
                self.floods.insert(flood, began);
                self.due.set(flood, Some(began.due(limits)));
            }
            What::Limited { flood } => {
                self.change(flood, limits, |known| (known.count, known.last) = (known.count + 1, record.at));
            }
            What::FloodGoesOn { flood, count } => {
                self.change(flood, limits, |known| known.marked = (count, record.at));
            }
            What::ClockBack => self.clock_back(record.at, limits),
            What::FloodEnded { flood, .. } => {
                self.floods.remove(&flood);
                self.due.set(flood, None);
            }
            _ => {}
        }
    }

    fn change(&mut self, source: Source, limits: &Limits, change: impl FnOnce(&mut Flood)) {
        if let Some(flood) = self.floods.get_mut(&source) {
            change(flood);
            self.due.set(source, Some(flood.due(limits)));
        }
    }

    fn clock_back(&mut self, now: Timestamp, limits: &Limits) {
        self.buckets.values_mut().for_each(|bucket| bucket.at = bucket.at.min(now));
        for flood in self.floods.values_mut() {
            (flood.last, flood.marked.1) = (flood.last.min(now), flood.marked.1.min(now));
        }
        self.due = self.floods.iter().map(|(source, flood)| (*source, flood.due(limits))).collect();
    }

    fn take(&mut self, source: Source, at: Timestamp, limits: &Limits) {
        let most = limits.refill.saturating_mul(limits.burst);
        if let Some(bucket) = self.buckets.get_mut(&source) {
            *bucket = Bucket { owed: (bucket.owed(at) + limits.refill).min(most), at };
            return;
        }
        if self.buckets.len() >= limits.sources {
            self.make_room(at, limits);
        }
        self.buckets.insert(source, Bucket { owed: limits.refill.min(most), at });
    }

    /// Forgets the buckets that owe nothing any more, which is as if they were new; if none does, the eighth that was quiet longest.
    fn make_room(&mut self, now: Timestamp, limits: &Limits) {
        self.buckets.retain(|_, bucket| bucket.owed(now) > Duration::ZERO);
        if self.buckets.len() < limits.sources {
            return;
        }
        let mut times: Vec<_> = self.buckets.values().map(|bucket| bucket.at).collect();
        times.sort_unstable();
        if let Some(quietest) = times.get(limits.sources / EIGHTH).copied() {
            self.buckets.retain(|_, bucket| bucket.at > quietest);
        }
    }

    fn owed(&self, source: Source, now: Timestamp) -> Duration {
        self.buckets.get(&source).map_or(Duration::ZERO, |bucket| bucket.owed(now))
    }

    /// Whether a device has room for `messages` more.
    fn room(&self, source: Source, messages: u32, now: Timestamp, limits: &Limits) -> bool {
        self.owed(source, now) + limits.refill.saturating_mul(messages) <= limits.refill.saturating_mul(limits.burst)
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.next()
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
        let rates = &self.state.rates;
        let due = rates.due.due(now).filter_map(|flood| Some((flood, rates.floods.get(&flood)?)));
        let lines: Vec<_> = due
            .map(|(flood, known)| {
                let over = known.last + limits.flood_quiet <= now;
                let count = known.count;
                if over { What::FloodEnded { flood, count } } else { What::FloodGoesOn { flood, count } }
            })
            .collect();
        lines.into_iter().for_each(|line| self.log(line));
    }
}
