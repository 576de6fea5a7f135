//! The panel's session machine: presses in; frames, records for the store, and what the site may see out (SPEC 7).

mod config;
mod hearing;
mod indication;
mod outbox;
mod paths;
mod record;
mod retry;

pub use config::{Backoff, Config, Misconfigured, Station};
pub use indication::Indication;
pub use record::Record;

use core::fmt;
use std::collections::VecDeque;

use crate::error::{Malformed, Refusal};
use crate::frame::{Frame, Header, Verified, seal};
use crate::id::{DeviceId, FrameId};
use crate::key::Sign;
use crate::message::{Heartbeat, Kind, Message, Power, Progress, Receipt, Role};
use crate::time::Timestamp;
use hearing::{Freshness, Hearing};
use outbox::{Outbox, Pending};
use paths::Paths;
use retry::Retry;

/// The most paths of a panel: a heartbeat has one bit for each.
pub const MAX_PATHS: u8 = 8;
/// The most keys of stations that a panel knows.
pub const MAX_STATIONS: usize = 16;
/// The most events that wait for a receipt: the receiver remembers the receipts of as many of a device's last events, so each that waits can
/// still be given its own.
pub const MAX_OUTBOX: usize = 256;

/// What happens to a panel.
#[derive(Debug)]
pub enum Input<'a> {
    /// Something happened on the site: an alarm, a suspicion, an update, opening or closing, a test, a drill or a cancel.
    Say(Message),
    /// The octets of one frame came from outside.
    Frame {
        /// By which path.
        path: u8,
        /// The octets.
        octets: &'a [u8],
    },
    /// A path has a link again: what waits for a receipt goes out on it at once.
    PathUp {
        /// Which path.
        path: u8,
    },
    /// A path has no link. Alarms are still sent on it, since a send costs nothing.
    PathDown {
        /// Which path.
        path: u8,
    },
    /// What feeds the panel, for the next heartbeat. To tell it at once, say an alarm of the kind power fault.
    Power(Power),
    /// Whether the case is open, for the next heartbeat. To tell it at once, say an alarm of the kind tamper.
    Tamper(bool),
    /// The time has come that [`Output::Timeout`] named.
    Tick,
}

/// What a panel wants done.
#[derive(Clone, PartialEq, Eq)]
pub enum Output {
    /// Send these octets; when the path has no link, drop them: they come again.
    Send {
        /// By which path.
        path: u8,
        /// One frame.
        octets: Vec<u8>,
    },
    /// Append this to the store. Nothing waits for it: a press goes out before it is stored.
    Persist(Record),
    /// Show this to the staff.
    Show {
        /// True when a stranger on the site must not notice: no sound, no light in the public area.
        discreet: bool,
        /// What to show.
        what: Indication,
    },
    /// Octets from outside, or a message that no panel can say, were refused: count it. Nothing is answered.
    Refused {
        /// By which path they came; `None` for [`Input::Say`].
        path: Option<u8>,
        /// Why.
        reason: Refusal,
    },
    /// Nothing more to do before this time; [`Timestamp::MAX`] when there is nothing to wait for.
    Timeout(Timestamp),
}

impl fmt::Debug for Output {
    /// A frame by its id: what it says may name people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { path, octets } => write!(f, "Send {{ path: {path}, frame: {} }}", FrameId::of(octets)),
            Self::Persist(record) => f.debug_tuple("Persist").field(record).finish(),
            Self::Show { discreet, what } => write!(f, "Show {{ discreet: {discreet}, what: {what:?} }}"),
            Self::Refused { path, reason } => write!(f, "Refused {{ path: {path:?}, reason: {reason:?} }}"),
            Self::Timeout(at) => f.debug_tuple("Timeout").field(at).finish(),
        }
    }
}

/// The panel's side of a session, without clock, socket, disk or random source.
///
/// The caller hands in what happens and when ([`Panel::handle_input`]), then drains [`Panel::poll_output`] up to [`Output::Timeout`] before
/// the next input; no later than at that time it hands in [`Input::Tick`]. The same inputs give the same outputs.
///
/// - **Ways.** Alarms, cancels and updates go out on every path at once, also on those believed broken. The rest goes by the first good path,
///   by the next at each retry; a test goes by the path that it tests.
/// - **Retries** follow [`Backoff`] until a receipt for exactly this frame comes, by any path. They slow down and never stop. What waits goes
///   out hold-ups first, oldest first.
/// - **Store.** Nothing waits for the store; [`Record`] says of each record what is lost when power fails before it is on disk. A driver
///   should have the first record, the epoch, on disk before it lets the first press in, but must not hold a press back for it.
/// - **Outbox.** At its bound the oldest of the lowest rank gives way to what outranks it: hold-ups over other alarms, alarms over the
///   rest. Among equals the newest takes the place of the newest before it. So with nothing but hold-ups, the oldest stay and the last place
///   is always the latest press, which like every event has gone out on every path at least once. Whatever gives way is shown.
/// - **Clock.** When `now` goes back, all that waits is moved back with it, so that no retry waits longer than it should. When it leaps
///   ahead, retries and the word "not received" come early.
#[derive(Debug)]
pub struct Panel<S> {
    config: Config,
    signer: S,
    now: Timestamp,
    epoch: u32,
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
        now: Timestamp,
        config: Config,
        signer: S,
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

    /// The next thing to do. One input yields at most [`MAX_PATHS`] sends for each event in the outbox and a few outputs more.
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
            Message::Notice(notice) => self.told(path, &said.header, Indication::Vigilance(notice.clone()))?,
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
        let mut damaged = 0;
        for record in records {
            match record {
                Record::Epoch(epoch) => self.epoch = self.epoch.max(epoch),
                Record::Queued(octets) => match self.restored(octets) {
                    Some(event) => self.admit(event),
                    None => damaged += 1,
                },
                Record::Settled(frame) => drop(self.outbox.settle(&frame)),
                Record::Heard { station, epoch, sequence } => {
                    let known = self.hearings.iter_mut().find(|hearing| hearing.station == station);
                    known.into_iter().for_each(|hearing| hearing.restore(epoch, sequence));
                }
            }
        }
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

/// Only a station that is configured, by a key that is configured, in a kind that stations send.
fn verify(stations: &[Station], octets: &[u8]) -> Result<Verified<Message>, Refusal> {
    let frame = Frame::decode(octets)?;
    let header = frame.header();
    let mut known = stations.iter().filter(|station| station.id == header.sender).peekable();
    known.peek().ok_or(Refusal::UnknownDevice)?;
    let station = known.find(|station| station.key == header.key).ok_or(Refusal::UnknownKey)?;
    if header.kind.sender() != Role::Station {
        return Err(Refusal::WrongRole);
    }
    frame.verify(&station.public)
}

/// One window for each station, however many keys it has.
fn hearings(stations: &[Station]) -> Vec<Hearing> {
    let mut ids: Vec<DeviceId> = stations.iter().map(|station| station.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(Hearing::new).collect()
}
