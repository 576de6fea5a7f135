//! A desk and the person at it: prompt, late or not there; the stream open or not; answers signed and sent until they are receipted.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use ed25519_dalek::SigningKey;
use keng_protocol::message::{Act, Answer, Disposition, Reason};
use keng_protocol::{DeviceId, Frame, FrameId, Header, IncidentId, Message, Sign as _, Timestamp, seal};

use crate::dice::Dice;
use crate::sample::{STATION, key};
use crate::station::InHand;

/// How a person at a desk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temper {
    Prompt,
    Late,
    Never,
    /// Prompt, and turns nothing down.
    Willing,
}

/// One desk.
pub(crate) struct Desk {
    pub(crate) id: DeviceId,
    pub(crate) temper: Temper,
    /// Whether its stream is open.
    pub(crate) open: bool,
    key: SigningKey,
    dice: Dice,
    sequence: u32,
    /// Answers that wait for a receipt.
    outbox: VecDeque<Vec<u8>>,
    /// The incidents that its authority was told of while nobody was there to see.
    missed: Vec<InHand>,
    /// The incidents that the person has seen, and what was done last.
    seen: BTreeMap<IncidentId, Option<Act>>,
}

impl Desk {
    pub(crate) fn new(id: DeviceId, temper: Temper, dice: Dice) -> Self {
        let (outbox, missed, seen) = (VecDeque::new(), Vec::new(), BTreeMap::new());
        Self { id, temper, open: true, key: key(id), dice, sequence: 0, outbox, missed, seen }
    }

    /// A telling that could not be put on its stream.
    pub(crate) fn misses(&mut self, telling: InHand) {
        self.missed.push(telling);
    }

    /// The stream is open again, and all that was missed comes.
    pub(crate) fn opens(&mut self) -> Vec<InHand> {
        self.open = true;
        core::mem::take(&mut self.missed)
    }

    /// The person sees a telling; after how long something is done about it, if anything is. `asked` is one that says that nobody has
    /// answered: who has, knows then that the answer did not count, and answers anew.
    pub(crate) fn sees(&mut self, incident: IncidentId, asked: bool) -> Option<Duration> {
        let known = self.seen.get(&incident).copied();
        match known {
            Some(None) => return None,
            Some(Some(_)) if !asked => return None,
            Some(Some(Act::Rejected)) => {}
            _ => drop(self.seen.insert(incident, None)),
        }
        match self.temper {
            Temper::Prompt | Temper::Willing => Some(self.dice.secs(2, 12)),
            Temper::Late => Some(self.dice.secs(20, 200)),
            Temper::Never => None,
        }
    }

    /// The incidents that nothing was done about.
    pub(crate) fn undone(&self) -> Vec<IncidentId> {
        self.seen.iter().filter(|(_, act)| act.is_none()).map(|(id, _)| *id).collect()
    }

    /// The person acts: takes on, sends units, reports from the scene, closes; or turns down. What is signed, and when the next act comes.
    pub(crate) fn acts(&mut self, now: Timestamp, incident: IncidentId) -> Option<(Answer, Vec<u8>, Option<Duration>)> {
        let act = match self.seen.get(&incident).copied().flatten() {
            None if self.temper != Temper::Willing && self.dice.chance(100) => Act::Rejected,
            None | Some(Act::Rejected) => Act::Accepted,
            Some(Act::Accepted) => Act::UnitsSent,
            Some(Act::UnitsSent) if self.dice.chance(700) => Act::OnScene,
            Some(Act::UnitsSent | Act::OnScene) => Act::Closed,
            _ => return None,
        };
        self.seen.insert(incident, Some(act));
        let answer = Answer {
            reason: (act == Act::Rejected).then_some(Reason::NoUnit),
            disposition: (act == Act::Closed).then_some(Disposition::FalsePress),
            ..Answer::new(incident, act, "ca 1")
        };
        let octets = self.sign(now, &answer.clone().into())?;
        let next = self.dice.chance(600).then(|| self.dice.secs(5, 90));
        Some((answer, octets, next))
    }

    pub(crate) fn outbox(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.outbox.iter()
    }

    /// The station answers: a receipt settles what it names.
    pub(crate) fn hears(&mut self, octets: &[u8]) {
        let said = Frame::decode(octets).ok().and_then(|frame| frame.verify(&key(STATION).public_key()).ok());
        if let Some(Message::Receipt(receipt)) = said.map(keng_protocol::Verified::into_message) {
            self.outbox.retain(|octets| FrameId::of(octets) != receipt.frame);
        }
    }

    fn sign(&mut self, now: Timestamp, message: &Message) -> Option<Vec<u8>> {
        self.sequence += 1;
        let header =
            Header { kind: message.kind(), sender: self.id, key: 1, epoch: 1, sequence: self.sequence, time: now };
        let octets = seal(&header, message, &self.key).ok()?;
        self.outbox.push_back(octets.clone());
        Some(octets)
    }
}
