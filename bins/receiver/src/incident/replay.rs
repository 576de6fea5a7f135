//! `incident replay`: what the receiver decided about one incident, step by step.

use std::io::Write as _;

use keng_dispatch::record::{Record, What};
use keng_dispatch::text::{Lang, Words as _};
use keng_dispatch::{AuthorityId, directory::Directory};
use serde_json::json;

use super::list::headline;
use super::{Past, local, name};
use crate::args::ReplayArgs;
use crate::failure::Failure;

pub(super) fn run(args: &ReplayArgs) -> Result<(), Failure> {
    let mut steps: Vec<Record> = Vec::new();
    let keep = |record: Record| {
        if record.incident.is_some_and(|id| args.id.matches(id)) {
            steps.push(record);
        }
    };
    let past = Past::read(&args.journal, args.lang, keep)?;
    let incident = past.one(&args.id)?.id;
    steps.retain(|record| record.incident == Some(incident));
    let mut out = std::io::stdout().lock();
    let start = steps.first().map(|record| record.at).unwrap_or_default();
    if !args.json {
        writeln!(out, "{incident}  {}", local::full(start))?;
    }
    for record in &steps {
        let after_ms = record.at.offset_ms(start);
        let words = words(record, &past.directory, past.lang);
        if args.json {
            writeln!(out, "{}", json!({ "after_ms": after_ms, "words": words, "record": record }))?;
        } else {
            writeln!(out, "{}  {:>10}  {words}", local::time(record.at), after(after_ms))?;
        }
    }
    Ok(())
}

/// How long after the first step: `+12.345 s`.
fn after(millis: i64) -> String {
    let sign = if millis < 0 { '-' } else { '+' };
    let millis = millis.unsigned_abs();
    format!("{sign}{}.{:03} s", millis / 1000, millis % 1000)
}

/// What was decided, and about whom.
fn words(record: &Record, directory: &Directory, lang: Lang) -> String {
    let what = record.what.words(lang);
    let named = |id: &AuthorityId| {
        directory
            .authorities
            .get(id)
            .map_or_else(|| id.to_string(), |authority| name(&authority.names, lang).to_owned())
    };
    match &record.what {
        What::Raised { facts, .. } => format!("{what}: {}", headline(facts, lang)),
        What::Told { authority, .. } => format!("{}: {what}", named(authority)),
        What::Acted { authority, operator, note, .. } => {
            let note = note.as_ref().map(|note| format!("  \u{201c}{}\u{201d}", note.0)).unwrap_or_default();
            format!("{}: {what}  [{}]{note}", named(authority), operator.0)
        }
        What::Delivered { notice } | What::Undelivered { notice, .. } => format!("{what} (#{notice})"),
        _ => what.into_owned(),
    }
}
