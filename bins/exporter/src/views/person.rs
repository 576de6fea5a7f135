//! A person's own view: everything that is written down about them, field by field, and why it is kept and until when.

use keng_export::{Cell, Kind};
use keng_training::PersonId;
use serde_json::Value;

use super::Scene;
use crate::commands::answers::integer;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::Word;

const COLUMNS: &[(&str, Word, Kind)] = &[
    ("entry", Word::Entry, Kind::Integer),
    ("record", Word::Record, Kind::Text),
    ("state", Word::State, Kind::Text),
    ("field", Word::Field, Kind::Text),
    ("value", Word::Value, Kind::Text),
    ("kept_until", Word::KeptUntil, Kind::Date),
    ("because", Word::KeptBecause, Kind::Text),
    ("source", Word::Source, Kind::Text),
];

pub(super) fn report(scene: &Scene<'_>, person: &PersonId) -> Result<Report, Failure> {
    let title = Word::TitlePerson.say(scene.lang, &[&person.0, &scene.on]);
    let mut report = Report::new("person", &title, scene.lang, COLUMNS)?;
    let retracted = scene.store.retracted()?;
    let dossier = scene.store.dossier(person, &retracted)?;
    let rows = scene.store.of_person(person)?;
    if rows.is_empty() {
        return Err(Failure::no(Word::EraseNone.text(scene.lang)));
    }
    for row in rows {
        let (index, record) = row.record()?;
        let state = if retracted.contains(&index) { Word::StateRetracted } else { Word::StateSealed };
        let kept = scene.rules.kept(&record, &dossier);
        for (field, value) in fields(&record)? {
            let why = scene.rules.kept_because(record.kind(), &field);
            report.rows.push(vec![
                integer(Some(index)),
                record.kind().into(),
                state.text(scene.lang).into(),
                field.into(),
                value.into(),
                kept.until.into(),
                why.map(|why| scene.lang.of(&why.reason).to_owned()).into(),
                why.map_or(Cell::Empty, |why| why.source.clone().into()),
            ]);
        }
    }
    Ok(report)
}

/// The fields of a record in the order of its JSON, but for its kind.
fn fields(record: &keng_training::Record) -> Result<Vec<(String, String)>, Failure> {
    let json = serde_json::to_value(record);
    let json = json.map_err(Failure::because(crate::failure::Kind::Inside, "cannot write a record"))?;
    let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields = json.as_object().into_iter().flatten().filter(|(name, _)| *name != "record");
    Ok(fields.map(|(name, value)| (name.clone(), said(value))).collect())
}
