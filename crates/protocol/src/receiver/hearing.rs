//! One frame's way from octets to a message: what costs nanoseconds comes before what costs a signature.

use super::device::{Event, Seen, State};
use super::pending::{Rank, Then};
use super::{Accepted, Labels, Origin, Output, Receiver, Supervision};
use crate::entry::{Entry, Path};
use crate::error::Refusal;
use crate::frame::{Frame, Header};
use crate::id::{DeviceId, FrameId};
use crate::key::Sign;
use crate::keyring::Speaker;
use crate::message::{Alarm, AlarmClass, Kind, Message, Role};
use crate::time::Timestamp;

impl<S: Sign> Receiver<S> {
    pub(super) fn frame(&mut self, now: Timestamp, origin: Origin, octets: &[u8]) {
        let (claimed, heard) = match Frame::decode(octets) {
            Ok(frame) => (Some(frame.header().sender), self.hear(now, origin, &frame)),
            Err(malformed) => (None, Err(malformed.into())),
        };
        if let Err(reason) = heard {
            self.refuse(now, origin, claimed, reason, octets);
        }
    }

    fn hear(&mut self, now: Timestamp, origin: Origin, frame: &Frame<'_>) -> Result<(), Refusal> {
        let header = frame.header();
        let speaker = self.keyring.speaker(header)?;
        let id = frame.id();
        if header.kind.is_heartbeat() {
            return self.heartbeat(now, origin, frame, &speaker);
        }
        match self.device(speaker.slot).seen(number(header), &id) {
            Seen::Same => {
                self.again(now, origin, frame, speaker.slot, id);
                Ok(())
            }
            Seen::Forgotten if !may_be_urgent(header.kind) => Err(Refusal::Stale),
            seen => self.admit(now, origin, frame, &speaker, seen),
        }
    }

    fn admit(
        &mut self,
        now: Timestamp,
        origin: Origin,
        frame: &Frame<'_>,
        speaker: &Speaker,
        seen: Seen,
    ) -> Result<(), Refusal> {
        let Speaker { slot, role, .. } = *speaker;
        let said = frame.verify(speaker.key())?;
        may_say(role, said.message())?;
        let rank = rank(said.message());
        if seen == Seen::Forgotten && rank != Rank::Urgent {
            return Err(Refusal::Stale);
        }
        let changed = self.keyring.apply(said.message())?;
        self.follow(changed, now, false);

        let labels = Labels { key_out_of_time: !speaker.in_time(now), ..self.labels(now, slot, frame.header(), seen) };
        let vouched = match said.message() {
            Message::Vouched(vouched) => self.keyring.slot(vouched.device),
            _ => None,
        };
        let event = event(frame.header(), said.frame, now, origin.path, rank, State::Unstored);
        self.keep(origin, frame, slot, event, seen);
        let accepted = Accepted { said, role, received: now, path: origin.path, labels };
        self.outputs.push_back(Output::Accepted(Box::new(accepted)));
        if seen == Seen::Forgotten {
            // Perhaps recorded octets, which anybody may send: no sign of life, and nobody is answered there but with the receipt.
            return Ok(());
        }
        self.alive(now, slot);
        self.heard_on(slot, origin);
        if let Some(slot) = vouched {
            self.alive(now, slot);
        }
        Ok(())
    }

    /// Gives an event to the journal and remembers it; not one that is too old while there is no room for it.
    fn keep(&mut self, origin: Origin, frame: &Frame<'_>, slot: usize, event: Event, seen: Seen) {
        if seen == Seen::Forgotten && !self.device(slot).takes_old(event.at) {
            return;
        }
        let then = Then::Receipt { slot, frame: event.frame, at: event.at, waiting: vec![origin] };
        let entry = Entry::Admitted { path: origin.path, octets: frame.octets().to_vec() };
        let state = self.persist(event.at, event.rank(), entry, then).map_or(State::Unstored, State::Pending);
        self.remember(slot, Event { state, ..event }, seen);
    }

    pub(super) fn remember(&mut self, slot: usize, event: Event, seen: Seen) {
        let device = self.device(slot);
        if seen == Seen::Forgotten { device.admit_old(event) } else { device.admit(event) }
    }

    /// A frame that was admitted before: whoever sent these octets, they prove nothing new, so they are no sign of life.
    fn again(&mut self, now: Timestamp, origin: Origin, frame: &Frame<'_>, slot: usize, id: FrameId) {
        let Some(event) = self.device(slot).event(&id) else { return };
        let (state, at, first, rank) = (event.state, event.at, event.first, event.rank());
        let new_path = event.paths & path_bit(origin.path) == 0;
        event.paths |= path_bit(origin.path);
        match state {
            State::Stored { position, durability } => self.receipt(origin, at, id, position, durability),
            State::Pending(ticket) => self.pending.wait(ticket, origin),
            State::Unstored => {
                let then = Then::Receipt { slot, frame: id, at, waiting: vec![origin] };
                let entry = Entry::Admitted { path: first, octets: frame.octets().to_vec() };
                if let Some(ticket) = self.persist(at, rank, entry, then) {
                    self.set_state(slot, &id, State::Pending(ticket));
                }
            }
        }
        if new_path {
            self.outputs.push_back(Output::Again { frame: id, path: origin.path });
            self.persist(now, Rank::Evidence, Entry::Again { path: origin.path, frame: id }, Then::Nothing);
        }
    }

    fn heartbeat(
        &mut self,
        now: Timestamp,
        origin: Origin,
        frame: &Frame<'_>,
        speaker: &Speaker,
    ) -> Result<(), Refusal> {
        let (header, id, slot) = (frame.header(), frame.id(), speaker.slot);
        if self.device(slot).repeats_beat(&id) {
            self.answer(now, origin, header.sequence, id);
            return Ok(());
        }
        if !self.device(slot).is_next_beat(number(header)) {
            return Err(Refusal::Stale);
        }
        let said = frame.verify(speaker.key())?;
        may_say(speaker.role, said.message())?;
        let Message::Heartbeat(beat) = said.message() else { return Err(Refusal::WrongRole) };
        let news = self.device(slot).beat(header, id, beat);
        self.answer(now, origin, header.sequence, id);
        self.alive(now, slot);
        self.heard_on(slot, origin);
        self.supervision(slot, news.changes);
        let due = self.device(slot).marked.is_none_or(|marked| now.since(marked) >= self.heartbeat_mark);
        if news.worth_keeping || due {
            let entry = Entry::Admitted { path: origin.path, octets: frame.octets().to_vec() };
            if self.persist(now, Rank::Evidence, entry, Then::Mark { slot }).is_some() {
                self.device(slot).marked = Some(now);
            }
        }
        Ok(())
    }

    fn refuse(&mut self, now: Timestamp, origin: Origin, claimed: Option<DeviceId>, reason: Refusal, octets: &[u8]) {
        self.outputs.push_back(Output::Refused { origin, claimed, reason });
        let enrolled = claimed.is_some_and(|device| self.is_enrolled(device));
        let allowance = if enrolled { &mut self.allowances.0 } else { &mut self.allowances.1 };
        if allowance.take(now) {
            let octets = octets.iter().copied().take(Entry::MAX_EVIDENCE).collect();
            let entry = Entry::Refused { path: origin.path, reason: reason.code(), octets };
            self.persist(now, Rank::Evidence, entry, Then::Nothing);
        }
    }

    pub(super) fn labels(&mut self, now: Timestamp, slot: usize, header: &Header, seen: Seen) -> Labels {
        let off = header.time.offset_ms(now);
        let differs = u128::from(off.unsigned_abs()) > self.clock_tolerance.as_millis();
        let late = self.device(slot).is_late(number(header));
        let (number_reused, maybe_seen) = (seen == Seen::Reused, seen == Seen::Forgotten);
        Labels { clock_off_ms: differs.then_some(off), late, number_reused, maybe_seen, ..Labels::default() }
    }

    fn alive(&mut self, now: Timestamp, slot: usize) {
        if self.watch.heard(slot, now) {
            self.supervision(slot, [Supervision::Back]);
        }
    }

    /// Notes by what a device is reached, and forgets links by which nobody is.
    fn heard_on(&mut self, slot: usize, origin: Origin) {
        let before = self.device(slot).link;
        if origin.path == Path::Own || before == Some(origin) && self.links.contains_key(&origin.link) {
            return;
        }
        self.device(slot).link = Some(origin);
        *self.links.entry(origin.link).or_default() += 1;
        if let Some(Origin { link, .. }) = before {
            match self.links.get_mut(&link) {
                Some(devices) if *devices > 1 => *devices -= 1,
                _ => drop(self.links.remove(&link)),
            }
        }
    }

    fn supervision(&mut self, slot: usize, events: impl IntoIterator<Item = Supervision>) {
        let Some(device) = self.keyring.device(slot) else { return };
        self.outputs.extend(events.into_iter().map(|event| Output::Supervision { device, event }));
    }
}

/// SPEC 5.5: each role its range of kinds; what a station says to panels is nothing that it can say to a receiver.
fn may_say(role: Role, message: &Message) -> Result<(), Refusal> {
    let to_panels =
        matches!(message, Message::Receipt(_) | Message::Heard(_) | Message::Progress(_) | Message::Notice(_));
    if message.kind().sender() != role || to_panels { Err(Refusal::WrongRole) } else { Ok(()) }
}

/// Who goes first at a bound: what may be about people, and what a newer panel says that cannot be placed.
pub(super) fn rank(message: &Message) -> Rank {
    let urgent = match message {
        Message::Alarm(alarm) => is_urgent(alarm),
        Message::Vouched(vouched) => is_urgent(&vouched.alarm),
        Message::Cancel(_) => true,
        Message::Unknown { kind, .. } => *kind < 32,
        _ => false,
    };
    if urgent { Rank::Urgent } else { Rank::Ordinary }
}

/// The kinds of which some message is urgent: only these are worth a signature when nobody can tell whether they came before.
const fn may_be_urgent(kind: Kind) -> bool {
    matches!(kind, Kind::Alarm | Kind::Vouched | Kind::Cancel | Kind::Unknown(0..=31))
}

fn is_urgent(alarm: &Alarm) -> bool {
    !alarm.drill && alarm.kind.class() != AlarmClass::Technical
}

pub(super) fn event(header: &Header, frame: FrameId, at: Timestamp, first: Path, rank: Rank, state: State) -> Event {
    let urgent = rank == Rank::Urgent;
    Event { number: number(header), frame, at, first, paths: path_bit(first), urgent, state }
}

pub(super) const fn number(header: &Header) -> (u32, u32) {
    (header.epoch, header.sequence)
}

/// Paths beyond the fifteenth share a bit: their evidence is kept once for all of them.
pub(super) const fn path_bit(path: Path) -> u16 {
    let code = path.code();
    1 << if code > 15 { 15 } else { code }
}
