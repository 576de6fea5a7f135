//! One heartbeat at the receiver's supervision (who sends it, and when must the next come) among 100,000 and 1,000,000 panels, beside resetting a
//! timer of `tokio_util::time::DelayQueue`; the octets that a panel takes there; and how late a silence is told, by a virtual clock.
//!
//! The signature is not part of it: see `session`. Goals: at most 0.4 times; at most 128 octets; at most one tick late.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may fail loudly"
)]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use keng_benches::measure::{is_test, nanos_each, resident, rounds};
use keng_benches::town;
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{Heartbeat, OpenClose, PathStates, Power};
use keng_protocol::receiver::{self, Receiver, Watch};
use keng_protocol::{DeviceId, IdMap, Timestamp};
use tokio_util::time::DelayQueue;
use tokio_util::time::delay_queue::Key;

const START: Timestamp = Timestamp::from_millis(1_795_500_000_000);
const SILENCE: Duration = Duration::from_secs(90);
/// How often each panel talks.
const BEAT: Duration = Duration::from_secs(30);
/// How many devices are enrolled to see what one costs.
const ENROLLED: usize = 20_000;

fn main() {
    let sizes: &[usize] = if is_test() { &[1000] } else { &[100_000, 1_000_000] };
    for &panels in sizes {
        let before = resident();
        let mut ours = Ours::new(panels);
        let octets = (resident() - before) as f64 / panels as f64;
        let mut queue = Queue::new(panels);
        let count = if is_test() { 1 } else { 7 };
        let ratio = rounds(count, || ours.beats(), || queue.resets(false));
        ratio.print(&format!("{panels} panels: heartbeat with its lookup / DelayQueue::reset"), "ns", "at most 0.4");
        let looked_up = rounds(count, || ours.beats(), || queue.resets(true)).ratio;
        println!("  with a lookup in front of the reset too: ratio {looked_up:.2}");
        println!("  {octets:.0} octets a panel (goal: at most 128)");
        println!("  silences are told at most {:.2} ticks late (goal: 1)", latest(panels));
    }
    println!(
        "a whole enrolled device, one event and one heartbeat heard: {:.0} octets",
        enrolled(if is_test() { 100 } else { ENROLLED })
    );
}

/// Each makes another order of the panels: they have no divisor in common with how many there are.
const ORDERS: [usize; 3] = [618_033, 732_051, 236_067];

/// Who talks in a round: each panel once, in another order than in the round before.
fn order(round: usize, panels: usize) -> Vec<DeviceId> {
    let stride = *ORDERS.get(round % ORDERS.len()).unwrap();
    (0..panels).map(|turn| device(turn * stride % panels)).collect()
}

/// Ids as an authority may give them out.
fn device(number: usize) -> DeviceId {
    DeviceId((number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes())
}

struct Ours {
    slots: IdMap<DeviceId, usize>,
    watch: Watch,
    now: Timestamp,
    round: usize,
}

impl Ours {
    fn new(panels: usize) -> Self {
        let mut ours = Self { slots: IdMap::default(), watch: Watch::new(SILENCE, START), now: START, round: 0 };
        for slot in 0..panels {
            ours.slots.insert(device(slot), slot);
            ours.watch.add(slot, START, false);
        }
        ours
    }

    /// Nanoseconds for a heartbeat, while everybody talks once in a [`BEAT`] and the wheel goes on.
    fn beats(&mut self) -> f64 {
        let (panels, start) = (self.slots.len(), self.now);
        self.round += 1;
        let order = order(self.round, panels);
        let each = nanos_each(panels, |turn| {
            let now = start + Duration::from_millis((BEAT.as_millis() as usize * turn / panels) as u64);
            let slot = *self.slots.get(order.get(turn).unwrap()).unwrap();
            black_box(self.watch.heard(slot, now));
            self.watch.advance(now, |_, _| unreachable!("everybody talks"));
        });
        self.now = start + BEAT;
        each
    }
}

struct Queue {
    runtime: tokio::runtime::Runtime,
    queue: DelayQueue<usize>,
    keys: IdMap<DeviceId, Key>,
    round: usize,
}

impl Queue {
    fn new(panels: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let mut queue = DelayQueue::with_capacity(panels);
        let entered = runtime.enter();
        let keys = (0..panels).map(|slot| (device(slot), queue.insert(slot, SILENCE))).collect();
        drop(entered);
        Self { runtime, queue, keys, round: 0 }
    }

    /// Nanoseconds for a reset, with a lookup in front of it or the key at hand.
    fn resets(&mut self, looked_up: bool) -> f64 {
        let panels = self.keys.len();
        self.round += 1;
        let order = order(self.round, panels);
        let keys: Vec<Key> = order.iter().map(|device| *self.keys.get(device).unwrap()).collect();
        let _entered = self.runtime.enter();
        nanos_each(panels, |turn| {
            let key = if looked_up { self.keys.get(order.get(turn).unwrap()) } else { keys.get(turn) };
            self.queue.reset(key.unwrap(), SILENCE);
        })
    }
}

/// How many ticks after its time the latest silence is told, when each panel is heard once more at a time of its own.
fn latest(panels: usize) -> f64 {
    let mut watch = Watch::new(SILENCE, START);
    (0..panels).for_each(|slot| watch.add(slot, START, false));
    let heard = |slot: usize| START + BEAT.mul_f64(slot as f64 / panels as f64);
    (0..panels).for_each(|slot| _ = watch.heard(slot, heard(slot)));
    let (mut told, mut latest) = (0, Duration::ZERO);
    while let Some(now) = watch.next() {
        watch.advance(now, |slot, since| {
            assert!(since == heard(slot) && now >= since + SILENCE, "never early");
            latest = latest.max(now.since(since + SILENCE));
            told += 1;
        });
    }
    assert_eq!(told, panels, "everybody is told silent");
    latest.as_secs_f64() / watch.tick().as_secs_f64()
}

/// Octets of a whole device at the receiver: its key, its window, the event and the heartbeat that it has said.
fn enrolled(panels: usize) -> f64 {
    let config = town::config(PathBuf::new(), &town::directory(1));
    let config = receiver::Config {
        id: config.id,
        key: config.key_number,
        run: 1,
        authorities: config.authorities,
        silence: SILENCE,
        clock_tolerance: config.timing.clock_tolerance,
        heartbeat_mark: config.timing.heartbeat_mark,
        limits: receiver::Limits { devices: panels + town::DESKS.len(), pending: 16 },
    };
    let mut receiver = Receiver::new(config, town::key(town::STATION), START);
    let before = resident();
    let said = (0..panels).flat_map(|number| {
        let (panel, key) = (town::panel(number), town::key(town::panel(number)));
        let paths = PathStates { configured: 1, good: 1 };
        let beat = Heartbeat { events: 1, last: None, power: Power::Mains, tamper: false, paths };
        let opened = OpenClose { opened: true, user: None };
        [town::sign(&key, panel, (1, 1), START, opened), town::sign(&key, panel, (1, 1), START, beat)]
    });
    for (octets, position) in town::enrolments(panels).chain(said).zip(1..) {
        receiver.restore(START, position, &Entry::Admitted { path: Path::File, octets }).unwrap();
    }
    assert_eq!(receiver.devices(), panels + town::DESKS.len());
    (resident() - before) as f64 / panels as f64
}
