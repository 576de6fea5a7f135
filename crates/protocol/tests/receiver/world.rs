//! A station with a journal in memory, an authority, and devices that sign.

use core::time::Duration;

use ed25519_dalek::SigningKey;
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{
    Alarm, AlarmKind, Durability, Enrolment, Heartbeat, PathStates, Power, Receipt, Revocation, RevocationReason, Role,
};
use keng_protocol::receiver::{Accepted, Config, Input, Limits, Origin, Output, Receiver, Supervision, Ticket};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Message, Refusal, Sign, Timestamp, seal};

pub(crate) const STATION: DeviceId = DeviceId(*b"station1");
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_334_700_000);
pub(crate) const SILENCE: Duration = Duration::from_secs(90);
pub(crate) const TLS: Origin = Origin { path: Path::Tls, link: 1 };
pub(crate) const UDP: Origin = Origin { path: Path::Udp, link: 2 };

/// The station, its driver and its journal.
pub(crate) struct World {
    pub(crate) receiver: Receiver<SigningKey>,
    pub(crate) now: Timestamp,
    /// What is on disk, with the receiver's time of it.
    pub(crate) journal: Vec<(Timestamp, Entry)>,
    /// What the machine asked the journal for and was not answered.
    pub(crate) asked: Vec<(Ticket, Timestamp, Entry)>,
    pub(crate) timeout: Timestamp,
    pub(crate) authority: Device,
    config: Config,
}

/// Who signs.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) key: SigningKey,
    pub(crate) number: u8,
    pub(crate) epoch: u32,
    pub(crate) events: u32,
    pub(crate) beats: u32,
}

pub(crate) fn device(name: &[u8; 8]) -> Device {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(name);
    Device { id: DeviceId(*name), key: SigningKey::from_bytes(&seed), number: 0, epoch: 1, events: 0, beats: 0 }
}

pub(crate) fn config() -> Config {
    let authority = device(b"ministry");
    Config {
        id: STATION,
        key: 3,
        run: 1,
        authorities: vec![(authority.id, authority.number, authority.key.public_key())],
        silence: SILENCE,
        clock_tolerance: Duration::from_secs(30),
        heartbeat_mark: Duration::from_secs(3600),
        limits: Limits { devices: 16, pending: 64 },
    }
}

pub(crate) fn station_key() -> SigningKey {
    SigningKey::from_bytes(&[42; 32])
}

impl World {
    /// A station that knows its authority and nobody else.
    pub(crate) fn empty() -> Self {
        Self::with(config())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self {
            receiver: Receiver::new(config.clone(), station_key(), START),
            now: START,
            journal: Vec::new(),
            asked: Vec::new(),
            timeout: Timestamp::MAX,
            authority: device(b"ministry"),
            config,
        }
    }

    /// A station with one panel enrolled and its enrolment on disk.
    pub(crate) fn with_panel() -> (Self, Device) {
        let (mut world, panel) = (Self::empty(), device(b"counter1"));
        world.enrol(&panel, Role::Panel);
        (world, panel)
    }

    /// Gives the machine one input and takes all it wants done.
    pub(crate) fn input(&mut self, input: Input<'_>) -> Vec<Output> {
        self.receiver.handle_input(self.now, input);
        self.drain()
    }

    pub(crate) fn drain(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        loop {
            match self.receiver.poll_output() {
                Output::Timeout(at) => {
                    self.timeout = at;
                    return outputs;
                }
                output => {
                    if let Output::Persist { ticket, at, entry, .. } = &output {
                        self.asked.push((*ticket, *at, entry.clone()));
                    }
                    outputs.push(output);
                }
            }
        }
    }

    pub(crate) fn hear(&mut self, origin: Origin, octets: &[u8]) -> Vec<Output> {
        self.input(Input::Frame { origin, octets })
    }

    /// Everything that was asked for gets to disk.
    pub(crate) fn persist(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        for (ticket, at, entry) in core::mem::take(&mut self.asked) {
            self.journal.push((at, entry));
            let position = self.journal.len() as u64;
            outputs.extend(self.input(Input::Persisted { ticket, position, durability: Durability::DISK }));
        }
        outputs
    }

    /// The disk fails.
    pub(crate) fn fail(&mut self) -> Vec<Output> {
        let asked = core::mem::take(&mut self.asked);
        asked.into_iter().flat_map(|(ticket, ..)| self.input(Input::NotPersisted { ticket })).collect()
    }

    /// Goes on to a time, with every tick that the machine asks for on the way.
    pub(crate) fn pass(&mut self, span: Duration) -> Vec<Output> {
        let (end, mut outputs) = (self.now + span, Vec::new());
        while self.timeout <= end {
            self.now = self.timeout;
            outputs.extend(self.input(Input::Tick));
        }
        self.now = end;
        outputs.extend(self.input(Input::Tick));
        outputs
    }

    /// The process dies and starts again with what is on disk.
    pub(crate) fn restart(&self) -> (Self, Vec<Accepted>) {
        let mut world = Self::with(Config { run: self.config.run + 1, ..self.config.clone() });
        world.now = self.now;
        world.authority = self.authority.clone();
        world.receiver = Receiver::new(world.config.clone(), station_key(), self.now);
        world.journal.clone_from(&self.journal);
        let restore = |(index, (at, entry)): (usize, &(Timestamp, Entry))| {
            world.receiver.restore(*at, index as u64 + 1, entry).unwrap()
        };
        let accepted = self.journal.iter().enumerate().filter_map(restore).collect();
        assert!(world.drain().is_empty(), "reading the journal does nothing");
        (world, accepted)
    }

    /// The authority says something, which gets to disk.
    pub(crate) fn command(&mut self, message: impl Into<Message>) -> Vec<Output> {
        let octets = self.authority.event(self.now, message);
        let mut outputs = self.hear(Origin { path: Path::File, link: 0 }, &octets);
        outputs.extend(self.persist());
        outputs
    }

    pub(crate) fn enrol(&mut self, device: &Device, role: Role) -> Vec<Output> {
        self.command(enrolment(device, role))
    }

    pub(crate) fn revoke(&mut self, device: DeviceId, number: Option<u8>) -> Vec<Output> {
        self.command(Revocation { device, number, reason: RevocationReason::Compromised })
    }
}

pub(crate) fn enrolment(device: &Device, role: Role) -> Enrolment {
    let key = device.key.public_key().to_bytes();
    Enrolment { device: device.id, role, number: device.number, key, from: Timestamp::from_millis(0), to: None }
}

impl Device {
    /// The next event.
    pub(crate) fn event(&mut self, now: Timestamp, message: impl Into<Message>) -> Vec<u8> {
        self.events += 1;
        self.numbered(now, self.events, message)
    }

    /// An event with this number.
    pub(crate) fn numbered(&self, time: Timestamp, sequence: u32, message: impl Into<Message>) -> Vec<u8> {
        let message = message.into();
        let (sender, key, epoch) = (self.id, self.number, self.epoch);
        seal(&Header { kind: message.kind(), sender, key, epoch, sequence, time }, &message, &self.key).unwrap()
    }

    pub(crate) fn hold_up(&mut self, now: Timestamp) -> Vec<u8> {
        self.event(now, Alarm::silent(AlarmKind::HoldUp))
    }

    /// The next heartbeat of a panel that is well.
    pub(crate) fn beat(&mut self, now: Timestamp) -> Vec<u8> {
        let events = self.events;
        self.beat_of(now, Heartbeat { events, ..well() })
    }

    pub(crate) fn beat_of(&mut self, now: Timestamp, heartbeat: Heartbeat) -> Vec<u8> {
        self.beats += 1;
        self.numbered(now, self.beats, heartbeat)
    }
}

pub(crate) fn well() -> Heartbeat {
    let paths = PathStates { configured: 0b11, good: 0b11 };
    Heartbeat { events: 0, last: None, power: Power::Mains, tamper: false, paths }
}

/// What `pick` takes of the outputs.
fn picked<'o, T>(outputs: &'o [Output], pick: impl Fn(&'o Output) -> Option<T>) -> Vec<T> {
    outputs.iter().filter_map(pick).collect()
}

pub(crate) fn accepted(outputs: &[Output]) -> Vec<&Accepted> {
    picked(outputs, |output| if let Output::Accepted(accepted) = output { Some(&**accepted) } else { None })
}

pub(crate) fn refused(outputs: &[Output]) -> Vec<Refusal> {
    picked(outputs, |output| if let Output::Refused { reason, .. } = output { Some(*reason) } else { None })
}

pub(crate) fn supervised(outputs: &[Output]) -> Vec<Supervision> {
    picked(outputs, |output| if let Output::Supervision { event, .. } = output { Some(*event) } else { None })
}

pub(crate) fn again(outputs: &[Output]) -> Vec<(FrameId, Path)> {
    picked(outputs, |output| if let Output::Again { frame, path } = output { Some((*frame, *path)) } else { None })
}

pub(crate) fn entries(outputs: &[Output]) -> Vec<&Entry> {
    picked(outputs, |output| if let Output::Persist { entry, .. } = output { Some(entry) } else { None })
}

pub(crate) fn sent(outputs: &[Output]) -> Vec<(Origin, &[u8])> {
    picked(outputs, |output| if let Output::Send { to, octets } = output { Some((*to, &**octets)) } else { None })
}

/// What the station said, verified with its key.
pub(crate) fn said(outputs: &[Output]) -> Vec<(Origin, Message)> {
    let verified = |octets: &[u8]| Frame::decode(octets).unwrap().verify(&station_key().public_key()).unwrap();
    sent(outputs).into_iter().map(|(to, octets)| (to, verified(octets).into_message())).collect()
}

pub(crate) fn receipts(outputs: &[Output]) -> Vec<(Origin, Receipt)> {
    let receipt = |(to, message)| if let Message::Receipt(receipt) = message { Some((to, receipt)) } else { None };
    said(outputs).into_iter().filter_map(receipt).collect()
}
