//! `request-149`: the letter and the list that Decree 149/2024 wants with a request for certificates.

use std::collections::BTreeSet;

use chrono::Months;
use keng_export::{Block, Cell, Document, Kind, csv, pdf, xlsx};
use keng_training::{Book, Person, PersonId, Question, Rules};
use serde_json::json;

use super::Context;
use super::log::write;
use crate::args::{RequestArgs, RequestFor};
use crate::failure::Failure;
use crate::moment;
use crate::report::Report;
use crate::store::Store;
use crate::words::Word;

/// A photo may be this old: Decree 149/2024, 3 photos 3x4 no older than 6 months.
const PHOTO_MONTHS: Months = Months::new(6);
/// A personal identity number has this many digits.
const ID_DIGITS: usize = 12;

/// Name, birth date, personal identity number and position are what the decree wants; the rest helps whoever puts it together.
const COLUMNS: &[(&str, Word, Kind)] = &[
    ("no", Word::Order, Kind::Integer),
    ("name", Word::Name, Kind::Text),
    ("born", Word::Born, Kind::Date),
    ("personal_id", Word::PersonalId, Kind::Text),
    ("position", Word::Position, Kind::Text),
    ("photo", Word::PhotoDay, Kind::Date),
    ("note", Word::Note, Kind::Text),
];

pub(crate) fn run(context: &Context, args: &RequestArgs) -> Result<(), Failure> {
    let store = Store::open(&context.common.store)?;
    let (rules, book) = (store.rules()?, store.book()?);
    let at = moment::or_now(args.on.at);
    let on = rules.day(at);
    let (code, what) = match args.what {
        RequestFor::Use => ("tool-use", Word::RequestUse),
        RequestFor::Store => ("tool-store", Word::RequestStore),
    };
    let skill = format!("{code}:{}", args.tool);
    let asked: BTreeSet<PersonId> = args.person.iter().map(|person| PersonId::from(person.as_str())).collect();
    let what = what.text(context.lang);
    let title = Word::TitleRequest.say(context.lang, &[&what, &args.tool]);
    let mut report = Report::new("request", &title, context.lang, COLUMNS)?;
    for id in store.people()? {
        let wanted = if asked.is_empty() { lacks(&book, &rules, &id, &skill, on) } else { asked.contains(&id) };
        if let Some(person) = book.person(&id).filter(|_| wanted) {
            let number = i64::try_from(report.rows.len() + 1).unwrap_or(i64::MAX);
            report.rows.push(row(number, person, on, context));
        }
    }
    let count = report.rows.len();
    let letter = Word::RequestLetter.say(context.lang, &[&what, &args.tool, &count]);
    let document = Document {
        title: title.clone(),
        language: context.lang.document(),
        author: Word::MadeBy.text(context.lang).to_owned(),
        made: at,
        blocks: vec![
            Block::Paragraph(letter),
            Block::Heading(title),
            Block::Table(report.table.clone(), report.rows.clone()),
        ],
    };
    let mut paper = Vec::new();
    pdf::document(&document, &mut paper)?;
    write(&args.out.join("request.pdf"), &paper)?;
    let (mut text, mut book) =
        (csv::Writer::new(&report.table, Vec::new())?, xlsx::Writer::new(&report.table, Vec::new())?);
    for row in &report.rows {
        text.row(row)?;
        book.row(row)?;
    }
    write(&args.out.join("request.csv"), &text.finish()?)?;
    write(&args.out.join("request.xlsx"), &book.finish()?)?;
    let words = Word::RequestDone.say(context.lang, &[&count, &args.out.display()]);
    context.say(&words, &json!({ "people": count, "folder": args.out }))
}

/// Whether somebody works at a site where a post needs the skill, or has handed out tools, and does not have it.
fn lacks(book: &Book, rules: &Rules, id: &PersonId, skill: &str, on: chrono::NaiveDate) -> bool {
    let Some(dossier) = book.dossiers.get(id) else { return false };
    let Some(person) = dossier.person.as_ref().map(|held| &held.record) else { return false };
    let keeps = skill.starts_with("tool-store:") && book.issues.iter().any(|issue| issue.record.keeper == *id);
    let needed = keeps
        || book.posts.values().any(|post| post.site == person.site && post.needs.iter().any(|need| need == skill));
    let question = Question { skill, site: Some(&person.site), on };
    needed && person.is_employed(on) && !dossier.judge(rules, question).verdict.is_valid()
}

fn row(number: i64, person: &Person, on: chrono::NaiveDate, context: &Context) -> Vec<Cell<'static>> {
    let fresh = person.photo.and_then(|photo| photo.checked_add_months(PHOTO_MONTHS)).is_some_and(|end| on <= end);
    let digits = person.personal_id.len() == ID_DIGITS && person.personal_id.bytes().all(|sign| sign.is_ascii_digit());
    let notes = [(!fresh, Word::NotePhoto), (!digits, Word::NoteId)];
    let notes: Vec<_> = notes.iter().filter(|(wrong, _)| *wrong).map(|(_, word)| word.text(context.lang)).collect();
    let note = if notes.is_empty() { Word::NoteGood.text(context.lang).to_owned() } else { notes.join("; ") };
    vec![
        number.into(),
        person.name.clone().into(),
        person.born.into(),
        person.personal_id.clone().into(),
        person.position.clone().into(),
        person.photo.into(),
        note.into(),
    ]
}
