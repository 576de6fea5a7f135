//! Reading tables: every format becomes rows of cells, and every problem says file, row and column.

mod collect;
mod format;
mod geojson;
mod open;

use std::path::{Path, PathBuf};

pub(crate) use collect::{Points, points, sites};
pub(crate) use open::{Source, open};

use crate::words::{Lang, Word};

/// The most columns of a table. One more refuses it.
pub(crate) const MAX_COLUMNS: usize = 1000;
/// The most rows of a table. One more refuses it.
pub(crate) const MAX_ROWS: usize = 5_000_000;
/// So many problems are listed; the others are counted.
pub(crate) const MAX_LISTED: usize = 50;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Flag(bool),
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    /// The row as the format counts it: the line of a CSV file, the row of a sheet, the number of a feature; none for the whole file.
    pub(crate) row: Option<u64>,
    pub(crate) column: Option<String>,
    pub(crate) what: String,
}

/// All problems of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Problems {
    pub(crate) file: PathBuf,
    pub(crate) listed: Vec<Problem>,
    pub(crate) count: usize,
    /// Whether nothing of the file can be used.
    pub(crate) is_fatal: bool,
}

impl Problems {
    pub(crate) fn of(file: &Path) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    pub(crate) fn add(&mut self, row: Option<u64>, column: Option<&str>, what: impl Into<String>) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(Problem { row, column: column.map(str::to_owned), what: what.into() });
        }
    }

    /// One that leaves nothing to go on with.
    pub(crate) fn fatal(&mut self, row: Option<u64>, column: Option<&str>, what: impl Into<String>) {
        self.is_fatal = true;
        self.add(row, column, what);
    }

    /// One line for each.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let mut lines: Vec<String> = self.listed.iter().map(|problem| self.line(lang, problem)).collect();
        if self.count > self.listed.len() {
            lines.push(lang.fill(Word::MoreProblems, &[&(self.count - self.listed.len())]));
        }
        lines.join("\n")
    }

    fn line(&self, lang: Lang, problem: &Problem) -> String {
        let at = match (&problem.row, &problem.column) {
            (Some(row), Some(column)) => lang.fill(Word::At, &[row, column]),
            (Some(row), None) => lang.fill(Word::AtRow, &[row]),
            (None, Some(column)) => lang.fill(Word::AtColumn, &[column]),
            (None, None) => return format!("{}: {}", self.file.display(), problem.what),
        };
        format!("{}: {at}: {}", self.file.display(), problem.what)
    }
}

impl Cell {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Number(number) => number.is_nan(),
            Self::Flag(_) => false,
        }
    }

    /// As text, such as an id.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
        }
    }

    /// As a number; not a number if it is empty.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Empty => Some(f64::NAN),
            Self::Number(number) => Some(*number),
            Self::Text(text) if text.trim().is_empty() => Some(f64::NAN),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Flag(_) => None,
        }
    }
}
