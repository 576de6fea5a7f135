//! A world: one seed, one city, one station, and everything that can go wrong.

mod adversary;
mod happening;
mod happens;
mod plan;
mod settle;

use core::time::Duration;
use std::collections::BTreeMap;

use keng_journal::{Head, Source as _};
use keng_protocol::entry::Path;
use keng_protocol::message::{Enrolment, Message, Role};
use keng_protocol::panel::Output;
use keng_protocol::receiver::Origin;
use keng_protocol::{DeviceId, Header, Sign as _, Timestamp, seal};

use crate::climate::Climate;
use crate::desk::Desk;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::flaw::Flaw;
use crate::line::{Line, Way};
use crate::post::Post;
use crate::sample::{AUTHORITY, City, START, key};
use crate::station::{Station, Ways};
use crate::witness::{Report, Violation, Witness};
use adversary::Adversary;
use happening::Happening;
use plan::temper;

/// What a world has to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Things go wrong to the end; what must never happen is looked for after every step.
    Safety,
    /// The same; then the faults end, and everything must settle.
    Liveness,
}

/// Why a world failed, and how to see it again.
#[derive(Debug, thiserror::Error)]
#[error(
    "seed {seed}: {violation}, {after:?} after the start; see it with: cargo run -p keng-testkit --example world -- --seed {seed} --mode {mode} --trace{flaw}"
)]
pub struct Failure {
    /// The seed of the world.
    pub seed: u64,
    /// What does not hold.
    pub violation: Violation,
    /// How long after the world's beginning.
    pub after: Duration,
    /// What happened, a line each, when it was asked for.
    pub trace: Vec<String>,
    mode: &'static str,
    flaw: String,
}

/// Lives through the world of a seed. With a flaw the simulated driver has that fault.
///
/// # Errors
/// [`Failure`]: something does not hold.
pub fn run(seed: u64, mode: Mode, flaw: Option<Flaw>, trace: bool) -> Result<Report, Box<Failure>> {
    let mut world = match World::new(seed, mode, flaw, trace) {
        Ok(world) => world,
        Err(violation) => return Err(failure(seed, (mode, flaw), violation, (Duration::ZERO, Vec::new()))),
    };
    match world.live(mode) {
        Ok(()) => Ok(world.ways.witness.report),
        Err(violation) => {
            Err(failure(seed, (mode, flaw), violation, (world.now.since(START), world.trace.unwrap_or_default())))
        }
    }
}

fn failure(
    seed: u64,
    (mode, flaw): (Mode, Option<Flaw>),
    violation: Violation,
    (after, trace): (Duration, Vec<String>),
) -> Box<Failure> {
    let mode = if mode == Mode::Safety { "safety" } else { "liveness" };
    Box::new(Failure {
        seed,
        violation,
        after,
        trace,
        mode,
        flaw: flaw.map_or(String::new(), |flaw| format!(" --flaw {flaw:?}")),
    })
}

/// To whom a link of the station goes.
#[derive(Clone, Copy, Debug)]
enum Peer {
    Line(usize),
    Desk(usize),
    /// An adversary, who has no use for an answer.
    Nobody,
}

struct World {
    now: Timestamp,
    climate: Climate,
    dice: Dice,
    city: City,
    flaw: Option<Flaw>,
    queue: BTreeMap<(Timestamp, u64), Happening>,
    queued: u64,
    posts: Vec<Post>,
    lines: Vec<Line>,
    station: Option<Station>,
    ways: Ways,
    links: BTreeMap<u64, Peer>,
    next_link: u64,
    wall_ahead: i64,
    /// The head of the journal when the station last said that something is stored.
    head: Head,
    adversary: Adversary,
    calm: bool,
    trace: Option<Vec<String>>,
}

impl World {
    fn new(seed: u64, mode: Mode, flaw: Option<Flaw>, trace: bool) -> Result<Self, Violation> {
        let mut dice = Dice::new(seed);
        let climate = Climate::of(&mut dice);
        let city =
            City::build(&mut dice, climate.sites).map_err(|problems| Violation::Unbuilt(problems.to_string()))?;
        let disk = Disk::new(dice.fork(), climate.slowest_disk, climate.queue, climate.queue / 2);
        let witness = Witness::new(city.clone(), trace);
        let desks = city.desks.iter().map(|(id, _)| Desk::new(*id, temper(&climate, &mut dice), dice.fork())).collect();
        let mut world = Self {
            now: START,
            dice,
            flaw,
            queue: BTreeMap::new(),
            queued: 0,
            posts: Vec::new(),
            lines: Vec::new(),
            station: None,
            ways: Ways { disk, desks, witness, sent: Vec::new(), in_hand: Vec::new() },
            links: BTreeMap::new(),
            next_link: 0,
            wall_ahead: 0,
            head: Head::EMPTY,
            adversary: Adversary::default(),
            calm: false,
            trace: trace.then(Vec::new),
            climate,
            city,
        };
        world.populate()?;
        world.plan(mode);
        Ok(world)
    }

    /// Builds the panels, starts the station, and has everybody enrolled.
    fn populate(&mut self) -> Result<(), Violation> {
        let panels: Vec<DeviceId> = self.city.sites.iter().flat_map(|site| site.panels.clone()).collect();
        for (index, id) in panels.iter().enumerate() {
            let paths = self.dice.between(1, 3);
            for number in 0..paths {
                let kinds = [Path::Tls, Path::Udp, Path::Sms, Path::Tcp, Path::Serial];
                let kind = self.dice.pick(&kinds).copied().unwrap_or(Path::Udp);
                self.lines.push(Line::new(index, u8::try_from(number).unwrap_or(0), kind));
            }
            self.posts.push(Post::new(*id, u8::try_from(paths).unwrap_or(1), self.dice.fork()));
        }
        self.start();
        let desks: Vec<DeviceId> = self.city.desks.iter().map(|(id, _)| *id).collect();
        let everybody = panels.iter().map(|id| (*id, Role::Panel)).chain(desks.iter().map(|id| (*id, Role::Desk)));
        for (sequence, (device, role)) in (1..).zip(everybody) {
            self.enrol(device, role, sequence)?;
        }
        for panel in 0..self.posts.len() {
            self.happen(Happening::PowerOn { panel });
        }
        Ok(())
    }

    /// The authority says whose key it is, and it is on disk before the morning begins.
    fn enrol(&mut self, device: DeviceId, role: Role, sequence: u32) -> Result<(), Violation> {
        let unbuilt = |why: &dyn core::fmt::Display| Violation::Unbuilt(why.to_string());
        let key_of = key(device).public_key().to_bytes();
        let enrolment = Enrolment { device, role, number: 1, key: key_of, from: Timestamp::default(), to: None };
        let message = Message::from(enrolment);
        let header = Header { kind: message.kind(), sender: AUTHORITY, key: 1, epoch: 1, sequence, time: self.now };
        let octets = seal(&header, &message, &key(AUTHORITY)).map_err(|error| unbuilt(&error))?;
        self.ways.witness.signs(&octets, AUTHORITY, message);
        let link = self.open_link(Peer::Nobody);
        self.station_hears(Origin { path: Path::File, link }, &octets);
        while self.ways.disk.due() < Timestamp::MAX {
            self.now = self.now.max(self.ways.disk.due());
            self.disk_answers();
        }
        Ok(())
    }

    /// Lives to the end, or to the first thing that does not hold.
    fn live(&mut self, mode: Mode) -> Result<(), Violation> {
        let end = self.now + self.climate.span;
        while self.next() <= end && !self.calm {
            self.step()?;
        }
        if mode == Mode::Liveness { self.settle() } else { Ok(()) }
    }

    fn next(&self) -> Timestamp {
        let planned = self.queue.keys().next().map_or(Timestamp::MAX, |(at, _)| *at);
        let station = self.station.as_ref().map_or(Timestamp::MAX, |station| station.due);
        let posts = self.posts.iter().map(|post| post.due).min().unwrap_or(Timestamp::MAX);
        planned.min(station).min(posts).min(self.ways.disk.due())
    }

    /// The next thing happens: of several at once, what was planned first, then the disk, then the timers.
    fn step(&mut self) -> Result<(), Violation> {
        self.now = self.now.max(self.next());
        let now = self.now;
        let planned = self.queue.first_entry().filter(|first| first.key().0 <= now);
        if let Some(happening) = planned.map(|first| first.remove()) {
            self.happen(happening);
        } else if self.ways.disk.due() <= now {
            self.disk_answers();
        } else if let Some(panel) = self.posts.iter().position(|post| post.due <= now) {
            let outputs = self.posts.get_mut(panel).map(|post| post.input(now, keng_protocol::panel::Input::Tick));
            self.does(panel, outputs.unwrap_or_default());
        } else if let Some(station) = self.station.as_mut().filter(|station| station.due <= now) {
            station.tick(now, &mut self.ways);
            self.carry_out();
        }
        for line in self.ways.witness.notes() {
            self.note(|| line);
        }
        if let Some(station) = &self.station {
            self.ways.witness.watch(station.local(self.now));
        }
        self.ways.witness.verdict().map_or(Ok(()), |violation| Err(violation.clone()))
    }

    /// What the station put on links and channels goes its way.
    fn carry_out(&mut self) {
        for (to, octets) in core::mem::take(&mut self.ways.sent) {
            self.adversary.overhears(&octets, &mut self.dice);
            match self.links.get(&to.link) {
                Some(Peer::Line(line)) => self.post(*line, Way::ToPanel, &octets),
                Some(Peer::Desk(desk)) => {
                    let desk = *desk;
                    if !self.dice.chance(self.climate.lost)
                        && let Some(desk) = self.ways.desks.get_mut(desk)
                    {
                        desk.hears(&octets);
                    }
                }
                _ => {}
            }
        }
        for held in core::mem::take(&mut self.ways.in_hand) {
            let arrived = held.desk.is_some() || !self.dice.chance(self.climate.lost);
            let at = self.now + self.dice.up_to(Duration::from_millis(800));
            self.at(at, Happening::Told { notice: held.notice, arrived });
            if let Some(desk) = held.desk {
                self.at(at, Happening::Sees { desk, incident: held.incident, asked: held.asks });
            }
        }
    }

    /// Octets go onto a line.
    fn post(&mut self, line: usize, way: Way, octets: &[u8]) {
        let Some(found) = self.lines.get_mut(line) else { return };
        let link = found.link;
        if found.is_stream() && link.is_none() {
            return;
        }
        for (at, octets) in found.carry(self.now, way, octets, (&self.climate, &mut self.dice)) {
            let happening = match way {
                Way::ToStation => Happening::ToStation { line, link, octets },
                Way::ToPanel => Happening::ToPanel { line, link, octets },
            };
            self.at(at, happening);
        }
    }

    /// What a panel wants done.
    fn does(&mut self, panel: usize, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Send { path, octets } => {
                    self.adversary.overhears(&octets, &mut self.dice);
                    let line = self.lines.iter().position(|line| line.panel == panel && line.number == path);
                    line.into_iter().for_each(|line| self.post(line, Way::ToStation, &octets));
                }
                Output::Persist(record) => {
                    if let Some(post) = self.posts.get_mut(panel) {
                        post.keep(self.now, record);
                    }
                }
                Output::Show { what, .. } => self.ways.witness.shown(&what, &self.ways.disk.store),
                Output::Refused { .. } | Output::Timeout(_) => {}
            }
        }
    }

    fn disk_answers(&mut self) {
        let done = self.ways.disk.finish(self.now);
        self.ways.witness.reads(&self.ways.disk.store);
        if done.iter().any(Result::is_ok) {
            self.head = self.ways.disk.store.head().unwrap_or(self.head);
        }
        self.ways.witness.report.unwritten +=
            u64::try_from(done.iter().filter(|one| one.is_err()).count()).unwrap_or(0);
        if let Some(station) = &mut self.station {
            let was_broken = station.broken;
            station.stored(self.now, done, &mut self.ways);
            if station.broken && !was_broken {
                // Somebody sees that the journal takes nothing, and starts the station anew.
                let at = self.now + self.dice.secs(1, 30);
                self.at(at, Happening::Crash);
            }
        }
        self.carry_out();
    }

    fn station_hears(&mut self, origin: Origin, octets: &[u8]) {
        if let Some(station) = &mut self.station {
            self.ways.witness.hears(octets);
            station.frame(self.now, origin, octets, &mut self.ways);
            self.carry_out();
        }
    }

    fn open_link(&mut self, peer: Peer) -> u64 {
        self.next_link += 1;
        self.links.insert(self.next_link, peer);
        self.next_link
    }

    fn at(&mut self, at: Timestamp, happening: Happening) {
        self.queued += 1;
        self.queue.insert((at, self.queued), happening);
    }

    fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            let after = self.now.since(START);
            trace.push(format!("{:>9.3} {}", after.as_secs_f64(), line()));
        }
    }
}
