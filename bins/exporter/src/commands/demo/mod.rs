//! `demo`: the guards of the 21 places of Kinh Môn, invented; the whole way from a record to a proof, and every format.

mod world;

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, FixedOffset};
use keng_export::csv;
use keng_ledger::{Inclusion, Policy};
use keng_training::{PersonId, Record, Rules};
use serde_json::json;

use super::export::Export;
use super::records::erase_now;
use super::{Context, answers, log, scorer};
use crate::args::{Common, CosignArgs, DemoArgs, Format, OnArgs, Reason, View};
use crate::failure::{Failure, Kind};
use crate::moment;
use crate::store::{Store, Writer, read_verifier};
use crate::views::Scene;
use crate::words::Word;

/// How small a crowd may be in the analyst's view.
const K: usize = 5;
/// How many blocked shifts are told; the command `coverage` tells all.
const MOST_TOLD: usize = 5;

/// Where the demo puts what.
struct Stage<'a> {
    context: &'a Context,
    out: PathBuf,
    at: DateTime<FixedOffset>,
    step: u32,
}

pub(crate) fn run(context: &Context, args: &DemoArgs) -> Result<(), Failure> {
    if args.out.exists() {
        return Err(Failure::usage(format!("{} exists: name another folder with --out", args.out.display())));
    }
    fs::create_dir_all(&args.out)
        .map_err(Failure::because(Kind::File, format!("cannot make {}", args.out.display())))?;
    let common = Common { json: false, ..context.common.clone() };
    let context = Context { common, lang: context.lang };
    let mut stage = Stage { context: &context, out: args.out.clone(), at: moment::or_now(args.on.at), step: 0 };
    stage.tell(Word::DemoInvented, &[])?;
    let proven = stage.fill()?;
    stage.cosign()?;
    stage.prove(proven)?;
    stage.cover()?;
    stage.erase(proven)?;
    stage.export()?;
    stage.tell(Word::DemoWhere, &[&args.out.display()])
}

impl Stage<'_> {
    /// Fills a store and retracts what was mistyped. Returns the entry that is going to be proven.
    fn fill(&mut self) -> Result<u64, Failure> {
        let rules = Rules::viet_nam_text();
        let on = self.at.date_naive();
        let mut store = Writer::create(&self.store(), "keng.example/demo/guards", rules)?;
        let mut records = world::records(on);
        records.push(world::mistyped(on));
        let count = records.len();
        let appended = store.append(&records)?;
        self.number(Word::DemoStore, &[&count, &world::GUARDS, &world::PLACES])?;
        store.retract(appended.indexes.end - 1, "year of issue mistyped")?;
        self.number(Word::DemoRetracted, &[])?;
        store.checkpoint(|_| ())?;
        let proven = records.iter().position(is_proven).and_then(|at| u64::try_from(at).ok());
        Ok(appended.indexes.start + proven.unwrap_or(0))
    }

    /// The police look at a copy of the log and sign what they have seen; the bank keeps it.
    fn cosign(&mut self) -> Result<(), Failure> {
        let police = self.out.join("police");
        log::new_cosigner("police.example/kinh-mon", &police.join("police"))?;
        let bank = Store::open(&self.store())?.log_folder().0;
        self.number(Word::DemoCosigned, &[])?;
        let cosigned = police.join("cosigned");
        let args = CosignArgs {
            log: bank.clone(),
            log_key: bank.join("log.pub"),
            key: police.join("police.key"),
            seen: police.join("seen"),
            out: cosigned.clone(),
            on: OnArgs { at: Some(self.at) },
        };
        log::cosign(self.context, &args)?;
        Writer::open(&self.store())?.accept(&log::read(&cosigned)?)?;
        Ok(())
    }

    fn prove(&mut self, entry: u64) -> Result<(), Failure> {
        self.number(Word::DemoProof, &[])?;
        log::write_proof(self.context, &Store::open(&self.store())?, entry, &self.proof())?;
        self.verify()
    }

    /// Verifies the proof as somebody would who has only the files and the keys.
    fn verify(&self) -> Result<(), Failure> {
        let text = log::read(&log::ending(&self.proof(), "tlog-proof"))?;
        let record = log::read(&log::ending(&self.proof(), "json"))?;
        let police = read_verifier(&self.out.join("police/police.pub"))?;
        let policy = Policy { log: Store::open(&self.store())?.verifier()?, cosigners: vec![police], quorum: 1 };
        let proof = Inclusion::parse(&text).map_err(Failure::because(Kind::No, "the demo's own proof"))?;
        let trusted =
            proof.verify_record(&record, &policy).map_err(Failure::because(Kind::No, "the demo's own proof"))?;
        let checkpoint = &trusted.checkpoint;
        self.tell(Word::ProofHolds, &[&proof.index, &checkpoint.origin(), &checkpoint.size()])
    }

    fn cover(&mut self) -> Result<(), Failure> {
        let store = Store::open(&self.store())?;
        let (rules, book) = (store.rules()?, store.book()?);
        let today = rules.day(self.at);
        let until = self.at + Days::new(2);
        self.number(Word::TitleCoverage, &[&today, &rules.day(until)])?;
        let covers = book.coverage(&rules, self.at, until, today);
        for cover in covers.iter().filter(|cover| cover.is_blocked()).take(MOST_TOLD) {
            let (lang, shift) = (self.context.lang, &cover.shift.record);
            let when = shift.from.format("%d/%m %H:%M");
            self.tell(Word::DemoBlocked, &[&cover.post.id.0, &when, &shift.person.0, &answers::gaps(cover, lang)])?;
            self.tell(Word::DemoBlockedWho, &[&answers::soonest(cover, lang)])?;
        }
        Ok(())
    }

    /// A person is erased; the proof of another, made before, still verifies.
    fn erase(&mut self, proven: u64) -> Result<(), Failure> {
        let mut store = Writer::open(&self.store())?;
        let erased = erase_now(&mut store, &PersonId::from(world::LEAVES), Reason::Asked)?;
        store.checkpoint(|_| ())?;
        drop(store);
        self.number(Word::DemoErased, &[&erased.len()])?;
        self.verify()?;
        let after = self.out.join("proof/after-the-erasure");
        log::write_proof(self.context, &Store::open(&self.store())?, proven, &after)
    }

    fn export(&mut self) -> Result<(), Failure> {
        let store = Store::open(&self.store())?;
        let rules = store.rules()?;
        let on = rules.day(self.at);
        self.number(Word::DemoExports, &[])?;
        let views = [
            ("for-police", View::Police, None),
            ("for-auditor", View::Auditor, None),
            ("for-analyst", View::Analyst, None),
            ("for-one-guard", View::Person, Some(PersonId::from(world::PROVEN))),
        ];
        for (folder, view, person) in views {
            let out = self.out.join(folder);
            let scene = Scene { store: &store, rules: &rules, at: self.at, on, lang: self.context.lang };
            let (files, _) = Export { scene, view, person, out: &out }.write(&[Format::All], K)?;
            self.tell(Word::ExportDone, &[&files.len(), &out.display()])?;
        }
        let from = on.checked_sub_days(Days::new(7)).unwrap_or(on);
        let report = scorer::report(&store.book()?, &rules, from, on, self.context.lang)?;
        let mut writer = csv::Writer::new(&report.table, Vec::new())?;
        report.rows.iter().try_for_each(|row| writer.row(row))?;
        let path = self.out.join("scorer-input.csv");
        log::write(&path, &writer.finish()?)?;
        self.number(Word::DemoScorer, &[&path.display()])
    }

    fn store(&self) -> PathBuf {
        self.out.join("store")
    }

    fn proof(&self) -> PathBuf {
        self.out.join(Path::new("proof/qualified"))
    }

    fn number(&mut self, word: Word, with: &[&dyn std::fmt::Display]) -> Result<(), Failure> {
        self.step += 1;
        let said = word.say(self.context.lang, with);
        self.tell(Word::DemoStep, &[&self.step, &said])
    }

    fn tell(&self, word: Word, with: &[&dyn std::fmt::Display]) -> Result<(), Failure> {
        self.context.say(&word.say(self.context.lang, with), &json!({}))
    }
}

/// The guard certificate of the person whose qualification is proven.
fn is_proven(record: &Record) -> bool {
    matches!(record, Record::Certificate(certificate) if certificate.person.0 == world::PROVEN && certificate.kind == "guard-company")
}

#[cfg(test)]
mod tests {
    use keng_training::Book;

    use super::*;

    #[test]
    fn the_world_has_what_there_is_to_see() {
        let on = "2026-11-24".parse().unwrap();
        let book = Book::of((0..).zip(world::records(on)).collect());
        assert_eq!(book.dossiers.len(), 84);
        let rules = Rules::viet_nam().unwrap();
        let covers = book.coverage(&rules, moment::midnight(on), moment::midnight(on) + Days::new(7), on);
        let blocked = covers.iter().filter(|cover| cover.is_blocked()).count();
        assert!(blocked > 0 && blocked < covers.len() / 2, "{blocked} of {}", covers.len());
        assert!(covers.iter().filter(|cover| cover.is_blocked()).any(|cover| !cover.instead.is_empty()));
        let wrong = book.hand_outs(&rules, moment::midnight(on)).iter().filter(|(_, wrong)| !wrong.is_empty()).count();
        assert!((2..10).contains(&wrong), "{wrong}");
        assert!(world::records(on).iter().any(is_proven));
    }
}
