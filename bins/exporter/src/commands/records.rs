//! `init`, `add`, `retract`, `erase`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write as _, stdin, stdout};

use keng_ledger::RedactionReason;
use keng_training::{PersonId, Record, Rules};
use serde_json::json;

use super::Context;
use crate::args::{AddArgs, EraseArgs, InitArgs, Reason, RetractArgs};
use crate::failure::{Failure, Kind};
use crate::moment;
use crate::store::{StoreError, Writer};
use crate::words::Word;

pub(crate) fn init(context: &Context, args: &InitArgs) -> Result<(), Failure> {
    let rules = match &args.rules {
        Some(path) => {
            fs::read_to_string(path).map_err(Failure::because(Kind::File, format!("cannot read {}", path.display())))?
        }
        None => Rules::viet_nam_text().to_owned(),
    };
    let folder = &context.common.store;
    let store = Writer::create(folder, &args.origin, &rules)?;
    let (key, issuer) = (store.verifier()?.to_text(), keng_export::did_key(&store.badge_key()?.verifying_key()));
    let words = Word::InitDone.say(context.lang, &[&folder.display(), &key])
        + "\n"
        + &Word::InitIssuer.say(context.lang, &[&issuer]);
    context.say(&words, &json!({ "store": folder, "log_key": key, "issuer": issuer }))
}

/// Each line is a transaction of its own, and acknowledged when it is on the disk: whoever reads the acknowledgement may forget the line.
pub(crate) fn add(context: &Context, args: &AddArgs) -> Result<(), Failure> {
    let input: Box<dyn BufRead> = if args.file.as_os_str() == "-" {
        Box::new(stdin().lock())
    } else {
        let what = format!("cannot read {}", args.file.display());
        Box::new(BufReader::new(File::open(&args.file).map_err(Failure::because(Kind::File, what))?))
    };
    let mut store = Writer::open(&context.common.store)?;
    for (line, number) in input.lines().zip(1_u64..) {
        let line = line.map_err(Failure::because(Kind::File, "cannot read the records"))?;
        if line.trim().is_empty() {
            continue;
        }
        let wrong = Failure::because(Kind::Input, format!("line {number}: not a record; what was before it is added"));
        let record = Record::decode(line.as_bytes()).map_err(wrong)?;
        if matches!(record, Record::Retraction(_)) {
            return Err(Failure::input(format!(
                "line {number}: use `keng-exporter retract`, which checks what is retracted"
            )));
        }
        let appended = store.append(&[record])?;
        let index = appended.indexes.start;
        let words = match appended.known {
            0 => Word::Added.say(context.lang, &[&index]),
            _ => Word::AddedKnown.say(context.lang, &[]),
        };
        let index = (appended.known == 0).then_some(index);
        context.say(&words, &json!({ "line": number, "entry": index }))?;
        stdout().flush()?;
    }
    Ok(())
}

pub(crate) fn retract(context: &Context, args: &RetractArgs) -> Result<(), Failure> {
    let by = Writer::open(&context.common.store)?.retract(args.index, &args.why)?;
    let words = Word::RetractDone.say(context.lang, &[&args.index, &by]);
    context.say(&words, &json!({ "retracted": args.index, "by": by }))
}

pub(crate) fn erase(context: &Context, args: &EraseArgs) -> Result<(), Failure> {
    let person = PersonId::from(args.person.as_str());
    let mut store = Writer::open(&context.common.store)?;
    let count = store.of_person(&person)?.len();
    if count == 0 {
        return Err(Failure::no(Word::EraseNone.text(context.lang)));
    }
    if !args.yes {
        return context.say(&Word::EraseCount.say(context.lang, &[&count]), &json!({ "would_erase": count }));
    }
    let erased = erase_now(&mut store, &person, args.reason)?;
    let words = Word::EraseDone.say(context.lang, &[&erased.len()]);
    context.say(&words, &json!({ "erased": erased }))
}

/// Erases a person as of now.
pub(crate) fn erase_now(store: &mut Writer, person: &PersonId, reason: Reason) -> Result<Vec<u64>, StoreError> {
    let reason = match reason {
        Reason::Asked => RedactionReason::Asked,
        Reason::Retention => RedactionReason::RetentionEnded,
        Reason::Ordered => RedactionReason::Ordered,
    };
    let at = moment::or_now(None).timestamp();
    store.erase(person, at.unsigned_abs(), reason)
}
