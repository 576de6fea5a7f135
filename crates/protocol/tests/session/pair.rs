//! The two machines, their disks, and a queue of what happens next.

use core::time::Duration;
use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{Durability, Enrolment, Progress, Role};
use keng_protocol::panel::{self, Backoff, Indication, Panel, Record, Station};
use keng_protocol::receiver::{self, Limits, Origin, Receiver, Ticket};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Kind, Message, Sign, Timestamp, seal};

use crate::weather::{Dice, Weather};

const PANEL: DeviceId = DeviceId(*b"panel  1");
const STATION: DeviceId = DeviceId(*b"station1");
const AUTHORITY: DeviceId = DeviceId(*b"authorit");
const START: Timestamp = Timestamp::from_millis(1_795_334_700_000);
/// The panel's paths, by number.
const PATHS: [Path; 2] = [Path::Udp, Path::Sms];

/// Something that happens at a time.
pub(crate) enum Happening {
    Say(Message),
    Answer(Progress),
    PanelLosesPower,
    StationLosesPower,
    /// Everything sent while it lasts is lost.
    Outage(bool),
    ToPanel(u8, Vec<u8>),
    ToStation(u8, Vec<u8>),
    /// The disk of a run of the station has done with an entry.
    Written(u32, Ticket, Timestamp, Entry),
}

pub(crate) struct Pair {
    pub(crate) now: Timestamp,
    pub(crate) disk_works: bool,
    /// Every event that the panel was told to say.
    pub(crate) said: Vec<FrameId>,
    /// What the receiver told the dispatcher, over all its runs.
    pub(crate) accepted: Vec<FrameId>,
    /// What the site saw.
    pub(crate) shown: Vec<Indication>,
    panel: Panel<SigningKey>,
    store: Vec<Record>,
    receiver: Receiver<SigningKey>,
    run: u32,
    journal: Vec<(Timestamp, Entry)>,
    dice: Dice,
    weather: Weather,
    outage: bool,
    queue: BTreeMap<(Timestamp, usize), Happening>,
    queued: usize,
    timeouts: [Timestamp; 2],
}

impl Pair {
    pub(crate) const SLOWEST_DISK: Duration = Duration::from_millis(50);

    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        let mut pair = Self {
            now: START,
            disk_works: true,
            said: Vec::new(),
            accepted: Vec::new(),
            shown: Vec::new(),
            panel: panel(START, Vec::new()),
            store: Vec::new(),
            receiver: receiver(START, 1),
            run: 1,
            journal: Vec::new(),
            dice: Dice::new(seed),
            weather,
            outage: false,
            queue: BTreeMap::new(),
            queued: 0,
            timeouts: [START; 2],
        };
        pair.enrol();
        pair.drain();
        pair
    }

    /// Lets something happen this long from now.
    pub(crate) fn at(&mut self, after: Duration, happening: Happening) {
        self.queue.insert((self.now + after, self.queued), happening);
        self.queued += 1;
    }

    pub(crate) fn some_time(&mut self, within: Duration) -> Duration {
        self.dice.up_to(within)
    }

    pub(crate) fn run_for(&mut self, span: Duration) {
        let end = self.now + span;
        while self.next() <= end {
            self.step();
        }
        self.now = end;
    }

    /// Runs until all that was to be said is said and nothing waits for a receipt.
    pub(crate) fn run_until_quiet(&mut self, most: Duration) {
        let end = self.now + most;
        while self.waits() {
            assert!(self.now < end, "something was never receipted");
            self.step();
        }
    }

    /// The panel's events in the journal.
    pub(crate) fn journaled(&self) -> Vec<FrameId> {
        let event = |(_, entry): &(Timestamp, Entry)| match entry {
            Entry::Admitted { octets, .. } => {
                let frame = Frame::decode(octets).unwrap();
                (frame.header().sender == PANEL && frame.header().kind != Kind::Heartbeat).then(|| frame.id())
            }
            _ => None,
        };
        self.journal.iter().filter_map(event).collect()
    }

    fn waits(&self) -> bool {
        let to_come = |happening: &Happening| {
            !matches!(happening, Happening::ToPanel(..) | Happening::ToStation(..) | Happening::Written(..))
        };
        self.queue.values().any(to_come) || self.panel.records().any(|record| matches!(record, Record::Queued(_)))
    }

    fn next(&self) -> Timestamp {
        self.queue.keys().map(|(at, _)| *at).chain(self.timeouts).min().unwrap()
    }

    fn step(&mut self) {
        self.now = self.now.max(self.next());
        let due = self.queue.first_entry().filter(|first| first.key().0 <= self.now);
        match due.map(|first| first.remove()) {
            Some(happening) => self.happen(happening),
            None => {
                self.panel.handle_input(self.now, panel::Input::Tick);
                self.receiver.handle_input(self.now, receiver::Input::Tick);
            }
        }
        self.drain();
    }

    fn happen(&mut self, happening: Happening) {
        let now = self.now;
        match happening {
            Happening::Say(message) => self.panel.handle_input(now, panel::Input::Say(message)),
            Happening::ToPanel(path, octets) => {
                self.panel.handle_input(now, panel::Input::Frame { path, octets: &octets });
            }
            Happening::ToStation(path, octets) => {
                self.receiver.handle_input(now, receiver::Input::Frame { origin: origin(path), octets: &octets });
            }
            Happening::Answer(progress) => {
                self.receiver.handle_input(now, receiver::Input::Say { to: PANEL, message: progress.into() });
            }
            Happening::Written(run, ticket, at, entry) => self.written(run, ticket, at, entry),
            Happening::Outage(begins) => self.outage = begins,
            Happening::PanelLosesPower => self.panel = panel(now, self.store.clone()),
            Happening::StationLosesPower => self.restart_station(),
        }
    }

    /// What an earlier run had given to the disk, and the disk had not written, is gone.
    fn written(&mut self, run: u32, ticket: Ticket, at: Timestamp, entry: Entry) {
        if run != self.run {
            return;
        }
        let done = if self.disk_works {
            self.journal.push((at, entry));
            let position = u64::try_from(self.journal.len()).unwrap();
            receiver::Input::Persisted { ticket, position, durability: Durability::DISK }
        } else {
            receiver::Input::NotPersisted { ticket }
        };
        self.receiver.handle_input(self.now, done);
    }

    fn restart_station(&mut self) {
        self.run += 1;
        self.receiver = receiver(self.now, self.run);
        for (position, (at, entry)) in (1..).zip(&self.journal) {
            self.receiver.restore(*at, position, entry).unwrap();
        }
    }

    /// The authority says which key speaks for the panel, and it is on disk before the morning begins.
    fn enrol(&mut self) {
        let enrolment = Enrolment {
            device: PANEL,
            role: Role::Panel,
            number: 1,
            key: key(1).public_key().to_bytes(),
            from: Timestamp::default(),
            to: None,
        };
        let header = Header { kind: Kind::Enrolment, sender: AUTHORITY, key: 1, epoch: 1, sequence: 1, time: self.now };
        let octets = seal(&header, &enrolment.into(), &key(3)).unwrap();
        let origin = Origin { path: Path::File, link: 99 };
        self.receiver.handle_input(self.now, receiver::Input::Frame { origin, octets: &octets });
        while let receiver::Output::Persist { ticket, at, entry, .. } = self.receiver.poll_output() {
            self.written(1, ticket, at, entry);
        }
        self.drain();
        self.accepted.clear();
    }

    fn drain(&mut self) {
        self.timeouts = [self.drain_panel(), self.drain_receiver()];
    }

    fn drain_panel(&mut self) -> Timestamp {
        loop {
            match self.panel.poll_output() {
                panel::Output::Send { path, octets } => {
                    self.post(octets, |octets| Happening::ToStation(path, octets));
                }
                panel::Output::Persist(record) => self.store.push(record),
                panel::Output::Show { what, .. } => self.show(what),
                // The station that reads is the only one there is, so nothing else is refused than what comes late.
                panel::Output::Refused { .. } => {}
                panel::Output::Timeout(at) => return at,
            }
        }
    }

    fn show(&mut self, what: Indication) {
        if let Indication::Sending { frame, .. } = what {
            self.said.push(frame);
        }
        self.shown.push(what);
    }

    fn drain_receiver(&mut self) -> Timestamp {
        loop {
            match self.receiver.poll_output() {
                receiver::Output::Send { to, octets } => {
                    let path = PATHS.iter().position(|path| *path == to.path).and_then(|path| u8::try_from(path).ok());
                    if let Some(path) = path {
                        self.post(octets, |octets| Happening::ToPanel(path, octets));
                    }
                }
                receiver::Output::Persist { ticket, at, entry, .. } => {
                    let after = self.dice.up_to(Self::SLOWEST_DISK);
                    self.at(after, Happening::Written(self.run, ticket, at, entry));
                }
                receiver::Output::Accepted(accepted) => self.accepted.push(accepted.said.frame),
                receiver::Output::Timeout(at) => return at,
                _ => {}
            }
        }
    }

    fn post(&mut self, octets: Vec<u8>, arrives: impl Fn(Vec<u8>) -> Happening) {
        if self.outage {
            return;
        }
        for after in self.weather.arrivals(&mut self.dice) {
            self.at(after, arrives(octets.clone()));
        }
    }
}

fn origin(path: u8) -> Origin {
    Origin { path: *PATHS.get(usize::from(path)).unwrap(), link: u64::from(path) }
}

fn panel(now: Timestamp, store: Vec<Record>) -> Panel<SigningKey> {
    let config = panel::Config {
        id: PANEL,
        key: 1,
        stations: vec![Station { id: STATION, key: 1, public: key(2).public_key() }],
        paths: 2,
        heartbeat: Duration::from_secs(60),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(60) },
        jitter_seed: 1,
        outbox: panel::MAX_OUTBOX,
    };
    Panel::new(config, key(1), now, store).unwrap()
}

fn receiver(now: Timestamp, run: u32) -> Receiver<SigningKey> {
    let config = receiver::Config {
        id: STATION,
        key: 1,
        run,
        authorities: vec![(AUTHORITY, 1, key(3).public_key())],
        silence: Duration::from_secs(180),
        clock_tolerance: Duration::from_secs(60),
        heartbeat_mark: Duration::from_secs(3600),
        limits: Limits { devices: 10, pending: 100 },
    };
    Receiver::new(config, key(2), now)
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}
