//! Any inputs in any order, restarts included: the panel does not panic, keeps its bounds, and whatever is neither received nor given up waits.

#![no_main]

mod memo;

use core::time::Duration;
use std::collections::BTreeSet;

use keng_protocol::message::{
    Act, Alarm, AlarmKind, Cancel, CancelCode, Descriptors, Durability, Heard, Noted, Notice, OpenClose, Power,
    Progress, Receipt, Test, Update,
};
use keng_protocol::panel::{Backoff, Config, Indication, Input, Output, Panel, Record, Station};
use keng_protocol::{DeviceId, FrameId, Header, Message, Sign, Timestamp, seal};
use libfuzzer_sys::fuzz_target;

use crate::memo::{Signer, scrawler, signer};

const PANEL: DeviceId = DeviceId([1; 8]);
const STATION: DeviceId = DeviceId([2; 8]);
const PATHS: u8 = 2;
const OUTBOX: usize = 4;
/// One input may send each event twice on each path, a heartbeat on each, and say a few things of each event.
const OUTPUTS: usize = (2 * PATHS as usize + 3) * (OUTBOX + 2);
/// The most inputs of one run, so that a run stays short.
const STEPS: usize = 20;

fuzz_target!(|octets: &[u8]| {
    let Some((&kind, octets)) = octets.split_first() else { return };
    let mut site = Site::new(if kind % 8 == 0 { signer(1) } else { scrawler(1) });
    for step in octets.chunks_exact(3).take(STEPS) {
        let &[what, first, second] = step else { return };
        site.happen(what, first, second);
        site.drain();
        site.check();
    }
});

struct Site {
    panel: Panel<Signer>,
    signer: Signer,
    /// The number of the panel's key.
    key: u8,
    now: Timestamp,
    store: Vec<Record>,
    /// What waits after a restart is what the store still has, which may be less than it was told, or by another key more.
    damaged: bool,
    /// The last frames that went out.
    sent: Vec<Vec<u8>>,
    /// Neither received nor given up.
    open: BTreeSet<FrameId>,
    answers: u32,
    /// The last word of the station.
    word: Vec<u8>,
}

impl Site {
    fn new(signer: Signer) -> Self {
        let (now, key) = (Timestamp::default(), 1);
        let panel = panel(signer, key, now, Vec::new());
        let (store, sent, open, word) = Default::default();
        let mut site = Self { panel, signer, key, now, store, damaged: false, sent, open, answers: 0, word };
        site.drain();
        site
    }

    fn happen(&mut self, what: u8, first: u8, second: u8) {
        let path = second % (PATHS + 1);
        match what % 18 {
            0 => self.say(Alarm {
                drill: second & 1 == 1,
                silent: second & 2 == 2,
                ..Alarm::silent(AlarmKind::from(first))
            }),
            1 => self.say(Cancel { code: CancelCode::from(first), user: None }),
            2 => self.say(Update { injured: Some(first), ..Update::default() }),
            3 if second & 1 == 1 => self.say(Noted { notice: self.frame(first).notice(), user: None }),
            3 => self.say(OpenClose { opened: true, user: Some(u16::from(first)) }),
            4 => self.say(Test { path: first }),
            5 => self.say(Message::Unknown { kind: first, body: vec![second; usize::from(second)] }),
            6 => self.answer(path, Receipt { frame: self.frame(first), position: 1, durability: Durability::DISK }),
            7 => self.answer(path, Heard { frame: self.frame(first) }),
            8 => {
                self.answer(path, Progress { incident: self.frame(first).incident(), level: 1, act: Act::from(first) })
            }
            9 => self.answer(
                path,
                Notice { until: self.now, seen: Descriptors::default(), text: None, asks: first & 1 == 1 },
            ),
            10 => self.input(if first & 1 == 0 { Input::PathUp { path } } else { Input::PathDown { path } }),
            11 => {
                self.input(if first & 1 == 0 { Input::Power(Power::from(second)) } else { Input::Tamper(second > 99) })
            }
            12 => self.pass(Duration::from_secs(u64::from(first) * u64::from(second))),
            13 => {
                self.now = Timestamp::from_millis(u64::from(first) << (second % 48));
                self.input(Input::Tick);
            }
            14 => self.replay(path, first, second),
            15 => self.restart(first),
            16 => self.lose_power(usize::from(first)),
            _ => self.compact(),
        }
    }

    fn say(&mut self, message: impl Into<Message>) {
        self.input(Input::Say(message.into()));
    }

    /// One of the last frames, or none that ever was.
    fn frame(&self, ago: u8) -> FrameId {
        self.sent.iter().rev().nth(usize::from(ago % 16)).map_or(FrameId([0; 32]), |octets| FrameId::of(octets))
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
        self.input(Input::Tick);
    }

    fn answer(&mut self, path: u8, message: impl Into<Message>) {
        let message = message.into();
        self.answers += 1;
        let header =
            Header { kind: message.kind(), sender: STATION, key: 1, epoch: 1, sequence: self.answers, time: self.now };
        self.word = seal(&header, &message, &signer(2)).expect("a station's answer is short");
        let octets = self.word.clone();
        self.input(Input::Frame { path, octets: &octets });
    }

    /// The station's last word once more, or with an octet changed; or the panel's own.
    fn replay(&mut self, path: u8, at: u8, to: u8) {
        let mut octets = if to % 8 == 7 { self.sent.last().cloned().unwrap_or_default() } else { self.word.clone() };
        if let Some(octet) = octets.get_mut(usize::from(at)).filter(|_| to > 127) {
            *octet = to;
        }
        self.input(Input::Frame { path, octets: &octets });
    }

    /// Under another key number now and then: what an old key signed is taken as it is. Always, where nothing is signed.
    fn restart(&mut self, key: u8) {
        self.key = if self.signer.signs { 1 + key % 2 } else { self.key.wrapping_add(1) };
        self.panel = panel(self.signer, self.key, self.now, self.store.clone());
        if self.damaged {
            self.open = self.waiting();
        }
    }

    /// The last records are lost, or damaged.
    fn lose_power(&mut self, records: usize) {
        self.store.truncate(self.store.len().saturating_sub(records % 8));
        if let Some(record) = self.store.last_mut().filter(|_| records > 127) {
            let mut octets = record.to_octets();
            let last = octets.len() - 1;
            octets[last] ^= 1;
            *record = Record::read(&octets).expect("as long as before").expect("of the same kind");
        }
        self.damaged = true;
        self.restart(self.key - 1);
    }

    fn compact(&mut self) {
        self.store = self.panel.records().collect();
    }

    fn input(&mut self, input: Input<'_>) {
        self.panel.handle_input(self.now, input);
    }

    fn drain(&mut self) {
        for _ in 0..OUTPUTS {
            match self.panel.poll_output() {
                Output::Send { octets, path } => {
                    assert!(path < PATHS);
                    self.sent.push(octets);
                }
                Output::Persist(record) => {
                    assert_eq!(Record::read(&record.to_octets()), Ok(Some(record.clone())));
                    self.store.push(record);
                }
                Output::Show { what: Indication::Sending { frame, .. }, .. } => drop(self.open.insert(frame)),
                Output::Show {
                    what: Indication::Received { frame, .. } | Indication::GivenUp { frame, .. }, ..
                } => {
                    self.open.remove(&frame);
                }
                Output::Show { .. } | Output::Refused { .. } => {}
                Output::Timeout(at) => return assert!(at > self.now || at == Timestamp::MAX, "time stands still"),
            }
        }
        panic!("the outputs of one input do not end");
    }

    fn check(&mut self) {
        self.sent.drain(..self.sent.len().saturating_sub(64));
        let waiting = self.waiting();
        assert!(waiting.len() <= OUTBOX);
        assert_eq!(waiting, self.open);
    }

    fn waiting(&self) -> BTreeSet<FrameId> {
        let queued = |record| if let Record::Queued(octets) = record { Some(FrameId::of(&octets)) } else { None };
        self.panel.records().filter_map(queued).collect()
    }
}

fn panel(signer: Signer, key: u8, now: Timestamp, records: Vec<Record>) -> Panel<Signer> {
    let config = Config {
        id: PANEL,
        key,
        stations: vec![Station { id: STATION, key: 1, public: memo::signer(2).public_key() }],
        paths: PATHS,
        heartbeat: Duration::from_secs(60),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(60) },
        jitter_seed: 1,
        outbox: OUTBOX,
    };
    Panel::new(config, signer, now, records).expect("the configuration keeps every rule")
}
