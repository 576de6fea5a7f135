use super::{Book, Error, Finding, MAX_CELLS, Place, Row, Sheet, Value, text};
use crate::csv::unguarded;

/// So much of the file is looked at to find its separator.
const SAMPLE: usize = 4096;

pub(super) fn book(file: &[u8]) -> Result<Book, Error> {
    let decoded = utf8(file);
    let content = without_hint(&decoded);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(content)).from_reader(content);
    let mut book = Book::default();
    let (mut rows, mut cells) = (Vec::new(), 0);
    let mut record = csv::ByteRecord::new();
    let mut number = 0;
    // Reading from memory with `flexible`, the reader has nothing left to refuse.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        number += 1;
        cells += record.len();
        if cells > MAX_CELLS {
            return Err(Error::Large("the cells"));
        }
        let row = row(number, &record, &mut book.findings);
        if !row.cells.is_empty() {
            rows.push(row);
        }
    }
    book.sheets.push(Sheet { name: String::new(), rows });
    Ok(book)
}

fn row(number: u32, record: &csv::ByteRecord, findings: &mut Vec<(Place, Finding)>) -> Row {
    let mut cells = Vec::new();
    for (column, field) in (1..).zip(record) {
        if field.is_empty() {
            continue;
        }
        let mut found = |finding| findings.push((Place { sheet: String::new(), row: number, column }, finding));
        let raw = String::from_utf8_lossy(field);
        if matches!(raw, std::borrow::Cow::Owned(_)) {
            found(Finding::NotUtf8);
        }
        cells.push((column, Value::Text(text(unguarded(&raw), found))));
    }
    Row { number, cells }
}

/// The file without its mark, and in UTF-8 if it is marked as UTF-16.
fn utf8(file: &[u8]) -> Vec<u8> {
    let utf16 = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit);
        char::decode_utf16(units)
            .map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect::<String>()
            .into_bytes()
    };
    match file {
        [0xef, 0xbb, 0xbf, rest @ ..] => rest.to_vec(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => file.to_vec(),
    }
}

/// The content after a line `sep=;`, which says the separator and is no row.
fn without_hint(content: &[u8]) -> &[u8] {
    let is_hint = content.starts_with(b"sep=");
    let line = content.iter().position(|&byte| byte == b'\n').map_or(content.len(), |end| end + 1);
    if is_hint { content.get(line..).unwrap_or_default() } else { content }
}

/// The sign that parts the first line in the most fields, quoted parts not counted; a comma if there is none.
fn separator(content: &[u8]) -> u8 {
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    let mut is_quoted = false;
    for &byte in content.iter().take(SAMPLE) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            _ if !is_quoted => counts.iter_mut().filter(|(sign, _)| *sign == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(sign, _)| *sign)
}
