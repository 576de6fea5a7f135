//! `journal verify`: the proof that nothing was changed.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Instant;

use keng_journal::sqlite::Reader;
use keng_journal::{Head, Position, Source as _, Verified, verify};
use serde_json::{Value, json};

use super::Opened;
use crate::args::VerifyArgs;
use crate::failure::Failure;
use crate::hex;
use crate::progress::Progress;

/// The longest file with a head that is read, in octets.
const MAX_HEAD: u64 = 4096;

/// Reads every entry, and says what it proved or where it stopped.
pub(super) fn run(args: &VerifyArgs) -> Result<(), Failure> {
    let remembered = args.head.as_deref().map_or(Ok(Head::EMPTY), read_head)?;
    let opened = Opened::by(&args.journal)?;
    prove(&opened.reader, &opened.file, remembered, args.json)
}

/// The same of any journal: whoever made a copy proves it so.
pub(super) fn prove(reader: &Reader, file: &Path, remembered: Head, as_json: bool) -> Result<(), Failure> {
    let end = reader.head().map(|head| head.position.0).unwrap_or_default();
    let (progress, started) = (Progress::over(end), Instant::now());
    let result = verify(reader, Head::EMPTY, remembered, |position| progress.at(position.0));
    drop(progress);
    let mut out = std::io::stdout().lock();
    match result {
        Ok(verified) => {
            let per_second = per_second(verified.entries, started);
            if as_json {
                writeln!(out, "{}", proven(&verified, per_second))?;
            } else {
                let Head { position, hash } = verified.head;
                let file = file.display();
                writeln!(out, "{file}: {} entries, none changed ({per_second} entries/s)", verified.entries)?;
                writeln!(out, "head: position {position}, hash {}", hex::encode(&hash))?;
                writeln!(
                    out,
                    "Keep the head at another place: it proves later that nothing up to it was changed or cut off."
                )?;
            }
            Ok(())
        }
        Err(error) => {
            if as_json {
                let position = error.position().map(|position| position.0);
                writeln!(out, "{}", json!({ "ok": false, "position": position, "error": error.to_string() }))?;
            }
            Err(Failure::because(format!("{} is not as it was written", file.display()))(error))
        }
    }
}

fn proven(verified: &Verified, per_second: u64) -> Value {
    json!({
        "ok": true,
        "entries": verified.entries,
        "position": verified.head.position.0,
        "hash": hex::encode(&verified.head.hash),
        "entries_per_second": per_second,
    })
}

fn per_second(entries: u64, started: Instant) -> u64 {
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
    entries.saturating_mul(1_000_000) / micros
}

/// A head as `journal verify --json` prints it, or any object with `position` and `hash`.
pub(super) fn read_head(file: &Path) -> Result<Head, Failure> {
    let what = format!("cannot read a head from {}", file.display());
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(MAX_HEAD).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(MAX_HEAD).read_to_string(&mut text))
    };
    read.map_err(Failure::because(what.clone()))?;
    let head: Value = serde_json::from_str(&text).map_err(Failure::because(what.clone()))?;
    let position = head.get("position").and_then(Value::as_u64);
    let hash = head.get("hash").and_then(Value::as_str).and_then(hex::decode_exact);
    match position.zip(hash) {
        Some((position, hash)) => Ok(Head { position: Position(position), hash }),
        None => {
            Err(Failure::job(format!("{what}: it has no position and hash, as `journal verify --json` prints them")))
        }
    }
}
