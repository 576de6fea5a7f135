//! `import`: reads a workbook or a comma-separated file, says what is wrong with it cell by cell, and writes the good rows, each once.

mod cell;
mod map;
mod rows;

use keng_export::{Cell, Kind as Column, csv, read};
use serde_json::json;

use self::map::Map;
use self::rows::{Judged, Problem, judge};
use super::Context;
use super::log::{read as read_file, write};
use crate::args::ImportArgs;
use crate::failure::{Failure, Kind};
use crate::progress::Progress;
use crate::report::table;
use crate::store::{Store, Writer};
use crate::words::{Lang, Word};

/// How many rows a transaction takes; a large import that is interrupted is continued by running it again.
const BATCH: usize = 10_000;

/// The exit code is 1 when rows were refused.
pub(crate) fn run(context: &Context, args: &ImportArgs) -> Result<(), Failure> {
    let map = Map::read(&args.map)?;
    let workbook = read::book(&read_file(&args.file)?);
    let workbook = workbook.map_err(Failure::because(Kind::Input, args.file.display().to_string()))?;
    let judged = {
        let store = Store::open(&context.common.store)?;
        judge(&workbook, &map, &store.rules()?, &store.book()?, context.lang)?
    };
    drop(workbook);
    let (written, known) = if args.commit { append(context, &judged)? } else { count(context, &judged)? };
    let word = if args.commit { Word::ImportDone } else { Word::ImportWould };
    let mut words = word.say(context.lang, &[&written, &known, &judged.refused]);
    if !judged.problems.is_empty() {
        write(&args.errors, &errors(&judged.problems, args.with_content, context.lang)?)?;
        words = words + "\n" + &Word::ImportErrors.say(context.lang, &[&args.errors.display()]);
    }
    let json = json!({
        "written": if args.commit { written } else { 0 },
        "good": written,
        "known": known,
        "refused": judged.refused,
        "problems": judged.problems.len(),
    });
    context.say(&words, &json)?;
    if judged.refused > 0 { Err(Failure::no(Word::RowsRefused.say(context.lang, &[&judged.refused]))) } else { Ok(()) }
}

/// Writes the good rows. Returns how many are new and how many were there.
fn append(context: &Context, judged: &Judged) -> Result<(u64, u64), Failure> {
    let mut store = Writer::open(&context.common.store)?;
    let progress = Progress::over(u64::try_from(judged.good.len()).unwrap_or(0));
    let (mut written, mut known) = (0, 0);
    for batch in judged.good.chunks(BATCH) {
        let appended = store.append(batch)?;
        written += appended.indexes.end - appended.indexes.start;
        known += appended.known;
        progress.at((written + known).next_multiple_of(1024));
    }
    Ok((written, known))
}

/// The same without writing.
fn count(context: &Context, judged: &Judged) -> Result<(u64, u64), Failure> {
    let store = Store::open(&context.common.store)?;
    let (mut written, mut known) = (0, 0);
    for record in &judged.good {
        if store.has(record)? { known += 1 } else { written += 1 }
    }
    Ok((written, known))
}

/// The error file. What stands in a cell is only in it when asked for, as it may be a name.
fn errors(problems: &[Problem], with_content: bool, lang: Lang) -> Result<Vec<u8>, Failure> {
    let mut columns = vec![
        ("sheet", Word::SheetName, Column::Text),
        ("row", Word::RowNumber, Column::Integer),
        ("column", Word::ColumnLetter, Column::Text),
        ("field", Word::Field, Column::Text),
        ("weight", Word::Weight, Column::Text),
        ("problem", Word::Problem, Column::Text),
        ("instead", Word::Instead, Column::Text),
    ];
    if with_content {
        columns.push(("content", Word::Content, Column::Text));
    }
    let table = table("import_errors", Word::TitleErrors.text(lang), lang, &columns)?;
    let mut writer = csv::Writer::new(&table, Vec::new())?;
    for problem in problems {
        let place = &problem.place;
        let column = read::Place { sheet: String::new(), row: 0, column: place.column }.to_string();
        let weight = if problem.is_error { Word::WeightRefused } else { Word::WeightNote };
        let mut row = vec![
            Cell::from(place.sheet.as_str()),
            Cell::from(Some(i64::from(place.row)).filter(|row| *row > 0)),
            Cell::from(column),
            Cell::from(problem.field),
            Cell::from(weight.text(lang)),
            Cell::from(problem.wrong.problem.say(lang, &[&problem.wrong.with])),
            Cell::from(problem.wrong.instead.say(lang, &[&problem.wrong.with])),
        ];
        if with_content {
            row.push(Cell::from(problem.content.as_str()));
        }
        writer.row(&row)?;
    }
    Ok(writer.finish()?)
}
