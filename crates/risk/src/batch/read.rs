//! The columns of a batch as the values of sites.

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float32Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use rayon::prelude::*;

use super::Refused;
use crate::model::{Kind, Model};
use crate::site::{Rows, Wrong, key};

/// Rows are taken in chunks of this many.
pub(super) const CHUNK: usize = 4096;

/// A batch, read as sites.
#[derive(Debug)]
pub struct Columns {
    ids: StringArray,
    keys: Vec<u64>,
    /// For each field of the model its column.
    fields: Vec<Column>,
}

#[derive(Debug)]
enum Column {
    Missing,
    Doubles(Float64Array),
    Singles(Float32Array),
    Longs(Int64Array),
    Ints(Int32Array),
    Flags(BooleanArray),
    /// Levels by their numbers.
    Levels(Vec<f64>),
}

impl Columns {
    /// Finds the model's fields in a batch.
    ///
    /// # Errors
    /// No ids, or a column of the wrong type, or a level that is none.
    pub fn of(model: &Model, batch: &RecordBatch) -> Result<Self, Refused> {
        let ids = batch.column_by_name("id").ok_or(Refused::NoId)?;
        let ids = ids.as_any().downcast_ref::<StringArray>().ok_or(Refused::NoId)?.clone();
        let fields = model
            .fields
            .iter()
            .map(|field| batch.column_by_name(&field.name).map_or(Ok(Column::Missing), |array| column(field, array)));
        let fields = fields.collect::<Result<_, _>>()?;
        Ok(Self { keys: ids.iter().map(|id| key(id.unwrap_or_default())).collect(), ids, fields })
    }

    /// The ids.
    #[must_use]
    pub fn ids(&self) -> &StringArray {
        &self.ids
    }

    /// Checks every value.
    ///
    /// # Errors
    /// The first, by rows and then by columns, that its field cannot have.
    pub fn check(&self, model: &Model) -> Result<(), Refused> {
        let chunks = self.len().div_ceil(CHUNK);
        let first = (0..chunks).into_par_iter().map(|chunk| {
            let mut values = vec![0.0; model.fields.len()];
            let rows = chunk * CHUNK..((chunk + 1) * CHUNK).min(self.len());
            rows.into_iter().find_map(|row| {
                self.read(row, &mut values);
                model.fields.iter().zip(&values).find_map(|(field, value)| {
                    let wrong = field.checked(*value).err()?;
                    Some(Refused::Value { row, column: field.name.clone(), wrong })
                })
            })
        });
        first.find_first(Option::is_some).flatten().map_or(Ok(()), Err)
    }
}

impl Rows for Columns {
    fn len(&self) -> usize {
        self.ids.len()
    }

    fn key(&self, row: usize) -> u64 {
        self.keys.get(row).copied().unwrap_or(0)
    }

    fn read(&self, row: usize, values: &mut [f64]) {
        values.iter_mut().zip(&self.fields).for_each(|(value, column)| *value = column.at(row));
    }
}

impl Column {
    fn at(&self, row: usize) -> f64 {
        match self {
            Self::Missing => f64::NAN,
            Self::Doubles(all) if all.is_valid(row) => all.value(row),
            Self::Singles(all) if all.is_valid(row) => f64::from(all.value(row)),
            Self::Longs(all) if all.is_valid(row) => long(all.value(row)),
            Self::Ints(all) if all.is_valid(row) => f64::from(all.value(row)),
            Self::Flags(all) if all.is_valid(row) => f64::from(u8::from(all.value(row))),
            Self::Levels(all) => all.get(row).copied().unwrap_or(f64::NAN),
            _ => f64::NAN,
        }
    }
}

fn column(field: &crate::model::Field, array: &ArrayRef) -> Result<Column, Refused> {
    let any = array.as_any();
    let is_level = matches!(field.kind, Kind::Level(_));
    let column = if is_level {
        any.downcast_ref::<StringArray>().map(|texts| levels(field, texts)).transpose()?
    } else if let Some(all) = any.downcast_ref::<Float64Array>() {
        Some(Column::Doubles(all.clone()))
    } else if let Some(all) = any.downcast_ref::<Float32Array>() {
        Some(Column::Singles(all.clone()))
    } else if let Some(all) = any.downcast_ref::<Int64Array>() {
        Some(Column::Longs(all.clone()))
    } else if let Some(all) = any.downcast_ref::<Int32Array>() {
        Some(Column::Ints(all.clone()))
    } else {
        any.downcast_ref::<BooleanArray>().map(|all| Column::Flags(all.clone()))
    };
    let is_null = array.null_count() == array.len();
    let column = column.or_else(|| is_null.then_some(Column::Missing));
    column.ok_or_else(|| Refused::Type { column: field.name.clone(), is: array.data_type().to_string() })
}

fn levels(field: &crate::model::Field, texts: &StringArray) -> Result<Column, Refused> {
    let Kind::Level(levels) = &field.kind else { return Ok(Column::Missing) };
    let names: Vec<&str> = levels.iter().map(|level| level.name.as_str()).collect();
    let number = |(row, text): (usize, Option<&str>)| {
        let Some(text) = text else { return Ok(f64::NAN) };
        let number = (0_u32..).zip(&names).find(|(_, name)| **name == text).map(|(number, _)| f64::from(number));
        let wrong = || Wrong::NoLevel { levels: names.iter().map(|name| (*name).to_owned()).collect() };
        number.ok_or_else(|| Refused::Value { row, column: field.name.clone(), wrong: wrong() })
    };
    texts.iter().enumerate().map(number).collect::<Result<_, _>>().map(Column::Levels)
}

#[expect(clippy::cast_precision_loss, reason = "what a field can have is far below 2^53")]
fn long(value: i64) -> f64 {
    value as f64
}
