//! Events that wait for a receipt, in the order in which they are sent: hold-ups first, oldest first.

use crate::frame::Header;
use crate::id::FrameId;
use crate::message::{AlarmClass, Kind, Message};
use crate::time::Timestamp;

/// How much an event matters at a bound, and whether it goes out on every path at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Goes by the first good path.
    Ordinary,
    /// Goes by every path: alarms without attack, drills of alarms, and what is added to an incident.
    Alarm,
    /// Goes by every path and is the last to give way: people under attack. A cancel is among them whatever its code, because its code may
    /// be the duress code and nothing on the site may tell the two apart.
    HoldUp,
}

/// An event that waits for its receipt.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) frame: FrameId,
    pub(super) octets: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) rank: Rank,
    /// Whether what is shown about it must not be noticed by a stranger.
    pub(super) discreet: bool,
    /// The path that a test tests: it goes by no other.
    pub(super) only_path: Option<u8>,
    /// When it was said.
    pub(super) since: Timestamp,
    pub(super) attempts: u32,
    /// When to send again.
    pub(super) due: Timestamp,
    /// When to tell the site that no receipt came; `None` once it was told.
    pub(super) overdue: Option<Timestamp>,
}

impl Pending {
    pub(super) fn new(header: &Header, message: &Message, octets: Vec<u8>) -> Self {
        let rank = rank(message);
        let plain = matches!(message, Message::Alarm(alarm) if !alarm.silent) || rank == Rank::Ordinary;
        Self {
            frame: FrameId::of(&octets),
            octets,
            kind: message.kind(),
            rank,
            discreet: !plain,
            only_path: if let Message::Test(test) = message { Some(test.path) } else { None },
            since: header.time,
            attempts: 0,
            due: header.time,
            overdue: None,
        }
    }
}

/// The events, by rank and within a rank by age.
#[derive(Debug)]
pub(super) struct Outbox {
    bound: usize,
    pending: Vec<Pending>,
}

impl Outbox {
    pub(super) const fn new(bound: usize) -> Self {
        Self { bound, pending: Vec::new() }
    }

    /// Takes an event in and gives back the one that has to go, which may be the new one itself:
    ///
    /// 1. the oldest of the lowest rank, when that rank is below the new one's;
    /// 2. else, among its equals, the newest but one: the oldest stay, because they say when it began, and the newest says that it goes on;
    /// 3. else, when all the others outrank it, the new one.
    pub(super) fn admit(&mut self, new: Pending) -> Option<Pending> {
        if self.holds(&new.frame) {
            return None;
        }
        let given_up = match self.pending.last().map(|last| last.rank) {
            Some(lowest) if self.pending.len() >= self.bound => {
                if lowest > new.rank {
                    return Some(new);
                }
                if lowest < new.rank {
                    let oldest = self.pending.partition_point(|pending| pending.rank > lowest);
                    Some(self.pending.remove(oldest))
                } else {
                    self.pending.pop()
                }
            }
            _ => None,
        };
        let place = self.pending.partition_point(|pending| pending.rank >= new.rank);
        self.pending.insert(place, new);
        given_up
    }

    /// Takes out the event of this frame.
    pub(super) fn settle(&mut self, frame: &FrameId) -> Option<Pending> {
        let place = self.pending.iter().position(|pending| pending.frame == *frame)?;
        Some(self.pending.remove(place))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.pending.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Pending> {
        self.pending.iter_mut()
    }

    fn holds(&self, frame: &FrameId) -> bool {
        self.pending.iter().any(|pending| pending.frame == *frame)
    }
}

fn rank(message: &Message) -> Rank {
    match message {
        Message::Alarm(alarm) if alarm.drill || alarm.kind.class() != AlarmClass::Attack => Rank::Alarm,
        Message::Alarm(_) | Message::Cancel(_) => Rank::HoldUp,
        // What a newer panel says cannot be placed, so it is taken for more than it may be.
        Message::Update(_) | Message::Unknown { .. } => Rank::Alarm,
        _ => Rank::Ordinary,
    }
}
