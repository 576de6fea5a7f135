//! Tables of others: workbooks and comma-separated files to cells, each with its place, and what is odd about them as typed findings.
//!
//! Nothing is judged here: a formula, a hidden row or a name in pieces is told with its place, and its value is given as well. What it means, and what is a good
//! row, is for the caller. A date is a date in either of Excel's two systems; "31/06/2026" is a text.

mod csv;
mod hidden;
mod xlsx;

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use unicode_normalization::UnicodeNormalization as _;

/// A file, read.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Book {
    /// Its sheets; a comma-separated file is one, without a name.
    pub sheets: Vec<Sheet>,
    /// What is odd about it, in the order of the sheets and rows.
    pub findings: Vec<(Place, Finding)>,
}

/// One sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows that have any cell, in their order.
    pub rows: Vec<Row>,
}

/// One row: only the cells that are not empty, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells: the column's number from 1 (`A`), and what stands there.
    pub cells: Vec<(u32, Value)>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text, in NFC. Every cell of a comma-separated file is one.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// A day and a time, in whatever zone its author had in mind.
    DateTime(NaiveDateTime),
    /// A time of day.
    Time(NaiveTime),
    /// An error of a spreadsheet, such as `#N/A`.
    Error(String),
}

/// Where something stands. Row and column are counted from 1; 0 means the whole sheet, row or column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The sheet's name; empty for a comma-separated file.
    pub sheet: String,
    /// The row.
    pub row: u32,
    /// The column.
    pub column: u32,
}

/// What is odd about a place. None of them holds what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// The cell has a formula; the value is the one that the spreadsheet had last computed, if it had.
    Formula,
    /// The cell is the first of some that are merged, down to this row and column; the others are empty.
    Merged {
        /// The last row.
        row: u32,
        /// The last column.
        column: u32,
    },
    /// The sheet is hidden from its reader.
    HiddenSheet,
    /// The row is hidden or filtered away.
    HiddenRow,
    /// The column is hidden.
    HiddenColumn,
    /// The text was in pieces (not in NFC), as some keyboards write it; the value is whole.
    Decomposed,
    /// The text has a blank that is none, or a sign that is not seen: U+00A0, U+200B, U+FEFF and the like. They are still in the value.
    Invisible,
    /// The text begins or ends with a blank. It is still in the value.
    Padded,
    /// The workbook counts days from 1904, as old Macs did. The dates are right; those copied from another workbook by hand may be four years off.
    System1904,
    /// 29 February 1900, which Excel counts and which never was, or a number that is no date; the value is the number.
    NoSuchDay,
    /// Octets that are no UTF-8; the value has U+FFFD in their place.
    NotUtf8,
}

/// Why a file could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A workbook of the time before 2007, or one that is locked with a password.
    #[error("an old or locked workbook: open it, and save it as .xlsx without a password")]
    OldOrLocked,
    /// No workbook that can be read.
    #[error("no workbook that can be read ({0}): open it, and save it as .xlsx anew")]
    Workbook(String),
    /// More than [`MAX_FILE_BYTES`], or more than [`MAX_UNPACKED_BYTES`] unpacked, or more than [`MAX_CELLS`].
    #[error("too large: {0}; split it")]
    Large(&'static str),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
}

/// The largest file that is read.
pub const MAX_FILE_BYTES: usize = 256 << 20;
/// The most that a workbook may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 2 << 30;
/// The most cells of a file.
pub const MAX_CELLS: usize = 20_000_000;

/// Reads a workbook (XLSX) or a comma-separated file, whichever it is by its first octets.
///
/// A comma-separated file may be in UTF-8 or UTF-16 with a mark, and separated by comma, semicolon or TAB.
///
/// # Errors
/// [`Error`].
pub fn book(file: &[u8]) -> Result<Book, Error> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const OLE: &[u8] = b"\xd0\xcf\x11\xe0";
    if file.len() > MAX_FILE_BYTES {
        return Err(Error::Large("the file"));
    }
    match file {
        [] => Err(Error::Empty),
        _ if file.starts_with(ZIP) => xlsx::book(file),
        _ if file.starts_with(OLE) => Err(Error::OldOrLocked),
        _ => csv::book(file),
    }
}

impl Row {
    /// What stands in a column.
    #[must_use]
    pub fn at(&self, column: u32) -> Option<&Value> {
        self.cells.iter().find(|(at, _)| *at == column).map(|(_, value)| value)
    }
}

/// As a spreadsheet shows it: `Sheet1!C7`; a whole row as `Sheet1!7`, a whole column as `Sheet1!C`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.sheet.is_empty() {
            write!(f, "{}!", self.sheet)?;
        }
        if let Some(at) = self.column.checked_sub(1) {
            f.write_str(&crate::xlsx::letters(usize::try_from(at).unwrap_or(0)))?;
        }
        if self.row > 0 { write!(f, "{}", self.row) } else { Ok(()) }
    }
}

/// A text in NFC, and what is odd about it.
fn text(raw: &str, mut found: impl FnMut(Finding)) -> String {
    let whole = raw.nfc().collect::<String>();
    if whole != raw {
        found(Finding::Decomposed);
    }
    if raw.contains([
        '\u{a0}', '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}',
    ]) {
        found(Finding::Invisible);
    }
    if raw.trim() != raw {
        found(Finding::Padded);
    }
    whole
}
