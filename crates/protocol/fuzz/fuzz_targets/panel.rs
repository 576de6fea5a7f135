//! Any inputs in any order, restarts included: the panel does not panic, keeps its bound, and whatever is neither received nor given up waits.

#![no_main]

use core::time::Duration;
use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use keng_protocol::message::{
    Alarm, AlarmKind, Cancel, CancelCode, Durability, Heard, OpenClose, Receipt, Test, Update,
};
use keng_protocol::panel::{Backoff, Config, Indication, Input, Output, Panel, Record, Station};
use keng_protocol::{DeviceId, FrameId, Header, Message, Sign, Timestamp, seal};
use libfuzzer_sys::fuzz_target;

const STATION: DeviceId = DeviceId([2; 8]);
const OUTBOX: usize = 4;

fuzz_target!(|octets: &[u8]| {
    let mut site = Site::new();
    for step in octets.chunks(3) {
        let &[what, first, second] = step else { return };
        site.happen(what, first, second);
        site.drain();
        site.check();
    }
});

struct Site {
    panel: Panel<SigningKey>,
    now: Timestamp,
    store: Vec<Record>,
    /// The last frames that went out.
    sent: Vec<FrameId>,
    /// Neither received nor given up.
    open: BTreeSet<FrameId>,
    answers: u32,
}

impl Site {
    fn new() -> Self {
        let now = Timestamp::default();
        let panel = panel(now, Vec::new());
        let mut site = Self { panel, now, store: Vec::new(), sent: Vec::new(), open: BTreeSet::new(), answers: 0 };
        site.drain();
        site
    }

    fn happen(&mut self, what: u8, first: u8, second: u8) {
        let path = second % 4;
        let frame = self.sent.iter().rev().nth(usize::from(first % 16)).copied().unwrap_or(FrameId([0; 32]));
        match what % 12 {
            0 => {
                self.input(Input::Say(Alarm { drill: second & 1 == 1, ..Alarm::silent(AlarmKind::from(first)) }.into()))
            }
            1 => self.input(Input::Say(Cancel { code: CancelCode::from(first), user: None }.into())),
            2 => self.input(Input::Say(Update { injured: Some(first), ..Update::default() }.into())),
            3 => self.input(Input::Say(OpenClose { opened: true, user: Some(u16::from(first)) }.into())),
            4 => self.input(Input::Say(Test { path: first }.into())),
            5 => self.input(Input::Say(Message::Unknown { kind: first, body: vec![second; usize::from(second)] })),
            6 => self.answer(path, Receipt { frame, position: 1, durability: Durability::DISK }.into()),
            7 => self.answer(path, Heard { frame }.into()),
            8 => self.input(if first & 1 == 0 { Input::PathUp { path } } else { Input::PathDown { path } }),
            9 => self.pass(Duration::from_secs(u64::from(first) * u64::from(second))),
            10 => self.now = Timestamp::from_millis(u64::from(first) << (second % 40)),
            _ => self.panel = panel(self.now, self.store.clone()),
        }
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
        self.input(Input::Tick);
    }

    fn answer(&mut self, path: u8, message: Message) {
        self.answers += 1;
        let header =
            Header { kind: message.kind(), sender: STATION, key: 1, epoch: 1, sequence: self.answers, time: self.now };
        let octets = seal(&header, &message, &key(2)).expect("a station's answer is short");
        self.input(Input::Frame { path, octets: &octets });
    }

    fn input(&mut self, input: Input<'_>) {
        self.panel.handle_input(self.now, input);
    }

    fn drain(&mut self) {
        loop {
            match self.panel.poll_output() {
                Output::Send { octets, .. } => self.sent.push(FrameId::of(&octets)),
                Output::Persist(record) => self.store.push(record),
                Output::Show { what: Indication::Sending { frame, .. }, .. } => drop(self.open.insert(frame)),
                Output::Show {
                    what: Indication::Received { frame, .. } | Indication::GivenUp { frame, .. }, ..
                } => {
                    self.open.remove(&frame);
                }
                Output::Show { .. } | Output::Refused { .. } => {}
                Output::Timeout(_) => return,
            }
        }
    }

    fn check(&mut self) {
        self.sent.drain(..self.sent.len().saturating_sub(64));
        let waiting: Vec<FrameId> = self
            .panel
            .records()
            .filter_map(|record| if let Record::Queued(octets) = record { Some(FrameId::of(&octets)) } else { None })
            .collect();
        assert!(waiting.len() <= OUTBOX);
        assert_eq!(BTreeSet::from_iter(waiting), self.open);
    }
}

fn panel(now: Timestamp, records: Vec<Record>) -> Panel<SigningKey> {
    let config = Config {
        id: DeviceId([1; 8]),
        key: 1,
        stations: vec![Station { id: STATION, key: 1, public: key(2).public_key() }],
        paths: 2,
        heartbeat: Duration::from_secs(60),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(60) },
        jitter_seed: 1,
        outbox: OUTBOX,
    };
    Panel::new(config, key(1), now, records).expect("the configuration keeps every rule")
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}
