//! JSON in canonical order: the file is its own canonical form (JCS, RFC 8785), so two programs that agree on the content agree on the bytes.
//!
//! `{"columns":[{"kind","name","title"}...],"name","rows":[{name: value}...],"title"}`. An empty cell is left out of its row. A date is
//! `"2026-03-15"`, a moment `"2026-03-15T08:30:00+07:00"`.

use std::io::Write;

use crate::{Cell, Error, Kind, Table, text};

/// Writes one table, a row at a time, in constant memory.
#[derive(Debug)]
pub struct Writer<'t, W: Write> {
    table: &'t Table,
    /// The columns' places in the order of their names, which is the order of a canonical object.
    order: Vec<usize>,
    out: W,
    line: Vec<u8>,
    row: usize,
}

impl<'t, W: Write> Writer<'t, W> {
    /// Begins with the columns. `out` gets one write for each row: give it a buffer.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(table: &'t Table, mut out: W) -> Result<Self, Error> {
        let mut order: Vec<_> = (0..table.columns().len()).collect();
        order.sort_by_key(|&at| table.columns().get(at).map(|column| &column.name));
        out.write_all(&head(table))?;
        Ok(Self { table, order, out, line: Vec::new(), row: 0 })
    }

    /// Writes the next row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`], [`Error::Io`].
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        let cells = self.table.normal(self.row + 1, cells)?;
        self.row += 1;
        self.line.clear();
        self.line.extend_from_slice(if self.row == 1 { b"{" } else { b",{" });
        let mut is_first = true;
        let columns = self.table.columns();
        for (column, cell) in self.order.iter().filter_map(|&at| columns.get(at).zip(cells.get(at))) {
            if matches!(cell, Cell::Empty) {
                continue;
            }
            if !std::mem::take(&mut is_first) {
                self.line.push(b',');
            }
            append_text(&column.name, &mut self.line);
            self.line.push(b':');
            append(cell, self.table, &mut self.line);
        }
        self.line.push(b'}');
        Ok(self.out.write_all(&self.line)?)
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W, Error> {
        let mut end = b"],\"title\":".to_vec();
        append_text(self.table.title(), &mut end);
        end.push(b'}');
        self.out.write_all(&end)?;
        self.out.flush()?;
        Ok(self.out)
    }
}

fn head(table: &Table) -> Vec<u8> {
    let mut out = b"{\"columns\":[".to_vec();
    for (at, column) in table.columns().iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"{\"kind\":" } else { b",{\"kind\":" });
        append_text(kind(column.kind), &mut out);
        out.extend_from_slice(b",\"name\":");
        append_text(&column.name, &mut out);
        out.extend_from_slice(b",\"title\":");
        append_text(&column.title, &mut out);
        out.push(b'}');
    }
    out.extend_from_slice(b"],\"name\":");
    append_text(table.name(), &mut out);
    out.extend_from_slice(b",\"rows\":[");
    out
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Flag => "flag",
        Kind::Date => "date",
        Kind::Instant => "instant",
    }
}

fn append(cell: &Cell<'_>, table: &Table, out: &mut Vec<u8>) {
    match cell {
        Cell::Text(text) => append_text(text, out),
        Cell::Date(_) | Cell::Instant(_) => {
            out.push(b'"');
            cell.append_to(table.zone(), out);
            out.push(b'"');
        }
        _ => cell.append_to(table.zone(), out),
    }
}

/// A string as RFC 8785 wants it: only what must be escaped is, in the shortest form.
fn append_text(text: &str, out: &mut Vec<u8>) {
    // No other control character than TAB and LF comes here: `text::normal` has been there before.
    out.push(b'"');
    if text::has(text, |byte| matches!(byte, b'"' | b'\\' | b'\n' | b'\t')) {
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\t' => out.extend_from_slice(b"\\t"),
                _ => out.push(byte),
            }
        }
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}
