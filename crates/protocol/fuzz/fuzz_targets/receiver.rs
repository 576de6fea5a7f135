//! Anything in any order at a station, restarts included: it never panics, tells nothing twice, and receipts nothing that is not on disk.

#![no_main]

mod memo;

use core::time::Duration;
use std::cell::OnceCell;
use std::collections::HashSet;

use keng_protocol::entry::{Entry, Path};
use keng_protocol::frame::{HEADER, VERSION};
use keng_protocol::message::*;
use keng_protocol::receiver::{Config, Input, Limits, Origin, Output, Receiver, Ticket};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Sign, Timestamp, seal};
use libfuzzer_sys::fuzz_target;

use crate::memo::{Signer, signer};

/// An authority, a panel, a desk, and one that is not enrolled at first. Each signs with the key of its number, from 1.
const NAMES: [&[u8; 8]; 4] = [b"ministry", b"counter1", b"wardpost", b"counter2"];
const STATION: DeviceId = DeviceId(*b"station1");
const PENDING: usize = 8;
/// The most inputs of one run, and the most of them that cost a signature, so that a run stays short.
const STEPS: usize = 20;
const VERIFIED: usize = 6;
/// One input makes a few outputs; a silence of every panel may come with it.
const OUTPUTS: usize = 64;

fuzz_target!(|octets: &[u8]| {
    let mut world = World::new();
    let (mut rest, mut verified) = (octets, 0);
    for _ in 0..STEPS {
        let &[what, first, second, ref tail @ ..] = rest else { return };
        let (body, after) = tail.split_at(usize::from(second).min(tail.len()));
        rest = if matches!(what % 14, 0 | 1) { after } else { tail };
        verified += usize::from(matches!(what % 14, 1..=5 | 13));
        if verified > VERIFIED {
            return;
        }
        match what % 14 {
            0 => world.hear(u64::from(first), body),
            1 => world.behind_a_good_signature(first, body),
            2 | 3 => world.ready(usize::from(first), second),
            4 => world.repeat(usize::from(first), second),
            5 => world.nearly(usize::from(first), usize::from(second), what / 14),
            6..=8 => world.journal(usize::from(first), second % 8 > 0),
            9 => world.pass(u64::from(first) << (second % 40)),
            10 => world.say(first, second),
            11 => world.input(Input::LinkClosed { link: u64::from(first % 4) }),
            12 => world.restart(second % 2 == 0),
            _ => world.vouch(first, second),
        }
    }
});

struct World {
    receiver: Receiver<Signer>,
    run: u32,
    now: Timestamp,
    /// What was asked for and not answered.
    asked: Vec<(Ticket, Timestamp, Entry)>,
    /// The journal.
    journal: Vec<(Timestamp, Entry)>,
    /// The frames in it.
    stored: HashSet<FrameId>,
    told: HashSet<FrameId>,
    frames: Vec<Vec<u8>>,
}

impl World {
    /// The panel and the desk are enrolled, by frames that are in the journal.
    fn new() -> Self {
        let now = Timestamp::from_millis(1 << 40);
        let admitted = |octets: &Vec<u8>| Entry::Admitted { path: Path::File, octets: octets.clone() };
        let enrolled = READY.with(|ready| {
            let ready = ready.get_or_init(ready_frames);
            [admitted(&ready[0]), admitted(&ready[1])]
        });
        let mut world = Self {
            receiver: receiver(1, now),
            run: 1,
            now,
            asked: Vec::new(),
            journal: Vec::new(),
            stored: HashSet::new(),
            told: HashSet::new(),
            frames: Vec::new(),
        };
        enrolled.into_iter().for_each(|entry| world.write(now, entry));
        world.restart(false);
        world
    }

    fn hear(&mut self, link: u64, octets: &[u8]) {
        self.frames.push(octets.to_vec());
        self.input(Input::Frame { origin: Origin { path: Path::from(link as u8), link: link % 4 }, octets });
    }

    /// The octets as kind, rest of the header and body: epoch and sequence stay small so that they meet.
    fn behind_a_good_signature(&mut self, who: u8, octets: &[u8]) {
        let &[kind, epoch, sequence, ref body @ ..] = octets else { return };
        let who = usize::from(who) % NAMES.len();
        let mut frame = vec![0; HEADER];
        frame[..2].copy_from_slice(&[VERSION, kind]);
        frame[2..10].copy_from_slice(NAMES[who]);
        frame[14] = epoch % 8;
        frame[17] = sequence / 64;
        frame[18] = sequence;
        frame.extend_from_slice(body);
        let signed = [format!("keng/1/{kind:03}\0").as_bytes(), &frame].concat();
        frame.extend_from_slice(&key(who).sign(&signed));
        self.hear(u64::from(kind), &frame);
    }

    /// One of the frames that were signed before the run.
    fn ready(&mut self, number: usize, link: u8) {
        let octets = READY.with(|ready| {
            let ready = ready.get_or_init(ready_frames);
            ready[number % ready.len()].clone()
        });
        self.hear(u64::from(link), &octets);
    }

    fn repeat(&mut self, ago: usize, link: u8) {
        if let Some(octets) = self.frames.iter().rev().nth(ago).cloned() {
            self.hear(u64::from(link), &octets);
        }
    }

    /// A frame that came, with one octet changed.
    fn nearly(&mut self, ago: usize, at: usize, change: u8) {
        if let Some(mut octets) = self.frames.iter().rev().nth(ago).cloned() {
            if let Some(octet) = octets.get_mut(at) {
                *octet ^= change;
            }
            self.hear(u64::from(change), &octets);
        }
    }

    /// The journal answers for one of what it was asked for, or for what nobody asked it.
    fn journal(&mut self, which: usize, stored: bool) {
        if self.asked.is_empty() {
            return self.input(Input::NotPersisted { ticket: Ticket(which as u64) });
        }
        let (ticket, at, entry) = self.asked.remove(which % self.asked.len());
        if !stored {
            return self.input(Input::NotPersisted { ticket });
        }
        self.write(at, entry);
        let position = self.journal.len() as u64;
        self.input(Input::Persisted { ticket, position, durability: Durability::DISK });
        self.input(Input::Persisted { ticket, position, durability: Durability::DISK });
    }

    fn write(&mut self, at: Timestamp, entry: Entry) {
        assert_eq!(Entry::read(entry.code(), &entry.payload()), Ok(Some(entry.clone())));
        if let Entry::Admitted { octets, .. } = &entry {
            self.stored.insert(FrameId::of(octets));
        }
        self.journal.push((at, entry));
    }

    fn pass(&mut self, millis: u64) {
        self.now = self.now + Duration::from_millis(millis);
        self.input(Input::Tick);
    }

    fn say(&mut self, to: u8, act: u8) {
        let to = DeviceId(*NAMES[usize::from(to) % NAMES.len()]);
        let frame = self.told.iter().min().copied().unwrap_or(FrameId([0; 32]));
        let message = match act % 3 {
            0 => Progress { incident: frame.incident(), level: 1, act: Act::from(act) }.into(),
            1 => Notice { until: self.now, seen: Descriptors::default(), text: None, asks: false }.into(),
            _ => Receipt { frame, position: 1, durability: Durability::DISK }.into(),
        };
        self.input(Input::Say { to, message });
    }

    fn vouch(&mut self, kind: u8, zone: u8) {
        let alarm = Alarm { zone: Some(zone.into()), ..Alarm::silent(AlarmKind::from(kind)) };
        let device = DeviceId(*NAMES[usize::from(zone) % NAMES.len()]);
        let vouched = Vouched { device, alarm, evidence: [kind; 32] };
        self.receiver.vouch(self.now, vouched);
        self.drain();
    }

    /// The journal alone comes back; what was told and is not in it may be told anew. What was asked for may have been written before the end.
    fn restart(&mut self, written: bool) {
        let asked = std::mem::take(&mut self.asked);
        asked.into_iter().filter(|_| written).for_each(|(_, at, entry)| self.write(at, entry));
        self.run += 1;
        self.receiver = receiver(self.run, self.now);
        for (position, (at, entry)) in (1..).zip(&self.journal) {
            if let Ok(Some(accepted)) = self.receiver.restore(*at, position, entry) {
                assert!(self.stored.contains(&accepted.said.frame));
            }
        }
        self.told = self.stored.clone();
        self.drain();
    }

    fn input(&mut self, input: Input<'_>) {
        self.receiver.handle_input(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        for _ in 0..OUTPUTS {
            match self.receiver.poll_output() {
                Output::Timeout(at) => {
                    assert!(at > self.now || at == Timestamp::MAX, "time stands still");
                    assert!(self.receiver.pending() <= PENDING && self.receiver.pending() == self.asked.len());
                    return;
                }
                Output::Persist { ticket, at, entry, .. } => self.asked.push((ticket, at, entry)),
                Output::Accepted(accepted) => {
                    let (first, labels) = (self.told.insert(accepted.said.frame), accepted.labels);
                    assert!(first || labels.maybe_seen, "told twice");
                    let kind = accepted.said.header.kind;
                    let calms = [
                        Kind::OpenClose,
                        Kind::Test,
                        Kind::Drill,
                        Kind::Noted,
                        Kind::Enrolment,
                        Kind::Rotation,
                        Kind::Answer,
                    ];
                    assert!(!labels.maybe_seen || !calms.contains(&kind), "a stale frame that calms");
                }
                Output::Send { octets, .. } => self.check(&octets),
                Output::Stored { frame, .. } => {
                    assert!(self.stored.contains(&frame), "acknowledged before it was stored")
                }
                Output::Refused { .. } | Output::Supervision { .. } | Output::Again { .. } => {}
            }
        }
        panic!("the outputs of one input do not end");
    }

    /// What goes out is the station's; its signature is not verified, which would cost more than all the rest.
    fn check(&self, octets: &[u8]) {
        let frame = Frame::decode(octets).expect("a frame");
        assert_eq!((frame.header().sender, frame.header().epoch), (STATION, self.run));
        if frame.header().kind == Kind::Receipt {
            // SPEC 4: a map of three, field 1, the 32 octets of a frame's id.
            let (head, id) = octets[HEADER..].split_at(4);
            assert_eq!(head, [0x83, 1, 0xc4, 32]);
            let id = FrameId(id[..32].try_into().expect("32 octets"));
            assert!(self.stored.contains(&id), "receipted before it was stored");
        }
    }
}

fn key(who: usize) -> Signer {
    signer(who as u8 + 1)
}

fn receiver(run: u32, now: Timestamp) -> Receiver<Signer> {
    let config = Config {
        id: STATION,
        key: 0,
        run,
        authorities: vec![(DeviceId(*NAMES[0]), 0, key(0).public_key())],
        silence: Duration::from_secs(90),
        clock_tolerance: Duration::from_secs(30),
        heartbeat_mark: Duration::from_secs(3600),
        limits: Limits { devices: 3, pending: PENDING },
    };
    Receiver::new(config, signer(9), now)
}

thread_local! {
    static READY: OnceCell<Vec<Vec<u8>>> = const { OnceCell::new() };
}

/// Frames of everybody, signed once: the two enrolments first, then what can be said, in several epochs.
fn ready_frames() -> Vec<Vec<u8>> {
    let mut frames = vec![enrol(1, 1, 0, Role::Panel), enrol(2, 2, 0, Role::Desk)];
    for epoch in 1..=6 {
        let hold_up = Alarm { zone: Some(1), ..Alarm::silent(AlarmKind::HoldUp) };
        let paths = PathStates { configured: 3, good: 3 };
        let beat = Heartbeat { events: epoch, last: None, power: Power::Mains, tamper: false, paths };
        let worse = Heartbeat {
            events: 9,
            power: Power::Low,
            tamper: true,
            paths: PathStates { good: 1, ..paths },
            ..beat.clone()
        };
        frames.extend([
            frame(1, 0, (epoch, 1), hold_up.clone().into()),
            frame(1, 0, (epoch, 2), Alarm { drill: true, ..hold_up }.into()),
            frame(1, 0, (epoch, 2), Alarm::silent(AlarmKind::LineFault).into()),
            frame(1, 0, (epoch, 1100), Test { path: 0 }.into()),
            frame(1, 0, (epoch, 2200), Cancel { code: CancelCode::Duress, user: None }.into()),
            frame(1, 0, (epoch, 1), beat.into()),
            frame(1, 0, (epoch, 2), worse.into()),
            frame(2, 0, (epoch, 1), Answer::new(FrameId::of(b"").incident(), Act::Accepted, "an").into()),
        ]);
    }
    let reason = RevocationReason::from(1);
    frames.extend([
        enrol(3, 3, 0, Role::Panel),
        enrol(3, 4, 1, Role::Desk),
        enrol(5, 4, 1, Role::Panel),
        frame(0, 0, (1, 10), rotation(1, 0, 5).into()),
        frame(0, 0, (1, 11), Revocation { device: DeviceId(*NAMES[1]), number: Some(0), reason }.into()),
        frame(0, 0, (1, 12), Revocation { device: DeviceId(*NAMES[1]), number: None, reason }.into()),
        frame(0, 0, (1, 13), Enrolment { key: [0; 32], ..enrolment(3, 3, 2, Role::Panel) }.into()),
        frame(3, 0, (1, 1), Alarm::silent(AlarmKind::HoldUp).into()),
        frame(3, 0, (1, 2), OpenClose { opened: true, user: None }.into()),
        frame(1, 1, (9, 1), Suspicion::default().into()),
    ]);
    frames
}

/// The key of one number for the device of another; numbers beyond the devices are theirs again.
fn enrol(seed: usize, who: usize, number: u8, role: Role) -> Vec<u8> {
    let sequence = 20 + seed as u32 * 8 + u32::from(number);
    frame(0, 0, (1, sequence), enrolment(seed, who % NAMES.len(), number, role).into())
}

fn enrolment(seed: usize, who: usize, number: u8, role: Role) -> Enrolment {
    let (device, key) = (DeviceId(*NAMES[who % NAMES.len()]), key(seed).public_key().to_bytes());
    Enrolment { device, role, number, key, from: Timestamp::default(), to: None }
}

fn rotation(who: usize, old: u8, seed: usize) -> Rotation {
    let (device, key) = (DeviceId(*NAMES[who]), key(seed).public_key().to_bytes());
    Rotation { device, old, old_until: Timestamp::default(), number: 1, key, from: Timestamp::default() }
}

fn frame(who: usize, number: u8, (epoch, sequence): (u32, u32), message: Message) -> Vec<u8> {
    let time = Timestamp::from_millis(1 << 40);
    let header = Header { kind: message.kind(), sender: DeviceId(*NAMES[who]), key: number, epoch, sequence, time };
    let who = if number == 0 { who } else { 5 };
    seal(&header, &message, &key(who)).expect("a short frame")
}
