//! What the receiver remembers of one device.

use core::time::Duration;
use std::collections::VecDeque;

use super::pending::Rank;
use super::window::{Number, Window};
use super::{Origin, Supervision, Ticket};
use crate::entry::Path;
use crate::frame::Header;
use crate::id::FrameId;
use crate::message::{Durability, Heartbeat, Power};
use crate::time::Timestamp;

/// Of how many boot epochs a device's windows are kept: its last. What is older than all of them is stale.
pub(super) const EPOCHS: usize = 4;
/// How many of a device's last events are remembered with their receipts; a repeat of an older one is stale. A panel waits for no more.
pub(super) const EVENTS: usize = 256;
/// How many events that nobody can tell from a replay are remembered beside them: old frames sent again push no other event out.
const OLD: usize = 16;
/// How long each of these stays at least. Until then one more is told but neither remembered nor stored: so whoever sends recorded frames
/// gets at most [`OLD`] of each device to the journal in this time.
const OLD_STAYS: Duration = Duration::from_secs(60);

/// One device: its numbers, its last events, its last heartbeat.
#[derive(Debug, Default)]
pub(super) struct Device {
    /// The highest epoch first.
    epochs: Vec<Epoch>,
    /// The oldest first.
    events: VecDeque<Event>,
    /// Those that were admitted although nobody can tell whether they came before; the oldest first.
    old: VecDeque<Event>,
    beat: Option<Beat>,
    condition: Condition,
    /// Whether a heartbeat since the start has told the condition.
    told: bool,
    /// When a heartbeat was last given to the journal.
    pub(super) marked: Option<Timestamp>,
    /// By what it was heard last.
    pub(super) link: Option<Origin>,
}

#[derive(Debug)]
struct Epoch {
    number: u32,
    window: Window,
    /// How many events a heartbeat says there were.
    claimed: u32,
}

#[derive(Debug)]
struct Beat {
    number: (u32, u32),
    frame: FrameId,
}

/// An event that was admitted.
#[derive(Debug)]
pub(super) struct Event {
    /// Epoch and sequence.
    pub(super) number: (u32, u32),
    pub(super) frame: FrameId,
    /// When it came first.
    pub(super) at: Timestamp,
    /// By what it came first.
    pub(super) first: Path,
    /// By what it came: one bit for each path.
    pub(super) paths: u16,
    pub(super) urgent: bool,
    pub(super) state: State,
}

/// Where an event stands on its way to the journal.
///
/// ```text
///              room             Persisted
///   admitted ───────> Pending ────────────> Stored
///      │                 │                    every repeat: the first receipt again
///      │ no room         │ NotPersisted
///      └──> Unstored <───┘
///             │    ^ no room
///             └────┴── a repeat asks for room again ──> Pending
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Told, but the journal does not have it: no receipt.
    Unstored,
    /// On its way to the journal.
    Pending(Ticket),
    /// In the journal.
    Stored { position: u64, durability: Durability },
}

/// What a device's memory says about an event that claims to be its.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Its number was never used.
    Never,
    /// This very frame was admitted.
    Same,
    /// Its number was used for another frame.
    Reused,
    /// Nobody can tell any more.
    Forgotten,
}

/// What a heartbeat brought.
#[derive(Debug, Default)]
pub(super) struct News {
    /// What changed.
    pub(super) changes: Vec<Supervision>,
    /// Whether the journal should have it: an epoch begins, something changed, or more or fewer events are missing.
    pub(super) worth_keeping: bool,
}

/// How a panel is, as it says itself.
#[derive(Clone, Copy, Debug)]
struct Condition {
    power: Power,
    tamper: bool,
    broken: u8,
    /// How many events were lacking at the last heartbeat.
    lack: u32,
    /// How many were reported missing.
    missing: u32,
}

impl Device {
    /// Looks an event up, without any cryptography.
    pub(super) fn seen(&self, number: (u32, u32), frame: &FrameId) -> Seen {
        let known = match self.epochs.iter().find(|epoch| epoch.number == number.0) {
            Some(epoch) => epoch.window.look(number.1),
            None if self.epochs.len() < EPOCHS => Number::Fresh,
            None if self.epochs.last().is_some_and(|oldest| number.0 < oldest.number) => Number::TooOld,
            None => Number::Fresh,
        };
        match known {
            Number::Fresh => Seen::Never,
            _ if self.events.iter().chain(&self.old).any(|event| event.frame == *frame) => Seen::Same,
            Number::Used if self.events.iter().any(|event| event.number == number) => Seen::Reused,
            _ => Seen::Forgotten,
        }
    }

    /// The highest epoch that it has said something in.
    pub(super) fn latest_epoch(&self) -> Option<u32> {
        self.epochs.first().map(|epoch| epoch.number)
    }

    /// Whether a later frame came before one with this number.
    pub(super) fn is_late(&self, (epoch, sequence): (u32, u32)) -> bool {
        self.epochs
            .first()
            .is_some_and(|last| epoch < last.number || epoch == last.number && sequence < last.window.highest())
    }

    /// Takes an event up, whose number is thereby used.
    pub(super) fn admit(&mut self, event: Event) {
        if let Some(epoch) = self.epoch(event.number.0) {
            epoch.window.mark(event.number.1);
        }
        if self.events.len() >= EVENTS {
            // What still waits for its receipt and is urgent stays longest.
            let settled = |event: &Event| !event.urgent || matches!(event.state, State::Stored { .. });
            let oldest = self.events.iter().position(settled).unwrap_or(0);
            self.events.remove(oldest);
        }
        self.events.push_back(event);
    }

    /// Whether one more event may be remembered that nobody can tell from a replay. An oldest one from the future has seen the clock put back.
    pub(super) fn takes_old(&self, now: Timestamp) -> bool {
        let gives_way = |oldest: &Event| now < oldest.at || now.since(oldest.at) >= OLD_STAYS;
        self.old.len() < OLD || self.old.front().is_some_and(gives_way)
    }

    /// Takes such an event up. It uses no number, opens no epoch and is not counted: a replay must not hide what is true.
    pub(super) fn admit_old(&mut self, event: Event) {
        if self.old.len() >= OLD {
            self.old.pop_front();
        }
        self.old.push_back(event);
    }

    pub(super) fn event(&mut self, frame: &FrameId) -> Option<&mut Event> {
        self.events.iter_mut().rev().chain(&mut self.old).find(|event| event.frame == *frame)
    }

    /// Whether this very heartbeat was the last one heard.
    pub(super) fn repeats_beat(&self, frame: &FrameId) -> bool {
        self.beat.as_ref().is_some_and(|beat| beat.frame == *frame)
    }

    /// Whether a heartbeat with this number comes after the last one heard; any other proves nothing.
    pub(super) fn is_next_beat(&self, number: (u32, u32)) -> bool {
        self.beat.as_ref().is_none_or(|beat| number > beat.number)
    }

    /// Takes up an authentic heartbeat.
    pub(super) fn beat(&mut self, header: &Header, frame: FrameId, said: &Heartbeat) -> News {
        let boot = self.beat.as_ref().is_none_or(|last| last.number.0 != header.epoch);
        self.beat = Some(Beat { number: (header.epoch, header.sequence), frame });
        if let Some(epoch) = self.epoch(header.epoch) {
            epoch.claimed = epoch.claimed.max(said.events);
        }
        let before = self.condition;
        let lack = self.epochs.iter().map(Epoch::lack).fold(0, u32::saturating_add);
        self.condition = Condition {
            power: said.power,
            tamper: said.tamper,
            broken: said.paths.broken(),
            lack,
            missing: before.missing,
        };
        let mut changes = Vec::new();
        // After a restart every fault that lasts is told again: whether it was told before nobody knows.
        let afresh = !core::mem::replace(&mut self.told, true);
        changes.extend(self.condition.missing(&before, afresh));
        changes.extend(self.condition.changes(&before, afresh));
        News { worth_keeping: boot || !changes.is_empty() || lack != before.lack, changes }
    }

    /// After the journal was read: what a heartbeat said there counts, but must be told again.
    pub(super) fn untell(&mut self) {
        self.told = false;
    }

    /// The epoch's window, opened if it is not older than all that are kept.
    fn epoch(&mut self, number: u32) -> Option<&mut Epoch> {
        let at = self.epochs.partition_point(|epoch| epoch.number > number);
        if self.epochs.get(at).is_none_or(|epoch| epoch.number != number) {
            self.epochs.insert(at, Epoch { number, window: Window::default(), claimed: 0 });
            self.epochs.truncate(EPOCHS);
        }
        self.epochs.get_mut(at)
    }
}

impl Event {
    pub(super) const fn rank(&self) -> Rank {
        if self.urgent { Rank::Urgent } else { Rank::Ordinary }
    }
}

impl Epoch {
    /// How many events are claimed that did not come.
    fn lack(&self) -> u32 {
        self.claimed.saturating_sub(self.window.used())
    }
}

impl Condition {
    /// Suppression: events that one heartbeat claimed still lack at the next. A single heartbeat may have overtaken an event.
    fn missing(&mut self, before: &Self, afresh: bool) -> Option<Supervision> {
        let told = if afresh { 0 } else { self.missing };
        if self.lack == 0 {
            return (core::mem::take(&mut self.missing) > 0).then_some(Supervision::Complete);
        }
        if before.lack == 0 || self.lack < before.lack || self.lack <= told {
            return None;
        }
        self.missing = self.lack;
        Some(Supervision::Missing { events: self.lack })
    }

    /// What differs from `before`; `afresh` also the faults that do not.
    fn changes(&self, before: &Self, afresh: bool) -> Vec<Supervision> {
        let mut changes = Vec::new();
        if self.tamper != before.tamper || afresh && self.tamper {
            changes.push(if self.tamper { Supervision::TamperOpen } else { Supervision::TamperClosed });
        }
        if self.power != before.power || afresh && self.power != Power::Mains {
            changes.push(match self.power {
                Power::Mains => Supervision::PowerGood,
                Power::Battery => Supervision::OnBattery,
                // What cannot be placed is taken for the worst.
                Power::Low | Power::Unknown(_) => Supervision::BatteryLow,
            });
        }
        for path in 0..8 {
            let (is, was) = (self.broken >> path & 1 == 1, before.broken >> path & 1 == 1);
            if is != was || afresh && is {
                changes.push(if is { Supervision::PathBroken(path) } else { Supervision::PathGood(path) });
            }
        }
        changes
    }
}

impl Default for Condition {
    /// Nothing wrong.
    fn default() -> Self {
        Self { power: Power::Mains, tamper: false, broken: 0, lack: 0, missing: 0 }
    }
}
