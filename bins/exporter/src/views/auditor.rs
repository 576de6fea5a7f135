//! The auditor's view: every entry of the ledger in its order, without names. With a copy of the log it can be verified leaf by leaf.

use keng_export::{Cell, Kind, Table};
use keng_ledger::Entry;
use keng_training::{Book, Record};

use super::Scene;
use crate::commands::answers::integer;
use crate::failure::Failure;
use crate::report::Sink;
use crate::store::Row;
use crate::words::{Word, status};

const COLUMNS: &[(&str, Word, Kind)] = &[
    ("entry", Word::Entry, Kind::Integer),
    ("state", Word::State, Kind::Text),
    ("record", Word::Record, Kind::Text),
    ("kind", Word::Kind, Kind::Text),
    ("issued", Word::Issued, Kind::Date),
    ("last_day", Word::LastDay, Kind::Date),
    ("status", Word::Status, Kind::Text),
    ("rule", Word::Rule, Kind::Text),
    ("source", Word::Source, Kind::Text),
    ("leaf", Word::Leaf, Kind::Text),
];

pub(super) fn table(scene: &Scene<'_>) -> Result<Table, Failure> {
    crate::report::table("auditor", &Word::TitleAuditor.say(scene.lang, &[&scene.on]), scene.lang, COLUMNS)
}

pub(super) fn rows(scene: &Scene<'_>, sink: &mut Sink<'_>) -> Result<(), Failure> {
    let book = scene.store.book()?;
    scene.store.for_each_entry(|row| sink(&cells(scene, &book, &row)?))
}

fn cells(scene: &Scene<'_>, book: &Book, row: &Row) -> Result<Vec<Cell<'static>>, Failure> {
    let state = match row.leaf {
        Entry::Redaction { .. } => Word::StateRedaction,
        Entry::Sealed(_) if row.is_erased() => Word::StateErased,
        Entry::Sealed(_) if book.retracted.contains(&row.index) => Word::StateRetracted,
        Entry::Sealed(_) => Word::StateSealed,
    };
    let leaf = row.leaf.encode().iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let mut cells = vec![integer(Some(row.index)), state.text(scene.lang).into(), row.kind.clone().into()];
    cells.extend(certificate(scene, book, row)?);
    cells.push(leaf.into());
    Ok(cells)
}

/// What a certificate is worth, whoever holds it.
fn certificate(scene: &Scene<'_>, book: &Book, row: &Row) -> Result<[Cell<'static>; 6], Failure> {
    const NOTHING: [Cell<'static>; 6] = [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
    if row.opened.is_none() {
        return Ok(NOTHING);
    }
    let (index, Record::Certificate(certificate)) = row.record()? else {
        return Ok(NOTHING);
    };
    let kind = certificate.kind.clone().into();
    let dossier = book.dossiers.get(&certificate.person);
    let judged =
        dossier.and_then(|dossier| dossier.papers(scene.rules, scene.on).find(|(held, _)| held.index == index));
    let Some((_, judged)) = judged else {
        return Ok([kind, certificate.issued.into(), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    };
    let (rule, source) = judged.rule.unzip();
    let status = status(&judged.verdict, scene.lang).into();
    Ok([kind, certificate.issued.into(), judged.verdict.last_day().into(), status, rule.into(), source.into()])
}
