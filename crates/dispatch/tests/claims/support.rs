//! A dispatcher on a virtual clock, with panels and desks that sign.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_dispatch::record::{Record, What, Why};
use keng_dispatch::view::IncidentView;
use keng_dispatch::{Config, Dispatcher, Input, Limits, Output, Telling};
use keng_protocol::entry::Path;
use keng_protocol::frame::{Frame, Header, seal};
use keng_protocol::message::{Act, Alarm, AlarmKind, Answer, Disposition, Message, Role};
use keng_protocol::receiver::{Accepted, Labels};
use keng_protocol::{DeviceId, IncidentId, Sign, Timestamp};

pub(crate) const BANK: &str = "0100000000000001";
pub(crate) const BANK_OTHER: &str = "0100000000000002";
pub(crate) const BANK_2: &str = "0200000000000001";
pub(crate) const GOLD: &str = "0300000000000001";
pub(crate) const STRANGER: &str = "ffff000000000001";
pub(crate) const WARD: &str = "d000000000010675";
pub(crate) const CITY: &str = "d000000000000113";
pub(crate) const CITY_2: &str = "d000000000001130";
pub(crate) const CENTRE: &str = "d0000000000000b1";

pub(crate) fn start() -> Timestamp {
    Timestamp::from_millis(1_795_500_000_000)
}

pub(crate) fn directory() -> Directory {
    Directory::read(include_str!("data/kinh-mon.toml")).unwrap()
}

pub(crate) fn device(id: &str) -> DeviceId {
    id.parse().unwrap()
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(crate) fn hold_up() -> Alarm {
    Alarm { zone: Some(1), ..Alarm::silent(AlarmKind::HoldUp) }
}

pub(crate) fn drill() -> Alarm {
    Alarm { drill: true, ..hold_up() }
}

pub(crate) fn of_kind(kind: AlarmKind) -> Alarm {
    Alarm::silent(kind)
}

/// What a test sees of a telling: seconds since the start, whom, by which channel, why, about which level.
pub(crate) type Seen = (u64, String, usize, Why, Option<u8>);

pub(crate) struct Station {
    pub(crate) dispatcher: Dispatcher,
    pub(crate) now: Timestamp,
    pub(crate) records: Vec<Record>,
    pub(crate) tellings: Vec<Telling>,
    pub(crate) others: Vec<Output>,
    sequence: u32,
}

impl Station {
    pub(crate) fn new() -> Self {
        Self::with(directory(), Limits::default())
    }

    pub(crate) fn with(directory: Directory, limits: Limits) -> Self {
        Self {
            dispatcher: Dispatcher::new(Config { run: 1, limits }, directory),
            now: start(),
            records: Vec::new(),
            tellings: Vec::new(),
            others: Vec::new(),
            sequence: 0,
        }
    }

    /// A station of the next run that has read `records` back from its journal.
    pub(crate) fn restarted(records: &[Record], run: u32, now: Timestamp) -> Self {
        let mut dispatcher = Dispatcher::new(Config { run, limits: Limits::default() }, directory());
        for record in records {
            dispatcher.restore(&Record::decode(&record.encode()).unwrap());
        }
        let (tellings, others) = (Vec::new(), Vec::new());
        Self { dispatcher, now, records: records.to_vec(), tellings, others, sequence: 1000 * run }
    }

    /// Hands an input in and drains the machine; says when it wants to be called.
    pub(crate) fn input(&mut self, input: Input<'_>) -> Timestamp {
        self.dispatcher.handle_input(self.now, input);
        loop {
            match self.dispatcher.poll_output() {
                Output::Record(record) => self.records.push(record),
                Output::Notify(telling) => self.tellings.push(*telling),
                Output::Timeout(at) => return at,
                other => self.others.push(other),
            }
        }
    }

    /// Lets time pass, with a tick whenever the machine asks for one.
    pub(crate) fn pass(&mut self, span: Duration) {
        let end = self.now + span;
        loop {
            let due = match self.dispatcher.poll_output() {
                Output::Timeout(at) => at,
                other => panic!("drained, and yet {other:?}"),
            };
            if due > end {
                break;
            }
            self.now = due.max(self.now);
            self.input(Input::Tick);
        }
        self.now = end;
    }

    /// A message as the receiver hands it on.
    pub(crate) fn accepted(&mut self, sender: &str, role: Role, message: Message) -> Accepted {
        self.sequence += 1;
        let key = SigningKey::from_bytes(&[7; 32]);
        let header = Header {
            kind: message.kind(),
            sender: device(sender),
            key: 0,
            epoch: 1,
            sequence: self.sequence,
            time: self.now,
        };
        let octets = seal(&header, &message, &key).unwrap();
        let said = Frame::decode(&octets).unwrap().verify(&key.public_key()).unwrap();
        Accepted { said, role, received: self.now, path: Path::Tls, labels: Labels::default() }
    }

    /// A panel says something; the id of the incident that it would raise.
    pub(crate) fn says(&mut self, panel: &str, message: impl Into<Message>) -> IncidentId {
        let accepted = self.accepted(panel, Role::Panel, message.into());
        self.input(Input::Accepted(&accepted));
        accepted.said.frame.incident()
    }

    pub(crate) fn answers(&mut self, desk: &str, answer: Answer) {
        let accepted = self.accepted(desk, Role::Desk, answer.into());
        self.input(Input::Accepted(&accepted));
    }

    pub(crate) fn acts(&mut self, desk: &str, incident: IncidentId, act: Act) {
        self.answers(desk, Answer::new(incident, act, "trực ban"));
    }

    pub(crate) fn closes(&mut self, desk: &str, operator: &str, incident: IncidentId, how: Disposition) {
        let answer = Answer { disposition: Some(how), ..Answer::new(incident, Act::Closed, operator) };
        self.answers(desk, answer);
    }

    pub(crate) fn view(&self, incident: IncidentId) -> IncidentView {
        self.dispatcher.incident(incident).unwrap()
    }

    /// The tellings so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.tellings.iter().map(seen).collect()
    }

    /// The tellings since, and forgets them.
    pub(crate) fn take(&mut self) -> Vec<Seen> {
        self.tellings.drain(..).map(|telling| seen(&telling)).collect()
    }

    /// Whom the tellings went to.
    pub(crate) fn told(&self) -> Vec<&str> {
        self.tellings.iter().map(|telling| telling.authority.as_str()).collect()
    }

    pub(crate) fn count(&self, wanted: impl Fn(&What) -> bool) -> usize {
        self.records.iter().filter(|record| wanted(&record.what)).count()
    }
}

pub(crate) fn seen(telling: &Telling) -> Seen {
    let after = telling.at.since(start()).as_secs();
    (after, telling.authority.to_string(), telling.channel, telling.why, telling.about)
}

/// A telling as a test writes it down.
pub(crate) fn at(seconds: u64, authority: &str, channel: usize, why: Why) -> Seen {
    (seconds, authority.to_owned(), channel, why, None)
}

pub(crate) fn about(seconds: u64, authority: &str, channel: usize, level: u8) -> Seen {
    (seconds, authority.to_owned(), channel, Why::SilentLevel, Some(level))
}
