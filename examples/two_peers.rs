//! How do I embed the protocol? Both machines in one process, without a network: enrolment, a press, its receipt, the second path, an
//! answer.
//!
//! ```text
//! cargo run -p keng-examples --example two_peers
//! ```
//!
//! The machines do no I/O. You hand them what happened and when, then do what they ask until they say `Timeout`. Everything else here (where
//! octets go, what a disk is, what time it is) is the driver's, and yours to replace.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::{Act, Alarm, AlarmKind, Durability, Enrolment, Progress, Role};
use keng_protocol::panel::{self, Backoff, Indication, Panel, Record};
use keng_protocol::receiver::{self, Limits, Origin, Receiver};
use keng_protocol::{DeviceId, FrameId, Header, Kind, Sign, Timestamp, seal};

const PANEL: DeviceId = DeviceId(*b"panel-01");
const STATION: DeviceId = DeviceId(*b"station1");
const AUTHORITY: DeviceId = DeviceId(*b"authorit");

fn main() -> Result<(), Box<dyn Error>> {
    // Each device makes its own key, and the secret never leaves it. Ids are given out by the authority.
    let (panel_key, station_key, authority_key) = (new_key()?, new_key()?, new_key()?);
    let panel_public = panel_key.public_key();

    let mut station = Station { receiver: receiver(&authority_key, station_key.clone())?, journal: Vec::new() };
    let mut site = Site { panel: panel(panel_key.clone(), &station_key, Vec::new())?, store: Vec::new() };

    println!("1. The authority enrols the panel.");
    // Nobody is known to a station until an authority has signed which key speaks for whom. The frame may come by any path.
    let enrolment =
        Enrolment { device: PANEL, role: Role::Panel, number: 1, key: panel_public.to_bytes(), from: now()?, to: None };
    let header = Header { kind: Kind::Enrolment, sender: AUTHORITY, key: 1, epoch: 1, sequence: 1, time: now()? };
    station.hear(Path::File, &seal(&header, &enrolment.into(), &authority_key)?)?;
    site.drive();

    println!("2. Somebody presses the hold-up button.");
    site.panel.handle_input(now()?, panel::Input::Say(Alarm::silent(AlarmKind::HoldUp).into()));
    let sent = site.drive();
    let [(first, on_first), (second, on_second)] = sent.as_slice() else {
        return Err("a press takes both paths".into());
    };

    println!("3. It arrives by path {first}.");
    let receipts = station.hear(Path::Tls, on_first)?;

    println!("4. The receipt goes back.");
    for octets in &receipts {
        site.panel.handle_input(now()?, panel::Input::Frame { path: *first, octets });
        site.drive();
    }

    println!("5. The same octets arrive by path {second}, later.");
    station.hear(Path::Sms, on_second)?;

    println!("6. A person at a desk sends a car.");
    let incident = FrameId::of(on_first).incident();
    let progress = Progress { incident, level: 1, act: Act::UnitsSent };
    station.receiver.handle_input(now()?, receiver::Input::Say { to: PANEL, message: progress.into() });
    for octets in station.drive()? {
        site.panel.handle_input(now()?, panel::Input::Frame { path: *first, octets: &octets });
        site.drive();
    }

    println!("7. The panel loses power and starts again from the {} records of its store.", site.store.len());
    site.panel = panel(panel_key, &station_key, site.store.clone())?;
    let sent = site.drive();
    println!(
        "   panel: start {}; {} frames to send again, since the press was receipted",
        site.panel.epoch(),
        sent.len()
    );
    Ok(())
}

/// The panel's driver: what a panel maker writes around the machine.
struct Site {
    panel: Panel<SigningKey>,
    /// In a real panel a file or flash that is appended to; [`Record::to_octets`] says how a record is stored.
    store: Vec<Record>,
}

impl Site {
    /// Does what the machine asks for, until there is nothing left but to wait. Gives back what is to be sent, with the path's number.
    fn drive(&mut self) -> Vec<(u8, Vec<u8>)> {
        let mut sent = Vec::new();
        loop {
            match self.panel.poll_output() {
                panel::Output::Send { path, octets } => sent.push((path, octets)),
                panel::Output::Persist(record) => self.store.push(record),
                panel::Output::Show { discreet, what } => show(discreet, &what),
                panel::Output::Refused { path, reason } => println!("   panel: refused from path {path:?}: {reason}"),
                // A real driver now waits for a frame, a press, or this time, and then says `Tick`.
                panel::Output::Timeout(_) => return sent,
            }
        }
    }
}

/// What a display does. `discreet` means that a robber must not notice.
fn show(discreet: bool, what: &Indication) {
    let how = if discreet { "discreetly" } else { "openly" };
    match what {
        Indication::Sending { kind, .. } => println!("   panel shows {how}: {kind} on its way"),
        Indication::Received { kind, position, .. } => {
            println!("   panel shows {how}: {kind} received, entry {position}")
        }
        Indication::NotReceived { kind, .. } => {
            println!("   panel shows {how}: {kind} NOT RECEIVED, use the telephone")
        }
        Indication::Answered { level, act, .. } => println!("   panel shows {how}: level {level}: {act}"),
        other => println!("   panel shows {how}: {other:?}"),
    }
}

/// The station's driver: what a receiver does around the machine.
struct Station {
    receiver: Receiver<SigningKey>,
    /// In a real station a disk. The entry's place in it is its position.
    journal: Vec<Entry>,
}

impl Station {
    /// Hands in the octets of one frame; gives back the frames that answer it.
    fn hear(&mut self, path: Path, octets: &[u8]) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let origin = Origin { path, link: u64::from(path.code()) };
        self.receiver.handle_input(now()?, receiver::Input::Frame { origin, octets });
        self.drive()
    }

    /// Does what the machine asks for. There is no receipt before the entry is on disk and the machine was told so.
    fn drive(&mut self) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
        let (mut answers, mut tickets) = (Vec::new(), Vec::new());
        loop {
            match self.receiver.poll_output() {
                receiver::Output::Persist { ticket, entry, .. } => {
                    self.journal.push(entry);
                    tickets.push((ticket, u64::try_from(self.journal.len())?));
                }
                receiver::Output::Accepted(accepted) => {
                    println!(
                        "   station: {} by {}: accepted, the desks are told at once",
                        accepted.said.message().kind(),
                        accepted.path
                    );
                }
                receiver::Output::Again { path, .. } => {
                    println!("   station: the same by {path}: one incident, two paths")
                }
                receiver::Output::Send { octets, .. } => answers.push(octets),
                receiver::Output::Refused { reason, .. } => println!("   station: refused: {reason}"),
                receiver::Output::Timeout(_) if tickets.is_empty() => return Ok(answers),
                // Drained, so the next inputs may go in: what was asked for is now on disk.
                receiver::Output::Timeout(_) => {
                    for (ticket, position) in tickets.drain(..) {
                        println!("   station: entry {position} is on disk");
                        let durability = Durability::DISK;
                        let persisted = receiver::Input::Persisted { ticket, position, durability };
                        self.receiver.handle_input(now()?, persisted);
                    }
                }
                _ => {}
            }
        }
    }
}

/// After a restart the records of the store go in, and what was never receipted goes out again.
fn panel(key: SigningKey, station: &impl Sign, records: Vec<Record>) -> Result<Panel<SigningKey>, Box<dyn Error>> {
    let config = panel::Config {
        id: PANEL,
        key: 1,
        stations: vec![panel::Station { id: STATION, key: 1, public: station.public_key() }],
        paths: 2,
        heartbeat: Duration::from_secs(60),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(60) },
        jitter_seed: getrandom::u64()?,
        outbox: panel::MAX_OUTBOX,
    };
    Ok(Panel::new(config, key, now()?, records)?)
}

fn receiver(authority: &impl Sign, key: SigningKey) -> Result<Receiver<SigningKey>, Box<dyn Error>> {
    let config = receiver::Config {
        id: STATION,
        key: 1,
        run: 1,
        authorities: vec![(AUTHORITY, 1, authority.public_key())],
        silence: Duration::from_secs(180),
        clock_tolerance: Duration::from_secs(60),
        heartbeat_mark: Duration::from_secs(3600),
        limits: Limits { devices: 100, pending: 1000 },
    };
    Ok(Receiver::new(config, key, now()?))
}

fn new_key() -> Result<SigningKey, getrandom::Error> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    Ok(SigningKey::from_bytes(&secret))
}

fn now() -> Result<Timestamp, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp::from_millis(u64::try_from(since.as_millis())?))
}
