//! A table that is made row by row: shown at the terminal, as JSON, or written as a file.

use std::io::Write;

use keng_export::{Cell, Column, Kind, Table};

use crate::failure::Failure;
use crate::words::{Lang, Word};

/// Where rows go.
pub(crate) type Sink<'s> = dyn FnMut(&[Cell<'_>]) -> Result<(), Failure> + 's;

/// A table of moderate size, with its rows.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) table: Table,
    pub(crate) rows: Vec<Vec<Cell<'static>>>,
}

/// How many rows a terminal is shown.
const MOST_SHOWN: usize = 1000;
/// How wide a column is shown.
const MOST_WIDTH: usize = 60;

impl Report {
    /// An empty one.
    pub(crate) fn new(name: &str, title: &str, lang: Lang, columns: &[(&str, Word, Kind)]) -> Result<Self, Failure> {
        Ok(Self { table: table(name, title, lang, columns)?, rows: Vec::new() })
    }

    /// Shows it.
    pub(crate) fn show(&self, lang: Lang, json: bool, mut out: impl Write) -> Result<(), Failure> {
        if json {
            let mut writer = keng_export::json::Writer::new(&self.table, &mut out)?;
            self.rows.iter().try_for_each(|row| writer.row(row))?;
            writer.finish()?;
            return Ok(writeln!(out)?);
        }
        writeln!(out, "{}", self.table.title())?;
        if self.rows.is_empty() {
            return Ok(writeln!(out, "{}", Word::NothingFound.text(lang))?);
        }
        let head = self.table.columns().iter().map(|column| column.title.clone()).collect::<Vec<_>>();
        let shown = self.rows.iter().take(MOST_SHOWN).map(|row| row.iter().map(said).collect::<Vec<_>>());
        let lines: Vec<Vec<String>> = std::iter::once(head).chain(shown).collect();
        let columns = self.table.columns().len();
        let width =
            |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0).min(MOST_WIDTH)).collect();
        for line in &lines {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        if self.rows.len() > MOST_SHOWN {
            writeln!(out, "{}", Word::MostRows.say(lang, &[&MOST_SHOWN, &self.rows.len()]))?;
        }
        Ok(())
    }
}

/// A table with its headings in a language.
pub(crate) fn table(name: &str, title: &str, lang: Lang, columns: &[(&str, Word, Kind)]) -> Result<Table, Failure> {
    let columns = columns.iter().map(|(name, word, kind)| Column::new(name, word.text(lang), *kind));
    Ok(Table::new(name, title, columns.collect())?)
}

/// A cell as a terminal shows it.
pub(crate) fn said(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.replace('\n', " "),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Flag(flag) => (if *flag { "+" } else { "-" }).to_owned(),
        Cell::Date(day) => day.to_string(),
        Cell::Instant(at) => at.with_timezone(&crate::moment::zone()).format("%Y-%m-%d %H:%M").to_string(),
    }
}
