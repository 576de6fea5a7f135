//! What is known of sites: a value for each field of the model; not a number where it is missing.

use crate::model::{Measure, Model, read_value};

/// One site. What was not set is missing, which is no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// A value for each field, in the order of the model: a number, 0 or 1 for a flag, the number of a level; not a number if missing.
    pub values: Vec<f64>,
}

/// A value that a field cannot have.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Wrong {
    /// The model has no such field.
    #[error("the model has no field of that name")]
    NoField,
    /// No number.
    #[error("this is no number: write digits with a dot, such as 12.5, or nothing if it is not known")]
    NoNumber,
    /// Neither yes nor no.
    #[error("this is neither true nor false: write true, false, or nothing if it is not known")]
    NoFlag,
    /// None of a field's levels.
    #[error("this is none of its values: write one of {}, or nothing if it is not known", levels.join(", "))]
    NoLevel {
        /// What it may be.
        levels: Vec<String>,
    },
    /// Out of what is plausible.
    #[error(
        "{value} is not from {min} to {max} {unit}: is it in another unit? Write it in this one, or nothing if it is not known"
    )]
    OutOfRange {
        /// The value.
        value: f64,
        /// The least.
        min: f64,
        /// The most.
        max: f64,
        /// The unit.
        unit: String,
    },
}

/// Many sites, however they are kept.
pub trait Rows: Sync {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// What makes a site's draws its own: the same for the same site wherever it stands. Such as [`key`] of its id.
    fn key(&self, row: usize) -> u64;
    /// Writes a site's values, in the order of the model's fields.
    fn read(&self, row: usize, values: &mut [f64]);
}

/// Sites with their ids.
impl<T: AsRef<str> + Sync> Rows for [(T, Site)] {
    fn len(&self) -> usize {
        <[_]>::len(self)
    }

    fn key(&self, row: usize) -> u64 {
        self.get(row).map_or(0, |(id, _)| key(id.as_ref()))
    }

    fn read(&self, row: usize, values: &mut [f64]) {
        if let Some((_, site)) = self.get(row) {
            values.iter_mut().zip(&site.values).for_each(|(to, from)| *to = *from);
        }
    }
}

/// A number from an id: FNV-1a of 64 bits.
#[must_use]
pub fn key(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, octet| (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3))
}

impl Site {
    /// A site of which nothing is known.
    #[must_use]
    pub fn unknown(model: &Model) -> Self {
        Self { values: vec![f64::NAN; model.fields.len()] }
    }

    /// The site that the model measures against.
    #[must_use]
    pub fn reference(model: &Model) -> Self {
        Self { values: model.reference.values.clone() }
    }

    /// Sets a field from what a person would write; empty makes it missing.
    ///
    /// # Errors
    /// A field that the model does not have, or a value that it cannot have.
    pub fn set(&mut self, model: &Model, field: &str, text: &str) -> Result<(), Wrong> {
        let number = model.field(field).ok_or(Wrong::NoField)?;
        let (Some(field), Some(value)) = (model.fields.get(number), self.values.get_mut(number)) else {
            return Err(Wrong::NoField);
        };
        *value = field.parse(text)?;
        Ok(())
    }

    /// The same, to build one in a chain.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub fn with(mut self, model: &Model, field: &str, text: &str) -> Result<Self, Wrong> {
        self.set(model, field, text).map(|()| self)
    }

    /// The site after a measure. What was missing becomes known where the measure sets it; where it adds or multiplies, from the value that
    /// is counted for what is missing.
    #[must_use]
    pub fn after(&self, model: &Model, measure: &Measure) -> Self {
        let mut values = self.values.clone();
        apply(model, measure, &mut values);
        Self { values }
    }
}

/// What a measure makes of a site's values, within what they may be.
pub(crate) fn apply(model: &Model, measure: &Measure, values: &mut [f64]) {
    let mut put = |name: &str, new: &dyn Fn(f64) -> f64| {
        let Some(number) = model.field(name) else { return };
        let (Some(field), Some(value)) = (model.fields.get(number), values.get_mut(number)) else { return };
        let old = if value.is_nan() { field.expected() } else { *value };
        *value = field.within(new(old));
    };
    for (name, named) in &measure.set {
        let field = model.field(name).and_then(|number| model.fields.get(number));
        let value = field.and_then(|field| read_value(field, named).ok());
        put(name, &|old| value.unwrap_or(old));
    }
    measure.add.iter().for_each(|(name, more)| put(name, &|old| old + more));
    measure.scale.iter().for_each(|(name, times)| put(name, &|old| old * times));
}
