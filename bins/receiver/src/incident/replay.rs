//! `incident replay`: what the receiver decided about one incident, step by step.

use std::collections::HashMap;
use std::io::Write as _;

use keng_dispatch::AuthorityId;
use keng_dispatch::record::{Record, What};
use keng_dispatch::text::Words as _;
use serde_json::json;

use super::list::headline;
use super::{Past, local, say};
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
    // A telling's number is that of its record.
    let told: HashMap<u64, AuthorityId> = steps
        .iter()
        .filter_map(|record| match &record.what {
            What::Told { authority, .. } => Some((record.number, authority.clone())),
            _ => None,
        })
        .collect();
    let start = steps.first().map(|record| record.at).unwrap_or_default();
    if !args.json {
        writeln!(out, "{incident}  {}", local::full(start))?;
    }
    for record in &steps {
        let after_ms = record.at.offset_ms(start);
        let words = words(record, &told, &past);
        if args.json {
            writeln!(out, "{}", json!({ "after_ms": after_ms, "words": words, "record": record }))?;
        } else {
            writeln!(out, "{}  {:>10}  {words}", local::time(record.at), local::span(after_ms))?;
        }
    }
    Ok(())
}

/// What was decided, and about whom.
fn words(record: &Record, told: &HashMap<u64, AuthorityId>, past: &Past) -> String {
    let what = record.what.words(past.lang);
    match &record.what {
        What::Raised { facts, .. } => format!("{what}: {}", headline(facts, past.lang)),
        What::Told { authority, .. } => format!("{}: {what}", past.named(authority)),
        What::Acted { authority, operator, note, reason, disposition, .. } => {
            let lang = past.lang;
            let why = [reason.map(|reason| reason.words(lang)), disposition.map(|end| end.words(lang))];
            let why: String = why.iter().flatten().map(|word| format!(", {word}")).collect();
            let note = note.as_ref().map(|note| format!("  \u{201c}{}\u{201d}", note.0)).unwrap_or_default();
            format!("{}: {what}{why}  [{}]{note}", past.named(authority), operator.0)
        }
        What::AnswerRefused { desk, .. } => {
            let not_taken = say(past.lang, "câu trả lời không được nhận", "the answer was not taken");
            format!("{}: {not_taken}: {what}", past.of_desk(*desk))
        }
        What::Delivered { notice } | What::Undelivered { notice, .. } => match told.get(notice) {
            Some(authority) => format!("{}: {what}", past.named(authority)),
            None => what.into_owned(),
        },
        _ => what.into_owned(),
    }
}
