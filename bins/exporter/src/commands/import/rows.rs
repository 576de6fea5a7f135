//! The rows of a sheet, judged one by one: good records on one side, wrong cells with their places on the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use keng_export::read::{Book as Workbook, Finding, Place, Row, Sheet, Value};
use keng_training::{Book, PersonId, Record, Rules};
use serde_json::{Map as Json, json};

use super::cell::{Wrong, clean, field, text};
use super::map::{Field, FieldKind, Map, RecordKind};
use crate::failure::Failure;
use crate::words::{Lang, Word};

/// What a sheet gave.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// The good rows.
    pub(crate) good: Vec<Record>,
    /// How many rows were refused.
    pub(crate) refused: usize,
    /// Everything that was wrong or odd.
    pub(crate) problems: Vec<Problem>,
}

/// A place and what is the matter with it.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    /// The field, where it is about one.
    pub(crate) field: &'static str,
    pub(crate) wrong: Wrong,
    /// What stands there; only written down when asked for.
    pub(crate) content: String,
    /// Whether the row is refused for it.
    pub(crate) is_error: bool,
}

/// What is known beforehand, and what has been seen so far.
pub(crate) struct Judge<'a> {
    map: &'a Map,
    rules: &'a Rules,
    book: &'a Book,
    sheet: &'a Sheet,
    /// Column to field.
    columns: BTreeMap<u32, Field>,
    findings: HashMap<(u32, u32), Vec<Finding>>,
    /// What tells a record from all others, and its row.
    seen: HashMap<String, u32>,
}

/// Judges a workbook.
///
/// Fails as a whole when the sheet or a heading is not there: then no row means what the mapping says.
pub(crate) fn judge(workbook: &Workbook, map: &Map, rules: &Rules, book: &Book, lang: Lang) -> Result<Judged, Failure> {
    let sheet = sheet(workbook, map, lang)?;
    let columns = columns(sheet, map, lang)?;
    let mut findings: HashMap<(u32, u32), Vec<Finding>> = HashMap::new();
    for (place, finding) in
        workbook.findings.iter().filter(|(place, _)| place.sheet == sheet.name || place.sheet.is_empty())
    {
        findings.entry((place.row, place.column)).or_default().push(*finding);
    }
    let mut judge = Judge { map, rules, book, sheet, columns, findings, seen: HashMap::new() };
    let mut judged = Judged::default();
    judge.sheet(&mut judged);
    for row in sheet.rows.iter().filter(|row| row.number > map.header) {
        let before = judged.problems.len();
        let record = judge.row(row, &mut judged.problems);
        let has_error = judged.problems.iter().skip(before).any(|problem| problem.is_error);
        match record {
            Some(record) if !has_error => judged.good.push(record),
            _ if has_error => judged.refused += 1,
            _ => {}
        }
    }
    Ok(judged)
}

impl Judge<'_> {
    /// What is odd about the sheet as a whole, and its headings.
    fn sheet(&self, judged: &mut Judged) {
        let odd = |finding: &Finding| match finding {
            Finding::System1904 => Some(Word::Sheet1904),
            Finding::HiddenSheet => Some(Word::SheetHidden),
            Finding::Merged { .. } => Some(Word::HeadingMerged),
            _ => None,
        };
        let above = self.findings.iter().filter(|((row, _), _)| *row <= self.map.header);
        let mut places: Vec<_> = above.collect();
        places.sort_by_key(|(place, _)| **place);
        for ((row, column), findings) in places {
            for word in findings.iter().filter_map(odd) {
                let wrong = Wrong::new(word, Word::InsteadNothing);
                judged.problems.push(self.problem((*row, *column), "", wrong, None, false));
            }
        }
    }

    /// A record, when the row has one; an empty row is none, and no mistake.
    fn row(&mut self, row: &Row, problems: &mut Vec<Problem>) -> Option<Record> {
        let mapped = |(column, _): &&(u32, Value)| self.columns.contains_key(column);
        row.cells.iter().find(mapped)?;
        if self.has(row.number, 0, Finding::HiddenRow) {
            let wrong = Wrong::new(Word::RowHidden, Word::InsteadUnhide);
            problems.push(self.problem((row.number, 0), "", wrong, None, true));
            return None;
        }
        let mut json = Json::new();
        json.insert("record".to_owned(), json!(self.map.record.name()));
        for (field, value) in &self.map.constants {
            self.insert(&mut json, self.kind_of(field), &Value::Text(value.clone()), (row.number, 0), problems);
        }
        for (column, field) in &self.columns {
            if let Some(value) = row.at(*column) {
                self.insert(&mut json, *field, value, (row.number, *column), problems);
            }
        }
        self.missing(&json, row.number, problems);
        if problems.last().is_some_and(|last| last.is_error && last.place.row == row.number) {
            return None;
        }
        let record = serde_json::from_value(serde_json::Value::Object(json)).ok();
        let Some(record) = record else {
            let wrong = Wrong::new(Word::RowUnreadable, Word::InsteadValue);
            problems.push(self.problem((row.number, 0), "", wrong, None, true));
            return None;
        };
        self.known(&record, row, problems);
        Some(record)
    }

    fn insert(
        &self,
        json: &mut Json<String, serde_json::Value>,
        (name, kind, _): Field,
        value: &Value,
        (row, column): (u32, u32),
        problems: &mut Vec<Problem>,
    ) {
        let meant = self.map.values.get(name).zip(text(value).ok()).and_then(|(values, text)| values.get(&text));
        let meant = meant.map(|meant| Value::Text(meant.clone()));
        let read = self.odd(value, name, row, column).map_or_else(|| field(meant.as_ref().unwrap_or(value), kind), Err);
        match read {
            Ok(Some(value)) => drop(json.insert(name.to_owned(), value)),
            Ok(None) => {}
            Err(wrong) => problems.push(self.problem((row, column), name, wrong, Some(value), true)),
        }
    }

    /// What the reader of the file found odd about a cell, when the cell cannot be trusted for it.
    fn odd(&self, value: &Value, name: &str, row: u32, column: u32) -> Option<Wrong> {
        if self.has(row, column, Finding::Formula) {
            return Some(Wrong::new(Word::CellFormula, Word::InsteadValue));
        }
        if self.has(row, column, Finding::NoSuchDay) {
            return Some(Wrong::new(Word::CellNoSuchDay, Word::InsteadDate));
        }
        if self.has(row, column, Finding::NotUtf8) {
            return Some(Wrong::new(Word::CellNotUtf8, Word::InsteadUtf8));
        }
        let merged = self
            .findings
            .get(&(row, column))
            .is_some_and(|all| all.iter().any(|one| matches!(one, Finding::Merged { .. })));
        if merged {
            return Some(Wrong::new(Word::CellMerged, Word::InsteadUnmerge));
        }
        let lost_zeros = name == "personal_id" && matches!(value, Value::Number(_));
        lost_zeros.then(|| Wrong::new(Word::CellIdNumber, Word::InsteadText))
    }

    fn missing(&self, json: &Json<String, serde_json::Value>, row: u32, problems: &mut Vec<Problem>) {
        for (name, ..) in
            self.map.record.fields().iter().filter(|(name, _, needed)| *needed && !json.contains_key(*name))
        {
            // A cell that could not be read is wrong already, not missing.
            if problems.iter().any(|problem| problem.place.row == row && problem.field == *name) {
                continue;
            }
            let column = self.columns.iter().find(|(_, field)| field.0 == *name).map_or(0, |(column, _)| *column);
            let wrong = Wrong::with(Word::CellMissing, Word::InsteadFill, *name);
            problems.push(self.problem((row, column), name, wrong, None, true));
        }
    }

    /// What only the rules, the store or the other rows can tell.
    fn known(&mut self, record: &Record, row: &Row, problems: &mut Vec<Problem>) {
        let mut wrong: Vec<(&'static str, Wrong)> = Vec::new();
        if let Some(key) = key(record) {
            match self.seen.get(&key) {
                Some(first) => wrong.push((
                    key_field(self.map.record),
                    Wrong::with(Word::RowTwice, Word::InsteadOnce, first.to_string()),
                )),
                None => drop(self.seen.insert(key, row.number)),
            }
        }
        match record {
            Record::Certificate(certificate) => {
                let kinds: BTreeSet<_> = self.rules.rules.iter().map(|rule| rule.certificate.as_str()).collect();
                if !kinds.contains(certificate.kind.as_str()) {
                    let known = kinds.into_iter().collect::<Vec<_>>().join(", ");
                    wrong.push(("kind", Wrong::with(Word::CellUnknownKind, Word::InsteadKind, known)));
                }
                if certificate.printed_until.is_some_and(|until| until < certificate.issued) {
                    wrong.push(("printed_until", Wrong::new(Word::CellBackwards, Word::InsteadDate)));
                }
            }
            Record::Person(person) if person.until.is_some_and(|until| until < person.from) => {
                wrong.push(("until", Wrong::new(Word::CellBackwards, Word::InsteadDate)));
            }
            Record::Shift(shift) if shift.until <= shift.from => {
                wrong.push(("until", Wrong::new(Word::CellBackwards, Word::InsteadMoment)));
            }
            _ => {}
        }
        if !matches!(record, Record::Person(_)) && record.subject().is_some_and(|person| !self.is_known(person)) {
            wrong.push(("person", Wrong::new(Word::CellUnknownPerson, Word::InsteadPerson)));
        }
        for (name, wrong) in wrong {
            let column = self.columns.iter().find(|(_, field)| field.0 == name).map_or(0, |(column, _)| *column);
            problems.push(self.problem((row.number, column), name, wrong, row.at(column), true));
        }
    }

    fn is_known(&self, person: &PersonId) -> bool {
        self.book.person(person).is_some()
    }

    fn kind_of(&self, field: &str) -> Field {
        let found = self.map.record.fields().iter().find(|(name, ..)| *name == field);
        found.copied().unwrap_or(("", FieldKind::Text, false))
    }

    fn has(&self, row: u32, column: u32, finding: Finding) -> bool {
        self.findings.get(&(row, column)).is_some_and(|all| all.contains(&finding))
    }

    fn problem(
        &self,
        (row, column): (u32, u32),
        field: &'static str,
        wrong: Wrong,
        value: Option<&Value>,
        is_error: bool,
    ) -> Problem {
        let content = value.map(said).unwrap_or_default();
        Problem { place: Place { sheet: self.sheet.name.clone(), row, column }, field, wrong, content, is_error }
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Error(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Date(day) => day.to_string(),
        Value::DateTime(moment) => moment.to_string(),
        Value::Time(time) => time.to_string(),
    }
}

/// What must not be there twice in one file.
fn key(record: &Record) -> Option<String> {
    match record {
        Record::Person(person) => Some(person.id.0.clone()),
        Record::Site(site) => Some(site.id.0.clone()),
        Record::Post(post) => Some(post.id.0.clone()),
        Record::Tool(tool) => Some(tool.id.0.clone()),
        Record::Certificate(certificate) => Some(format!("{}\u{1f}{}", certificate.kind, certificate.number)),
        _ => None,
    }
}

const fn key_field(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Certificate => "number",
        _ => "id",
    }
}

fn sheet<'b>(workbook: &'b Workbook, map: &Map, lang: Lang) -> Result<&'b Sheet, Failure> {
    let names = || workbook.sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>().join(", ");
    match (&map.sheet, workbook.sheets.as_slice()) {
        (None, [only]) => Ok(only),
        (Some(_), [only]) if only.name.is_empty() => Ok(only),
        (None, _) => Err(Failure::input(Word::SheetWhich.say(lang, &[&names()]))),
        (Some(name), sheets) => {
            let found = sheets.iter().find(|sheet| sheet.name == clean(name));
            found.ok_or_else(|| Failure::input(Word::SheetNone.say(lang, &[name, &names()])))
        }
    }
}

fn columns(sheet: &Sheet, map: &Map, lang: Lang) -> Result<BTreeMap<u32, Field>, Failure> {
    let nothing = Row { number: map.header, cells: Vec::new() };
    let header = sheet.rows.iter().find(|row| row.number == map.header).unwrap_or(&nothing);
    let headings: Vec<(u32, String)> = header.cells.iter().map(|(at, value)| (*at, said(value))).collect();
    let same = |one: &str, other: &str| clean(one).to_lowercase() == clean(other).to_lowercase();
    let mut columns = BTreeMap::new();
    for (heading, field) in &map.columns {
        let mut fitting = headings.iter().filter(|(_, found)| same(found, heading));
        let Some((column, _)) = fitting.next() else {
            let found = headings.iter().map(|(_, heading)| clean(heading)).collect::<Vec<_>>().join(", ");
            return Err(Failure::input(Word::HeadingNone.say(lang, &[heading, &map.header, &found])));
        };
        if fitting.next().is_some() {
            return Err(Failure::input(Word::HeadingTwice.say(lang, &[heading, &map.header])));
        }
        if let Some(field) = map.record.fields().iter().find(|(name, ..)| name == field) {
            columns.insert(*column, *field);
        }
    }
    Ok(columns)
}
