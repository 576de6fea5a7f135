//! `export`: one view in any of its formats, with a signed manifest.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use ed25519_dalek::SigningKey;
use keng_export::badge::{Achievement, Credential};
use keng_export::calendar::{Calendar, Event};
use keng_export::claim::Claim;
use keng_export::manifest::{Entry, Hashed, Manifest};
use keng_export::{Block, Cell, Document, calendar, csv, html, json, parquet, pdf, xlsx};
use keng_training::{Certificate, Dossier, Held, PersonId, Verdict};
use serde_json::json;

use super::Context;
use crate::args::{ExportArgs, Format, View};
use crate::failure::{Failure, Kind};
use crate::moment;
use crate::report::Sink;
use crate::store::Store;
use crate::views::{Rows, Scene, suppressed};
use crate::words::Word;

/// Every format, in the order of the manifest.
const ALL: [Format; 8] =
    [Format::Csv, Format::Xlsx, Format::Parquet, Format::Json, Format::Badge, Format::Ics, Format::Pdf, Format::Html];
/// When a calendar reminds of an end.
const REMINDERS_DAYS: [u16; 4] = [90, 60, 30, 7];

pub(crate) fn run(context: &Context, args: &ExportArgs) -> Result<(), Failure> {
    let store = Store::open(&context.common.store)?;
    let rules = store.rules()?;
    let at = moment::or_now(args.on.at);
    let scene = Scene { store: &store, rules: &rules, at, on: rules.day(at), lang: context.lang };
    let export = Export { scene, view: args.view, person: args.person.as_deref().map(PersonId::from), out: &args.out };
    let k = usize::try_from(args.k).unwrap_or(usize::MAX);
    let (files, left_out) = export.write(&args.format, k)?;
    let mut words = Word::ExportDone.say(context.lang, &[&files.len(), &args.out.display()]);
    for format in &left_out {
        words = words + "\n" + &Word::ExportLeftOut.say(context.lang, &[&format!("{format:?}")]);
    }
    if args.view == View::Analyst {
        words = words + "\n" + &Word::AnalystSuppressed.say(context.lang, &[&k, &suppressed(&export.scene, k)?]);
    }
    let paths: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
    context.say(&words, &json!({ "folder": args.out, "files": paths, "k": (args.view == View::Analyst).then_some(k) }))
}

/// Told of each valid certificate: whose, among which others, which, and its last day.
type EachValid<'e> = dyn FnMut(&PersonId, &Dossier, &Held<Certificate>, Option<NaiveDate>) -> Result<(), Failure> + 'e;

/// One export into a folder.
#[derive(Debug)]
pub(crate) struct Export<'a> {
    pub(crate) scene: Scene<'a>,
    pub(crate) view: View,
    pub(crate) person: Option<PersonId>,
    pub(crate) out: &'a Path,
}

impl Export<'_> {
    /// Writes the formats and the manifest. Formats that the view cannot have are left out of `all`, and refused when asked for by name.
    pub(crate) fn write(&self, formats: &[Format], k: usize) -> Result<(Vec<Entry>, Vec<Format>), Failure> {
        fs::create_dir_all(self.out)
            .map_err(Failure::because(Kind::File, format!("cannot make {}", self.out.display())))?;
        let mut wanted: Vec<_> = if formats.contains(&Format::All) { ALL.to_vec() } else { formats.to_vec() };
        wanted.sort_unstable();
        wanted.dedup();
        let (mut files, mut left_out) = (Vec::new(), Vec::new());
        let rows = Rows::new(&self.scene, self.view, self.person.as_ref(), k)?;
        for format in wanted {
            let names_people = matches!(format, Format::Badge | Format::Ics);
            if names_people && matches!(self.view, View::Analyst | View::Auditor) {
                if !formats.contains(&Format::All) {
                    return Err(Failure::usage(Word::ExportLeftOut.say(self.scene.lang, &[&format!("{format:?}")])));
                }
                left_out.push(format);
                continue;
            }
            self.write_format(format, &rows, &mut files)?;
        }
        if self.view == View::Auditor {
            self.copy_log(&self.scene.store.log_folder().0.clone(), "log", &mut files)?;
        }
        let manifest = Manifest { created: self.created(), files: files.clone() };
        self.put("manifest.json", &manifest.sign(&self.scene.store.badge_key()?)?)?;
        Ok((files, left_out))
    }

    fn write_format(&self, format: Format, rows: &Rows, files: &mut Vec<Entry>) -> Result<(), Failure> {
        let table = rows.table();
        let name = |ending: &str| format!("{}.{ending}", table.name());
        match format {
            Format::Csv => self.file(&name("csv"), files, |out| {
                let mut writer = csv::Writer::new(table, out)?;
                rows.each(&self.scene, &mut |row| Ok(writer.row(row)?))?;
                writer.finish()?;
                Ok(())
            }),
            Format::Xlsx => self.file(&name("xlsx"), files, |out| {
                let mut writer = xlsx::Writer::new(table, out)?;
                rows.each(&self.scene, &mut |row| Ok(writer.row(row)?))?;
                writer.finish()?;
                Ok(())
            }),
            Format::Parquet => self.file(&name("parquet"), files, |out| {
                let mut writer = parquet::Writer::new(table, out)?;
                rows.each(&self.scene, &mut |row| Ok(writer.row(row)?))?;
                writer.finish()?;
                Ok(())
            }),
            Format::Json => self.file(&name("json"), files, |out| {
                let mut writer = json::Writer::new(table, out)?;
                rows.each(&self.scene, &mut |row| Ok(writer.row(row)?))?;
                writer.finish()?;
                Ok(())
            }),
            Format::Html => self.file(&name("html"), files, |out| {
                let mut writer = html::Writer::new(table, self.scene.lang.document(), out)?;
                rows.each(&self.scene, &mut |row| Ok(writer.row(row)?))?;
                writer.finish()?;
                Ok(())
            }),
            Format::Pdf => {
                let document = self.document(rows)?;
                self.file(&name("pdf"), files, |out| Ok(pdf::document(&document, out)?))
            }
            Format::Ics => self.file(&name("ics"), files, |out| self.calendar(out)),
            Format::Badge => self.badges(files),
            Format::All => Ok(()),
        }
    }

    /// Writes one file and notes what is in it.
    fn file(
        &self,
        name: &str,
        files: &mut Vec<Entry>,
        write: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let path = self.out.join(name);
        let failed = || format!("cannot write {}", path.display());
        let file = File::create(&path).map_err(Failure::because(Kind::File, failed()))?;
        let mut out = Hashed::new(BufWriter::new(file));
        write(&mut out)?;
        out.flush().map_err(Failure::because(Kind::File, failed()))?;
        files.push(out.finish(name).0);
        Ok(())
    }

    fn put(&self, name: &str, octets: &[u8]) -> Result<(), Failure> {
        super::log::write(&self.out.join(name), octets)
    }

    fn created(&self) -> DateTime<Utc> {
        self.scene.at.to_utc()
    }

    /// On paper: the table, as far as it fits, and for a person a sheet with a code for each valid certificate.
    fn document(&self, rows: &Rows) -> Result<Document, Failure> {
        let lang = self.scene.lang;
        let (mut kept, mut count) = (Vec::new(), 0_usize);
        let mut keep = |row: &[Cell<'_>]| {
            count += 1;
            if kept.len() < Block::MAX_ROWS {
                kept.push(row.iter().map(owned).collect::<Vec<_>>());
            }
            Ok(())
        };
        rows.each(&self.scene, &mut keep as &mut Sink<'_>)?;
        let title = rows.table().title().to_owned();
        let mut blocks = vec![Block::Heading(title.clone())];
        if count > kept.len() {
            blocks.push(Block::Paragraph(Word::MostRows.say(lang, &[&kept.len(), &count])));
        }
        blocks.push(Block::Table(rows.table().clone(), kept));
        if self.view == View::Person {
            self.each_valid(&mut |id, dossier, held, until| {
                blocks.extend(sheet(&self.scene, id, dossier, held, until, &self.scene.store.badge_key()?)?);
                Ok(())
            })?;
        }
        let (language, author) = (lang.document(), Word::MadeBy.text(lang).to_owned());
        Ok(Document { title, language, author, made: self.scene.at, blocks })
    }

    fn calendar(&self, out: impl Write) -> Result<(), Failure> {
        let lang = self.scene.lang;
        let calendar = Calendar { name: Word::CalendarName.text(lang).to_owned(), made: self.created() };
        let mut writer = calendar::Writer::new(&calendar, out)?;
        self.each_valid(&mut |id, _, held, until| {
            let Some(date) = until else { return Ok(()) };
            let certificate = &held.record;
            writer.event(&Event {
                uid: format!("entry-{}@{}", held.index, self.scene.store.verifier()?.name()),
                date,
                summary: Word::CalendarLine.say(lang, &[&id.0, &what(certificate)]),
                description: format!("{}: {}", Word::Number.text(lang), certificate.number),
                reminders_days: REMINDERS_DAYS.to_vec(),
            })?;
            Ok(())
        })?;
        writer.finish()?;
        Ok(())
    }

    fn badges(&self, files: &mut Vec<Entry>) -> Result<(), Failure> {
        let key = self.scene.store.badge_key()?;
        let issuer = self.scene.store.verifier()?.name().to_owned();
        self.each_valid(&mut |id, _, held, until| {
            let badge = badge(&self.scene, &issuer, id, held, until);
            let (name, file) = (format!("badges/{}.json", held.index), badge.sign(self.created(), &key)?);
            self.put(&name, &file)?;
            files.push(Entry::of(&name, &file));
            Ok(())
        })
    }

    /// Every certificate that is valid, with its last day.
    fn each_valid(&self, then: &mut EachValid<'_>) -> Result<(), Failure> {
        let retracted = self.scene.store.retracted()?;
        let people = match &self.person {
            Some(person) => vec![person.clone()],
            None => self.scene.store.people()?,
        };
        for person in people {
            let dossier = self.scene.store.dossier(&person, &retracted)?;
            for (held, judged) in dossier.papers(self.scene.rules, self.scene.on) {
                if let Verdict::Valid { until, .. } = judged.verdict {
                    then(&person, &dossier, held, until)?;
                }
            }
        }
        Ok(())
    }

    /// The log as it is handed out: checkpoints, tiles, the public key.
    fn copy_log(&self, from: &Path, to: &str, files: &mut Vec<Entry>) -> Result<(), Failure> {
        let failed = |path: &Path| format!("cannot read {}", path.display());
        let mut inside: Vec<_> = fs::read_dir(from)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(Failure::because(Kind::File, failed(from)))?;
        inside.sort_by_key(fs::DirEntry::file_name);
        for file in inside {
            let (path, name) = (file.path(), format!("{to}/{}", file.file_name().to_string_lossy()));
            if path.is_dir() {
                self.copy_log(&path, &name, files)?;
            } else if !name.ends_with(".new") {
                let octets = fs::read(&path).map_err(Failure::because(Kind::File, failed(&path)))?;
                self.put(&name, &octets)?;
                files.push(Entry::of(&name, &octets));
            }
        }
        Ok(())
    }
}

/// What a certificate is for: its kind, with the type of tool.
pub(crate) fn what(certificate: &Certificate) -> String {
    match &certificate.tool {
        Some(tool) => format!("{}:{tool}", certificate.kind),
        None => certificate.kind.clone(),
    }
}

/// The employer's statement that a certificate of its records is valid: of a pseudonym, and not as if the employer had issued it.
pub(crate) fn badge(
    scene: &Scene<'_>,
    issuer: &str,
    person: &PersonId,
    held: &Held<Certificate>,
    until: Option<NaiveDate>,
) -> Credential {
    let what = what(&held.record);
    let start = |day: chrono::NaiveDate| moment::midnight(day).to_utc();
    let end = |day: chrono::NaiveDate| {
        let last = day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default());
        last.and_local_timezone(scene.rules.utc_offset).single().map(|end| end.to_utc())
    };
    Credential {
        id: format!("urn:keng:{issuer}:entry:{}", held.index),
        name: Word::BadgeName.say(scene.lang, &[&what]),
        issuer_name: issuer.to_owned(),
        valid_from: start(held.record.issued),
        valid_until: until.and_then(end),
        subject_id: format!("urn:keng:{issuer}:person:{}", person.0),
        license_number: Some(held.record.number.clone()).filter(|number| !number.is_empty()),
        achievement: Achievement {
            id: format!("urn:keng:{issuer}:kind:{what}"),
            name: what.clone(),
            description: Word::BadgeDescription.say(scene.lang, &[&what]),
            criteria: scene
                .rules
                .applying(&held.record.kind, held.record.issued, scene.on)
                .map_or_else(String::new, |rule| format!("{}: {}", rule.id, rule.source)),
        },
    }
}

fn sheet(
    scene: &Scene<'_>,
    person: &PersonId,
    dossier: &Dossier,
    held: &Held<Certificate>,
    until: Option<NaiveDate>,
    key: &SigningKey,
) -> Result<Vec<Block>, Failure> {
    let (lang, certificate) = (scene.lang, &held.record);
    let (id, number, what) = (person.0.clone(), certificate.number.clone(), what(certificate));
    let claim = Claim { id, number, what: what.clone(), from: certificate.issued, until };
    let name = dossier.person.as_ref().map(|person| person.record.name.clone()).unwrap_or_default();
    let until = until.map_or_else(|| Word::ValidWithoutEnd.text(lang).to_owned(), |until| until.to_string());
    let fields = [
        (Word::Name, name),
        (Word::Kind, what),
        (Word::Number, certificate.number.clone()),
        (Word::Issuer, certificate.issuer.clone()),
        (Word::Issued, certificate.issued.to_string()),
        (Word::LastDay, until),
        (Word::Entry, held.index.to_string()),
    ];
    Ok(vec![
        Block::NewSheet,
        Block::Heading(Word::SheetTitle.text(lang).to_owned()),
        Block::Fields(fields.map(|(word, value)| (word.text(lang).to_owned(), value)).to_vec()),
        Block::Code { content: claim.sign(key)?, caption: Word::SheetCode.text(lang).to_owned() },
        Block::Paragraph(Word::SheetNote.text(lang).to_owned()),
    ])
}

fn owned(cell: &Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Text(text) => Cell::from(text.clone().into_owned()),
        Cell::Empty => Cell::Empty,
        Cell::Integer(number) => Cell::Integer(*number),
        Cell::Number(number) => Cell::Number(*number),
        Cell::Flag(flag) => Cell::Flag(*flag),
        Cell::Date(day) => Cell::Date(*day),
        Cell::Instant(at) => Cell::Instant(*at),
    }
}
