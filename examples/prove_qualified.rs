//! How does an auditor check that a guard was qualified on a day, with nothing but proofs, a public key and the rules?
//!
//! ```text
//! cargo run -p keng-examples --example prove_qualified                                        a sample of its own
//! cargo run -p keng-examples --example prove_qualified -- log.pub guard 2026-11-24 proof ...   your proofs
//! ```
//!
//! `keng-exporter prove INDEX --out proof` writes `proof.json` (the record, octet for octet as it was sealed) and `proof.tlog-proof`. Each record is first
//! proven to be in the bank's log, under a checkpoint that the bank signed; only what is proven is then judged. What the bank may have left out (a
//! suspension, say) is not proven by this: ask for the person's whole record, or audit the whole log.

use std::error::Error;
use std::io::Write as _;

use keng_ledger::{Checkpoint, Entry, Inclusion, Log, Memory, Policy, Role, Salt, SigningKey, VerifierKey};
use keng_training::{Book, Question, Record, Rules};

/// A record and its proof.
type Proven = (Vec<u8>, Vec<u8>);

const SAMPLE: [&str; 3] = [
    r#"{"record":"person","id":"NV-1","name":"(invented)","born":"1990-05-01","personal_id":"0","position":"bảo vệ","site":"KM-01","from":"2020-01-01"}"#,
    r#"{"record":"certificate","person":"NV-1","kind":"guard-company","number":"17/CN","issuer":"PC06","issued":"2022-03-20"}"#,
    r#"{"record":"certificate","person":"NV-1","kind":"fitness","number":"SK-9","issuer":"TTYT","issued":"2026-05-10","fit":true}"#,
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (key, skill, day, proven) = match arguments.as_slice() {
        [] => sample()?,
        [key, skill, day, stems @ ..] => {
            let key = VerifierKey::parse(&std::fs::read_to_string(key)?)?;
            let read = |stem: &String| {
                Ok((std::fs::read(format!("{stem}.json"))?, std::fs::read(format!("{stem}.tlog-proof"))?))
            };
            let proven = stems.iter().map(read).collect::<Result<_, std::io::Error>>()?;
            (key, skill.clone(), day.clone(), proven)
        }
        _ => return Err("LOG_KEY SKILL DAY PROOF...".into()),
    };
    let mut out = std::io::stdout().lock();
    let policy = Policy { log: key, cosigners: Vec::new(), quorum: 0 };
    let mut records = Vec::new();
    for (record, proof) in proven {
        let proof = Inclusion::parse(&proof)?;
        let trusted = proof.verify_record(&record, &policy)?;
        let record = Record::decode(&record)?;
        let (origin, size) = (trusted.checkpoint.origin(), trusted.checkpoint.size());
        writeln!(out, "proven: entry {} of {origin} ({size} entries) is a {}", proof.index, record.kind())?;
        records.push((proof.index, record));
    }
    let rules = Rules::viet_nam()?;
    let on = day.parse().map_err(|_| "the day is written 2026-11-24")?;
    for (person, dossier) in Book::of(records).dossiers {
        let site = dossier.person.as_ref().map(|person| &person.record.site);
        let judged = dossier.judge(&rules, Question { skill: &skill, site, on });
        writeln!(out, "{} on {on}, {skill}: {} ({})", person.0, judged.verdict.code(), judged.verdict)?;
        if let Some((rule, source)) = judged.rule {
            writeln!(out, "  by {rule}: {source}")?;
        }
    }
    Ok(())
}

/// Whose key proves it, which skill, on which day, by which records.
type Asked = (VerifierKey, String, String, Vec<Proven>);

/// A bank that seals three records; in the place of randomness there are fixed octets, as nothing here is secret.
fn sample() -> Result<Asked, Box<dyn Error>> {
    let bank = SigningKey::new(Role::Log, "bank.example/guards", &[7; 32])?;
    let salts = [1, 2, 3].map(|octet| Salt::new([octet; 32]));
    let records = SAMPLE.iter().map(|json| Record::decode(json.as_bytes())?.encode());
    let records: Vec<Vec<u8>> = records.collect::<Result<_, _>>()?;
    let sealed = (0..).zip(&salts).zip(&records).map(|((index, salt), record)| Entry::seal(index, salt, record));
    let mut log = Log::open(Memory::default(), 0)?;
    log.append(&sealed.collect::<Vec<_>>())?;
    let checkpoint = Checkpoint::sign(&log, None, &bank)?;
    let mut proven = Vec::new();
    for ((index, salt), record) in (0..).zip(&salts).zip(records) {
        let (extra, hashes) = (Some(salt.as_octets().to_vec()), log.inclusion(index, log.size())?);
        proven.push((record, Inclusion { index, extra, hashes, checkpoint: checkpoint.clone() }.to_text()));
    }
    Ok((bank.verifier(), "guard".to_owned(), "2026-11-24".to_owned(), proven))
}
