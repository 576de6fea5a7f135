//! What a station does for one heartbeat and for one alarm, from the octets to the signed answer, with the real machines and without sockets or
//! disk, beside the bare `verify_strict` and `sign` that nobody can leave out.
//!
//! For an alarm that is: decode, verify, replay window, the dispatcher telling three levels, the encoding of the frame's entry and of all its
//! records, the receipt. A thousand panels take turns, so the cache is as cold as in a receiver's life. Goal: at most 1.3 times.
#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a benchmark may fail loudly")]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use keng_benches::measure::{Ratio, is_test, nanos_each, rounds, thread_cpu};
use keng_benches::town;
use keng_dispatch::directory::Directory;
use keng_dispatch::{Dispatcher, Limits};
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{Alarm, AlarmKind, Durability};
use keng_protocol::panel::{self, Backoff, Panel};
use keng_protocol::receiver::{self, Origin, Receiver, Ticket};
use keng_protocol::{Sign as _, Timestamp};

const START: Timestamp = Timestamp::from_millis(1_795_500_000_000);
const ORIGIN: Origin = Origin { path: Path::Tls, link: 1 };

/// What a round measures.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// A heartbeat, at the station.
    Beat,
    /// An alarm, at the station's receiver.
    Receipt,
    /// An alarm, at the whole station.
    Told,
    /// An alarm, at the whole station and at the panel.
    Exchange,
}

fn main() {
    let (panels, count) = if is_test() { (16, 1) } else { (1024, 15) };
    let town = town::directory(panels);
    let mut world = World::new(&town);
    let bare = Bare::new(panels);
    let mut print = |part, times: f64, what, goal| {
        let Ratio { ours, anchor, ratio } = rounds(count, || world.round(&town, part), || bare.round() * times);
        Ratio { ours: ours / 1e3, anchor: anchor / 1e3, ratio }.print(what, "us of CPU time", goal);
    };
    print(Part::Beat, 1.0, "heartbeat to Heard, receiver / verify_strict + sign", "none");
    print(Part::Receipt, 1.0, "alarm to receipt, receiver / verify_strict + sign", "none");
    print(
        Part::Told,
        1.0,
        "alarm to three levels told and receipt, receiver and dispatcher / verify_strict + sign",
        "at most 1.3",
    );
    print(Part::Exchange, 2.0, "the same with the panel's side / 2 (verify_strict + sign)", "none");
}

/// Panels that live through all rounds, with a station that is new in each, so that every alarm is an incident.
struct World {
    now: Timestamp,
    panels: Vec<Panel<SigningKey>>,
}

impl World {
    fn new(town: &Directory) -> Self {
        let station = panel::Station { id: town::STATION, key: 1, public: town::key(town::STATION).public_key() };
        let panel = |number: usize| {
            let config = panel::Config {
                id: town::panel(number),
                key: 1,
                stations: vec![station],
                paths: 1,
                heartbeat: Duration::from_secs(5),
                not_received_after: Duration::from_secs(20),
                retry: Backoff { first: Duration::from_secs(5), most: Duration::from_secs(60) },
                jitter_seed: number as u64,
                outbox: 16,
            };
            Panel::new(config, town::key(town::panel(number)), START, []).unwrap()
        };
        let mut panels: Vec<_> = (0..town.sites.len()).map(panel).collect();
        panels.iter_mut().for_each(|panel| drop(sent(panel)));
        Self { now: START, panels }
    }

    /// Nanoseconds of CPU time for each panel.
    fn round(&mut self, town: &Directory, part: Part) -> f64 {
        self.now = self.now + Duration::from_secs(60);
        let mut station = Station::new(town, self.now, part != Part::Receipt);
        if part == Part::Beat {
            // The first one opens the epoch and is journaled; the second is like all that follow.
            self.exchange(&mut station, &beat);
            self.now = self.now + Duration::from_secs(60);
            return self.exchange(&mut station, &beat).1;
        }
        self.panels.iter_mut().for_each(|panel| {
            beat(panel, self.now);
            sent(panel);
        });
        let press = |panel: &mut Panel<SigningKey>, now| {
            panel.handle_input(now, panel::Input::Say(Alarm::silent(AlarmKind::HoldUp).into()));
        };
        let (panels, station) = self.exchange(&mut station, &press);
        if part == Part::Exchange { panels + station } else { station }
    }

    /// Everybody speaks, the station answers, everybody hears: nanoseconds for each, of the panels' side and of the station's.
    fn exchange(&mut self, station: &mut Station, speak: &dyn Fn(&mut Panel<SigningKey>, Timestamp)) -> (f64, f64) {
        let (now, count) = (self.now, self.panels.len());
        let each = |time: Duration| time.as_nanos() as f64 / count as f64;
        let start = thread_cpu();
        let say = |panel: &mut Panel<SigningKey>| {
            speak(panel, now);
            sent(panel).unwrap()
        };
        let frames: Vec<_> = self.panels.iter_mut().map(say).collect();
        let said = thread_cpu();
        let answers: Vec<_> = frames.iter().map(|frame| station.answer(now, frame)).collect();
        let answered = thread_cpu();
        for (panel, octets) in self.panels.iter_mut().zip(&answers) {
            panel.handle_input(now, panel::Input::Frame { path: 0, octets });
            assert!(sent(panel).is_none(), "nothing waits");
        }
        (each(said - start) + each(thread_cpu() - answered), each(answered - said))
    }
}

fn beat(panel: &mut Panel<SigningKey>, now: Timestamp) {
    panel.handle_input(now, panel::Input::Tick);
}

/// What a panel sends.
fn sent(panel: &mut Panel<SigningKey>) -> Option<Vec<u8>> {
    let mut sent = None;
    loop {
        match panel.poll_output() {
            panel::Output::Send { octets, .. } => sent = Some(octets),
            panel::Output::Refused { reason, .. } => unreachable!("{reason}"),
            panel::Output::Timeout(_) => return sent,
            _ => {}
        }
    }
}

/// A station's machines.
struct Station {
    receiver: Receiver<SigningKey>,
    dispatcher: Option<Dispatcher>,
    position: u64,
}

impl Station {
    fn new(town: &Directory, now: Timestamp, tells: bool) -> Self {
        let config = town::config(PathBuf::new(), town);
        let receiver = town::receiver(&config);
        let mut receiver = Receiver::new(receiver, config.key, now);
        for (octets, position) in town::enrolments(town.sites.len()).zip(1..) {
            receiver.restore(now, position, &Entry::Admitted { path: Path::File, octets }).unwrap();
        }
        let dispatch = keng_dispatch::Config { run: 1, limits: Limits::default() };
        let dispatcher = tells.then(|| Dispatcher::new(dispatch, config.directory));
        Self { receiver, dispatcher, position: 0 }
    }

    /// From a frame's octets to the answer's; what is between them is in the journal at once.
    fn answer(&mut self, now: Timestamp, octets: &[u8]) -> Vec<u8> {
        self.receiver.handle_input(now, receiver::Input::Frame { origin: ORIGIN, octets });
        let (sent, asked) = self.drain(now);
        let Some(ticket) = asked else { return sent.unwrap() };
        self.position += 1;
        let (position, durability) = (self.position, Durability::DISK);
        self.receiver.handle_input(now, receiver::Input::Persisted { ticket, position, durability });
        let (receipt, _) = self.drain(now);
        sent.or(receipt).unwrap()
    }

    /// Does what the receiver asks for: what it sends, and the ticket of what it stores.
    fn drain(&mut self, now: Timestamp) -> (Option<Vec<u8>>, Option<Ticket>) {
        let (mut sent, mut asked) = (None, None);
        loop {
            match self.receiver.poll_output() {
                receiver::Output::Persist { ticket, entry, .. } => {
                    black_box(entry.payload());
                    asked = Some(ticket);
                }
                receiver::Output::Accepted(accepted) => {
                    if let Some(dispatcher) = &mut self.dispatcher {
                        dispatcher.handle_input(now, keng_dispatch::Input::Accepted(&accepted));
                        tell(dispatcher);
                    }
                }
                receiver::Output::Send { octets, .. } => sent = Some(octets),
                receiver::Output::Timeout(_) => return (sent, asked),
                _ => {}
            }
        }
    }
}

/// Encodes the records, and counts who is told.
fn tell(dispatcher: &mut Dispatcher) {
    let mut told = 0;
    loop {
        match dispatcher.poll_output() {
            keng_dispatch::Output::Record(record) => drop(black_box(record.encode())),
            keng_dispatch::Output::Notify(_) => told += 1,
            keng_dispatch::Output::Timeout(_) => break,
            _ => {}
        }
    }
    assert_eq!(told, 3, "the ward, the city and the bank");
}

/// The anchor: keys, octets and signatures of as many panels.
struct Bare(Vec<(SigningKey, VerifyingKey, [u8; 48], Signature)>);

impl Bare {
    fn new(panels: usize) -> Self {
        let one = |number| {
            let key = town::key(town::panel(number));
            let octets = [7; 48];
            (key.clone(), key.verifying_key(), octets, Signer::sign(&key, &octets))
        };
        Self((0..panels).map(one).collect())
    }

    /// Nanoseconds of CPU time for one strict verification and one signature.
    fn round(&self) -> f64 {
        nanos_each(self.0.len(), |turn| {
            let (key, public, octets, signature) = self.0.get(turn).unwrap();
            public.verify_strict(black_box(octets), signature).unwrap();
            black_box(Signer::sign(key, black_box(octets)));
        })
    }
}
