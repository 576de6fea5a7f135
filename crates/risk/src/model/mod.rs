//! The model: every number that a score depends on, each with its source. Read from TOML; described in `MODEL.md`.

mod effect;
mod field;
mod file;
mod problem;
mod read;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use effect::{Effect, Factor, Shape};
pub use field::{Field, Kind};
pub use file::{Base, Displacement, Duration, Hours, Level, Named, Repeat, Response};
pub use problem::Problem;
pub(crate) use read::value as read_value;

use crate::duration::Durations;
use crate::{hours, response};

/// The default model: priors from literature where there are any, else judgement, and each says which.
pub const DEFAULT: &str = include_str!("../../data/model.toml");

/// The most fields, and the most factors, of a model. One more refuses the file.
pub const MAX_PARTS: usize = 200;
/// The most measures of a model. One more refuses the file: a plan looks at every set of them.
pub const MAX_MEASURES: usize = 12;

/// A model that can be scored with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Model(Arc<Parts>);

/// What a model consists of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The base rate: how many robberies there are at all.
    pub base: Base,
    /// What one robbery of the reference site costs, in million VND.
    pub loss: Range,
    /// What can be known of a site, in the order of the file.
    pub fields: Vec<Field>,
    /// What each does.
    pub factors: Vec<Factor>,
    /// How fast police come.
    pub response: Response,
    /// When robberies happen.
    pub hours: Hours,
    /// How incidents near by raise the frequency.
    pub repeat: Repeat,
    /// Where prevented robberies go.
    pub displacement: Displacement,
    /// What can be done about it.
    pub measures: Vec<Measure>,
    pub(crate) roles: Roles,
    pub(crate) durations: Durations,
    pub(crate) reference: Reference,
}

/// The three things that are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// How often.
    Frequency,
    /// How bad.
    Consequence,
    /// Gone before anyone arrives.
    Response,
}

/// A number that is not known well: the likeliest, and the range that holds it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The likeliest: what a score is computed with.
    pub likely: f64,
    /// The most.
    pub high: f64,
    /// Where it is from.
    pub source: String,
}

/// Something that can be done at a site.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// As a command names it.
    pub name: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    /// What fields become.
    #[serde(default, skip_serializing_if = "file::Fields::is_empty")]
    pub set: file::Fields<Named>,
    /// What is added to fields.
    #[serde(default, skip_serializing_if = "file::Fields::is_empty")]
    pub add: file::Fields<f64>,
    /// What fields are multiplied by.
    #[serde(default, skip_serializing_if = "file::Fields::is_empty")]
    pub scale: file::Fields<f64>,
    /// What it costs in a year, in million VND.
    pub cost_mvnd: f64,
    /// Where its numbers are from.
    pub source: String,
}

/// Which fields the response and the hours are computed from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Roles {
    pub(crate) press: usize,
    pub(crate) paths: usize,
    pub(crate) availability: usize,
    pub(crate) travel: [usize; 3],
    pub(crate) open_from: usize,
    pub(crate) open_to: usize,
    pub(crate) open_days: usize,
    pub(crate) closed_at_lunch: usize,
    pub(crate) lone_guard: usize,
    pub(crate) cash_day: usize,
}

/// What the reference site has, against which everything is said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reference {
    pub(crate) values: Vec<f64>,
    /// The weight of its week.
    pub(crate) week: f64,
    /// What its response leaves of the cost.
    pub(crate) left: f64,
}

impl Default for Model {
    /// [`DEFAULT`].
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "a test reads it")]
        Self::read(DEFAULT).expect("the default model is a model")
    }
}

impl std::ops::Deref for Model {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Model {
    /// Reads a model file.
    ///
    /// # Errors
    /// The first problem found, with the line and column where TOML knows them.
    pub fn read(toml: &str) -> Result<Self, Problem> {
        read::read(toml).map(|parts| Self(Arc::new(parts)))
    }

    /// The number of the field with a name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Model {
    /// The model with other effects, in doublings for each factor, hours and response.
    pub(crate) fn redrawn(&self, log2: &[Vec<f64>], times: &hours::Times, numbers: &response::Numbers) -> Self {
        let mut parts = Parts::clone(self);
        for (factor, log2) in parts.factors.iter_mut().zip(log2) {
            factor.set_log2(log2);
        }
        times.write(&mut parts.hours);
        numbers.write(&mut parts.response);
        parts.measure_reference();
        Self(Arc::new(parts))
    }
}

impl Parts {
    /// Computes anew what the reference site has.
    fn measure_reference(&mut self) {
        let values = self.reference.values.clone();
        self.reference.week = hours::weight(self, &values);
        self.reference.left = response::left(self, &values);
    }
}

impl Part {
    /// All three, in their order.
    pub const ALL: [Self; 3] = [Self::Frequency, Self::Consequence, Self::Response];

    /// As files name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Frequency => "frequency",
            Self::Consequence => "consequence",
            Self::Response => "response",
        }
    }
}

impl Range {
    /// The value below which a share of a triangle over the range lies.
    pub(crate) fn at(&self, share: f64) -> f64 {
        triangle(self.low, self.likely, self.high, share)
    }
}

/// The quantile of a triangular distribution.
pub(crate) fn triangle(low: f64, likely: f64, high: f64, share: f64) -> f64 {
    let (width, rise, fall) = (high - low, likely - low, high - likely);
    if width <= 0.0 {
        likely
    } else if share * width < rise {
        low + (share * width * rise).sqrt()
    } else {
        high - ((1.0 - share) * width * fall).sqrt()
    }
}
