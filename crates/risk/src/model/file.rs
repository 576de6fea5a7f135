//! The model file as it is written: TOML. What it means is in the parent module.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Measure, Part, Range};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) base: Base,
    pub(super) loss: Range,
    pub(super) field: Vec<Field>,
    pub(super) factor: Vec<Factor>,
    pub(super) response: Response,
    pub(super) hours: Hours,
    pub(super) repeat: Repeat,
    pub(super) displacement: Displacement,
    #[serde(default)]
    pub(super) measure: Vec<Measure>,
}

/// How many robberies were counted, and over how many sites and years.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Robberies.
    pub incidents: f64,
    /// Sites times years.
    pub site_years: f64,
    /// Where the two are from.
    pub source: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) vi: String,
    pub(super) en: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) unit: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) flag: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) levels: Vec<Level>,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) reference: Named,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<f64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) derived: bool,
    pub(super) source: String,
}

/// A number, or the name of a level.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Named {
    /// Yes or no, of a flag.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A level's name.
    Level(String),
}

/// One of the values of a field that has names for them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// As the input says it.
    pub name: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    /// How likely it is where nothing is known, as a weight among the field's levels.
    pub missing: f64,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Factor {
    pub(super) part: Part,
    pub(super) field: String,
    pub(super) shape: Option<ShapeName>,
    pub(super) per: Option<f64>,
    pub(super) scale: Option<f64>,
    pub(super) cap: Option<f64>,
    pub(super) times: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) levels: Vec<LevelEffect>,
    pub(super) source: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ShapeName {
    Linear,
    Doublings,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LevelEffect {
    pub(super) name: String,
    pub(super) times: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// How fast police come, how long robberies last, and what coming in time spares.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// Seconds from the alarm at the desk to the order to a patrol.
    pub handling_s: Range,
    /// Seconds from the order to wheels rolling.
    pub turnout_s: Range,
    /// Seconds until somebody telephones, where no alarm gets through.
    pub without_alarm_s: Range,
    /// The share of one path's failures that takes the other one down too.
    pub common_cause: Range,
    /// The chance that a post has somebody to send.
    pub post_available: Range,
    /// Real over computed time of travel.
    pub travel_error: Range,
    /// The share of the cost that is spared when police arrive in time.
    pub saved: Range,
    /// How long robberies last.
    pub duration: Duration,
    /// How much longer they may last than that.
    pub duration_scale: Range,
}

/// How long robberies last: the share that is over after so many minutes, straight lines between.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Duration {
    /// Whole or broken minutes, from 0 up.
    pub minutes: Vec<f64>,
    /// The share that is over by then, from 0 to 1.
    pub share_over: Vec<f64>,
    /// Where it is from.
    pub source: String,
}

/// When robberies happen.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The hour in which lunch begins.
    pub lunch_from_h: u8,
    /// The hour before which it ends.
    pub lunch_to_h: u8,
    /// How much likelier each day is, from Monday.
    pub days: Vec<f64>,
    /// The same for the first hour of a day.
    pub first_hour: Range,
    /// At lunch.
    pub lunch: Range,
    /// In the last hour.
    pub last_hour: Range,
    /// On the day with much cash.
    pub cash_day: Range,
    /// While one guard or none is there.
    pub lone_guard: Range,
    /// Where the days are from.
    pub source: String,
}

/// How incidents near by raise the frequency.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// By how many times one at the same place, just now, raises it.
    pub most: f64,
    /// Over how many metres what it adds is halved.
    pub half_distance_m: f64,
    /// Over how many days.
    pub half_days: f64,
    /// Where it is from.
    pub source: String,
}

/// Robberies that go to a neighbour instead.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Displacement {
    /// The smallest share of what is prevented.
    pub low: f64,
    /// The likeliest.
    pub likely: f64,
    /// The largest.
    pub high: f64,
    /// How far they go, in metres.
    pub within_m: f64,
    /// To how many neighbours.
    pub neighbours: usize,
    /// Where it is from.
    pub source: String,
}

/// What a measure does to the fields of a site.
pub(super) type Fields<T> = BTreeMap<String, T>;
