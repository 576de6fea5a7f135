//! Anything in any order at a dispatcher, restarts and new directories included: it never panics, its outputs end, its bounds hold, every
//! open attack has been told at every level, no drill is told as real, and the records alone give the same state.

#![no_main]

mod speech;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use keng_dispatch::directory::{CENTRE, Directory};
use keng_dispatch::incident::Stage;
use keng_dispatch::policy::Matter;
use keng_dispatch::record::{Record, What};
use keng_dispatch::text::{Lang, Words};
use keng_dispatch::view::IncidentView;
use keng_dispatch::{Config, Dispatcher, External, Input, Limits, Output};
use keng_protocol::entry::Path;
use keng_protocol::message::AlarmKind;
use keng_protocol::receiver::{Accepted, Labels, Supervision};
use keng_protocol::{DeviceId, IncidentId, Timestamp};
use libfuzzer_sys::fuzz_target;

use crate::speech::{DEVICES, answer, spoken};

const START: Timestamp = Timestamp::from_millis(1_795_500_000_000);
/// The most inputs of one run, so that a run stays short.
const STEPS: usize = 16;
/// One input may tell everybody of every open incident, several times when the clock has leapt.
const OUTPUTS: usize = 4096;
const LIMITS: Limits = Limits {
    open: 6,
    closed: 3,
    frames: 64,
    notices: 32,
    tellings: 3,
    acts: 3,
    evidence: 2,
    sources: 8,
    burst: 3,
    refill: Duration::from_secs(6),
    flood_mark: Duration::from_secs(60),
    flood_quiet: Duration::from_secs(60),
};

/// Two versions: in the second the ward is another one, and a site has gone.
static DIRECTORIES: LazyLock<[Directory; 2]> = LazyLock::new(|| {
    [include_str!("one.toml"), include_str!("two.toml")].map(|text| {
        let directory = Directory::read(text).expect("a directory");
        assert!(directory.check(START).is_empty());
        directory
    })
});

fuzz_target!(|octets: &[u8]| {
    let mut world = World::new();
    for step in octets.chunks_exact(3).take(STEPS) {
        let &[what, first, second] = step else { return };
        world.happen(what, first, second);
    }
    world.check();
    if octets.len() % 3 == 1 {
        world.restart(|record| Record::decode(&record.encode()).expect("a record"));
    }
});

struct World {
    dispatcher: Dispatcher,
    directory: usize,
    run: u32,
    now: Timestamp,
    due: Timestamp,
    records: Vec<Record>,
    /// The last tellings, by their numbers.
    notices: Vec<u64>,
    /// The incidents that somebody was told of, and whether each is a drill.
    told: BTreeMap<IncidentId, bool>,
}

impl World {
    fn new() -> Self {
        let (directory, run) = (0, 1);
        let dispatcher = dispatcher(directory, run);
        let (records, notices, told) = Default::default();
        Self { dispatcher, directory, run, now: START, due: START, records, notices, told }
    }

    fn happen(&mut self, what: u8, first: u8, second: u8) {
        let device = DEVICES[usize::from(first) % DEVICES.len()];
        match what % 16 {
            0..=2 => self.hear(spoken(first), second),
            3 => self.answer(first, second),
            4 => self.input(Input::Again { frame: spoken(first).said.frame, path: Path::from(second) }),
            5 | 6 => self.input(Input::Supervision { device, event: supervision(second) }),
            7 => self.external(device, second),
            8 => self.report(usize::from(first), second),
            9 => self.adopt(usize::from(second % 2)),
            10 => self.test(first, second),
            11 | 12 => self.pass(Duration::from_millis(u64::from(first) << (second % 24))),
            13 => {
                self.now = self.due.min(self.now + Duration::from_secs(1 << 32));
                self.input(Input::Tick);
            }
            14 => {
                self.now = self.now - Duration::from_millis(u64::from(first) << (second % 24));
                self.input(Input::Tick);
            }
            // One is enough: it costs as much as all the rest.
            _ if self.run == 1 => self.restart(Clone::clone),
            _ => {}
        }
    }

    /// What was said, with labels as the receiver might put them.
    fn hear(&mut self, mut accepted: Accepted, labels: u8) {
        let has = |bit: u8| labels & (1 << bit) != 0;
        accepted.received = self.now;
        accepted.path = Path::from(labels % 16);
        accepted.labels = Labels {
            clock_off_ms: has(4).then_some(-1),
            late: has(5),
            number_reused: has(6),
            maybe_seen: has(7),
            ..Labels::default()
        };
        self.input(Input::Accepted(&accepted));
    }

    /// A desk acts on one of the incidents that somebody was told of.
    fn answer(&mut self, which: u8, how: u8) {
        if let Some(incident) = self.told.keys().nth(usize::from(which) % self.told.len().max(1)).copied() {
            self.hear(answer(incident, how), 0);
        }
    }

    fn external(&mut self, device: DeviceId, which: u8) {
        let (alarm, zone) = (AlarmKind::from(which), Some(u16::from(which)));
        let event = match which % 11 {
            0 => External::Opened,
            1 => External::Closed,
            2 => External::Cancelled,
            3 => External::Test,
            4 => External::Trouble,
            5 => External::TroubleOver,
            6 => External::Bypassed { zone },
            7 => External::Unbypassed { zone },
            8 => External::Code("kẻng an ninh, kẻng an ninh, kẻng an ninh"),
            _ => External::Restored { alarm, zone },
        };
        self.input(Input::External { device, event });
    }

    fn report(&mut self, ago: usize, code: u8) {
        let notice = self.notices.iter().rev().nth(ago % 16).copied().unwrap_or(u64::from(code));
        let input = if code % 2 == 0 {
            Input::Delivered { notice }
        } else {
            Input::Undelivered { notice, code: u16::from(code) }
        };
        self.input(input);
    }

    fn adopt(&mut self, directory: usize) {
        self.directory = directory;
        self.input(Input::Directory(Box::new(DIRECTORIES[directory].clone())));
    }

    fn test(&mut self, site: u8, minutes: u8) {
        let site = ["bank", "gold", "other"][usize::from(site % 3)].into();
        self.input(Input::TestMode { site, until: self.now + Duration::from_secs(60 * u64::from(minutes)) });
    }

    fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
        self.input(Input::Tick);
    }

    /// The records alone give the same state, as they are or by way of their octets.
    fn restart(&mut self, stored: impl Fn(&Record) -> Record) {
        self.run += 1;
        let before = self.incidents();
        self.dispatcher = dispatcher(self.directory, self.run);
        for record in &self.records {
            let read = stored(record);
            assert_eq!(&read, record);
            self.dispatcher.restore(&read);
        }
        assert_eq!(self.incidents(), before);
        self.input(Input::Tick);
    }

    /// Without what comes next, which hangs on the time of the last input.
    fn incidents(&self) -> Vec<IncidentView> {
        self.dispatcher.incidents().into_iter().map(|view| IncidentView { next: None, ..view }).collect()
    }

    fn input(&mut self, input: Input<'_>) {
        self.dispatcher.handle_input(self.now, input);
        for _ in 0..OUTPUTS {
            match self.dispatcher.poll_output() {
                Output::Record(record) => {
                    if let What::Raised { facts, .. } = &record.what {
                        self.told.insert(record.incident.expect("an incident is raised"), facts.drill);
                    }
                    self.records.push(record);
                }
                Output::Notify(telling) => {
                    assert_eq!(self.told.get(&telling.incident), Some(&telling.facts.drill), "a drill is a drill");
                    assert!(!telling.facts.cause.words(Lang::Vi).is_empty());
                    self.notices.push(telling.notice);
                }
                Output::Timeout(at) => {
                    assert!(at > self.now || at == Timestamp::MAX, "time stands still");
                    self.due = at;
                    return;
                }
                _ => {}
            }
        }
        panic!("the outputs of one input do not end");
    }

    fn check(&self) {
        let incidents = self.dispatcher.incidents();
        let open = incidents.iter().filter(|one| one.stage != Stage::Closed);
        let attacks = open.clone().filter(|one| one.facts.matter == Matter::Attack && !one.facts.drill);
        let directory = &DIRECTORIES[self.directory];
        for one in attacks.clone() {
            let site = one.facts.site.as_ref().and_then(|id| directory.sites.get(id));
            let levels = directory.levels.keys().copied();
            let wanted: Vec<u8> = match site {
                Some(site) if site.authorities.is_empty() => levels.collect(),
                Some(_) => levels.chain([CENTRE]).collect(),
                None => levels.max().into_iter().collect(),
            };
            assert!(
                wanted.iter().all(|level| one.levels.iter().any(|told| told.level == *level)),
                "a level is not told"
            );
        }
        assert!(open.count() <= LIMITS.open.max(attacks.count()));
        assert!(incidents.iter().filter(|one| one.stage == Stage::Closed).count() <= LIMITS.closed);
    }
}

fn dispatcher(directory: usize, run: u32) -> Dispatcher {
    Dispatcher::new(Config { run, limits: LIMITS }, DIRECTORIES[directory].clone())
}

fn supervision(which: u8) -> Supervision {
    match which % 12 {
        0 => Supervision::Silent { since: START },
        1 => Supervision::Back,
        2 => Supervision::Missing { events: 1 },
        3 => Supervision::Complete,
        4 => Supervision::OnBattery,
        5 => Supervision::BatteryLow,
        6 => Supervision::PowerGood,
        7 => Supervision::TamperOpen,
        8 => Supervision::TamperClosed,
        9 => Supervision::PathBroken(which / 12 % 8),
        _ => Supervision::PathGood(which / 12 % 8),
    }
}
