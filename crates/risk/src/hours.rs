//! When: the hours of a week, and how much of the risk falls on each.

use crate::model::{self, Field, Kind, Model, Parts};
use crate::score::filled;

/// Days of a week.
pub const DAYS: usize = 7;
/// Hours of a day.
pub const HOURS: usize = 24;
/// A site is open for an hour a week at least, so that no week weighs nothing.
const LEAST_WEEK: f64 = 1.0;

/// The levels of the field `lone_guard`.
pub(crate) const LONE: [&str; 4] = ["never", "lunch", "closing", "both"];
/// The levels of the field `cash_day`.
pub(crate) const CASH_DAYS: [&str; 8] =
    ["none", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Days from Monday, and in each the hours from midnight.
pub type Week = [[f64; HOURS]; DAYS];

/// How the robberies of a site are spread over its week: shares that sum to 1. What is missing counts as it does in the score.
#[must_use]
pub fn week(model: &Model, values: &[f64]) -> Week {
    let mut full = values.to_vec();
    filled(model, &mut full);
    let times = Times::likely(&model.hours);
    let day = Day::of(model, &full, &times);
    let days = days(model, &full, &times);
    let hours: [f64; HOURS] = std::array::from_fn(|hour| {
        let from = f64::from(u8::try_from(hour).unwrap_or(u8::MAX));
        day.weight(from, from + 1.0)
    });
    let all = (days.iter().sum::<f64>() * hours.iter().sum::<f64>()).max(f64::MIN_POSITIVE);
    days.map(|day| hours.map(|hour| day * hour / all))
}

/// By how much the hours of a kind are likelier.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) first_hour: f64,
    pub(crate) lunch: f64,
    pub(crate) last_hour: f64,
    pub(crate) cash_day: f64,
    pub(crate) lone_guard: f64,
}

impl Times {
    pub(crate) fn likely(hours: &model::Hours) -> Self {
        Self {
            first_hour: hours.first_hour.likely,
            lunch: hours.lunch.likely,
            last_hour: hours.last_hour.likely,
            cash_day: hours.cash_day.likely,
            lone_guard: hours.lone_guard.likely,
        }
    }
}

impl Times {
    /// Puts them in the place of the likeliest.
    pub(crate) fn write(&self, hours: &mut model::Hours) {
        hours.first_hour.likely = self.first_hour;
        hours.lunch.likely = self.lunch;
        hours.last_hour.likely = self.last_hour;
        hours.cash_day.likely = self.cash_day;
        hours.lone_guard.likely = self.lone_guard;
    }
}

/// How much a site's week weighs: hours, each times what makes it likelier.
pub(crate) fn weight(model: &Parts, values: &[f64]) -> f64 {
    weight_with(model, values, &Times::likely(&model.hours))
}

pub(crate) fn weight_with(model: &Parts, values: &[f64], times: &Times) -> f64 {
    let day = Day::of(model, values, times).weight(0.0, 24.0);
    (days(model, values, times).iter().sum::<f64>() * day).max(LEAST_WEEK)
}

fn value(values: &[f64], field: usize) -> f64 {
    values.get(field).copied().unwrap_or(f64::NAN)
}

/// How much each day weighs: nothing where it is closed.
fn days(model: &Parts, values: &[f64], times: &Times) -> [f64; DAYS] {
    let open = value(values, model.roles.open_days);
    let cash = value(values, model.roles.cash_day);
    std::array::from_fn(|day| {
        let number = f64::from(u8::try_from(day).unwrap_or(u8::MAX));
        let share = (open - number).clamp(0.0, 1.0);
        let is_cash = level_share(model, model.roles.cash_day, cash, &[day + 1]);
        share * model.hours.days.get(day).copied().unwrap_or(1.0) * (1.0 + is_cash * (times.cash_day - 1.0))
    })
}

/// How sure one of some levels is: 0 or 1; where it is missing, by the weights of the field.
fn level_share(model: &Parts, field: usize, value: f64, levels: &[usize]) -> f64 {
    if value.is_nan() {
        return model.fields.get(field).map_or(0.0, |field| missing_share(field, levels));
    }
    let is_one = levels.iter().any(|level| u32::try_from(*level).is_ok_and(|level| f64::from(level) == value));
    f64::from(u8::from(is_one))
}

fn missing_share(field: &Field, levels: &[usize]) -> f64 {
    let Kind::Level(all) = &field.kind else { return 0.0 };
    let sum: f64 = all.iter().map(|level| level.missing).sum();
    levels.iter().filter_map(|level| all.get(*level)).map(|level| level.missing).sum::<f64>() / sum
}

/// A day cut into its first hour, its middle and its last hour, with how much an hour of each weighs outside and at lunch.
struct Day {
    spans: [Span; 3],
    lunch: (f64, f64),
}

struct Span {
    from: f64,
    to: f64,
    times: f64,
    at_lunch: f64,
}

impl Day {
    fn of(model: &Parts, values: &[f64], times: &Times) -> Self {
        let roles = &model.roles;
        let from = value(values, roles.open_from);
        let to = value(values, roles.open_to).max(from + 1.0);
        let lone = value(values, roles.lone_guard);
        let lone_at =
            |levels: &[usize]| 1.0 + level_share(model, roles.lone_guard, lone, levels) * (times.lone_guard - 1.0);
        let open_at_lunch = 1.0 - value(values, roles.closed_at_lunch);
        let lunch = times.lunch * lone_at(&[1, 3]) * open_at_lunch;
        let closing = times.last_hour * lone_at(&[2, 3]);
        let (morning, evening) = (from + 1.0, (to - 1.0).max(from + 1.0));
        let span = |from, to, times| Span { from, to, times, at_lunch: times * lunch };
        Self {
            spans: [span(from, morning, times.first_hour), span(morning, evening, 1.0), span(evening, to, closing)],
            lunch: (f64::from(model.hours.lunch_from_h), f64::from(model.hours.lunch_to_h)),
        }
    }

    /// The weight of what lies between two times of the day.
    fn weight(&self, from: f64, to: f64) -> f64 {
        let weigh = |span: &Span| {
            let (from, to) = (span.from.max(from), span.to.min(to));
            let lunch = (to.min(self.lunch.1) - from.max(self.lunch.0)).max(0.0);
            ((to - from).max(0.0) - lunch) * span.times + lunch * span.at_lunch
        };
        self.spans.iter().map(weigh).sum()
    }
}
