//! The machine: an event's way from the button to its receipt.

use std::collections::VecDeque;

use super::hearing::{Freshness, Hearing};
use super::outbox::{Outbox, Pending};
use super::paths::Paths;
use super::retry::Retry;
use super::{Config, Indication, Input, Misconfigured, Output, Record, Station};
use crate::error::{Malformed, Refusal};
use crate::frame::{Frame, Header, Verified, seal};
use crate::id::{DeviceId, FrameId};
use crate::key::Sign;
use crate::message::{Heartbeat, Kind, Message, Power, Progress, Receipt, Role};
use crate::time::Timestamp;

/// The panel's session machine; its contract stands at the [module](super).
pub struct Panel<S> {
    config: Config,
    signer: S,
    now: Timestamp,
    pub(super) epoch: u32,
    /// How many events this epoch has, which is the sequence of the last.
    events: u32,
    last_event: Option<[u8; 8]>,
    /// The sequence of the last heartbeat.
    beats: u32,
    last_beat: Option<FrameId>,
    next_beat: Timestamp,
    power: Power,
    tamper: bool,
    paths: Paths,
    outbox: Outbox,
    hearings: Vec<Hearing>,
    retry: Retry,
    outputs: VecDeque<Output>,
}

impl<S: Sign> Panel<S> {
    /// Starts a panel from what its store kept, in the order in which it was appended; none at the first start. The epoch is one more than
    /// any in the store. What still waits for a receipt goes out again, the same octets under their old epoch.
    ///
    /// # Errors
    /// [`Misconfigured`] says which rule the configuration breaks.
    pub fn new(
        config: Config,
        signer: S,
        now: Timestamp,
        records: impl IntoIterator<Item = Record>,
    ) -> Result<Self, Misconfigured> {
        config.check()?;
        let mut retry = Retry::new(config.retry, config.jitter_seed);
        let mut panel = Self {
            now,
            epoch: 0,
            events: 0,
            last_event: None,
            beats: 0,
            last_beat: None,
            next_beat: now + retry.up_to(config.heartbeat),
            power: Power::Mains,
            tamper: false,
            paths: Paths::new(config.paths),
            outbox: Outbox::new(config.outbox),
            hearings: hearings(&config.stations),
            retry,
            outputs: VecDeque::new(),
            config,
            signer,
        };
        panel.restore(records);
        panel.run_timers();
        Ok(panel)
    }

    /// Takes in what happened at `now`, which is both the time that frames claim and the time that timers run by.
    pub fn handle_input(&mut self, now: Timestamp, input: Input<'_>) {
        self.set_clock(now);
        match input {
            Input::Say(message) => {
                let said = self.say(&message);
                self.refuse(None, said);
            }
            Input::Frame { path, octets } => {
                let heard = self.hear(path, octets);
                self.refuse(Some(path), heard);
            }
            Input::PathUp { path } => self.path_up(path),
            Input::PathDown { path } => self.paths.fails(path),
            Input::Power(power) => self.power = power,
            Input::Tamper(open) => self.tamper = open,
            Input::Tick => {}
        }
        self.run_timers();
    }

    /// The next thing to do. One input yields at most [`MAX_PATHS`](super::MAX_PATHS) sends for each event in the outbox and a few outputs more.
    pub fn poll_output(&mut self) -> Output {
        self.outputs.pop_front().unwrap_or_else(|| Output::Timeout(self.next_timeout()))
    }

    /// How often the panel has started, this start included.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The records that say all that the store must keep: they may take the place of everything appended so far.
    pub fn records(&self) -> impl Iterator<Item = Record> {
        let heard = self.hearings.iter().filter(|hearing| (hearing.epoch, hearing.highest) != (0, 0));
        core::iter::once(Record::Epoch(self.epoch))
            .chain(heard.map(Hearing::record))
            .chain(self.outbox.iter().map(|pending| Record::Queued(pending.octets.clone())))
    }

    fn say(&mut self, message: &Message) -> Result<(), Refusal> {
        let kind = message.kind();
        if kind.sender() != Role::Panel || kind.is_heartbeat() {
            return Err(Refusal::WrongRole);
        }
        if matches!(message, Message::Test(test) if !self.paths.has(test.path)) {
            return Err(Malformed::OutOfRange { key: 1 }.into());
        }
        let header = self.header(kind, self.events.saturating_add(1));
        let octets = seal(&header, message, &self.signer)?;
        let mut event = Pending::new(&header, message, octets);
        self.events = header.sequence;
        self.last_event = Some(event.frame.incident().short());
        event.overdue = Some(self.now + self.config.not_received_after);
        send(&mut event, self.now, &self.paths, &mut self.retry, &mut self.outputs);
        self.outputs.push_back(Output::Persist(Record::Queued(event.octets.clone())));
        self.show(event.discreet, Indication::Sending { frame: event.frame, kind });
        self.admit(event);
        Ok(())
    }

    /// Takes an event into the outbox, and says which one had to go.
    fn admit(&mut self, event: Pending) {
        if let Some(Pending { frame, kind, since, discreet, .. }) = self.outbox.admit(event) {
            self.outputs.push_back(Output::Persist(Record::Settled(frame)));
            self.show(discreet, Indication::GivenUp { frame, kind, since });
        }
    }

    fn hear(&mut self, path: u8, octets: &[u8]) -> Result<(), Refusal> {
        let said = verify(&self.config.stations, octets)?;
        match said.message() {
            Message::Receipt(receipt) => self.receipted(path, receipt),
            Message::Heard(heard) if self.last_beat == Some(heard.frame) => self.paths.works(path),
            Message::Progress(Progress { incident, level, act }) => {
                let answered =
                    Indication::Answered { incident: *incident, level: *level, act: *act, at: said.header.time };
                self.told(path, &said.header, answered)?;
            }
            Message::Notice(notice) => {
                let vigilance = Indication::Vigilance { id: said.frame.notice(), notice: notice.clone() };
                self.told(path, &said.header, vigilance)?;
            }
            // An old heartbeat's answer, or a kind that says nothing to a panel of this version.
            _ => {}
        }
        Ok(())
    }

    /// A receipt needs no window of its own: it settles the one frame that it names, once.
    fn receipted(&mut self, path: u8, receipt: &Receipt) {
        let Some(Pending { frame, kind, discreet, .. }) = self.outbox.settle(&receipt.frame) else { return };
        self.paths.works(path);
        self.outputs.push_back(Output::Persist(Record::Settled(frame)));
        self.show(discreet, Indication::Received { frame, kind, position: receipt.position });
    }

    /// Shows a station's word once: repeated later, it could pretend that somebody comes.
    fn told(&mut self, path: u8, header: &Header, what: Indication) -> Result<(), Refusal> {
        let hearing = self.hearings.iter_mut().find(|hearing| hearing.station == header.sender);
        let hearing = hearing.ok_or(Refusal::UnknownDevice)?;
        match hearing.hear(header.epoch, header.sequence) {
            Freshness::Again => return Ok(()),
            Freshness::Stale => return Err(Refusal::Stale),
            Freshness::Overtaken => {}
            Freshness::Newest => self.outputs.push_back(Output::Persist(hearing.record())),
        }
        self.paths.works(path);
        self.show(true, what);
        Ok(())
    }

    fn path_up(&mut self, path: u8) {
        if !self.paths.has(path) {
            return;
        }
        self.paths.works(path);
        for event in self.outbox.iter_mut().filter(|event| event.only_path.is_none_or(|only| only == path)) {
            self.outputs.push_back(Output::Send { path, octets: event.octets.clone() });
            event.attempts = 1;
            event.due = self.now + self.retry.wait(1);
        }
    }

    fn run_timers(&mut self) {
        let now = self.now;
        for event in self.outbox.iter_mut().filter(|event| event.due <= now) {
            send(event, now, &self.paths, &mut self.retry, &mut self.outputs);
        }
        if self.next_beat <= now {
            self.beat();
        }
        for event in self.outbox.iter_mut().filter(|event| event.overdue.is_some_and(|at| at <= now)) {
            event.overdue = None;
            let what = Indication::NotReceived { frame: event.frame, kind: event.kind, since: event.since };
            self.outputs.push_back(Output::Show { discreet: event.discreet, what });
        }
    }

    /// Sends a heartbeat, the same frame on every path at the same moment: the answers show which paths work.
    fn beat(&mut self) {
        // The phase drawn at the start is kept, unless a whole beat was missed.
        let next = self.next_beat + self.config.heartbeat;
        self.next_beat = if next > self.now { next } else { self.now + self.config.heartbeat };
        let heartbeat = Heartbeat {
            events: self.events,
            last: self.last_event,
            power: self.power,
            tamper: self.tamper,
            paths: self.paths.beat(),
        };
        let header = self.header(Kind::Heartbeat, self.beats.saturating_add(1));
        // A heartbeat is far below the longest frame, so sealing it cannot fail.
        let Ok(octets) = seal(&header, &heartbeat.into(), &self.signer) else { return };
        self.beats = header.sequence;
        self.last_beat = Some(FrameId::of(&octets));
        self.outputs.extend(self.paths.all().map(|path| Output::Send { path, octets: octets.clone() }));
    }

    fn next_timeout(&self) -> Timestamp {
        self.outbox.iter().flat_map(|event| [Some(event.due), event.overdue]).flatten().fold(self.next_beat, Ord::min)
    }

    fn set_clock(&mut self, now: Timestamp) {
        let back = self.now.since(now);
        self.now = now;
        if back.is_zero() {
            return;
        }
        self.next_beat = self.next_beat - back;
        for event in self.outbox.iter_mut() {
            event.due = event.due - back;
            event.overdue = event.overdue.map(|at| at - back);
        }
    }

    fn restore(&mut self, records: impl IntoIterator<Item = Record>) {
        let (mut waiting, mut damaged) = (Vec::new(), 0);
        for record in records {
            match record {
                Record::Epoch(epoch) => self.epoch = self.epoch.max(epoch),
                Record::Queued(octets) => match self.restored(octets) {
                    Some(event) => waiting.push(event),
                    None => damaged += 1,
                },
                Record::Settled(frame) => waiting.retain(|event| event.frame != frame),
                Record::Heard { station, epoch, sequence } => {
                    let known = self.hearings.iter_mut().find(|hearing| hearing.station == station);
                    known.into_iter().for_each(|hearing| hearing.restore(epoch, sequence));
                }
            }
        }
        // Only now: what no longer waits must not push out once more, and show once more, what it had pushed out before.
        waiting.into_iter().for_each(|event| self.admit(event));
        self.epoch = self.epoch.saturating_add(1);
        self.outputs.push_back(Output::Persist(Record::Epoch(self.epoch)));
        if damaged > 0 {
            self.show(true, Indication::Damaged { frames: damaged });
        }
    }

    /// An event from the store, to be sent at once. A frame under the present key must still verify; one under an older key is taken as it is.
    fn restored(&mut self, octets: Vec<u8>) -> Option<Pending> {
        let frame = Frame::decode(&octets).ok()?;
        let header = *frame.header();
        if header.sender != self.config.id || header.kind.sender() != Role::Panel {
            return None;
        }
        let said = if header.key == self.config.key {
            frame.verify(&self.signer.public_key()).ok()?
        } else {
            frame.read_stored().ok()?
        };
        self.epoch = self.epoch.max(header.epoch);
        let mut event = Pending::new(&header, said.message(), octets);
        // A clock that was wrong before the restart delays nothing.
        event.since = event.since.min(self.now);
        event.due = self.now;
        event.overdue = Some(event.since + self.config.not_received_after);
        Some(event)
    }

    fn header(&self, kind: Kind, sequence: u32) -> Header {
        let Config { id, key, .. } = self.config;
        Header { kind, sender: id, key, epoch: self.epoch, sequence, time: self.now }
    }

    fn show(&mut self, discreet: bool, what: Indication) {
        self.outputs.push_back(Output::Show { discreet, what });
    }

    fn refuse(&mut self, path: Option<u8>, result: Result<(), Refusal>) {
        if let Err(reason) = result {
            self.outputs.push_back(Output::Refused { path, reason });
        }
    }
}

/// Sends an event by its paths and sets the time of the next attempt.
fn send(event: &mut Pending, now: Timestamp, paths: &Paths, retry: &mut Retry, outputs: &mut VecDeque<Output>) {
    outputs.extend(paths.route(event).map(|path| Output::Send { path, octets: event.octets.clone() }));
    event.attempts = event.attempts.saturating_add(1);
    event.due = now + retry.wait(event.attempts);
}

/// SPEC 7.2: only a station that is configured, by a key that is configured, in a kind that stations send.
fn verify(stations: &[Station], octets: &[u8]) -> Result<Verified<Message>, Refusal> {
    let frame = Frame::decode(octets)?;
    let header = frame.header();
    let mut known = stations.iter().filter(|station| station.id == header.sender).peekable();
    known.peek().ok_or(Refusal::UnknownDevice)?;
    let station = known.find(|station| station.key == header.key).ok_or(Refusal::UnknownKey)?;
    let said = frame.verify(&station.public)?;
    if header.kind.sender() == Role::Station { Ok(said) } else { Err(Refusal::WrongRole) }
}

/// One window for each station, however many keys it has.
fn hearings(stations: &[Station]) -> Vec<Hearing> {
    let mut ids: Vec<DeviceId> = stations.iter().map(|station| station.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(Hearing::new).collect()
}
