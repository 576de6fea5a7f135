//! A panel reduced to its button: it signs, sends, and believes nothing but a receipt whose signature it has verified.

use std::collections::VecDeque;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_dc09::{Dialler, Reply};
use keng_protocol::envelope::{CellReader, cell};
use keng_protocol::message::{Alarm, AlarmKind, Heartbeat, PathStates, Power};
use keng_protocol::{DeviceId, Frame, FrameId, Header, Kind, Message, Timestamp, panel, seal};

use crate::process::NEVER;
use crate::world::{ACCOUNT, World, now};

/// A panel that presses.
pub(crate) struct Button {
    device: DeviceId,
    key: SigningKey,
    station: panel::Station,
    epoch: u32,
    events: u32,
    heartbeats: u32,
    last: Option<[u8; 8]>,
}

/// The panels of some sites, which press in turn.
pub(crate) struct Buttons(VecDeque<Button>);

/// A frame that was signed.
#[derive(Clone, Debug)]
pub(crate) struct Pressed {
    pub(crate) frame: FrameId,
    pub(crate) octets: Vec<u8>,
}

impl Buttons {
    pub(crate) fn of(world: &World, sites: usize) -> Self {
        Self((0..sites).map(|site| world.button(site)).collect())
    }

    /// A hold-up at the next site.
    pub(crate) fn press(&mut self) -> Pressed {
        self.0.rotate_left(1);
        self.any().press()
    }

    /// Whoever it may be: the station is the same to all of them.
    pub(crate) fn any(&mut self) -> &mut Button {
        &mut self.0[0]
    }
}

impl Button {
    pub(crate) fn new(device: DeviceId, key: SigningKey, station: panel::Station) -> Self {
        let epoch = u32::try_from(now().millis() / 1000).unwrap();
        Self { device, key, station, epoch, events: 0, heartbeats: 0, last: None }
    }

    /// A hold-up, now.
    pub(crate) fn press(&mut self) -> Pressed {
        self.press_at(now())
    }

    /// A hold-up at a time by the panel's own clock.
    pub(crate) fn press_at(&mut self, at: Timestamp) -> Pressed {
        self.events += 1;
        let pressed = self.sign(Kind::Alarm, self.events, at, Alarm::silent(AlarmKind::HoldUp).into());
        self.last = Some(pressed.frame.0[..8].try_into().unwrap());
        pressed
    }

    /// "I live."
    pub(crate) fn heartbeat(&mut self) -> Pressed {
        self.heartbeats += 1;
        let (events, last, paths) = (self.events, self.last, PathStates { configured: 1, good: 1 });
        let message = Heartbeat { events, last, power: Power::Mains, tamper: false, paths };
        self.sign(Kind::Heartbeat, self.heartbeats, now(), message.into())
    }

    fn sign(&self, kind: Kind, sequence: u32, time: Timestamp, message: Message) -> Pressed {
        let header = Header { kind, sender: self.device, key: 0, epoch: self.epoch, sequence, time };
        let octets = seal(&header, &message, &self.key).unwrap();
        Pressed { frame: FrameId::of(&octets), octets }
    }

    /// What the station has said, which must be its own word.
    pub(crate) fn believe(&self, octets: &[u8]) -> Message {
        Frame::decode(octets).unwrap().verify(&self.station.public).unwrap().into_message()
    }

    /// Sends a frame and waits for its receipt: the place in the journal.
    pub(crate) fn receipted(&self, line: &mut Line, pressed: &Pressed) -> io::Result<u64> {
        line.send(&pressed.octets)?;
        self.receipt(line, pressed)
    }

    /// Waits for a receipt.
    pub(crate) fn receipt(&self, line: &mut Line, pressed: &Pressed) -> io::Result<u64> {
        loop {
            if let Message::Receipt(receipt) = self.believe(&line.next()?)
                && receipt.frame == pressed.frame
            {
                return Ok(receipt.position);
            }
        }
    }

    /// Says that it lives, and waits until that was heard.
    pub(crate) fn heard(&mut self, line: &mut Line) -> io::Result<()> {
        let heartbeat = self.heartbeat();
        line.send(&heartbeat.octets)?;
        loop {
            match self.believe(&line.next()?) {
                Message::Heard(heard) if heard.frame == heartbeat.frame => return Ok(()),
                Message::Receipt(receipt) if receipt.frame == heartbeat.frame => return Ok(()),
                _ => {}
            }
        }
    }
}

/// A link by TCP in clear.
pub(crate) struct Line {
    socket: TcpStream,
    cells: CellReader,
    frames: VecDeque<Vec<u8>>,
}

impl Line {
    pub(crate) fn open(at: SocketAddr) -> io::Result<Self> {
        Self::on(TcpStream::connect(at)?)
    }

    pub(crate) fn on(socket: TcpStream) -> io::Result<Self> {
        socket.set_read_timeout(Some(NEVER))?;
        socket.set_write_timeout(Some(NEVER))?;
        Ok(Self { socket, cells: CellReader::default(), frames: VecDeque::new() })
    }

    pub(crate) fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.socket.write_all(&cell(frame).unwrap())
    }

    /// The next frame of the station.
    pub(crate) fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut chunk = [0; 4096];
        while self.frames.is_empty() {
            let count = self.socket.read(&mut chunk)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let mut octets = &chunk[..count];
            while let Some(frame) = self.cells.read(&mut octets).unwrap() {
                self.frames.push_back(frame.to_vec());
            }
        }
        Ok(self.frames.pop_front().unwrap())
    }

    /// The next frame of the station, if one has come by now.
    pub(crate) fn has_come(&mut self) -> Option<Vec<u8>> {
        self.socket.set_nonblocking(true).unwrap();
        let next = self.next().ok();
        self.socket.set_nonblocking(false).unwrap();
        next
    }
}

/// A hold-up in the other dialect.
pub(crate) fn dc09_frame(dialler: &mut Dialler) -> Vec<u8> {
    dialler.sia(now(), "Nri1/HA001")
}

/// A dialler of the account.
pub(crate) fn dialler() -> Dialler {
    Dialler::new(ACCOUNT.parse().unwrap(), None)
}

/// Sends a frame of the other dialect once; whether it was acknowledged.
pub(crate) fn acknowledged(at: SocketAddr, dialler: &Dialler, frame: &[u8]) -> bool {
    exchange(at, frame).and_then(|answer| dialler.reply(&answer)) == Some(Reply::Ack)
}

fn exchange(at: SocketAddr, frame: &[u8]) -> Option<Vec<u8>> {
    let mut socket = TcpStream::connect(at).ok()?;
    socket.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    socket.write_all(frame).ok()?;
    let mut answer = vec![0; 1024];
    let count = socket.read(&mut answer).ok()?;
    Some(answer[..count].to_vec())
}
