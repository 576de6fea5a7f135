//! Comma-separated values (RFC 4180) that a spreadsheet opens with its diacritics right and without running anything.
//!
//! UTF-8 with a byte order mark, comma, CRLF, a heading of the columns' names. There is no `sep=` line, because with one Excel
//! no longer heeds the mark.
//!
//! A text that begins with `=` `+` `-` `@` (also full-width), TAB, a line break or `'` has one `'` put in front: a reader that wants the text back takes
//! off the first sign where it is a `'` and one of these comes next ([`unguarded`]). Numbers and dates never have one.

use std::io::Write;

use crate::{Cell, Error, Table, text};

/// What the file begins with, so that Excel reads UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes one table, a row at a time, in constant memory.
#[derive(Debug)]
pub struct Writer<'t, W: Write> {
    table: &'t Table,
    out: csv::Writer<W>,
    field: Vec<u8>,
    row: usize,
}

impl<'t, W: Write> Writer<'t, W> {
    /// Begins with the mark and the heading.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(table: &'t Table, mut out: W) -> Result<Self, Error> {
        out.write_all(MARK)?;
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        out.write_record(table.columns().iter().map(|column| &column.name)).map_err(io)?;
        Ok(Self { table, out, field: Vec::new(), row: 0 })
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`], [`Error::Io`]. What was written of the row is then of no use.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        self.row += 1;
        for pair in self.table.normal(self.row, cells)? {
            let (_, cell) = pair?;
            self.field.clear();
            if matches!(&cell, Cell::Text(text) if text::needs_guard(text)) {
                self.field.push(b'\'');
            }
            cell.append_to(self.table.zone(), &mut self.field);
            self.out.write_field(&self.field).map_err(io)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(io)
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(self) -> Result<W, Error> {
        self.out.into_inner().map_err(|error| Error::Io(error.into_error()))
    }
}

/// A text of a file of ours as it was before it was made safe.
#[must_use]
pub fn unguarded(field: &str) -> &str {
    field.strip_prefix('\'').filter(|rest| text::needs_guard(rest)).unwrap_or(field)
}

fn io(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::Io(error),
        other => Error::Io(std::io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Kind};

    fn written(texts: &[&str]) -> String {
        let table = Table::new("t", "T", vec![Column::new("a", "A", Kind::Text), Column::new("b", "B", Kind::Integer)])
            .unwrap();
        let mut writer = Writer::new(&table, Vec::new()).unwrap();
        for text in texts {
            writer.row(&[(*text).into(), Cell::Integer(-1)]).unwrap();
        }
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn the_file_begins_with_the_mark_and_the_names() {
        assert_eq!(written(&["Đỗ"]), "\u{feff}a,b\r\nĐỗ,-1\r\n");
    }

    #[test]
    fn no_text_is_left_that_a_spreadsheet_would_run() {
        for begin in ["=", "+", "-", "@", "\t", "\r", "\r\n", "＝", "＋", "－", "＠", "'="] {
            let text = format!("{begin}cmd|' /C calc'!A0");
            let out = written(&[&text]);
            let record = csv::Reader::from_reader(out.trim_start_matches('\u{feff}').as_bytes())
                .into_records()
                .next()
                .unwrap()
                .unwrap();
            assert!(record[0].starts_with('\''), "{begin:?}");
            assert_eq!(unguarded(&record[0]), text::normal(&text), "and it can be had back");
        }
        assert!(written(&["a=1"]).contains("\na=1,"), "only what begins so is touched");
    }
}
