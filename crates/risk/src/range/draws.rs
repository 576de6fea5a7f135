//! The draws: of the model's numbers, and of what is missing at a site.

use super::random::{normal, uniform};
use crate::hours::{self, Times};
use crate::model::{Effect, Factor, Model, Shape};
use crate::response::{Numbers, Reached};
use crate::score::DOUBLING;

/// What stands in the place of a site's key where a number of the model is drawn.
const MODEL: u64 = 0x006d_6f64_656c;
/// The streams of what is no effect begin here.
const OTHERS: u64 = 1 << 32;

/// The numbers of the model in each draw.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    seed: u64,
    /// For each factor, its effects; for each effect, its points in each draw.
    effects: Vec<Vec<Vec<f64>>>,
    times: Vec<Times>,
    numbers: Vec<Numbers>,
}

/// A site's value: known, or one for each draw.
enum Drawn<'a> {
    Known(f64),
    Each(&'a [f64]),
}

impl Weights {
    pub(crate) fn draw(model: &Model, draws: usize, seed: u64) -> Self {
        let mut stream = 0;
        let mut of_effect = |effect: &Effect| {
            stream += 1;
            let (mean, spread) = (effect.log2() * DOUBLING, effect.spread_log2() * DOUBLING);
            (0..draws).map(|draw| mean + spread * normal(seed ^ MODEL, stream, counter(draw))).collect()
        };
        let effects = model.factors.iter().map(|factor| factor.effects().map(&mut of_effect).collect()).collect();
        let at = |number: u64, draw: usize| uniform(seed ^ MODEL, OTHERS + number, counter(draw));
        let (hours, response) = (&model.hours, &model.response);
        let times = (0..draws).map(|draw| Times {
            first_hour: hours.first_hour.at(at(0, draw)),
            lunch: hours.lunch.at(at(1, draw)),
            last_hour: hours.last_hour.at(at(2, draw)),
            cash_day: hours.cash_day.at(at(3, draw)),
            lone_guard: hours.lone_guard.at(at(4, draw)),
        });
        let numbers = (0..draws).map(|draw| Numbers {
            handling_s: response.handling_s.at(at(5, draw)) + response.turnout_s.at(at(6, draw)),
            without_alarm_s: response.without_alarm_s.at(at(7, draw)),
            common_cause: response.common_cause.at(at(8, draw)),
            post_available: response.post_available.at(at(9, draw)),
            travel_error: 1.0,
            saved: response.saved.at(at(10, draw)),
            duration_scale: response.duration_scale.at(at(11, draw)),
        });
        Self { seed, effects, times: times.collect(), numbers: numbers.collect() }
    }

    pub(crate) fn draws(&self) -> usize {
        self.times.len()
    }

    /// The model with the numbers of one draw.
    pub(crate) fn model(&self, model: &Model, draw: usize) -> Model {
        let effects =
            |factor: usize| self.effects.get(factor).into_iter().flatten().map(move |effect| effect.get(draw).copied());
        let mut numbers: Vec<Vec<f64>> = Vec::new();
        for factor in 0..model.factors.len() {
            numbers.push(effects(factor).map(|points| points.unwrap_or_default() / DOUBLING).collect());
        }
        let (Some(times), Some(response)) = (self.times.get(draw), self.numbers.get(draw)) else {
            return model.clone();
        };
        model.redrawn(&numbers, times, response)
    }

    /// The points of a site in each draw.
    pub(crate) fn scores(&self, model: &Model, values: &[f64], key: u64, scores: &mut [f32]) {
        let missing = self.missing(model, values, key);
        let drawn = |field: usize| match missing.get(field) {
            Some(Some(each)) => Drawn::Each(each),
            _ => Drawn::Known(values.get(field).copied().unwrap_or(f64::NAN)),
        };
        let mut points = vec![0.0; self.draws()];
        for (factor, effects) in model.factors.iter().zip(&self.effects) {
            let reference = model.reference.values.get(factor.field).copied().unwrap_or(f64::NAN);
            add(&mut points, factor, effects, &drawn(factor.field), reference);
        }
        self.add_rest(model, values, &missing, key, &mut points);
        scores.iter_mut().zip(points).for_each(|(score, points)| *score = narrow(points));
    }

    /// For each missing field its value in each draw.
    fn missing(&self, model: &Model, values: &[f64], key: u64) -> Vec<Option<Vec<f64>>> {
        let each = model.fields.iter().zip(values).zip(0_u64..).map(|((field, value), stream)| {
            let draw = |draw| field.missing_at(uniform(self.seed ^ key, stream, counter(draw)));
            value.is_nan().then(|| (0..self.draws()).map(draw).collect())
        });
        each.collect()
    }

    /// The hours and the response.
    fn add_rest(&self, model: &Model, values: &[f64], missing: &[Option<Vec<f64>>], key: u64, points: &mut [f64]) {
        let mut full = values.to_vec();
        let drawn = self.times.iter().zip(&self.numbers);
        for ((draw, points), (times, numbers)) in points.iter_mut().enumerate().zip(drawn) {
            for (value, each) in full.iter_mut().zip(missing) {
                if let Some(new) = each.as_ref().and_then(|each| each.get(draw)) {
                    *value = *new;
                }
            }
            let error = model.response.travel_error.at(uniform(self.seed ^ key, OTHERS, counter(draw)));
            let numbers = Numbers { travel_error: error, ..*numbers };
            let intercepted = numbers.intercepted(&model.durations, &Reached::of(model, &full));
            let week = hours::weight_with(model, &full, times) / model.reference.week;
            *points += (week * numbers.left(intercepted) / model.reference.left).log2() * DOUBLING;
        }
    }
}

/// Adds a factor's points in each draw.
fn add(points: &mut [f64], factor: &Factor, effects: &[Vec<f64>], drawn: &Drawn<'_>, reference: f64) {
    match (&factor.shape, drawn) {
        (Shape::Levels(_), drawn) => add_levels(points, effects, drawn, reference),
        (_, Drawn::Known(value)) => {
            let x = factor.x(*value, reference);
            for (points, effect) in points.iter_mut().zip(effects.first().into_iter().flatten()) {
                *points += effect * x;
            }
        }
        (_, Drawn::Each(values)) => {
            for ((points, effect), value) in points.iter_mut().zip(effects.first().into_iter().flatten()).zip(*values) {
                *points += effect * factor.x(*value, reference);
            }
        }
    }
}

fn add_levels(points: &mut [f64], effects: &[Vec<f64>], drawn: &Drawn<'_>, reference: f64) {
    for (draw, points) in points.iter_mut().enumerate() {
        let value = match drawn {
            Drawn::Known(value) => *value,
            Drawn::Each(values) => values.get(draw).copied().unwrap_or(f64::NAN),
        };
        let at = |level: f64| effects.get(index(level)).and_then(|effect| effect.get(draw)).copied().unwrap_or(0.0);
        *points += at(value) - at(reference);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a level is a small whole number")]
fn index(level: f64) -> usize {
    level as usize
}

#[expect(clippy::cast_possible_truncation, reason = "a hundredth of a point is lost at most")]
fn narrow(points: f64) -> f32 {
    points as f32
}

fn counter(draw: usize) -> u64 {
    u64::try_from(draw).unwrap_or(u64::MAX)
}
