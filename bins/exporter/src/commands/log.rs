//! `checkpoint`, `cosign`, `keygen`, `prove`.

use std::fs;
use std::path::Path;

use keng_ledger::{Checkpoint, Consistency, Inclusion, Log, Policy, Role, SigningKey};
use serde_json::json;

use super::Context;
use crate::args::{CheckpointArgs, CosignArgs, KeygenArgs, ProveArgs};
use crate::failure::{Failure, Kind};
use crate::moment;
use crate::progress::Progress;
use crate::store::{LogFolder, Store, Writer, put, put_secret, read_key, read_verifier};
use crate::words::Word;

pub(crate) fn checkpoint(context: &Context, args: &CheckpointArgs) -> Result<(), Failure> {
    let mut store = Writer::open(&context.common.store)?;
    let (word, checkpoint) = match &args.accept {
        Some(path) => (Word::AcceptDone, store.accept(&read(path)?)?),
        None => {
            let progress = Progress::over(store.len()?);
            let note = store.checkpoint(|done| progress.at(done))?;
            (Word::CheckpointDone, store.policy()?.trust(&note).map_err(crate::store::StoreError::from)?.checkpoint)
        }
    };
    let (size, root) = (checkpoint.size(), checkpoint.root().to_string());
    context
        .say(&word.say(context.lang, &[&size]), &json!({ "origin": checkpoint.origin(), "size": size, "root": root }))
}

/// What police do with a copy of the log: see that it only grew, and say so with their key.
pub(crate) fn cosign(context: &Context, args: &CosignArgs) -> Result<(), Failure> {
    let log_key = read_verifier(&args.log_key)?;
    let note = read(&args.log.join("checkpoint"))?;
    let refused = |error| Failure::because(Kind::No, "not cosigned")(error);
    let policy = Policy { log: log_key.clone(), cosigners: Vec::new(), quorum: 0 };
    let now = policy.trust(&note).map_err(refused)?.checkpoint;
    let log = Log::open_at(LogFolder(args.log.clone()), &now).map_err(Failure::because(Kind::No, "not cosigned"))?;
    let seen =
        if args.seen.exists() { Some(policy.trust(&read(&args.seen)?).map_err(refused)?.checkpoint) } else { None };
    let proof = match &seen {
        Some(seen) if seen.size() <= now.size() => {
            let hashes =
                log.consistency(seen.size(), now.size()).map_err(Failure::because(Kind::No, "not cosigned"))?;
            Some(Consistency { old: seen.size(), hashes })
        }
        // Shorter than what was seen: the cosigning itself says so.
        Some(seen) => Some(Consistency { old: seen.size(), hashes: Vec::new() }),
        None => None,
    };
    let at = moment::or_now(args.on.at).timestamp().unsigned_abs();
    let key = read_key(&args.key)?;
    let cosigned = Checkpoint::cosign(&note, &log_key, seen.as_ref().zip(proof.as_ref()), &key, at).map_err(refused)?;
    write(&args.out, &cosigned)?;
    write(&args.seen, &cosigned)?;
    let words = match &seen {
        Some(seen) => Word::CosignDone.say(context.lang, &[&now.origin(), &seen.size(), &now.size()]),
        None => Word::CosignFirst.say(context.lang, &[&now.origin(), &now.size()]),
    };
    context.say(&words, &json!({ "origin": now.origin(), "size": now.size(), "since": seen.map(|seen| seen.size()) }))
}

pub(crate) fn keygen(context: &Context, args: &KeygenArgs) -> Result<(), Failure> {
    let key = new_cosigner(&args.name, &args.out)?;
    context.say(&Word::KeygenDone.say(context.lang, &[&key]), &json!({ "key": key }))
}

/// Makes a cosigner's key pair in two files, and returns the public one.
pub(crate) fn new_cosigner(name: &str, out: &Path) -> Result<String, Failure> {
    let mut random = zeroize::Zeroizing::new([0; 32]);
    getrandom::fill(&mut *random).map_err(Failure::because(Kind::Inside, "the system gives no random numbers"))?;
    let key = SigningKey::new(Role::Cosigner, name, &random).map_err(Failure::because(Kind::Usage, "--name"))?;
    let secret = ending(out, "key");
    put_secret(&secret, &key.to_text())
        .map_err(Failure::because(Kind::File, format!("cannot write {}", secret.display())))?;
    let public = key.verifier().to_text();
    write(&ending(out, "pub"), format!("{public}\n").as_bytes())?;
    Ok(public)
}

pub(crate) fn prove(context: &Context, args: &ProveArgs) -> Result<(), Failure> {
    let store = Store::open(&context.common.store)?;
    write_proof(context, &store, args.index, &args.out)?;
    let words = Word::ProveDone.say(context.lang, &[&args.out.display()]);
    context.say(
        &words,
        &json!({ "entry": args.index, "files": [ending(&args.out, "json"), ending(&args.out, "tlog-proof")] }),
    )
}

/// Writes a record and the proof that it is in the ledger.
pub(crate) fn write_proof(context: &Context, store: &Store, index: u64, out: &Path) -> Result<(), Failure> {
    let row = store.entry(index)?.ok_or_else(|| Failure::input(format!("there is no entry {index}")))?;
    let erased = || Failure::no(Word::ProveErased.say(context.lang, &[&index]));
    let (salt, record) = row.opened.ok_or_else(erased)?;
    let stale = || Failure::no(Word::ProveStale.say(context.lang, &[&index]));
    let (log, checkpoint) = store.log()?.filter(|(log, _)| index < log.size()).ok_or_else(stale)?;
    let hashes = log.inclusion(index, log.size()).map_err(crate::store::StoreError::from)?;
    let proof = Inclusion { index, extra: Some(salt.as_octets().to_vec()), hashes, checkpoint };
    write(&ending(out, "json"), &record)?;
    write(&ending(out, "tlog-proof"), &proof.to_text())
}

/// A path with an ending put after whatever it has.
pub(crate) fn ending(path: &Path, ending: &str) -> std::path::PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(Failure::because(Kind::File, format!("cannot read {}", path.display())))
}

pub(crate) fn write(path: &Path, octets: &[u8]) -> Result<(), Failure> {
    put(path, octets).map_err(Failure::because(Kind::File, format!("cannot write {}", path.display())))
}
