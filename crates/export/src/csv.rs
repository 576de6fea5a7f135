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

/// So many octets are written at once.
const CHUNK: usize = 64 * 1024;

/// Writes one table, a row at a time, in constant memory.
#[derive(Debug)]
pub struct Writer<'t, W: Write> {
    table: &'t Table,
    out: W,
    chunk: Vec<u8>,
    row: usize,
}

impl<'t, W: Write> Writer<'t, W> {
    /// Begins with the mark and the heading.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(table: &'t Table, out: W) -> Result<Self, Error> {
        let mut chunk = Vec::with_capacity(2 * CHUNK);
        chunk.extend_from_slice(MARK);
        for (at, column) in table.columns().iter().enumerate() {
            if at > 0 {
                chunk.push(b',');
            }
            // A name needs no quotes.
            chunk.extend_from_slice(column.name.as_bytes());
        }
        chunk.extend_from_slice(b"\r\n");
        Ok(Self { table, out, chunk, row: 0 })
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`], [`Error::Io`].
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        let cells = self.table.normal(self.row + 1, cells)?;
        self.row += 1;
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.chunk.push(b',');
            }
            match cell {
                Cell::Text(text) => append_text(text, &mut self.chunk),
                _ => cell.append_to(self.table.zone(), &mut self.chunk),
            }
        }
        if matches!(cells.as_slice(), [Cell::Empty]) {
            // An empty line is no row to many readers.
            self.chunk.extend_from_slice(b"\"\"");
        }
        self.chunk.extend_from_slice(b"\r\n");
        if self.chunk.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W, Error> {
        self.flush()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

/// A text of a file of ours as it was before it was made safe.
#[must_use]
pub fn unguarded(field: &str) -> &str {
    field.strip_prefix('\'').filter(|rest| text::needs_guard(rest)).unwrap_or(field)
}

/// A text as a field: made safe, and in quotes if it needs them.
fn append_text(text: &str, out: &mut Vec<u8>) {
    let guard: &[u8] = if text::needs_guard(text) { b"'" } else { b"" };
    if !text::has(text, |byte| matches!(byte, b',' | b'"' | b'\n')) {
        out.extend_from_slice(guard);
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    out.extend_from_slice(guard);
    for (at, part) in text.split('"').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(b'"');
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
    fn fields_are_quoted_as_rfc_4180_says() {
        assert_eq!(written(&["a,b", "\"", "x\ny"]), "\u{feff}a,b\r\n\"a,b\",-1\r\n\"\"\"\",-1\r\n\"x\ny\",-1\r\n");
        let table = Table::new("t", "T", vec![Column::new("a", "A", Kind::Text)]).unwrap();
        let mut writer = Writer::new(&table, Vec::new()).unwrap();
        writer.row(&[Cell::Empty]).unwrap();
        assert_eq!(writer.finish().unwrap(), "\u{feff}a\r\n\"\"\r\n".as_bytes());
    }

    #[test]
    fn a_refused_row_leaves_nothing_behind() {
        let table = Table::new("t", "T", vec![Column::new("a", "A", Kind::Text), Column::new("b", "B", Kind::Integer)])
            .unwrap();
        let mut writer = Writer::new(&table, Vec::new()).unwrap();
        assert!(matches!(writer.row(&["x".into(), "y".into()]), Err(Error::Kind { row: 1, .. })));
        writer.row(&["x".into(), Cell::Integer(1)]).unwrap();
        assert_eq!(writer.finish().unwrap(), "\u{feff}a,b\r\nx,1\r\n".as_bytes());
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
