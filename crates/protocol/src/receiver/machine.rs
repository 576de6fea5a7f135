//! The machine: one frame's way from octets to a receipt.

use core::time::Duration;
use std::collections::VecDeque;

use super::device::{Device, Event, Seen, State};
use super::pending::{Allowance, Pending, Rank, Then};
use super::supervision::Watch;
use super::voice::Voice;
use super::{Accepted, Config, Input, Labels, Origin, Output, Supervision, Ticket};
use crate::entry::{Entry, Path};
use crate::error::{Malformed, Refusal};
use crate::frame::{Frame, Header};
use crate::id::{DeviceId, FrameId};
use crate::key::Sign;
use crate::keyring::{Keyring, Map};
use crate::message::{Alarm, AlarmClass, Durability, Message, Role, Vouched};
use crate::time::Timestamp;

/// The receiver's session machine; its contract stands at the [module](super).
pub struct Receiver<S> {
    pub(super) keyring: Keyring,
    pub(super) watch: Watch,
    /// When this run began.
    pub(super) start: Timestamp,
    /// While the journal is read: whose event a frame is. Empty from the first input on.
    pub(super) read: Map<FrameId, usize>,
    voice: Voice<S>,
    devices: Vec<Device>,
    pending: Pending,
    /// Refusals of who is enrolled, and of strangers: no flood of strangers uses up what the others need.
    allowances: (Allowance, Allowance),
    /// Open links, with how many devices were last heard on each.
    links: Map<u64, u32>,
    clock_tolerance: Duration,
    heartbeat_mark: Duration,
    outputs: VecDeque<Output>,
}

impl<S: Sign> Receiver<S> {
    /// A receiver that knows nobody but the authorities and itself. Its journal goes to [`Receiver::restore`] before the first input.
    pub fn new(config: Config, signer: S, now: Timestamp) -> Self {
        let mut keyring = Keyring::new(config.limits.devices);
        keyring.configure(config.id, Role::Station, config.key, signer.public_key());
        for &(authority, number, key) in &config.authorities {
            keyring.configure(authority, Role::Authority, number, key);
        }
        Self {
            keyring,
            watch: Watch::new(config.silence, now),
            start: now,
            read: Map::default(),
            voice: Voice::new(&config, signer),
            devices: Vec::new(),
            pending: Pending::new(config.limits.pending),
            allowances: (Allowance::new(now), Allowance::new(now)),
            links: Map::default(),
            clock_tolerance: config.clock_tolerance,
            heartbeat_mark: config.heartbeat_mark,
            outputs: VecDeque::new(),
        }
    }

    /// Takes one input at `now`. Drain [`Receiver::poll_output`] to [`Output::Timeout`] before the next.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        self.read = Map::default();
        match input {
            Input::Frame { origin, octets } => self.frame(now, origin, octets),
            Input::Persisted { ticket, position, durability } => self.persisted(ticket, position, durability),
            Input::NotPersisted { ticket } => self.not_persisted(ticket),
            Input::Say { to, message } => self.say(now, to, &message),
            Input::LinkClosed { link } => drop(self.links.remove(&link)),
            Input::Tick => {}
        }
        self.supervise(now);
    }

    /// The next thing to do; [`Output::Timeout`] when there is nothing else.
    pub fn poll_output(&mut self) -> Output {
        let next = || Output::Timeout(self.watch.next().unwrap_or(Timestamp::MAX));
        self.outputs.pop_front().unwrap_or_else(next)
    }

    /// Signs an alarm that came in another dialect and takes it in like any other frame, by [`Path::Own`]. When it is in the journal
    /// [`Output::Stored`] names it; before that it must not be acknowledged. An input like those of [`Receiver::handle_input`].
    ///
    /// Each call is another frame, so a repeat in the other dialect must not come here again. If the journal could not take it, give
    /// its octets, as they stood in [`Output::Persist`], to [`Input::Frame`] by [`Path::Own`] again: that is the same alarm.
    pub fn vouch(&mut self, now: Timestamp, vouched: Vouched) -> FrameId {
        // All fields of a vouched alarm together are far below the longest frame; were they not, no octets would be refused and shown.
        let octets = self.voice.vouch(now, vouched).unwrap_or_default();
        self.handle_input(now, Input::Frame { origin: Origin { path: Path::Own, link: 0 }, octets: &octets });
        FrameId::of(&octets)
    }

    /// Whether a key speaks for this device; true for authorities and the station itself.
    pub fn is_enrolled(&self, device: DeviceId) -> bool {
        self.keyring.slot(device).is_some()
    }

    /// What a device is, if a key speaks for it.
    pub fn role(&self, device: DeviceId) -> Option<Role> {
        self.keyring.slot(device).and_then(|slot| self.keyring.role(slot))
    }

    /// How many devices are enrolled, those whose keys were all revoked included.
    pub const fn devices(&self) -> usize {
        self.keyring.enrolled()
    }

    /// How many panels are silent.
    pub const fn silent(&self) -> usize {
        self.watch.silent()
    }

    /// How many entries are on their way to the journal.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    fn frame(&mut self, now: Timestamp, origin: Origin, octets: &[u8]) {
        let (claimed, heard) = match Frame::decode(octets) {
            Ok(frame) => (Some(frame.header().sender), self.hear(now, origin, &frame)),
            Err(malformed) => (None, Err(malformed.into())),
        };
        if let Err(reason) = heard {
            self.refuse(now, origin, claimed, reason, octets);
        }
    }

    /// What costs nanoseconds comes before what costs a signature.
    fn hear(&mut self, now: Timestamp, origin: Origin, frame: &Frame<'_>) -> Result<(), Refusal> {
        let header = frame.header();
        let slot = self.keyring.speaker(header)?.slot;
        let id = frame.id();
        if header.kind.is_heartbeat() {
            return self.heartbeat(now, origin, frame, slot);
        }
        match self.device(slot).seen(number(header), &id) {
            Seen::Never => self.admit(now, origin, frame, false),
            Seen::Reused => self.admit(now, origin, frame, true),
            Seen::Same => {
                self.again(now, origin, frame, slot, id);
                Ok(())
            }
            Seen::Forgotten => Err(Refusal::Stale),
        }
    }

    fn admit(&mut self, now: Timestamp, origin: Origin, frame: &Frame<'_>, reused: bool) -> Result<(), Refusal> {
        let speaker = self.keyring.speaker(frame.header())?;
        let (slot, role, in_time) = (speaker.slot, speaker.role, speaker.in_time(now));
        let said = frame.verify(speaker.key())?;
        may_say(role, said.message())?;
        let changed = self.keyring.apply(said.message())?;
        self.follow(changed, now, false);

        let labels =
            Labels { key_out_of_time: !in_time, number_reused: reused, ..self.labels(now, slot, frame.header()) };
        let vouched = match said.message() {
            Message::Vouched(vouched) => self.keyring.slot(vouched.device),
            _ => None,
        };
        let rank = rank(said.message());
        let then = Then::Receipt { slot, frame: said.frame, at: now, waiting: vec![origin] };
        let entry = Entry::Admitted { path: origin.path, octets: frame.octets().to_vec() };
        let state = self.persist(now, rank, entry, then).map_or(State::Unstored, State::Pending);
        self.device(slot).admit(event(frame.header(), said.frame, now, origin.path, rank, state));
        let accepted = Accepted { said, role, received: now, path: origin.path, labels };
        self.outputs.push_back(Output::Accepted(Box::new(accepted)));
        self.alive(now, slot);
        self.heard_on(slot, origin);
        if let Some(slot) = vouched {
            self.alive(now, slot);
        }
        Ok(())
    }

    /// A frame that was admitted before: whoever sent these octets, they prove nothing new, so they are no sign of life.
    fn again(&mut self, now: Timestamp, origin: Origin, frame: &Frame<'_>, slot: usize, id: FrameId) {
        let Some(event) = self.device(slot).event(&id) else { return };
        let (state, at, first) = (event.state, event.at, event.first);
        let rank = if event.urgent { Rank::Urgent } else { Rank::Ordinary };
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

    fn heartbeat(&mut self, now: Timestamp, origin: Origin, frame: &Frame<'_>, slot: usize) -> Result<(), Refusal> {
        let (header, id) = (frame.header(), frame.id());
        if self.device(slot).repeats_beat(&id) {
            self.answer(now, origin, header.sequence, id);
            return Ok(());
        }
        if !self.device(slot).is_next_beat(number(header)) {
            return Err(Refusal::Stale);
        }
        let speaker = self.keyring.speaker(header)?;
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

    fn persisted(&mut self, ticket: Ticket, position: u64, durability: Durability) {
        if let Some(Then::Receipt { slot, frame, at, waiting }) = self.pending.settle(ticket) {
            self.set_state(slot, &frame, State::Stored { position, durability });
            for origin in waiting {
                self.receipt(origin, at, frame, position, durability);
            }
        }
    }

    fn not_persisted(&mut self, ticket: Ticket) {
        match self.pending.settle(ticket) {
            Some(Then::Receipt { slot, frame, .. }) => self.set_state(slot, &frame, State::Unstored),
            Some(Then::Mark { slot }) => self.device(slot).marked = None,
            Some(Then::Nothing) | None => {}
        }
    }

    /// Only what a panel did not ask for: nothing but the machine itself can give a receipt.
    fn say(&mut self, now: Timestamp, to: DeviceId, message: &Message) {
        if !matches!(message, Message::Progress(_) | Message::Notice(_)) {
            return;
        }
        let Some(slot) = self.keyring.slot(to) else { return };
        let Some(link) = self.device(slot).link.filter(|origin| self.links.contains_key(&origin.link)) else { return };
        let octets = self.voice.say(now, message);
        self.send(link, octets);
    }

    /// Asks the journal for an entry if there is room for its rank.
    fn persist(&mut self, at: Timestamp, rank: Rank, entry: Entry, then: Then) -> Option<Ticket> {
        let ticket = self.pending.enter(rank, then)?;
        self.outputs.push_back(Output::Persist { ticket, at, urgent: rank == Rank::Urgent, entry });
        Some(ticket)
    }

    fn receipt(&mut self, to: Origin, at: Timestamp, frame: FrameId, position: u64, durability: Durability) {
        if to.path == Path::Own {
            self.outputs.push_back(Output::Stored { frame, position });
        } else {
            self.send(to, self.voice.receipt(at, frame, position, durability));
        }
    }

    fn answer(&mut self, now: Timestamp, to: Origin, sequence: u32, frame: FrameId) {
        self.send(to, self.voice.heard(now, sequence, frame));
    }

    /// What cannot be sealed is too long for every reader, so it is not said.
    fn send(&mut self, to: Origin, octets: Result<Vec<u8>, Malformed>) {
        self.outputs.extend(octets.ok().map(|octets| Output::Send { to, octets }));
    }

    fn set_state(&mut self, slot: usize, frame: &FrameId, state: State) {
        if let Some(event) = self.device(slot).event(frame) {
            event.state = state;
        }
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

    fn supervise(&mut self, now: Timestamp) {
        let Self { watch, keyring, outputs, .. } = self;
        watch.advance(now, |slot, since| {
            let told = |device| Output::Supervision { device, event: Supervision::Silent { since } };
            outputs.extend(keyring.device(slot).map(told));
        });
    }

    /// Watches a panel as long as a key speaks for it.
    pub(super) fn follow(&mut self, changed: Option<usize>, now: Timestamp, restored: bool) {
        match changed {
            Some(slot) if self.keyring.role(slot) == Some(Role::Panel) => self.watch.add(slot, now, restored),
            Some(slot) => self.watch.remove(slot),
            None => {}
        }
    }

    pub(super) fn labels(&mut self, now: Timestamp, slot: usize, header: &Header) -> Labels {
        let off = header.time.offset_ms(now);
        let differs = u128::from(off.unsigned_abs()) > self.clock_tolerance.as_millis();
        let late = self.device(slot).is_late(number(header));
        Labels { clock_off_ms: differs.then_some(off), late, ..Labels::default() }
    }

    pub(super) fn device(&mut self, slot: usize) -> &mut Device {
        if self.devices.len() <= slot {
            self.devices.resize_with(slot + 1, Device::default);
        }
        #[expect(clippy::indexing_slicing, reason = "the table was just made long enough")]
        &mut self.devices[slot]
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
