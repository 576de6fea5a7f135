//! Which of the panel's paths work, and which of them an event takes.

use super::outbox::{Pending, Rank};
use crate::message::PathStates;

/// The paths as the panel believes them; bit 0 is path 0. All are good until one is found wanting.
///
/// Alarms do not depend on it: they take every path. Who can copy a station's answer from one path to another can make a broken path look good
/// for the rest.
#[derive(Debug)]
pub(super) struct Paths {
    configured: u8,
    good: u8,
    /// Where the last heartbeat has not been answered yet.
    unanswered: u8,
}

impl Paths {
    /// `count` is 1 to 8.
    pub(super) const fn new(count: u8) -> Self {
        let configured = u8::MAX >> (8 - count);
        Self { configured, good: configured, unanswered: 0 }
    }

    pub(super) const fn has(&self, path: u8) -> bool {
        self.bit(path) != 0
    }

    /// A new link, or an answer on it: the path works.
    pub(super) const fn works(&mut self, path: u8) {
        self.good |= self.bit(path);
        self.unanswered &= !self.bit(path);
    }

    pub(super) const fn fails(&mut self, path: u8) {
        self.good &= !self.bit(path);
    }

    /// A heartbeat is about to go out on every path: those that did not answer the last one do not work.
    pub(super) const fn beat(&mut self) -> PathStates {
        self.good &= !self.unanswered;
        self.unanswered = self.configured;
        PathStates { configured: self.configured, good: self.good }
    }

    /// The numbers of all paths, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = u8> + use<> {
        numbers(self.configured)
    }

    /// The paths that an event takes at its next attempt: every one; or the one that it tests; or a good one, another each time.
    pub(super) fn route(&self, event: &Pending) -> impl Iterator<Item = u8> + use<> {
        let candidates = match event.only_path {
            Some(path) if self.has(path) => self.bit(path),
            _ if event.rank > Rank::Ordinary || self.good == 0 => self.configured,
            _ => self.good,
        };
        let turn = if event.rank > Rank::Ordinary { 0 } else { event.attempts % candidates.count_ones().max(1) };
        let most = if event.rank > Rank::Ordinary { 8 } else { 1 };
        numbers(candidates).skip(usize::try_from(turn).unwrap_or(0)).take(most)
    }

    const fn bit(&self, path: u8) -> u8 {
        match 1u8.checked_shl(path as u32) {
            Some(bit) => bit & self.configured,
            None => 0,
        }
    }
}

fn numbers(bits: u8) -> impl Iterator<Item = u8> {
    (0..8).filter(move |path| bits >> path & 1 == 1)
}
