//! `verify`: with nothing but files and keys, and for the store itself.

use std::fs;
use std::path::Path;

use chrono::DateTime;
use keng_export::badge::Credential;
use keng_export::manifest::Manifest;
use keng_ledger::{Checkpoint, Inclusion, Log, Policy, Trusted, audit};
use serde_json::{Value, json};

use super::Context;
use super::log::read;
use crate::args::VerifyArgs;
use crate::failure::{Failure, Kind};
use crate::moment;
use crate::progress::Progress;
use crate::store::{LogFolder, Store, read_verifier};
use crate::words::Word;

pub(crate) fn run(context: &Context, args: &VerifyArgs) -> Result<(), Failure> {
    match args.path.as_deref() {
        None => store(context),
        Some(path) if path.is_dir() => log(context, args, path),
        Some(path) if path.extension().is_some_and(|ending| ending == "tlog-proof") => proof(context, args, path),
        Some(path) => signed(context, args, path),
    }
}

/// Every record against its leaf, every leaf against the newest checkpoint.
fn store(context: &Context) -> Result<(), Failure> {
    let store = Store::open(&context.common.store)?;
    let policy = store.policy()?;
    let (checkpoint, _) = store.checkpoint()?.ok_or_else(|| Failure::no("the store has no checkpoint"))?;
    let (mut records, mut leaves) = (0_u64, Vec::new());
    store.for_each_entry(|row| {
        records += u64::from(row.opened.is_some());
        leaves.push(row.leaf);
        Ok::<_, Failure>(())
    })?;
    let log = Log::open_at(store.log_folder(), &checkpoint).map_err(no)?;
    for (index, leaf) in (0..checkpoint.size()).zip(&leaves) {
        if log.entry(index).map_err(no)? != *leaf {
            return Err(Failure::no(format!("entry {index} in the database is not the one in the log")));
        }
    }
    let size = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
    if size < checkpoint.size() {
        return Err(Failure::no(format!("the database has {size} entries, the checkpoint {}", checkpoint.size())));
    }
    let (words, json) = whole(context, &policy, &store.log_folder(), &checkpoint)?;
    let waiting = size - checkpoint.size();
    let mut words = words + "\n" + &Word::RecordsHold.say(context.lang, &[&records]);
    if waiting > 0 {
        words = words + "\n" + &Word::NotInCheckpoint.say(context.lang, &[&waiting]);
    }
    context.say(&words, &json!({ "log": json, "records": records, "not_in_checkpoint": waiting }))
}

fn log(context: &Context, args: &VerifyArgs, folder: &Path) -> Result<(), Failure> {
    let policy = policy(args)?;
    let trusted = policy.trust(&read(&folder.join("checkpoint"))?).map_err(no)?;
    let files = LogFolder(folder.to_owned());
    let (mut words, json) = whole(context, &policy, &files, &trusted.checkpoint)?;
    let log = Log::open_at(files, &trusted.checkpoint).map_err(no)?;
    let mut earlier = earlier(folder)?;
    if let Some(path) = &args.since {
        earlier.push(read(path)?);
    }
    let before = Policy { quorum: 0, cosigners: Vec::new(), ..policy };
    for note in earlier {
        let checkpoint = before.trust(&note).map_err(no)?.checkpoint;
        follows(&log, &checkpoint)?;
        if args.since.is_some() {
            words = words + "\n" + &Word::LogFollows.say(context.lang, &[&checkpoint.size()]);
        }
    }
    words += &cosigners(context, &trusted);
    context.say(&words, &json)
}

fn proof(context: &Context, args: &VerifyArgs, path: &Path) -> Result<(), Failure> {
    let record = args
        .record
        .as_deref()
        .ok_or_else(|| Failure::usage("a proof is about a record: name it with --record FILE"))?;
    let proof = Inclusion::parse(&read(path)?).map_err(Failure::because(Kind::Input, path.display().to_string()))?;
    let trusted = proof.verify_record(&read(record)?, &policy(args)?).map_err(no)?;
    let checkpoint = &trusted.checkpoint;
    let words = Word::ProofHolds.say(context.lang, &[&proof.index, &checkpoint.origin(), &checkpoint.size()]);
    let json = json!({ "entry": proof.index, "origin": checkpoint.origin(), "size": checkpoint.size(), "cosigned": trusted.cosigned });
    context.say(&(words + &cosigners(context, &trusted)), &json)
}

/// A manifest with the files beside it, or a badge.
fn signed(context: &Context, args: &VerifyArgs, path: &Path) -> Result<(), Failure> {
    let wanted = || Failure::usage("say who must have signed: --issuer did:key:...");
    let issuer = args.issuer.as_deref().ok_or_else(wanted)?;
    let key =
        keng_export::key_of_did(issuer).ok_or_else(|| Failure::usage("--issuer is no did:key of an Ed25519 key"))?;
    let file = read(path)?;
    let is_manifest = serde_json::from_slice::<Value>(&file)
        .is_ok_and(|json| json.get("type").is_some_and(|kind| kind == "KengManifest"));
    if !is_manifest {
        let badge = Credential::verify(&file, &key).map_err(no)?;
        if !badge.is_valid_at(moment::or_now(None).to_utc()) {
            return Err(Failure::no(Word::BadgeOver.text(context.lang)));
        }
        return context
            .say(&Word::BadgeHolds.say(context.lang, &[&issuer]), &json!({ "issuer": issuer, "id": badge.id }));
    }
    let manifest = Manifest::verify(&file, &key).map_err(no)?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    for entry in &manifest.files {
        if !entry.fits(&read(&folder.join(&entry.path))?) {
            return Err(Failure::no(format!("{} is not as the manifest says", entry.path)));
        }
    }
    context.say(
        &Word::ManifestHolds.say(context.lang, &[&manifest.files.len()]),
        &json!({ "files": manifest.files.len() }),
    )
}

/// Hashes all entries anew.
fn whole(
    context: &Context,
    policy: &Policy,
    files: &LogFolder,
    checkpoint: &Checkpoint,
) -> Result<(String, Value), Failure> {
    let progress = Progress::over(checkpoint.size());
    let audit = audit(files, checkpoint, |done| progress.at(done)).map_err(no)?;
    let (origin, erased) = (policy.log.name(), audit.redacted.len());
    let words = Word::LogHolds.say(context.lang, &[&origin, &audit.entries, &erased]);
    Ok((words, json!({ "origin": origin, "entries": audit.entries, "erased": erased })))
}

/// The log's own earlier checkpoints, if they were handed out with it.
fn earlier(folder: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let Ok(entries) = fs::read_dir(folder.join("checkpoints")) else {
        return Ok(Vec::new());
    };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths.filter(|path| path.extension().is_none_or(|ending| ending != "new")).map(|path| read(&path)).collect()
}

fn follows(log: &Log<LogFolder>, earlier: &Checkpoint) -> Result<(), Failure> {
    let (signed, size) = (earlier.size(), log.size());
    if signed > size {
        return Err(Failure::no(format!("the log once had {signed} entries and now has {size}: it was truncated")));
    }
    if log.follows(earlier).map_err(no)? {
        return Ok(());
    }
    Err(Failure::no(format!("the first {signed} entries are not those of the earlier checkpoint: they were rewritten")))
}

fn policy(args: &VerifyArgs) -> Result<Policy, Failure> {
    let wanted = || Failure::usage("say whose log it must be: --log-key FILE");
    let log = read_verifier(args.log_key.as_deref().ok_or_else(wanted)?)?;
    let cosigners = args.cosigner.iter().map(|path| read_verifier(path)).collect::<Result<_, _>>()?;
    Ok(Policy { log, cosigners, quorum: args.quorum })
}

fn cosigners(context: &Context, trusted: &Trusted) -> String {
    let one = |(name, at): &(String, u64)| {
        let at = i64::try_from(*at).ok().and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or_default();
        "\n".to_owned() + &Word::Cosigned.say(context.lang, &[name, &at.with_timezone(&moment::zone())])
    };
    trusted.cosigned.iter().map(one).collect()
}

/// Whatever does not verify is an answer, and the answer is no.
fn no<E: std::error::Error + Send + Sync + 'static>(error: E) -> Failure {
    Failure::because(Kind::No, "it does not hold")(error)
}
