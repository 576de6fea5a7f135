//! A panel with a virtual clock, and a station's key to answer it with.

use core::time::Duration;

use ed25519_dalek::SigningKey;
use keng_protocol::message::{Alarm, AlarmKind, Durability, OpenClose, Receipt};
use keng_protocol::panel::{Backoff, Config, Indication, Input, Output, Panel, Record, Station};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Kind, Message, Sign, Timestamp, seal};

pub(crate) const PANEL: DeviceId = DeviceId(*b"panel  1");
pub(crate) const STATION: DeviceId = DeviceId(*b"station1");
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_334_700_000);

pub(crate) struct Site {
    pub(crate) panel: Panel<SigningKey>,
    pub(crate) now: Timestamp,
    /// What the panel asked for when it started.
    pub(crate) boot: Vec<Output>,
    timeout: Timestamp,
    /// The station's sequence.
    answers: u32,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::start(config(), START, Vec::new())
    }

    pub(crate) fn start(config: Config, now: Timestamp, records: Vec<Record>) -> Self {
        let panel = Panel::new(config, panel_key(), now, records).unwrap();
        let mut site = Self { panel, now, boot: Vec::new(), timeout: now, answers: 0 };
        site.boot = site.drain();
        site
    }

    pub(crate) fn input(&mut self, input: Input<'_>) -> Vec<Output> {
        self.panel.handle_input(self.now, input);
        self.drain()
    }

    pub(crate) fn say(&mut self, message: impl Into<Message>) -> Vec<Output> {
        self.input(Input::Say(message.into()))
    }

    /// Lets time pass; the panel gets its ticks when it asked for them.
    pub(crate) fn pass(&mut self, span: Duration) -> Vec<(Timestamp, Output)> {
        let end = self.now + span;
        let mut outputs = Vec::new();
        while self.timeout <= end {
            self.now = self.now.max(self.timeout);
            let now = self.now;
            outputs.extend(self.input(Input::Tick).into_iter().map(|output| (now, output)));
        }
        self.now = end;
        outputs
    }

    /// The station says something, and it arrives by this path.
    pub(crate) fn hear(&mut self, path: u8, message: impl Into<Message>) -> Vec<Output> {
        let octets = self.answer(message);
        self.input(Input::Frame { path, octets: &octets })
    }

    pub(crate) fn answer(&mut self, message: impl Into<Message>) -> Vec<u8> {
        self.answers += 1;
        signed(&station_key(), STATION, self.answers, &message.into())
    }

    /// The frames that wait for a receipt, in the order in which they are sent.
    pub(crate) fn waiting(&self) -> Vec<FrameId> {
        let queued = |record| if let Record::Queued(octets) = record { Some(FrameId::of(&octets)) } else { None };
        self.panel.records().filter_map(queued).collect()
    }

    fn drain(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        loop {
            match self.panel.poll_output() {
                Output::Timeout(at) => {
                    self.timeout = at;
                    return outputs;
                }
                output => outputs.push(output),
            }
        }
    }
}

/// Two paths; heartbeats so seldom that they do not disturb.
pub(crate) fn config() -> Config {
    Config {
        id: PANEL,
        key: 1,
        stations: vec![Station { id: STATION, key: 1, public: station_key().public_key() }],
        paths: 2,
        heartbeat: Duration::from_secs(86_400),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(60) },
        jitter_seed: 7,
        outbox: 256,
    }
}

pub(crate) fn panel_key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

pub(crate) fn station_key() -> SigningKey {
    SigningKey::from_bytes(&[2; 32])
}

pub(crate) fn signed(key: &SigningKey, sender: DeviceId, sequence: u32, message: &Message) -> Vec<u8> {
    let header = Header { kind: message.kind(), sender, key: 1, epoch: 1, sequence, time: START };
    seal(&header, message, key).unwrap()
}

pub(crate) fn press() -> Alarm {
    Alarm::silent(AlarmKind::HoldUp)
}

pub(crate) fn opening(user: u16) -> OpenClose {
    OpenClose { opened: true, user: Some(user) }
}

pub(crate) fn receipt(frame: FrameId) -> Receipt {
    Receipt { frame, position: 12, durability: Durability::DISK }
}

/// What went out, in order: path and octets.
pub(crate) fn sends(outputs: &[Output]) -> Vec<(u8, Vec<u8>)> {
    let sent = |output: &Output| match output {
        Output::Send { path, octets } => Some((*path, octets.clone())),
        _ => None,
    };
    outputs.iter().filter_map(sent).collect()
}

/// The frame of the first thing that went out.
pub(crate) fn first_frame(outputs: &[Output]) -> FrameId {
    FrameId::of(&sends(outputs)[0].1)
}

pub(crate) fn kind(octets: &[u8]) -> Kind {
    Frame::decode(octets).unwrap().header().kind
}

pub(crate) fn records(outputs: &[Output]) -> Vec<Record> {
    let kept = |output: &Output| match output {
        Output::Persist(record) => Some(record.clone()),
        _ => None,
    };
    outputs.iter().filter_map(kept).collect()
}

pub(crate) fn shown(outputs: &[Output]) -> Vec<Indication> {
    let shown = |output: &Output| match output {
        Output::Show { what, .. } => Some(what.clone()),
        _ => None,
    };
    outputs.iter().filter_map(shown).collect()
}

pub(crate) fn without_time(outputs: Vec<(Timestamp, Output)>) -> Vec<Output> {
    outputs.into_iter().map(|(_, output)| output).collect()
}
