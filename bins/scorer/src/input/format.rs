//! CSV, XLSX and Parquet as rows of cells.

use std::io::Cursor;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use calamine::{Data, Reader as _, Xlsx};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::open::Take;
use super::{Cell, MAX_COLUMNS, Problems};
use crate::words::{Lang, Word};

type Start<'a> = dyn FnMut(&[String], &mut Problems) + 'a;

pub(super) fn csv(octets: &[u8], lang: Lang, problems: &mut Problems, start: &mut Start<'_>, take: &mut Take<'_>) {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(octets);
    let mut record = csv::ByteRecord::new();
    let mut columns = None;
    let mut cells = Vec::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => (),
            Ok(false) => break,
            Err(error) => return problems.fatal(None, None, lang.fill(Word::Unreadable, &[&error])),
        }
        let row = record.position().map_or(0, csv::Position::line);
        if record.len() > MAX_COLUMNS {
            let what = lang.fill(Word::ManyColumns, &[&record.len(), &MAX_COLUMNS]);
            if columns.is_none() {
                return problems.fatal(Some(row), None, what);
            }
            problems.add(Some(row), None, what);
            continue;
        }
        let texts: Option<Vec<&str>> = record.iter().map(|cell| std::str::from_utf8(cell).ok()).collect();
        let Some(texts) = texts else {
            problems.add(Some(row), None, lang.say(Word::NotUtf8));
            continue;
        };
        let Some(expected) = columns else {
            let header: Vec<String> = texts.iter().map(|text| text.trim().to_owned()).collect();
            columns = Some(header.len());
            start(&header, problems);
            if problems.is_fatal {
                return;
            }
            continue;
        };
        if texts.len() != expected {
            problems.add(Some(row), None, lang.fill(Word::Cells, &[&texts.len(), &expected]));
            continue;
        }
        cells.clear();
        cells.extend(
            texts.iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) }),
        );
        if !take(row, &cells, problems) {
            return;
        }
    }
    if columns.is_none() {
        problems.fatal(None, None, lang.say(Word::Empty));
    }
}

pub(super) fn xlsx(octets: Vec<u8>, lang: Lang, problems: &mut Problems, start: &mut Start<'_>, take: &mut Take<'_>) {
    let sheet = Xlsx::new(Cursor::new(octets)).and_then(|mut book| {
        let name = book.sheet_names().first().cloned().unwrap_or_default();
        book.worksheet_range(&name)
    });
    let range = match sheet {
        Ok(range) => range,
        Err(error) => return problems.fatal(None, None, lang.fill(Word::Unreadable, &[&error])),
    };
    let first = u64::from(range.start().map_or(0, |(row, _)| row)) + 1;
    let mut rows = range.rows().zip(first..);
    let Some((header, row)) = rows.next() else { return problems.fatal(None, None, lang.say(Word::Empty)) };
    if header.len() > MAX_COLUMNS {
        return problems.fatal(Some(row), None, lang.fill(Word::ManyColumns, &[&header.len(), &MAX_COLUMNS]));
    }
    let names: Vec<String> = header.iter().map(|cell| cell.to_string().trim().to_owned()).collect();
    start(&names, problems);
    if problems.is_fatal {
        return;
    }
    let mut cells = Vec::new();
    for (data, row) in rows {
        cells.clear();
        cells.extend(data.iter().map(sheet_cell));
        if cells.iter().all(Cell::is_empty) {
            continue;
        }
        if !take(row, &cells, problems) {
            return;
        }
    }
}

fn sheet_cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::Int(number) => Cell::Text(number.to_string()),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(flag) => Cell::Flag(*flag),
        other => Cell::Text(other.to_string()),
    }
}

pub(super) fn parquet(
    octets: Vec<u8>,
    lang: Lang,
    problems: &mut Problems,
    start: &mut Start<'_>,
    take: &mut Take<'_>,
) {
    let batches = ParquetRecordBatchReaderBuilder::try_new(parquet_octets(octets)).and_then(|builder| {
        let names: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        builder.with_batch_size(8192).build().map(|reader| (names, reader))
    });
    let (names, batches) = match batches {
        Ok(opened) => opened,
        Err(error) => return problems.fatal(None, None, lang.fill(Word::Unreadable, &[&error])),
    };
    if names.len() > MAX_COLUMNS {
        return problems.fatal(None, None, lang.fill(Word::ManyColumns, &[&names.len(), &MAX_COLUMNS]));
    }
    start(&names, problems);
    let mut row = 0;
    for batch in batches {
        let batch = match batch {
            Ok(batch) if !problems.is_fatal => batch,
            Ok(_) => return,
            Err(error) => return problems.fatal(None, None, lang.fill(Word::Unreadable, &[&error])),
        };
        let mut cells = vec![Cell::Empty; batch.num_columns()];
        for at in 0..batch.num_rows() {
            row += 1;
            cells.iter_mut().zip(batch.columns()).for_each(|(cell, array)| *cell = array_cell(array, at));
            if !take(row, &cells, problems) {
                return;
            }
        }
    }
}

fn parquet_octets(octets: Vec<u8>) -> bytes::Bytes {
    bytes::Bytes::from(octets)
}

fn array_cell(array: &ArrayRef, at: usize) -> Cell {
    if array.is_null(at) {
        return Cell::Empty;
    }
    match array.data_type() {
        DataType::Float64 => Cell::Number(array.as_primitive::<Float64Type>().value(at)),
        DataType::Float32 => Cell::Number(f64::from(array.as_primitive::<Float32Type>().value(at))),
        DataType::Int64 => Cell::Text(array.as_primitive::<Int64Type>().value(at).to_string()),
        DataType::Int32 => Cell::Number(f64::from(array.as_primitive::<Int32Type>().value(at))),
        DataType::Boolean => Cell::Flag(array.as_boolean().value(at)),
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(at).to_owned()),
        DataType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(at).to_owned()),
        DataType::Utf8View => Cell::Text(array.as_string_view().value(at).to_owned()),
        other => Cell::Text(format!("<{other}>")),
    }
}
