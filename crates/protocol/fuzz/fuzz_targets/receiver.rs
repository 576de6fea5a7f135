//! Anything in any order at a station: it never panics, tells nothing twice, and receipts nothing that is not on disk.

#![no_main]

use core::time::Duration;
use std::collections::HashSet;

use ed25519_dalek::{Signer, SigningKey};
use keng_protocol::entry::{Entry, Path};
use keng_protocol::frame::HEADER;
use keng_protocol::message::{Durability, Enrolment, Role};
use keng_protocol::receiver::{Config, Input, Limits, Origin, Output, Receiver, Ticket};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Kind, Message, Sign, Timestamp, seal};
use libfuzzer_sys::fuzz_target;

const NAMES: [&[u8; 8]; 3] = [b"ministry", b"counter1", b"wardpost"];

fuzz_target!(|octets: &[u8]| {
    let mut world = World::new();
    let mut rest = octets;
    while let [what, first, second, tail @ ..] = rest {
        let (body, after) = tail.split_at(usize::from(*second).min(tail.len()));
        rest = if what % 4 < 2 { after } else { tail };
        match what % 4 {
            0 => world.hear(u64::from(*first), body),
            1 => world.behind_a_good_signature(*first, body),
            2 => world.answer(u64::from(*first), second % 4 > 0),
            _ if first % 2 == 0 => world.repeat(usize::from(first / 2), *second),
            _ => world.pass(u64::from(first / 2) << (second % 48)),
        }
    }
});

struct World {
    receiver: Receiver<SigningKey>,
    now: Timestamp,
    asked: Vec<(Ticket, FrameId)>,
    stored: HashSet<FrameId>,
    told: HashSet<FrameId>,
    frames: Vec<Vec<u8>>,
}

fn key(who: usize) -> SigningKey {
    SigningKey::from_bytes(&[who as u8 + 1; 32])
}

impl World {
    fn new() -> Self {
        let config = Config {
            id: DeviceId(*b"station1"),
            key: 0,
            run: 1,
            authorities: vec![(DeviceId(*NAMES[0]), 0, key(0).public_key())],
            silence: Duration::from_secs(90),
            clock_tolerance: Duration::from_secs(30),
            heartbeat_mark: Duration::from_secs(3600),
            limits: Limits { devices: 3, pending: 8 },
        };
        let now = Timestamp::from_millis(1 << 40);
        let receiver = Receiver::new(config, SigningKey::from_bytes(&[9; 32]), now);
        let (asked, stored, told, frames) = Default::default();
        let mut world = Self { receiver, now, asked, stored, told, frames };
        world.enrol(1, Role::Panel);
        world.enrol(2, Role::Desk);
        world
    }

    fn enrol(&mut self, who: usize, role: Role) {
        let key = key(who).public_key().to_bytes();
        let from = Timestamp::default();
        let enrolment = Enrolment { device: DeviceId(*NAMES[who]), role, number: 0, key, from, to: None };
        let header = Header {
            kind: Kind::Enrolment,
            sender: DeviceId(*NAMES[0]),
            key: 0,
            epoch: 0,
            sequence: who as u32,
            time: self.now,
        };
        let octets = seal(&header, &enrolment.into(), &self::key(0)).expect("a short frame");
        self.hear(0, &octets);
    }

    fn hear(&mut self, link: u64, octets: &[u8]) {
        self.frames.push(octets.to_vec());
        self.input(Input::Frame { origin: Origin { path: Path::from(link as u8), link }, octets });
    }

    /// The octets as kind, rest of the header and body: epoch and sequence stay small so that they meet.
    fn behind_a_good_signature(&mut self, who: u8, octets: &[u8]) {
        let [kind, epoch, sequence, body @ ..] = octets else { return };
        let who = usize::from(who) % NAMES.len();
        let mut frame = vec![0; HEADER];
        frame[0] = 1;
        frame[1] = *kind;
        frame[2..10].copy_from_slice(NAMES[who]);
        frame[14] = epoch % 8;
        frame[17] = sequence / 64;
        frame[18] = *sequence;
        frame.extend_from_slice(body);
        let signed = [format!("keng/1/{kind:03}\0").as_bytes(), &frame].concat();
        frame.extend_from_slice(&Signer::sign(&key(who), &signed).to_bytes());
        self.hear(u64::from(*kind), &frame);
    }

    fn repeat(&mut self, ago: usize, link: u8) {
        if let Some(octets) = self.frames.iter().rev().nth(ago).cloned() {
            self.hear(u64::from(link), &octets);
        }
    }

    fn answer(&mut self, ticket: u64, stored: bool) {
        let ticket = Ticket(ticket);
        if !stored {
            return self.input(Input::NotPersisted { ticket });
        }
        self.stored.extend(self.asked.iter().filter(|(asked, _)| *asked == ticket).map(|(_, frame)| *frame));
        self.input(Input::Persisted { ticket, position: ticket.0, durability: Durability::DISK });
    }

    fn pass(&mut self, millis: u64) {
        self.now = self.now + Duration::from_millis(millis);
        self.input(Input::Tick);
    }

    fn input(&mut self, input: Input<'_>) {
        self.receiver.handle_input(self.now, input);
        loop {
            match self.receiver.poll_output() {
                Output::Timeout(_) => break,
                Output::Persist { ticket, entry: Entry::Admitted { octets, .. }, .. } => {
                    self.asked.push((ticket, FrameId::of(&octets)));
                }
                Output::Accepted(accepted) => {
                    let (first, labels) = (self.told.insert(accepted.said.frame), accepted.labels);
                    assert!(first || labels.maybe_seen, "told twice");
                    let calms = [Kind::OpenClose, Kind::Test, Kind::Drill, Kind::Enrolment, Kind::Rotation, Kind::Answer];
                    assert!(!labels.maybe_seen || !calms.contains(&accepted.said.header.kind), "a stale frame that calms");
                }
                Output::Send { octets, .. } => self.check(&octets),
                _ => {}
            }
        }
        assert!(self.receiver.pending() <= 8);
    }

    fn check(&self, octets: &[u8]) {
        let key = SigningKey::from_bytes(&[9; 32]).public_key();
        let said = Frame::decode(octets).expect("a frame").verify(&key).expect("the station's");
        if let Message::Receipt(receipt) = said.message() {
            assert!(self.stored.contains(&receipt.frame), "receipted before it was stored");
        }
    }
}
