//! The police's view: who holds which certificate and what it is worth, in the order of the names.

use keng_export::{Cell, Kind, Table};
use keng_training::{Dossier, PersonId};

use super::Scene;
use crate::commands::answers::integer;
use crate::failure::Failure;
use crate::report::Sink;
use crate::words::{Word, reason, status};

const COLUMNS: &[(&str, Word, Kind)] = &[
    ("person", Word::Person, Kind::Text),
    ("name", Word::Name, Kind::Text),
    ("born", Word::Born, Kind::Date),
    ("personal_id", Word::PersonalId, Kind::Text),
    ("position", Word::Position, Kind::Text),
    ("site", Word::Site, Kind::Text),
    ("kind", Word::Kind, Kind::Text),
    ("tool", Word::Tool, Kind::Text),
    ("number", Word::Number, Kind::Text),
    ("issuer", Word::Issuer, Kind::Text),
    ("issued", Word::Issued, Kind::Date),
    ("last_day", Word::LastDay, Kind::Date),
    ("status", Word::Status, Kind::Text),
    ("reason", Word::Why, Kind::Text),
    ("rule", Word::Rule, Kind::Text),
    ("entry", Word::Entry, Kind::Integer),
];

pub(super) fn table(scene: &Scene<'_>) -> Result<Table, Failure> {
    crate::report::table("police", &Word::TitlePolice.say(scene.lang, &[&scene.on]), scene.lang, COLUMNS)
}

pub(super) fn rows(scene: &Scene<'_>, people: &[PersonId], sink: &mut Sink<'_>) -> Result<(), Failure> {
    let retracted = scene.store.retracted()?;
    people.iter().try_for_each(|person| one(scene, person, &scene.store.dossier(person, &retracted)?, sink))
}

fn one(scene: &Scene<'_>, id: &PersonId, dossier: &Dossier, sink: &mut Sink<'_>) -> Result<(), Failure> {
    let Some(person) = dossier.person.as_ref().map(|held| &held.record) else {
        return Ok(());
    };
    let who = || -> Vec<Cell<'_>> {
        let texts =
            [&person.name, &person.personal_id, &person.position, &person.site.0].map(|text| Cell::from(text.as_str()));
        let [name, personal_id, position, site] = texts;
        vec![id.0.as_str().into(), name, person.born.into(), personal_id, position, site]
    };
    if dossier.certificates.is_empty() {
        let mut row = who();
        row.resize(COLUMNS.len(), Cell::Empty);
        return sink(&row);
    }
    for (held, judged) in dossier.papers(scene.rules, scene.on) {
        let certificate = &held.record;
        let mut row = who();
        row.extend([
            certificate.kind.as_str().into(),
            certificate.tool.as_deref().into(),
            certificate.number.as_str().into(),
            certificate.issuer.as_str().into(),
            certificate.issued.into(),
            judged.verdict.last_day().into(),
            status(&judged.verdict, scene.lang).into(),
            reason(&judged.verdict, scene.lang).into(),
            judged.rule.map(|(rule, _)| rule).into(),
            integer(Some(held.index)),
        ]);
        sink(&row)?;
    }
    Ok(())
}
