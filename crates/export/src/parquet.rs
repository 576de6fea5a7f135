//! Parquet (format version 2.6 types, Zstandard), for pandas, DuckDB, Spark and the like.
//!
//! Columns by their names: text is a UTF-8 string, a whole number INT64, a number DOUBLE, a flag BOOLEAN, a day DATE, a moment
//! TIMESTAMP(milliseconds, UTC); every column is optional. The titles are in the key-value metadata: `keng.title`, and `keng.title.<column>`.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use crate::{Cell, Column, Error, Kind, Table};

/// So many rows are held in memory and written as one row group.
pub const GROUP: usize = 65_536;

/// Writes one table, a row at a time; memory holds one row group.
pub struct Writer<'t, W: Write + Send> {
    table: &'t Table,
    out: SerializedFileWriter<W>,
    columns: Vec<Buffer>,
    row: usize,
}

impl<W: Write + Send> std::fmt::Debug for Writer<'_, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("row", &self.row).finish_non_exhaustive()
    }
}

impl<'t, W: Write + Send> Writer<'t, W> {
    /// Begins the file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(table: &'t Table, out: W) -> Result<Self, Error> {
        let out = SerializedFileWriter::new(out, Arc::new(schema(table).map_err(io)?), Arc::new(properties(table)));
        let columns = table.columns().iter().map(|_| Buffer::default()).collect();
        Ok(Self { table, out: out.map_err(io)?, columns, row: 0 })
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// [`Error::Width`], [`Error::Kind`], [`Error::Range`], [`Error::Long`], [`Error::Io`].
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        let cells = self.table.normal(self.row + 1, cells)?;
        self.row += 1;
        for (cell, buffer) in cells.iter().zip(&mut self.columns) {
            buffer.push(cell);
        }
        if self.row.is_multiple_of(GROUP) { self.flush() } else { Ok(()) }
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn finish(mut self) -> Result<W, Error> {
        if !self.row.is_multiple_of(GROUP) {
            self.flush()?;
        }
        self.out.into_inner().map_err(io)
    }

    fn flush(&mut self) -> Result<(), Error> {
        let mut group = self.out.next_row_group().map_err(io)?;
        for (buffer, column) in self.columns.iter_mut().zip(self.table.columns()) {
            if let Some(out) = group.next_column().map_err(io)? {
                std::mem::take(buffer).write(column.kind, out).map_err(io)?;
            }
        }
        group.close().map_err(io)?;
        Ok(())
    }
}

/// One column of a row group. Only what its kind needs is ever filled.
#[derive(Default)]
struct Buffer {
    /// For each row, whether there is a value.
    is_there: Vec<i16>,
    /// All texts, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
    flags: Vec<bool>,
    days: Vec<i32>,
    integers: Vec<i64>,
    numbers: Vec<f64>,
}

impl Buffer {
    fn push(&mut self, cell: &Cell<'_>) {
        self.is_there.push(i16::from(!matches!(cell, Cell::Empty)));
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => {
                self.text.extend_from_slice(text.as_bytes());
                self.ends.push(self.text.len());
            }
            Cell::Flag(flag) => self.flags.push(*flag),
            Cell::Date(date) => self.days.push(date.to_epoch_days()),
            Cell::Integer(number) => self.integers.push(*number),
            Cell::Number(number) => self.numbers.push(*number),
            Cell::Instant(at) => self.integers.push(at.timestamp_millis()),
        }
    }

    fn write(self, kind: Kind, out: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match kind {
            Kind::Text => put::<ByteArrayType>(out, &texts(self.text, &self.ends), &self.is_there),
            Kind::Flag => put::<BoolType>(out, &self.flags, &self.is_there),
            Kind::Date => put::<Int32Type>(out, &self.days, &self.is_there),
            Kind::Integer | Kind::Instant => put::<Int64Type>(out, &self.integers, &self.is_there),
            Kind::Number => put::<DoubleType>(out, &self.numbers, &self.is_there),
        }
    }
}

/// Each text as a part of the one buffer that holds them all.
fn texts(all: Vec<u8>, ends: &[usize]) -> Vec<ByteArray> {
    let all = ByteArray::from(all);
    let begins = std::iter::once(&0).chain(ends);
    begins.zip(ends).map(|(&begin, &end)| all.slice(begin, end - begin)).collect()
}

fn put<T: DataType>(
    mut out: SerializedColumnWriter<'_>,
    values: &[T::T],
    is_there: &[i16],
) -> Result<(), ParquetError> {
    out.typed::<T>().write_batch(values, Some(is_there), None)?;
    out.close()
}

fn schema(table: &Table) -> Result<Type, ParquetError> {
    let fields = table.columns().iter().map(|column| Ok(Arc::new(field(column)?)));
    let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
    Type::group_type_builder(table.name()).with_fields(fields).build()
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let moment = LogicalType::timestamp(true, TimeUnit::MILLIS);
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Instant => (Physical::INT64, Some(moment)),
    };
    let field = Type::primitive_type_builder(&column.name, physical).with_repetition(Repetition::OPTIONAL);
    field.with_logical_type(logical).build()
}

fn properties(table: &Table) -> WriterProperties {
    let titles = table.columns().iter().map(|column| (format!("keng.title.{}", column.name), column.title.clone()));
    let titles = std::iter::once(("keng.title".to_owned(), table.title().to_owned())).chain(titles);
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by("keng-export".to_owned())
        .set_key_value_metadata(Some(titles.map(|(key, value)| KeyValue::new(key, value)).collect()))
        .build()
}

fn io(error: ParquetError) -> Error {
    Error::Io(std::io::Error::other(error))
}
