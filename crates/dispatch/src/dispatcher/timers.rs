//! When each of many does something next.

use std::collections::{BTreeMap, BTreeSet};

use keng_protocol::Timestamp;

/// One time for each key, and the keys in the order of their times: however many there are, none is looked through for the next one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timers<K> {
    order: BTreeSet<(Timestamp, K)>,
    at: BTreeMap<K, Timestamp>,
}

impl<K> Default for Timers<K> {
    fn default() -> Self {
        Self { order: BTreeSet::new(), at: BTreeMap::new() }
    }
}

impl<K: Copy + Ord> Timers<K> {
    /// Sets a key's time, or takes it out.
    pub(super) fn set(&mut self, key: K, next: Option<Timestamp>) {
        let before = match next {
            Some(at) => self.at.insert(key, at),
            None => self.at.remove(&key),
        };
        if before == next {
            return;
        }
        before.map(|at| self.order.remove(&(at, key)));
        self.order.extend(next.map(|at| (at, key)));
    }

    /// The earliest time.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.order.first().map(|(at, _)| *at)
    }

    /// The keys whose time has come, the earliest first.
    pub(super) fn due(&self, now: Timestamp) -> impl Iterator<Item = K> {
        self.order.iter().take_while(move |(at, _)| *at <= now).map(|(_, key)| *key)
    }
}

impl<K: Copy + Ord> FromIterator<(K, Timestamp)> for Timers<K> {
    fn from_iter<I: IntoIterator<Item = (K, Timestamp)>>(times: I) -> Self {
        let mut timers = Self::default();
        times.into_iter().for_each(|(key, at)| timers.set(key, Some(at)));
        timers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_time_and_the_earliest_is_first() {
        let at = Timestamp::from_millis;
        let mut timers: Timers<u8> = [(1, at(30)), (2, at(20)), (3, at(10))].into_iter().collect();
        timers.set(3, Some(at(25)));
        timers.set(2, None);
        assert_eq!(timers.next(), Some(at(25)));
        assert_eq!(timers.due(at(30)).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(timers.due(at(24)).count(), 0);
    }
}
