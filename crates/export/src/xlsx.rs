//! Workbooks for spreadsheets (Office Open XML, ECMA-376), written as a stream: no temporary file, and memory does not grow with the rows.
//!
//! One sheet for each table, named by its title; the first row holds the columns' titles, stays in sight and filters. Texts are inline and marked as text,
//! so none is ever run as a formula and an id keeps its leading zeros; dates and moments are Excel's numbers (1900 system) with a format, a moment in
//! the table's offset from UTC.

use std::io::{BufWriter, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::{Cell, Column, Error, Kind, Table, text};

/// The most rows of a sheet, the heading not counted.
pub const MAX_ROWS: usize = 1_048_575;
/// The most sheets of a workbook.
pub const MAX_SHEETS: usize = 64;

/// How hard the sheets are packed: from here on more CPU buys little.
const LEVEL: i64 = 3;
/// So many octets of a sheet are packed at once.
const CHUNK: usize = 64 * 1024;
/// From this day Excel counts; right from 1900-03-01 on.
const EPOCH: chrono::NaiveDate = match chrono::NaiveDate::from_ymd_opt(1899, 12, 30) {
    Some(date) => date,
    None => chrono::NaiveDate::MIN,
};
const HEADING: u8 = 1;
const TEXT: u8 = 2;
const NUMBER: u8 = 3;
const DATE: u8 = 4;
const INSTANT: u8 = 5;
const GUARDED: u8 = 6;

/// Writes a workbook, a row at a time.
pub struct Writer<'t, W: Write> {
    zip: ZipWriter<StreamWriter<BufWriter<W>>>,
    table: &'t Table,
    titles: Vec<String>,
    letters: Vec<String>,
    chunk: Vec<u8>,
    row: usize,
}

impl<W: Write> std::fmt::Debug for Writer<'_, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("sheets", &self.titles.len()).field("row", &self.row).finish_non_exhaustive()
    }
}

impl<'t, W: Write> Writer<'t, W> {
    /// Begins a workbook with the sheet of its first table.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(table: &'t Table, out: W) -> Result<Self, Error> {
        let zip = ZipWriter::new_stream(BufWriter::new(out));
        let mut new =
            Self { zip, table, titles: Vec::new(), letters: Vec::new(), chunk: Vec::with_capacity(2 * CHUNK), row: 0 };
        new.begin(table)?;
        Ok(new)
    }

    /// Ends the sheet that is written and begins another one. At [`MAX_SHEETS`] it is refused.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Sheets`].
    pub fn sheet(&mut self, table: &'t Table) -> Result<(), Error> {
        if self.titles.len() == MAX_SHEETS {
            return Err(Error::Sheets(MAX_SHEETS));
        }
        self.end()?;
        self.begin(table)
    }

    /// Writes the next row of the sheet.
    ///
    /// # Errors
    /// [`Error::Rows`] beyond [`MAX_ROWS`]; [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`], [`Error::Io`].
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        if self.row == MAX_ROWS {
            return Err(Error::Rows(MAX_ROWS));
        }
        let table = self.table;
        let cells = table.normal(self.row + 1, cells)?;
        self.row += 1;
        let mut number = itoa::Buffer::new();
        let number = number.format(self.row + 1).as_bytes();
        let out = &mut self.chunk;
        extend(out, &[b"<row r=\"", number, b"\">"]);
        for (cell, letters) in cells.iter().zip(&self.letters) {
            if !matches!(cell, Cell::Empty) {
                extend(out, &[b"<c r=\"", letters.as_bytes(), number]);
                append(cell, table, out);
            }
        }
        out.extend_from_slice(b"</row>");
        if out.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Ends the workbook and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W, Error> {
        self.end()?;
        for (path, content) in parts(&self.titles) {
            self.zip.start_file(path, options()).map_err(io)?;
            self.zip.write_all(content.as_bytes())?;
        }
        let out = self.zip.finish().map_err(io)?.into_inner();
        out.into_inner().map_err(|error| Error::Io(error.into_error()))
    }

    fn begin(&mut self, table: &'t Table) -> Result<(), Error> {
        self.table = table;
        self.row = 0;
        self.letters = (0..table.columns().len()).map(letters).collect();
        let title = sheet_title(table.title(), &self.titles);
        self.titles.push(title);
        let path = format!("xl/worksheets/sheet{}.xml", self.titles.len());
        self.zip.start_file(path, options()).map_err(io)?;
        self.chunk.extend_from_slice(DECLARATION.as_bytes());
        self.chunk.extend_from_slice(SHEET.as_bytes());
        for (at, column) in table.columns().iter().enumerate() {
            let (at, width) = (at + 1, width(column));
            write!(self.chunk, "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>")?;
        }
        self.chunk.extend_from_slice(b"</cols><sheetData><row r=\"1\">");
        for (column, letters) in table.columns().iter().zip(&self.letters) {
            extend(&mut self.chunk, &[b"<c r=\"", letters.as_bytes(), b"1"]);
            append_text(&column.title, HEADING, &mut self.chunk);
        }
        self.chunk.extend_from_slice(b"</row>");
        Ok(())
    }

    fn end(&mut self) -> Result<(), Error> {
        let last = self.letters.last().map_or("A", String::as_str);
        let rows = self.row + 1;
        write!(self.chunk, "</sheetData><autoFilter ref=\"A1:{last}{rows}\"/></worksheet>")?;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.zip.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const SHEET: &str = concat!(
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
    "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>",
    "</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>"
);
const STYLES: &str = concat!(
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
    "<numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/><numFmt numFmtId=\"165\" formatCode=\"dd/mm/yyyy\\ hh:mm:ss\"/></numFmts>",
    "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>",
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>",
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    "<cellXfs count=\"7\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>",
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\" applyNumberFormat=\"1\"/>",
    "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
    "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>",
    "<xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
    "<xf numFmtId=\"165\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
    "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" quotePrefix=\"1\"/></cellXfs>",
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
);
const RELATIONSHIP: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// The parts that say what the sheets are.
fn parts(titles: &[String]) -> [(&'static str, String); 5] {
    let sheets = |one: &dyn Fn(usize, &str) -> String| {
        titles.iter().enumerate().map(|(at, title)| one(at + 1, title)).collect::<String>()
    };
    let overrides = sheets(&|n, _| {
        format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{MAIN}.worksheet+xml\"/>")
    });
    let listed = sheets(&|n, title| format!("<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", escaped(title)));
    let related = sheets(&|n, _| {
        format!("<Relationship Id=\"rId{n}\" Type=\"{RELATIONSHIP}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
    });
    let styles = titles.len() + 1;
    [
        ("xl/styles.xml", format!("{DECLARATION}{STYLES}")),
        (
            "xl/workbook.xml",
            format!(
                "{DECLARATION}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{RELATIONSHIP}\"><sheets>{listed}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">{related}<Relationship Id=\"rId{styles}\" Type=\"{RELATIONSHIP}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATIONSHIP}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "[Content_Types].xml",
            format!(
                "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{MAIN}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{MAIN}.styles+xml\"/>{overrides}</Types>"
            ),
        ),
    ]
}

/// Every part has the same time, the oldest that the container can hold, so that the same rows give the same bytes.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
}

fn append(cell: &Cell<'_>, table: &Table, out: &mut Vec<u8>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => append_text(text, if text::needs_guard(text) { GUARDED } else { TEXT }, out),
        Cell::Flag(flag) => extend(out, &[b"\" t=\"b\"><v>", if *flag { b"1" } else { b"0" }, b"</v></c>"]),
        Cell::Integer(_) | Cell::Number(_) => {
            extend(out, &[b"\" s=\"", &[b'0' + NUMBER], b"\"><v>"]);
            cell.append_to(table.zone(), out);
            out.extend_from_slice(b"</v></c>");
        }
        Cell::Date(date) => {
            let days = (*date - EPOCH).num_days();
            let days = itoa::Buffer::new().format(days).to_owned();
            extend(out, &[b"\" s=\"", &[b'0' + DATE], b"\"><v>", days.as_bytes(), b"</v></c>"]);
        }
        Cell::Instant(at) => {
            let local = at.with_timezone(&table.zone()).naive_local();
            let milliseconds = local.signed_duration_since(EPOCH.into()).num_milliseconds();
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of 8,000 years are below 2^53")]
            let days = milliseconds as f64 / 86_400_000.0;
            let mut buffer = ryu_js::Buffer::new();
            extend(out, &[b"\" s=\"", &[b'0' + INSTANT], b"\"><v>", buffer.format(days).as_bytes(), b"</v></c>"]);
        }
    }
}

fn append_text(text: &str, style: u8, out: &mut Vec<u8>) {
    extend(out, &[b"\" s=\"", &[b'0' + style], b"\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"]);
    append_escaped(text, out);
    out.extend_from_slice(b"</t></is></c>");
}

/// A text as XML; what Excel would take for one of its own escapes (`_x000D_`) has its first sign escaped.
fn append_escaped(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    if !text::has(text, |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'_')) {
        return out.extend_from_slice(bytes);
    }
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'_' if is_escape(bytes.get(at..at + 7)) => out.extend_from_slice(b"_x005F_"),
            _ => out.push(byte),
        }
    }
}

fn is_escape(bytes: Option<&[u8]>) -> bool {
    matches!(bytes, Some([b'_', b'x', digits @ .., b'_']) if digits.iter().all(u8::is_ascii_hexdigit))
}

fn escaped(text: &str) -> String {
    let mut out = Vec::new();
    append_escaped(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn extend(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        out.extend_from_slice(part);
    }
}

/// A title as Excel allows it for a sheet: at most 31 units, none of `[]:*?/\`, no `'` at an end, not empty, and no other sheet's.
fn sheet_title(title: &str, others: &[String]) -> String {
    let clean: String = title.chars().map(|sign| if "[]:*?/\\'\t\n".contains(sign) { ' ' } else { sign }).collect();
    let cut = |room: usize| {
        let mut units = 0;
        let fits = clean.trim().chars().take_while(|sign| {
            units += sign.len_utf16();
            units <= room
        });
        fits.collect::<String>().trim_end().to_owned()
    };
    let is_free =
        |name: &String| !name.is_empty() && others.iter().all(|other| other.to_lowercase() != name.to_lowercase());
    let numbered = (others.len() + 1..).map(|number| format!("{} {number}", cut(26)).trim_start().to_owned());
    std::iter::once(cut(31)).chain(numbered).find(is_free).unwrap_or_default()
}

/// `A`, `B`, ... `Z`, `AA`, ...
pub(crate) fn letters(at: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place % 26).unwrap_or(0));
    if at < 26 { letter(at).to_string() } else { format!("{}{}", letters(at / 26 - 1), letter(at)) }
}

/// How many signs wide a column is at first.
fn width(column: &Column) -> usize {
    let content = match column.kind {
        Kind::Text => 24,
        Kind::Integer | Kind::Number => 10,
        Kind::Flag => 8,
        Kind::Date => 12,
        Kind::Instant => 20,
    };
    content.max(column.title.chars().count() + 4).min(60)
}

fn io(error: zip::result::ZipError) -> Error {
    Error::Io(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 255].map(letters), ["A", "Z", "AA", "AZ", "BA", "IV"]);
    }

    #[test]
    fn titles_become_names_that_a_workbook_may_have() {
        let first = sheet_title("Chứng chỉ [2026]: của bảo vệ / nhân viên", &[]);
        assert_eq!(first, "Chứng chỉ  2026   của bảo vệ");
        assert!(first.chars().count() <= 31);
        assert_eq!(sheet_title("", &[]), "1");
        assert_eq!(sheet_title("bảo vệ", &["Bảo vệ".to_owned()]), "bảo vệ 2");
    }

    #[test]
    fn what_looks_like_an_escape_is_escaped() {
        assert_eq!(escaped("a_x000D_b <&>"), "a_x005F_x000D_b &lt;&amp;&gt;");
        assert_eq!(escaped("_x00"), "_x00");
    }
}
