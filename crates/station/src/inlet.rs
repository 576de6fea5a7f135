//! The way into the driver: bounded, one message of a link at a time, what claims to be an alarm first.

use std::sync::Arc;

use keng_dispatch::SiteId;
use keng_dispatch::answer::AnswerError;
use keng_dispatch::directory::Directory;
use keng_dispatch::view::IncidentView;
use keng_protocol::message::Notice;
use keng_protocol::receiver::Origin;
use keng_protocol::{DeviceId, IncidentId, Refusal, Timestamp};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::feed::Scope;

/// How many messages may wait in each of the two lanes. Beyond it the links wait, each with one message in hand.
const LANE: usize = 1024;

/// What comes to the driver from outside.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// The octets of a frame.
    Frame { origin: Origin, octets: Vec<u8>, turn: Turn, taken: oneshot::Sender<Taken> },
    /// A frame of the DC-09 dialect.
    Dc09 { origin: Origin, octets: Vec<u8>, turn: Turn, taken: oneshot::Sender<Taken> },
    /// A link is gone.
    Closed { link: u64 },
    /// Tellings reached their channel, or did not.
    Told(Vec<(u64, Result<(), Undelivered>)>),
    /// What only the process's owner may ask.
    Command(Command),
}

/// What the process's owner may ask.
#[derive(Debug)]
pub(crate) enum Command {
    /// A question.
    Ask(Ask),
    /// A new version of the directory.
    Adopt { directory: Box<Directory>, adopted: oneshot::Sender<bool> },
    /// A site goes on test.
    Test { site: SiteId, until: Timestamp },
    /// Everything that waits is stored, then the driver ends.
    Stop { done: oneshot::Sender<()> },
}

/// A question, and where the answer goes. It becomes JSON there, so that the driver does not wait for that.
#[derive(Debug)]
pub(crate) enum Ask {
    Incidents {
        scope: Scope,
        reply: oneshot::Sender<Vec<IncidentView>>,
    },
    Incident {
        scope: Scope,
        id: IncidentId,
        reply: oneshot::Sender<Option<IncidentView>>,
    },
    Health {
        reply: oneshot::Sender<Value>,
    },
    Refusals {
        reply: oneshot::Sender<Vec<Arc<Value>>>,
    },
    Live {
        reply: oneshot::Sender<()>,
    },
    /// A notice is signed and stored; the answer is its octets.
    Notice {
        notice: Notice,
        reply: oneshot::Sender<Vec<u8>>,
    },
    /// Such octets go to devices; the answer is which of them had a link.
    Pass {
        devices: Vec<DeviceId>,
        octets: Vec<u8>,
        reply: oneshot::Sender<Vec<DeviceId>>,
    },
    /// The highest epoch of a device.
    Epoch {
        device: DeviceId,
        reply: oneshot::Sender<Option<u32>>,
    },
}

/// Why a telling did not reach its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// Nobody has the desk's stream open.
    NobodyListens,
    /// The channel does not keep up: its queue is full.
    Full,
    /// The other side refused or did not answer.
    Failed,
}

/// What became of a message, as far as its link needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Authentic: the link is proven.
    Authentic,
    /// Authentic and stored, but a desk's answer that cannot be acted on.
    Objected(AnswerError),
    /// Refused, with the reason.
    Refused(Refusal),
    /// Refused by the rules of the other dialect.
    RefusedDialect,
}

/// When a frame has its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Before others: it claims to be about people.
    First,
    /// Behind those.
    Ordinary,
    /// Its link says more than its pace: behind those, and the link is asked for the next when this one is on the disk.
    Patient,
}

/// Hands messages to the driver. A link hands over the next when it was told what became of the one before, so that it has at most one in the
/// queue and a flood on one link cannot hold up another by more than its own message.
#[derive(Clone, Debug)]
pub(crate) struct Inlet {
    urgent: mpsc::Sender<Arrival>,
    ordinary: mpsc::Sender<Arrival>,
}

/// The driver's end.
#[derive(Debug)]
pub(crate) struct Arrivals {
    pub(crate) urgent: mpsc::Receiver<Arrival>,
    pub(crate) ordinary: mpsc::Receiver<Arrival>,
}

pub(crate) fn inlet() -> (Inlet, Arrivals) {
    let (urgent, from_urgent) = mpsc::channel(LANE);
    let (ordinary, from_ordinary) = mpsc::channel(LANE);
    (Inlet { urgent, ordinary }, Arrivals { urgent: from_urgent, ordinary: from_ordinary })
}

impl Inlet {
    /// Hands over a frame; what comes of it is said later. `None` when the driver has stopped.
    pub(crate) async fn frame(&self, origin: Origin, octets: Vec<u8>, turn: Turn) -> Option<oneshot::Receiver<Taken>> {
        let (taken, answer) = oneshot::channel();
        self.lane(turn).send(Arrival::Frame { origin, octets, turn, taken }).await.ok()?;
        Some(answer)
    }

    /// The same with a frame of DC-09.
    pub(crate) async fn dc09(&self, origin: Origin, octets: Vec<u8>, turn: Turn) -> Option<oneshot::Receiver<Taken>> {
        let (taken, answer) = oneshot::channel();
        self.lane(turn).send(Arrival::Dc09 { origin, octets, turn, taken }).await.ok()?;
        Some(answer)
    }

    const fn lane(&self, turn: Turn) -> &mpsc::Sender<Arrival> {
        match turn {
            Turn::First => &self.urgent,
            Turn::Ordinary | Turn::Patient => &self.ordinary,
        }
    }

    pub(crate) async fn closed(&self, link: u64) {
        self.ordinary.send(Arrival::Closed { link }).await.unwrap_or_default();
    }

    pub(crate) async fn told(&self, told: Vec<(u64, Result<(), Undelivered>)>) {
        self.ordinary.send(Arrival::Told(told)).await.unwrap_or_default();
    }

    /// Returns when the driver has ended.
    pub(crate) async fn ended(&self) {
        self.urgent.closed().await;
    }

    pub(crate) async fn command(&self, command: Command) {
        self.ordinary.send(Arrival::Command(command)).await.unwrap_or_default();
    }
}

impl Turn {
    /// By what a frame says of itself: an alarm, a cancel, what a newer panel says, an alarm that another station vouches for, a desk's answer, a
    /// revocation go first. Only a hint for the order: it is not verified yet.
    pub(crate) fn of(octets: &[u8]) -> Self {
        if matches!(octets.get(1), Some(1 | 8 | 10..=31 | 36 | 64 | 98)) { Self::First } else { Self::Ordinary }
    }
}

#[cfg(test)]
mod tests {
    use keng_protocol::Kind;

    use super::*;

    #[test]
    fn what_may_be_about_people_goes_first_and_what_comes_often_does_not() {
        let first = |kind: Kind| Turn::of(&[1, kind.code()]) == Turn::First;
        let urgent = [Kind::Alarm, Kind::Cancel, Kind::Unknown(31), Kind::Vouched, Kind::Answer, Kind::Revocation];
        assert!(urgent.into_iter().all(first));
        assert!(
            ![Kind::Heartbeat, Kind::OpenClose, Kind::Noted, Kind::Suspicion, Kind::Receipt].into_iter().any(first)
        );
        assert_eq!(Turn::of(&[]), Turn::Ordinary);
    }
}
