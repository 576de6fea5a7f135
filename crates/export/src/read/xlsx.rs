use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use super::hidden::{Hidden, hidden};
use super::{Book, Error, Finding, MAX_CELLS, MAX_UNPACKED_BYTES, Place, Row, Sheet, Value, text};

type Findings = Vec<(Place, Finding)>;

pub(super) fn book(file: &[u8]) -> Result<Book, Error> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(file)).map_err(|_| Error::Workbook("the container".to_owned()))?;
    let parts = 0..archive.len();
    let size = |part| archive.by_index_raw(part).map_or(0, |part| part.size());
    if parts.map(size).fold(0, u64::saturating_add) > MAX_UNPACKED_BYTES {
        return Err(Error::Large("what it unpacks to"));
    }
    let hidden = hidden(&mut archive);
    let mut workbook = Xlsx::new(Cursor::new(file)).map_err(|error| refused(&error))?;
    let mut book = Book::default();
    let mut room = MAX_CELLS;
    let sheets = workbook.sheets_metadata().to_vec();
    for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let mut odd = Findings::new();
        if sheet.visible != SheetVisible::Visible {
            odd.push((place(&sheet.name, 0, 0), Finding::HiddenSheet));
        }
        if workbook.has_1904_epoch() {
            odd.push((place(&sheet.name, 0, 0), Finding::System1904));
        }
        let rows = rows(&mut workbook, &sheet.name, &mut room, &mut odd)?;
        merged(&mut workbook, &sheet.name, &mut odd)?;
        if let Some(hidden) = hidden.get(&sheet.name) {
            told(hidden, &sheet.name, &rows, &mut odd);
        }
        odd.sort_by_key(|(place, _)| (place.row, place.column));
        book.findings.append(&mut odd);
        book.sheets.push(Sheet { name: sheet.name.clone(), rows });
    }
    if book.sheets.is_empty() { Err(Error::Empty) } else { Ok(book) }
}

fn rows(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    room: &mut usize,
    odd: &mut Findings,
) -> Result<Vec<Row>, Error> {
    let is_1904 = workbook.has_1904_epoch();
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(|error| refused(&error))?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula().map_err(|error| refused(&error))? {
        let (number, column) = (cell.pos.0 + 1, cell.pos.1 + 1);
        let mut found = |finding| odd.push((place(sheet, number, column), finding));
        if cell.formula.is_some() {
            found(Finding::Formula);
        }
        let Some(value) = value(cell.value, is_1904, found) else { continue };
        *room = room.checked_sub(1).ok_or(Error::Large("the cells"))?;
        match rows.last_mut() {
            Some(row) if row.number == number => row.cells.push((column, value)),
            _ => rows.push(Row { number, cells: vec![(column, value)] }),
        }
    }
    Ok(rows)
}

fn value(value: DataRef<'_>, is_1904: bool, mut found: impl FnMut(Finding)) -> Option<Value> {
    #[expect(clippy::cast_precision_loss, reason = "a spreadsheet has only binary64; what it calls whole is one")]
    let number = |whole: i64| Value::Number(whole as f64);
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(said) if said.is_empty() => return None,
        DataRef::SharedString("") => return None,
        DataRef::String(said) | DataRef::DurationIso(said) => Value::Text(text(&said, found)),
        DataRef::SharedString(said) => Value::Text(text(said, found)),
        DataRef::DateTimeIso(said) => iso(&said).unwrap_or_else(|| Value::Text(text(&said, found))),
        DataRef::Int(whole) => number(whole),
        DataRef::Float(number) => Value::Number(number),
        DataRef::Bool(flag) => Value::Flag(flag),
        DataRef::Error(error) => Value::Error(error.to_string()),
        DataRef::DateTime(at) => day(&at, is_1904).unwrap_or_else(|| {
            found(Finding::NoSuchDay);
            Value::Number(at.as_f64())
        }),
    })
}

/// A number of days in one of Excel's two systems. Below 1 it is a time of day. The first counts a 29 February 1900.
fn day(at: &ExcelDateTime, is_1904: bool) -> Option<Value> {
    const PHANTOM: u64 = 60;
    const MILLISECONDS: f64 = 86_400_000.0;
    let serial = at.as_f64();
    if at.is_duration() || !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded, and the range is asked just above"
    )]
    let milliseconds = (serial * MILLISECONDS).round() as u64;
    let (days, rest) = (milliseconds / 86_400_000, milliseconds % 86_400_000);
    let time = NaiveTime::MIN + TimeDelta::milliseconds(i64::try_from(rest).ok()?);
    if days == 0 && !is_1904 {
        return Some(Value::Time(time));
    }
    let epoch = match (is_1904, days) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, PHANTOM) => return None,
        (false, ..PHANTOM) => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let date = epoch.checked_add_days(Days::new(days))?;
    Some(if rest == 0 { Value::Date(date) } else { Value::DateTime(date.and_time(time)) })
}

fn iso(said: &str) -> Option<Value> {
    let said = said.trim_end_matches('Z');
    let date = said.parse().map(Value::Date);
    date.or_else(|_| said.parse().map(Value::DateTime)).or_else(|_| said.parse().map(Value::Time)).ok()
}

fn merged(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, odd: &mut Findings) -> Result<(), Error> {
    for cells in workbook.merge_cells_by_sheet_name(sheet).map_err(|error| refused(&error))? {
        let finding = Finding::Merged { row: cells.end.0 + 1, column: cells.end.1 + 1 };
        odd.push((place(sheet, cells.start.0 + 1, cells.start.1 + 1), finding));
    }
    Ok(())
}

/// Rows and columns that are hidden and have something in them.
fn told(hidden: &Hidden, sheet: &str, rows: &[Row], odd: &mut Findings) {
    let is_hidden_row = |row: &&Row| hidden.rows.contains(&row.number);
    odd.extend(rows.iter().filter(is_hidden_row).map(|row| (place(sheet, row.number, 0), Finding::HiddenRow)));
    let widest = rows.iter().filter_map(|row| row.cells.last()).map(|(column, _)| *column).max().unwrap_or(0);
    let columns = (1..=widest).filter(|column| hidden.columns.iter().any(|range| range.contains(column)));
    odd.extend(columns.map(|column| (place(sheet, 0, column), Finding::HiddenColumn)));
}

fn place(sheet: &str, row: u32, column: u32) -> Place {
    Place { sheet: sheet.to_owned(), row, column }
}

/// What was wrong, by the kind of it alone: the library's own words may hold what stands in the file.
fn refused(error: &XlsxError) -> Error {
    let what = match error {
        XlsxError::Zip(_) | XlsxError::Io(_) => "the container",
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::XmlEof(_) => "the XML",
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound | XlsxError::WorksheetNotFound(_) => {
            "a part is missing"
        }
        _ => "a cell",
    };
    Error::Workbook(what.to_owned())
}
