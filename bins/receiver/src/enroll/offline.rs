//! Writes frames to the journal while no receiver runs. Only the protocol's machine is started for it: no listener, and no dispatcher
//! that would tell somebody something.

use keng_journal::sqlite::{OpenError, Sqlite};
use keng_journal::{Engine as _, Position, entries};
use keng_protocol::Refusal;
use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::Durability;
use keng_protocol::receiver::{Config as Receiving, Input, Limits, Origin, Output, Receiver};

use crate::config::Config;
use crate::failure::Failure;
use crate::{clock, secret};

/// Whether a receiver has the journal open.
pub(super) fn is_running(config: &Config) -> Result<bool, Failure> {
    match Sqlite::open(config.journal()) {
        Ok(_) => Ok(false),
        Err(OpenError::InUse) => Ok(true),
        Err(error) => Err(Failure::because("cannot open the journal")(error)),
    }
}

/// Admits frames by the same rules as a running receiver, and returns the position of the last one.
pub(crate) fn admit(config: &Config, frames: &[Vec<u8>]) -> Result<Position, Failure> {
    let mut journal = Sqlite::open(config.journal()).map_err(Failure::because("cannot open the journal"))?;
    let mut receiver = restore(config, &journal)?;
    let mut last = Position::default();
    for octets in frames {
        let origin = Origin { path: Path::File, link: 0 };
        receiver.handle_input(clock::now(), Input::Frame { origin, octets });
        last = settle(&mut receiver, &mut journal)?;
    }
    Ok(last)
}

type Machine = Receiver<ed25519_dalek::SigningKey>;

/// The protocol's machine, as the journal left it.
fn restore(config: &Config, journal: &Sqlite) -> Result<Machine, Failure> {
    let key = secret::read_key(&config.station.key.value)?;
    let receiving = Receiving {
        id: config.station.id,
        key: config.station.key_number,
        run: 0, // Its receipts go nowhere.
        authorities: config.authorities.clone(),
        silence: config.timing.silence,
        clock_tolerance: config.timing.clock_tolerance,
        heartbeat_mark: config.timing.heartbeat_mark,
        limits: Limits { devices: config.limits.devices, pending: 1 },
    };
    let mut receiver = Receiver::new(receiving, key, clock::now());
    for stored in entries(journal, Position::FIRST) {
        let stored = stored.map_err(Failure::because("cannot read the journal"))?;
        let at = keng_protocol::Timestamp::from_millis(stored.entry.at_ms);
        let code = u8::try_from(stored.entry.kind).unwrap_or(u8::MAX);
        if let Ok(Some(entry)) = Entry::read(code, &stored.entry.payload) {
            // What cannot be taken up was refused or has lost its authority; the receiver says so when it starts.
            let _ = receiver.restore(at, stored.position.0, &entry);
        }
    }
    Ok(receiver)
}

/// Does what the machine wants done, and says where the frame stands.
fn settle(receiver: &mut Machine, journal: &mut Sqlite) -> Result<Position, Failure> {
    let mut at = None;
    loop {
        match receiver.poll_output() {
            Output::Persist { ticket, entry, .. } => {
                let now = clock::now();
                let stored = keng_journal::Entry {
                    kind: u16::from(entry.code()),
                    at_ms: now.millis(),
                    payload: entry.payload(),
                };
                let position = journal.append(&[stored]).map_err(Failure::because("cannot write to the journal"))?;
                at = at.or(Some(position));
                let durability = Durability::DISK;
                receiver.handle_input(now, Input::Persisted { ticket, position: position.0, durability });
            }
            Output::Refused { reason, .. } => return Err(refused(reason)),
            Output::Timeout(_) => break,
            _ => {}
        }
    }
    at.ok_or_else(|| Failure::job("nothing was stored: the same statement is in the journal already"))
}

fn refused(reason: Refusal) -> Failure {
    Failure::because("the statement is refused")(reason)
}
