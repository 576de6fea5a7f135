use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, Timelike as _, Utc};

use crate::{Error, text};

/// What a table is called and which columns it has. The rows are given to a writer one by one, so their number does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    title: String,
    columns: Vec<Column>,
    zone: FixedOffset,
}

/// One column: how programs and how people call it, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// For programs: `[a-z][a-z0-9_]*`. The heading in CSV, Parquet and JSON.
    pub name: String,
    /// For people, in their language. The heading in XLSX, HTML and PDF.
    pub title: String,
    /// What every cell that is not empty holds.
    pub kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A text; also every number that nobody counts with, such as an id or a telephone number.
    Text,
    /// A whole number from -(2^53 - 1) to 2^53 - 1: what JSON and a spreadsheet hold exactly.
    Integer,
    /// A finite binary64.
    Number,
    /// Yes or no.
    Flag,
    /// A day, from 1900-03-01 (before it, spreadsheets count a day that never was) to 9999-12-31.
    Date,
    /// A moment, to the millisecond; written with the table's offset from UTC.
    Instant,
}

/// One cell. Any column may have empty ones; an empty text is an empty cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text, in any normal form; it is written in NFC with LF line ends, and other control characters become U+FFFD.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// A moment.
    Instant(DateTime<Utc>),
}

const MAX_INTEGER: u64 = (1 << 53) - 1;

impl Table {
    /// The most columns of a table.
    pub const MAX_COLUMNS: usize = 256;
    /// The longest text of a cell in UTF-16 units: what a spreadsheet's cell holds.
    pub const MAX_TEXT: usize = 32_767;

    /// A table whose moments are written in Viet Nam's time, UTC+07:00.
    ///
    /// # Errors
    /// [`Error::Name`], [`Error::SameName`], [`Error::Columns`].
    pub fn new(name: &str, title: &str, columns: Vec<Column>) -> Result<Self, Error> {
        let wrong = columns.iter().map(|column| column.name.as_str()).chain([name]).find(|name| !is_name(name));
        if let Some(wrong) = wrong {
            return Err(Error::Name(wrong.to_owned()));
        }
        let mut seen = HashSet::new();
        if let Some(same) = columns.iter().find(|column| !seen.insert(column.name.as_str())) {
            return Err(Error::SameName(same.name.clone()));
        }
        if columns.is_empty() || columns.len() > Self::MAX_COLUMNS {
            return Err(Error::Columns(columns.len()));
        }
        let columns = columns.into_iter().map(Column::normal).collect();
        let title = text::normal(title).into_owned();
        Ok(Self { name: name.to_owned(), title, columns, zone: viet_nam() })
    }

    /// The same table, with moments written in another offset from UTC.
    #[must_use]
    pub fn in_zone(self, zone: FixedOffset) -> Self {
        Self { zone, ..self }
    }

    /// How programs call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How people call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its columns, in their order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The offset from UTC that its moments are written in.
    #[must_use]
    pub fn zone(&self) -> FixedOffset {
        self.zone
    }

    /// A row as every format writes it: as wide as the table, each cell of its column's kind, in range and in normal form. All of it is judged before any of it is
    /// written, so a refused row leaves nothing behind.
    pub(crate) fn normal<'c>(&self, row: usize, cells: &'c [Cell<'_>]) -> Result<Vec<Cell<'c>>, Error> {
        if cells.len() != self.columns.len() {
            return Err(Error::Width { row, expected: self.columns.len(), found: cells.len() });
        }
        let mut normal = Vec::with_capacity(cells.len());
        for (column, cell) in self.columns.iter().zip(cells) {
            normal.push(cell.normal(column, row)?);
        }
        Ok(normal)
    }
}

impl Column {
    /// A column; `name` is checked by [`Table::new`].
    #[must_use]
    pub fn new(name: &str, title: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), title: title.to_owned(), kind }
    }

    fn normal(self) -> Self {
        Self { title: text::normal(&self.title).into_owned(), ..self }
    }
}

impl Cell<'_> {
    fn normal(&self, column: &Column, row: usize) -> Result<Cell<'_>, Error> {
        let range = || Error::Range { row, column: column.name.clone() };
        match (self, column.kind) {
            (Cell::Empty, _) => Ok(Cell::Empty),
            (Cell::Text(text), Kind::Text) => normal_text(text, column, row),
            (Cell::Integer(number), Kind::Integer) if number.unsigned_abs() <= MAX_INTEGER => {
                Ok(Cell::Integer(*number))
            }
            (Cell::Number(number), Kind::Number) if number.is_finite() => Ok(Cell::Number(*number)),
            (Cell::Flag(flag), Kind::Flag) => Ok(Cell::Flag(*flag)),
            (Cell::Date(date), Kind::Date) if is_in_range(*date) => Ok(Cell::Date(*date)),
            (Cell::Instant(at), Kind::Instant) if is_in_range(at.date_naive()) => Ok(Cell::Instant(*at)),
            (Cell::Integer(_), Kind::Integer)
            | (Cell::Number(_), Kind::Number)
            | (Cell::Date(_), Kind::Date)
            | (Cell::Instant(_), Kind::Instant) => Err(range()),
            _ => Err(Error::Kind { row, column: column.name.clone() }),
        }
    }

    /// Appends the cell as programs read it: what stands in CSV, and, but for the quotes, in JSON.
    pub(crate) fn append_to(&self, zone: FixedOffset, out: &mut Vec<u8>) {
        match self {
            Cell::Empty => {}
            Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
            Cell::Integer(number) => out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes()),
            Cell::Number(number) => out.extend_from_slice(ryu_js::Buffer::new().format(*number).as_bytes()),
            Cell::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Cell::Date(date) => append_date(*date, out),
            Cell::Instant(at) => append_instant(at.with_timezone(&zone), out),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Integer(number)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<bool> for Cell<'_> {
    fn from(flag: bool) -> Self {
        Cell::Flag(flag)
    }
}

impl From<NaiveDate> for Cell<'_> {
    fn from(date: NaiveDate) -> Self {
        Cell::Date(date)
    }
}

impl From<DateTime<Utc>> for Cell<'_> {
    fn from(at: DateTime<Utc>) -> Self {
        Cell::Instant(at)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Cell::Empty, Into::into)
    }
}

fn normal_text<'c>(text: &'c str, column: &Column, row: usize) -> Result<Cell<'c>, Error> {
    if text.is_empty() {
        return Ok(Cell::Empty);
    }
    let text = text::normal(text);
    // A text has never more UTF-16 units than octets, so most need no counting.
    let units = if text.len() <= Table::MAX_TEXT { 0 } else { text.encode_utf16().count() };
    if units > Table::MAX_TEXT {
        return Err(Error::Long { row, column: column.name.clone(), units });
    }
    Ok(Cell::Text(text))
}

fn is_name(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.len() <= 31 && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(is_sign)
}

fn is_in_range(date: NaiveDate) -> bool {
    (1900..=9999).contains(&date.year()) && (date.year() > 1900 || date.month() >= 3)
}

/// `2026-03-15`.
fn append_date(date: NaiveDate, out: &mut Vec<u8>) {
    let year = date.year().unsigned_abs();
    append_two(year / 100, out);
    append_two(year % 100, out);
    out.push(b'-');
    append_two(date.month(), out);
    out.push(b'-');
    append_two(date.day(), out);
}

/// `2026-03-15T08:30:00+07:00`, with milliseconds where there are any.
fn append_instant(at: DateTime<FixedOffset>, out: &mut Vec<u8>) {
    let local = at.naive_local();
    append_date(local.date(), out);
    for (sign, part) in [(b'T', local.hour()), (b':', local.minute()), (b':', local.second())] {
        out.push(sign);
        append_two(part, out);
    }
    let milliseconds = at.timestamp_subsec_millis() % 1000;
    if milliseconds > 0 {
        out.push(b'.');
        out.push(digit(milliseconds / 100));
        append_two(milliseconds % 100, out);
    }
    let minutes = at.offset().local_minus_utc() / 60;
    out.push(if minutes < 0 { b'-' } else { b'+' });
    append_two(minutes.unsigned_abs() / 60, out);
    out.push(b':');
    append_two(minutes.unsigned_abs() % 60, out);
}

/// A number below 100 in two digits.
fn append_two(number: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&[digit(number / 10), digit(number % 10)]);
}

fn digit(number: u32) -> u8 {
    b'0' + u8::try_from(number).unwrap_or(0)
}

fn viet_nam() -> FixedOffset {
    const SEVEN_HOURS: i32 = 7 * 3600;
    FixedOffset::east_opt(SEVEN_HOURS).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cell: &Cell<'_>) -> String {
        let mut out = Vec::new();
        cell.append_to(viet_nam(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn moments_are_written_as_chrono_writes_them() {
        for at in [0, 1, 999, 1000, 951_782_399_999, 1_773_534_600_000, 253_402_300_799_000 - 25_200_000] {
            let at = DateTime::from_timestamp_millis(at).unwrap();
            let expected = at.with_timezone(&viet_nam()).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false);
            assert_eq!(said(&Cell::Instant(at)), expected);
        }
    }

    #[test]
    fn a_row_of_another_width_or_kind_is_refused_by_its_number() {
        let table = Table::new("t", "T", vec![Column::new("a", "A", Kind::Date)]).unwrap();
        assert!(matches!(table.normal(7, &[]).err(), Some(Error::Width { row: 7, expected: 1, found: 0 })));
        let cells = [Cell::from("31/06/2026")];
        assert!(matches!(table.normal(7, &cells), Err(Error::Kind { row: 7, .. })));
        let cells = [Cell::Date(NaiveDate::from_ymd_opt(1900, 2, 28).unwrap())];
        assert!(matches!(table.normal(8, &cells), Err(Error::Range { row: 8, .. })));
    }

    #[test]
    fn names_are_what_every_reader_can_hold() {
        for (name, is_good) in
            [("valid_until", true), ("a", true), ("", false), ("_a", false), ("Ngày", false), ("A", false)]
        {
            assert_eq!(is_name(name), is_good, "{name}");
        }
        let twice = vec![Column::new("a", "", Kind::Text), Column::new("a", "", Kind::Text)];
        assert!(matches!(Table::new("t", "", twice), Err(Error::SameName(_))));
    }
}
