//! A start on a journal of a million entries until the first receipt, beside merely reading the same journal and beside checking its chain.
//!
//! The journal holds what a month of a thousand panels leaves: heartbeats, openings and closings, incidents from the press to the last
//! answer, with every record of the dispatcher; each frame is signed. It is made once and kept in Cargo's folder.
//! Goals: the first receipt within 1 s of CPU time; a million entries a second.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may fail loudly"
)]

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_benches::measure::{is_test, median, rounds, timed};
use keng_benches::town;
use keng_dispatch::{Dispatcher, Input, Limits, Output};
use keng_journal::sqlite::{Reader, Sqlite};
use keng_journal::{Engine as _, Entry, Head, Position, Source as _, entries, verify};
use keng_protocol::entry::{Entry as Frames, Path as Way};
use keng_protocol::envelope::{SIZES, cell};
use keng_protocol::message::{
    Act, Alarm, AlarmKind, Answer, Disposition, Heartbeat, OpenClose, PathStates, Power, Test,
};
use keng_protocol::receiver::Receiver;
use keng_protocol::{DeviceId, FrameId, Message, Timestamp};
use keng_station::entries::{Entry as Own, RECORD};
use keng_station::{Listen, Station};

const PANELS: usize = 1000;
const ROUNDS: usize = 5;
/// When the month begins.
const BEGIN: Timestamp = Timestamp::from_millis(1_760_000_000_000);

fn main() {
    let count = if is_test() { 5_000 } else { 1_000_000 };
    let path = journal(count);
    let reader = Reader::open(&path).unwrap();
    let stored = reader.head().unwrap().position.0 as f64;
    let cpu = |what: &dyn Fn()| timed(what).2.as_secs_f64();
    let mut clock = Vec::new();
    let start = || {
        let (wall, cpu) = start(&path);
        clock.push(wall.as_secs_f64());
        cpu.as_secs_f64()
    };
    let ratio = rounds(if is_test() { 1 } else { ROUNDS }, start, || cpu(&|| read(&reader)));
    println!("a journal of {stored:.0} entries of {PANELS} panels");
    println!(
        "start to the first receipt: {:.2} s of CPU time, {:.2} s by the clock (goal: 1 s)",
        ratio.ours,
        median(clock)
    );
    println!("  {:.2} M entries a second of CPU time (goal: 1)", stored / ratio.ours / 1e6);
    println!("  merely reading them: {:.2} s, ratio {:.2}", ratio.anchor, ratio.ratio);
    let checked = cpu(&|| _ = verify(&reader, Head::EMPTY, Head::EMPTY, |_| ()).unwrap());
    println!("checking the chain of hashes: {:.2} M entries a second of CPU time (goal: 1)", stored / checked / 1e6);
}

/// How long a start takes until a panel has its first receipt, by the clock and in CPU time.
fn start(journal: &Path) -> (Duration, Duration) {
    let runtime = Station::runtime().unwrap();
    let mut config = town::config(journal.to_owned(), &town::directory(PANELS));
    config.listen = Listen { tcp: Some(([127, 0, 0, 1], 0).into()), ..Listen::default() };
    let now = town::now();
    let epoch = u32::try_from(now.millis() / 1000).unwrap();
    let frame = cell(&town::say(town::panel(0), (epoch, 1), now, Message::from(Test { path: 0 }))).unwrap();
    let (station, wall, cpu) = timed(|| {
        let station = runtime.block_on(Station::start(config)).unwrap();
        let mut panel = TcpStream::connect(station.addresses().tcp.unwrap()).unwrap();
        panel.write_all(&frame).unwrap();
        panel.read_exact(&mut [0; SIZES[0]]).unwrap();
        station
    });
    runtime.block_on(station.stop());
    (wall, cpu)
}

fn read(reader: &Reader) {
    entries(reader, Position::FIRST).for_each(|stored| drop(stored.unwrap()));
}

/// The journal's file, made if it is not there.
fn journal(count: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("month-of-{count}.db"));
    if !path.exists() {
        // In a folder of its own until it is whole.
        let making = folder.join(format!("month-{}", std::process::id()));
        std::fs::create_dir_all(&making).unwrap();
        let new = making.join("journal.db");
        let mut journal = Sqlite::open(&new).unwrap();
        Month::new().lived(count).chunks(10_000).for_each(|part| _ = journal.append(part).unwrap());
        drop(journal);
        std::fs::rename(new, &path).unwrap();
        std::fs::remove_dir_all(making).unwrap();
    }
    path
}

/// Lives through a month with the real machines, which verify nothing that stands in a journal.
struct Month {
    now: Timestamp,
    receiver: Receiver<SigningKey>,
    dispatcher: Dispatcher,
    journal: Vec<Entry>,
    /// The events of each device so far; heartbeats count apart.
    said: HashMap<DeviceId, (SigningKey, u32, u32)>,
}

impl Month {
    fn new() -> Self {
        let config = town::config(PathBuf::new(), &town::directory(PANELS));
        let receiver = town::receiver(&config);
        let dispatch = keng_dispatch::Config { run: 1, limits: Limits::default() };
        let mut month = Self {
            now: BEGIN,
            receiver: Receiver::new(receiver, config.key, BEGIN),
            dispatcher: Dispatcher::new(dispatch, config.directory),
            journal: Vec::new(),
            said: HashMap::new(),
        };
        let (kind, payload) = Own::Started { run: 1 }.encode();
        month.store(kind, payload);
        town::enrolments(PANELS).for_each(|frame| _ = month.admit(frame));
        month
    }

    /// The first `count` entries: the panels have their turns, and in every eighth somebody presses.
    fn lived(mut self, count: usize) -> Vec<Entry> {
        for turn in 0.. {
            let panel = town::panel(turn % PANELS);
            self.say(panel, OpenClose { opened: true, user: Some(4) });
            (0..4).for_each(|_| self.beat(panel));
            if turn % 8 == 0 {
                self.robbery(panel);
            }
            self.say(panel, OpenClose { opened: false, user: Some(4) });
            self.now = self.now + Duration::from_secs(20);
            if self.journal.len() >= count {
                break;
            }
        }
        self.journal.truncate(count);
        self.journal
    }

    fn robbery(&mut self, panel: DeviceId) {
        let press = self.say(panel, Alarm::silent(AlarmKind::HoldUp));
        let incident = press.incident();
        for act in [Act::Accepted, Act::OnScene, Act::Closed] {
            let disposition = (act == Act::Closed).then_some(Disposition::Robbery);
            let operator = String::from("nguyen");
            self.say(town::DESKS[0], Answer { incident, act, reason: None, disposition, operator, note: None });
        }
    }

    fn beat(&mut self, panel: DeviceId) {
        let events = self.said.get(&panel).map_or(0, |said| said.1);
        let paths = PathStates { configured: 3, good: 3 };
        self.say(panel, Heartbeat { events, last: None, power: Power::Mains, tamper: false, paths });
    }

    fn say(&mut self, device: DeviceId, message: impl Into<Message>) -> FrameId {
        let message = message.into();
        let (key, events, beats) = self.said.entry(device).or_insert_with(|| (town::key(device), 0, 0));
        let count = if message.kind().is_heartbeat() { beats } else { events };
        *count += 1;
        let frame = town::sign(key, device, (1, *count), self.now, message);
        self.admit(frame)
    }

    /// Stores a frame and what the dispatcher makes of it, as a station does.
    fn admit(&mut self, octets: Vec<u8>) -> FrameId {
        let id = FrameId::of(&octets);
        let entry = Frames::Admitted { path: Way::Tls, octets };
        self.store(u16::from(entry.code()), entry.payload());
        let accepted = self.receiver.restore(self.now, self.journal.len() as u64, &entry).unwrap();
        if let Some(accepted) = accepted.filter(|accepted| accepted.said.header.sender != town::AUTHORITY) {
            self.dispatcher.handle_input(self.now, Input::Accepted(&accepted));
            self.drain();
        }
        id
    }

    fn drain(&mut self) {
        let mut told = Vec::new();
        loop {
            match self.dispatcher.poll_output() {
                Output::Record(record) => self.store(RECORD, record.encode()),
                Output::Notify(telling) => told.push(telling.notice),
                Output::Timeout(_) => break,
                _ => {}
            }
        }
        for notice in told {
            self.dispatcher.handle_input(self.now, Input::Delivered { notice });
            self.drain();
        }
    }

    fn store(&mut self, kind: u16, payload: Vec<u8>) {
        self.journal.push(Entry { kind, at_ms: self.now.millis(), payload });
    }
}
