//! `enroll`, `rotate`, `revoke`: what an authority says about keys, signed, and handed to the receiver.

mod offline;
mod online;

use std::io::{Read as _, Write as _};
use std::path::Path;

use ed25519_dalek::SigningKey;
use keng_protocol::message::{Enrolment, Revocation, Rotation};
use keng_protocol::{DeviceId, Frame, Header, Kind, MAX_FRAME, Message, PublicKey, Sign as _, Timestamp, seal};

pub(crate) use offline::admit;

use crate::args::{EnrollArgs, Hand, RevokeArgs, RotateArgs};
use crate::config::Config;
use crate::failure::Failure;
use crate::{clock, secret};

/// `enroll`.
pub(crate) fn enroll(args: &EnrollArgs) -> Result<(), Failure> {
    if args.to.is_some_and(|to| to <= args.from.unwrap_or_else(clock::now)) {
        return Err(Failure::Usage("--to must be later than --from, which is now when absent".to_owned()));
    }
    let said = args.device.zip(args.role).zip(args.key).map(|((device, role), key)| {
        let from = args.from.unwrap_or_else(clock::now);
        Message::from(Enrolment { device, role: role.into(), number: args.number, key, from, to: args.to })
    });
    if let Some(key) = args.key {
        trusted(&key)?;
    }
    deliver(&args.hand, said)
}

/// `rotate`.
pub(crate) fn rotate(args: &RotateArgs) -> Result<(), Failure> {
    let keys = args.old.zip(args.number).zip(args.key);
    let said = args.device.zip(args.old_until).zip(keys).map(|((device, old_until), ((old, number), key))| {
        let from = args.from.unwrap_or_else(clock::now);
        Message::from(Rotation { device, old, old_until, number, key, from })
    });
    if let Some(key) = args.key {
        trusted(&key)?;
    }
    deliver(&args.hand, said)
}

/// `revoke`.
pub(crate) fn revoke(args: &RevokeArgs) -> Result<(), Failure> {
    let said = args
        .device
        .zip(args.reason)
        .map(|(device, reason)| Message::from(Revocation { device, number: args.number, reason: reason.into() }));
    deliver(&args.hand, said)
}

/// An authority that can sign.
pub(crate) struct Authority {
    /// Its id.
    pub(crate) id: DeviceId,
    /// The number of its key.
    pub(crate) number: u8,
    /// Its key.
    pub(crate) key: SigningKey,
}

impl Authority {
    /// Signs one statement. The epoch is the time in seconds and the sequence the milliseconds in it, so that each statement has a
    /// number of its own without a file that counts them.
    pub(crate) fn sign(&self, now: Timestamp, message: &Message) -> Result<Vec<u8>, Failure> {
        let epoch = u32::try_from(now.millis() / 1000).unwrap_or(u32::MAX);
        let sequence = u32::try_from(now.millis() % 1000).unwrap_or_default() + 1;
        let header = Header {
            kind: Kind::from(message.kind().code()),
            sender: self.id,
            key: self.number,
            epoch,
            sequence,
            time: now,
        };
        seal(&header, message, &self.key).map_err(Failure::because("cannot write the statement"))
    }

    /// The one that the arguments name, or that the configuration knows by its key.
    fn of(hand: &Hand, file: &Path) -> Result<Self, Failure> {
        let key = secret::read_key(file)?;
        if let Some(id) = hand.authority {
            return Ok(Self { id, number: hand.authority_number, key });
        }
        let public = key.public_key();
        let shown = hand.config.display();
        if !hand.config.exists() {
            return Err(Failure::Usage(format!(
                "{shown} is not there: name the authority that signs with --authority ID, or a configuration with --config"
            )));
        }
        let config = Config::read(&hand.config)?;
        let known = config.authorities.iter().find(|(_, _, known)| *known == public);
        known.map(|&(id, number, _)| Self { id, number, key }).ok_or_else(|| {
            Failure::Usage(format!("the key is of no [[authority]] in {shown}: name the authority with --authority ID"))
        })
    }
}

fn deliver(hand: &Hand, said: Option<Message>) -> Result<(), Failure> {
    let octets = match (&hand.frame, said, &hand.authority_key) {
        (Some(file), _, _) => read_frame(file)?,
        (None, Some(message), Some(key)) => Authority::of(hand, key)?.sign(clock::now(), &message)?,
        // The parser asks for all of them; this is for the compiler.
        _ => return Err(Failure::Usage("device and authority key are missing".to_owned())),
    };
    match &hand.out {
        Some(out) => write_frame(out, &octets),
        None => tell(hand, octets),
    }
}

/// Hands the frame to the running receiver, or writes it to the journal when none runs.
fn tell(hand: &Hand, octets: Vec<u8>) -> Result<(), Failure> {
    let config = Config::read(&hand.config)?;
    let position = if hand.url.is_some() || offline::is_running(&config)? {
        online::post(hand, &config, octets)?
    } else {
        offline::admit(&config, &[octets])?
    };
    writeln!(std::io::stdout(), "stored at position {position} of the journal")?;
    Ok(())
}

/// Refuses a public key that no receiver would take, before it is signed.
fn trusted(key: &[u8; 32]) -> Result<(), Failure> {
    PublicKey::new(key).map(drop).map_err(Failure::because("the public key cannot be enrolled"))
}

fn read_frame(file: &Path) -> Result<Vec<u8>, Failure> {
    let what = format!("cannot read the statement from {}", file.display());
    let mut octets = Vec::new();
    let most = MAX_FRAME as u64 + 1;
    let read = if file == Path::new("-") {
        std::io::stdin().take(most).read_to_end(&mut octets)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(most).read_to_end(&mut octets))
    };
    read.map_err(Failure::because(what.clone()))?;
    Frame::decode(&octets).map(drop).map_err(Failure::because(what))?;
    Ok(octets)
}

fn write_frame(file: &Path, octets: &[u8]) -> Result<(), Failure> {
    if file == Path::new("-") {
        return Ok(std::io::stdout().write_all(octets)?);
    }
    std::fs::write(file, octets).map_err(Failure::because(format!("cannot write {}", file.display())))
}
