//! `journal tail`: the last entries, and those that come.

use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use keng_journal::{Position, Stored, entries};
use serde_json::Value;

use super::content::{self, Exported};
use super::keys::Keys;
use super::{Opened, time, unreadable};
use crate::args::TailArgs;
use crate::failure::Failure;

/// How often a journal is looked at for new entries; a look costs some microseconds.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Prints entries; with `--follow` until the output is closed or the program is stopped.
pub(super) fn run(args: &TailArgs) -> Result<(), Failure> {
    let opened = Opened::by(&args.journal)?;
    let mut next = Position(opened.end()?.saturating_sub(args.lines) + 1);
    let mut keys = Keys::before(&opened, next)?;
    let mut out = std::io::stdout().lock();
    loop {
        for stored in entries(&opened.reader, next) {
            let stored = stored.map_err(unreadable)?;
            print(&mut out, &stored, &mut keys, args.json)?;
            next = stored.position.next();
        }
        out.flush()?;
        if !args.follow {
            return Ok(());
        }
        // Another process writes the journal, and SQLite tells nobody.
        sleep(LOOK_EVERY);
    }
}

fn print(out: &mut impl Write, stored: &Stored, keys: &mut Keys, json: bool) -> Result<(), Failure> {
    if json {
        Exported::of(stored, keys).write(out)?;
    } else {
        let (name, content) = content::read(stored.entry.kind, &stored.entry.payload, keys);
        writeln!(out, "{:>8}  {}  {name:<12}  {}", stored.position.0, time(stored), brief(name, &content))?;
    }
    Ok(())
}

/// A line about an entry, for people at a terminal: what it is and whose, without personal data.
fn brief(name: &str, content: &Value) -> String {
    let text = |pointer: &str| match content.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    };
    let words: Vec<String> = match name {
        "admitted" => {
            vec![
                text("/header/kind"),
                text("/message/kind"),
                text("/header/sender"),
                text("/message/device"),
                text("/path"),
            ]
        }
        "again" => vec![text("/frame"), text("/path")],
        "refused" => vec![format!("reason {}", text("/reason")), text("/claimed_sender"), text("/path")],
        "record" => vec![text("/what/kind"), text("/what/authority"), text("/what/why"), text("/incident")],
        "started" => vec![format!("run {}", text("/run"))],
        "dc09" => vec![format!("account {}", text("/account"))],
        _ => Vec::new(),
    };
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("  ")
}
