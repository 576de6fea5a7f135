//! What is on its way to the journal, and what happens when it is there.

use core::time::Duration;
use std::collections::BTreeMap;

use super::{Origin, Ticket};
use crate::id::FrameId;
use crate::time::Timestamp;

/// How many origins of one frame wait for its receipt; one more gets it when it sends the frame again.
const WAITING: usize = 4;
/// How many refusals are journaled at once; beyond it [`ALLOWANCE_EVERY`] lets one more in. The others are only counted and shown.
const ALLOWANCE: u32 = 64;
/// How often one more refusal may be journaled.
const ALLOWANCE_EVERY: Duration = Duration::from_secs(1);

/// Entries that the journal has not answered for.
#[derive(Debug)]
pub(super) struct Pending {
    most: usize,
    next: u64,
    entries: BTreeMap<Ticket, Then>,
}

/// Who goes first when there is little room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Refusals, second paths, marks of heartbeats: up to half of the room.
    Evidence,
    /// Authentic events: up to three quarters of the room.
    Ordinary,
    /// Alarms: all of it.
    Urgent,
}

/// What to do when an entry is in the journal.
#[derive(Debug)]
pub(super) enum Then {
    /// Receipt the frame of this slot to who waits for it.
    Receipt { slot: usize, frame: FrameId, at: Timestamp, waiting: Vec<Origin> },
    /// A heartbeat of this slot; when it is not there, the next one will be tried.
    Mark { slot: usize },
    /// Evidence.
    Nothing,
}

impl Pending {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, next: 0, entries: BTreeMap::new() }
    }

    /// A ticket for one more entry; `None` when there is no room for its rank.
    pub(super) fn enter(&mut self, rank: Rank, then: Then) -> Option<Ticket> {
        let most = match rank {
            Rank::Evidence => self.most / 2,
            Rank::Ordinary => self.most - self.most / 4,
            Rank::Urgent => self.most,
        };
        if self.entries.len() >= most {
            return None;
        }
        self.next += 1;
        let ticket = Ticket(self.next);
        self.entries.insert(ticket, then);
        Some(ticket)
    }

    /// One more origin waits for the receipt.
    pub(super) fn wait(&mut self, ticket: Ticket, origin: Origin) {
        match self.entries.get_mut(&ticket) {
            Some(Then::Receipt { waiting, .. }) if waiting.len() < WAITING && !waiting.contains(&origin) => {
                waiting.push(origin);
            }
            _ => {}
        }
    }

    /// The journal has answered; `None` for a ticket that is not open.
    pub(super) fn settle(&mut self, ticket: Ticket) -> Option<Then> {
        self.entries.remove(&ticket)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

/// How many refusals may still be journaled: a token bucket.
#[derive(Debug)]
pub(super) struct Allowance {
    left: u32,
    since: Timestamp,
}

impl Allowance {
    pub(super) const fn new(now: Timestamp) -> Self {
        Self { left: ALLOWANCE, since: now }
    }

    /// Takes one, if there is one.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        let more = now.since(self.since).as_millis() / ALLOWANCE_EVERY.as_millis();
        if more > 0 || now < self.since {
            self.left = self.left.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)).min(ALLOWANCE);
            self.since = now;
        }
        let taken = self.left.checked_sub(1);
        self.left = taken.unwrap_or(0);
        taken.is_some()
    }
}
