//! What can be known of a site.

use super::file::Level;
use super::triangle;
use crate::site::Wrong;

/// One thing that can be known of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The column's name in the input.
    pub name: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    /// The unit, for people; "" where there is none.
    pub unit: String,
    /// What values it has.
    pub kind: Kind,
    /// The value of the reference site: a number, 0 or 1, or the number of a level.
    pub reference: f64,
    /// Whether it is computed from roads or incidents, so that nobody need be asked for it.
    pub derived: bool,
    /// Where its numbers are from.
    pub source: String,
}

/// What values a field has, and what it may be where it is missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A number within a range. Missing: a triangle over [low, likely, high].
    Number {
        /// The least that is plausible.
        min: f64,
        /// The most.
        max: f64,
        /// What it may be where it is missing.
        missing: [f64; 3],
    },
    /// Yes or no. Missing: yes with this probability.
    Flag {
        /// The probability.
        missing: f64,
    },
    /// One of some names. Missing: each with its weight.
    Level(Vec<Level>),
}

impl Field {
    /// The value that is counted where it is missing: the mean of what it may be; not a number for a level, whose effects are averaged.
    #[must_use]
    pub fn expected(&self) -> f64 {
        match &self.kind {
            Kind::Number { missing: [low, likely, high], .. } => (low + likely + high) / 3.0,
            Kind::Flag { missing } => *missing,
            Kind::Level(_) => f64::NAN,
        }
    }

    /// A value that it may have where it is missing: the one at a share, from 0 to 1, of its distribution.
    pub(crate) fn missing_at(&self, share: f64) -> f64 {
        match &self.kind {
            Kind::Number { missing: [low, likely, high], .. } => triangle(*low, *likely, *high, share),
            Kind::Flag { missing } => f64::from(u8::from(share < *missing)),
            Kind::Level(levels) => level_at(levels, share),
        }
    }

    /// The number that stands for a level.
    #[must_use]
    pub fn level(&self, name: &str) -> Option<f64> {
        let Kind::Level(levels) = &self.kind else { return None };
        (0_u32..).zip(levels).find(|(_, level)| level.name == name).map(|(number, _)| f64::from(number))
    }

    /// The level that a number stands for.
    #[must_use]
    pub fn level_of(&self, value: f64) -> Option<&Level> {
        let Kind::Level(levels) = &self.kind else { return None };
        (0_u32..).zip(levels).find(|(number, _)| f64::from(*number) == value).map(|(_, level)| level)
    }

    /// Reads a value as people write it: a number, `true`, `yes`, `1`, a level's name; empty is missing.
    ///
    /// # Errors
    /// What is none, or out of the range.
    pub fn parse(&self, text: &str) -> Result<f64, Wrong> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(f64::NAN);
        }
        match &self.kind {
            Kind::Number { .. } => self.checked(text.parse().map_err(|_| Wrong::NoNumber)?),
            Kind::Flag { .. } => match text.to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "có" => Ok(1.0),
                "false" | "no" | "n" | "0" | "không" => Ok(0.0),
                _ => Err(Wrong::NoFlag),
            },
            Kind::Level(levels) => {
                let names = || levels.iter().map(|level| level.name.clone()).collect();
                self.level(text).ok_or_else(|| Wrong::NoLevel { levels: names() })
            }
        }
    }

    /// Checks a number.
    ///
    /// # Errors
    /// One that is infinite or out of the range; for a flag, anything but 0 and 1; for a level, a number that stands for none.
    pub fn checked(&self, value: f64) -> Result<f64, Wrong> {
        if value.is_nan() {
            return Ok(value);
        }
        match &self.kind {
            Kind::Number { min, max, .. } if (*min..=*max).contains(&value) => Ok(value),
            Kind::Number { min, max, .. } => {
                Err(Wrong::OutOfRange { value, min: *min, max: *max, unit: self.unit.clone() })
            }
            Kind::Flag { .. } if value == 0.0 || value == 1.0 => Ok(value),
            Kind::Flag { .. } => Err(Wrong::NoFlag),
            Kind::Level(levels) if self.level_of(value).is_none() => {
                Err(Wrong::NoLevel { levels: levels.iter().map(|level| level.name.clone()).collect() })
            }
            Kind::Level(_) => Ok(value),
        }
    }

    /// The nearest value that it may have.
    pub(crate) fn within(&self, value: f64) -> f64 {
        match &self.kind {
            Kind::Number { min, max, .. } => value.clamp(*min, *max),
            Kind::Flag { .. } | Kind::Level(_) => value,
        }
    }

    /// Writes a value as [`parse`](Self::parse) reads it.
    #[must_use]
    pub fn write(&self, value: f64) -> String {
        match (&self.kind, self.level_of(value)) {
            _ if value.is_nan() => String::new(),
            (Kind::Flag { .. }, _) => if value > 0.5 { "true" } else { "false" }.to_owned(),
            (_, Some(level)) => level.name.clone(),
            _ => format!("{value}"),
        }
    }
}

fn level_at(levels: &[Level], share: f64) -> f64 {
    let all: f64 = levels.iter().map(|level| level.missing).sum();
    let mut left = share * all;
    let mut last = 0.0;
    for (number, level) in (0_u32..).zip(levels) {
        if level.missing > 0.0 {
            last = f64::from(number);
            if left < level.missing {
                return last;
            }
        }
        left -= level.missing;
    }
    last
}
