//! Whether a station's word is new: a window over its epoch and sequence.

use super::Record;
use crate::id::DeviceId;

/// What a window says about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Never heard, and now the highest.
    Newest,
    /// Never heard; overtaken by others.
    Overtaken,
    /// Heard before: it came by a second path, or somebody repeats it.
    Again,
    /// So old that nobody can tell.
    Stale,
}

/// The last 128 numbers of a station: a number may be overtaken by up to 127 others.
#[derive(Debug)]
pub(super) struct Hearing {
    pub(super) station: DeviceId,
    pub(super) epoch: u32,
    pub(super) highest: u32,
    /// Bit n is set when `highest - n` was heard.
    heard: u128,
}

impl Hearing {
    pub(super) const fn new(station: DeviceId) -> Self {
        Self { station, epoch: 0, highest: 0, heard: u128::MAX }
    }

    /// What the store keeps of it.
    pub(super) const fn record(&self) -> Record {
        Record::Heard { station: self.station, epoch: self.epoch, sequence: self.highest }
    }

    /// Goes on from a stored record: everything up to it counts as heard.
    pub(super) fn restore(&mut self, epoch: u32, sequence: u32) {
        if (epoch, sequence) > (self.epoch, self.highest) {
            (self.epoch, self.highest, self.heard) = (epoch, sequence, u128::MAX);
        }
    }

    pub(super) fn hear(&mut self, epoch: u32, sequence: u32) -> Freshness {
        if epoch > self.epoch {
            (self.epoch, self.highest, self.heard) = (epoch, sequence, 1);
            return Freshness::Newest;
        }
        if epoch < self.epoch {
            return Freshness::Stale;
        }
        if let Some(ahead) = sequence.checked_sub(self.highest).filter(|&ahead| ahead > 0) {
            self.heard = self.heard.checked_shl(ahead).unwrap_or(0) | 1;
            self.highest = sequence;
            return Freshness::Newest;
        }
        match 1u128.checked_shl(self.highest - sequence) {
            None => Freshness::Stale,
            Some(bit) if self.heard & bit != 0 => Freshness::Again,
            Some(bit) => {
                self.heard |= bit;
                Freshness::Overtaken
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_new_once() {
        let mut hearing = Hearing::new(DeviceId([1; 8]));
        assert_eq!(hearing.hear(1, 5), Freshness::Newest);
        assert_eq!(hearing.hear(1, 3), Freshness::Overtaken);
        assert_eq!(hearing.hear(1, 3), Freshness::Again);
        assert_eq!(hearing.hear(1, 5 + u128::BITS), Freshness::Newest);
        assert_eq!(hearing.hear(1, 5), Freshness::Stale);
        assert_eq!(hearing.hear(0, 900), Freshness::Stale);
    }

    #[test]
    fn what_was_stored_stays_heard() {
        let mut hearing = Hearing::new(DeviceId([1; 8]));
        hearing.restore(2, 10);
        assert_eq!(hearing.hear(2, 10), Freshness::Again);
        assert_eq!(hearing.hear(2, 9), Freshness::Again);
        assert_eq!(hearing.hear(2, 11), Freshness::Newest);
    }
}
