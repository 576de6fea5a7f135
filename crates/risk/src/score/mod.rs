//! A site's score and its exact parts, in whole points.
//!
//! A point is a thousandth of a doubling, on the logarithm to base 2: 1,000 points more are twice the risk, 1,000 fewer half of it. The
//! reference site of the model has 0. Each reason is rounded to whole points, and a score *is* the sum of its reasons, so nothing can be
//! lost between them.

mod calibration;
mod term;

pub use calibration::Calibration;
pub(crate) use term::{Term, compile};

use crate::model::{Model, Part};
use crate::response::{Numbers, Reached};
use crate::{hours, model};

/// Points of a doubling: the unit of the scale.
pub const DOUBLING: f64 = 1000.0;

/// A site's score. It does not exist without its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The points of each reason, in the order of [`reasons`].
    pub points: Vec<i32>,
    /// The chance that police arrive while the robbers are there, 0 to 1.
    pub intercepted: f64,
    /// The frequency's points.
    pub frequency: i32,
    /// The consequence's points.
    pub consequence: i32,
    /// The response's points: more where they are gone before anyone arrives.
    pub response: i32,
}

/// Where points come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A factor of the model, by its number.
    Factor(usize),
    /// How many hours it is open, and which.
    Hours,
    /// How long it takes to press the button.
    Press,
    /// The alarm link: its paths and their availability.
    Link,
    /// The posts' travel.
    Travel,
}

/// The reasons that are no factors, in their order behind the factors.
const OTHERS: [Reason; 4] = [Reason::Hours, Reason::Press, Reason::Link, Reason::Travel];

/// All reasons of a model, in the order of a score's points.
pub fn reasons(model: &Model) -> impl ExactSizeIterator<Item = Reason> {
    let factors = model.factors.len();
    (0..factors + OTHERS.len()).map(move |number| {
        number.checked_sub(factors).and_then(|other| OTHERS.get(other).copied()).unwrap_or(Reason::Factor(number))
    })
}

impl Reason {
    /// Which part it belongs to.
    #[must_use]
    pub fn part(self, model: &Model) -> Part {
        match self {
            Self::Factor(number) => model.factors.get(number).map_or(Part::Frequency, |factor| factor.part),
            Self::Hours => Part::Frequency,
            Self::Press | Self::Link | Self::Travel => Part::Response,
        }
    }

    /// The fields that it is computed from.
    #[must_use]
    pub fn fields(self, model: &Model) -> Vec<usize> {
        let roles = &model.roles;
        match self {
            Self::Factor(number) => model.factors.get(number).map(|factor| factor.field).into_iter().collect(),
            Self::Hours => vec![
                roles.open_from,
                roles.open_to,
                roles.open_days,
                roles.closed_at_lunch,
                roles.lone_guard,
                roles.cash_day,
            ],
            Self::Press => vec![roles.press],
            Self::Link => vec![roles.paths, roles.availability],
            Self::Travel => roles.travel.to_vec(),
        }
    }

    /// A name that no other reason of the model has, such as `frequency.guards` or `response.travel`.
    #[must_use]
    pub fn name(self, model: &Model) -> String {
        let what = match self {
            Self::Factor(number) => {
                let field = model.factors.get(number).and_then(|factor| model.fields.get(factor.field));
                field.map_or("", |field| field.name.as_str())
            }
            Self::Hours => "hours",
            Self::Press => "press",
            Self::Link => "link",
            Self::Travel => "travel",
        };
        format!("{}.{what}", self.part(model).name())
    }
}

impl Score {
    /// The score of a site.
    #[must_use]
    pub fn of(model: &Model, values: &[f64]) -> Self {
        Scorer::new(model).score(values)
    }

    /// All points.
    #[must_use]
    pub fn total(&self) -> i32 {
        self.frequency + self.consequence + self.response
    }

    /// The points of a part.
    #[must_use]
    pub fn part(&self, part: Part) -> i32 {
        match part {
            Part::Frequency => self.frequency,
            Part::Consequence => self.consequence,
            Part::Response => self.response,
        }
    }
}

/// Scores many sites with one model: what does not depend on the site is computed once.
#[derive(Clone, Debug)]
pub struct Scorer {
    model: Model,
    terms: Vec<Term>,
    expected: Vec<f64>,
    times: hours::Times,
    numbers: Numbers,
    reference: Reached,
}

impl Scorer {
    /// For a model.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        Self {
            terms: compile(model),
            expected: model.fields.iter().map(model::Field::expected).collect(),
            times: hours::Times::likely(&model.hours),
            numbers: Numbers::likely(&model.response),
            reference: Reached::of(model, &model.reference.values),
            model: model.clone(),
        }
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How many reasons a score has.
    #[must_use]
    pub fn reasons(&self) -> usize {
        self.terms.len() + OTHERS.len()
    }

    /// The score of a site.
    #[must_use]
    pub fn score(&self, values: &[f64]) -> Score {
        let mut points = vec![0; self.reasons()];
        let mut full = values.to_vec();
        let intercepted = self.write(&mut full, &mut points);
        let mut score = Score { points, intercepted, frequency: 0, consequence: 0, response: 0 };
        for (reason, points) in reasons(&self.model).zip(&score.points) {
            match reason.part(&self.model) {
                Part::Frequency => score.frequency += points,
                Part::Consequence => score.consequence += points,
                Part::Response => score.response += points,
            }
        }
        score
    }

    /// Writes the points of each reason; the chance of interception. Fills in what is missing.
    pub(crate) fn write(&self, values: &mut [f64], points: &mut [i32]) -> f64 {
        fill(values, &self.expected);
        let (factors, others) = points.split_at_mut(self.terms.len().min(points.len()));
        factors.iter_mut().zip(&self.terms).for_each(|(points, term)| *points = term.points(values));
        let (response, intercepted) = self.response(&Reached::of(&self.model, values));
        let all = [self.hours(values)].into_iter().chain(response);
        others.iter_mut().zip(all).for_each(|(points, new)| *points = new);
        intercepted
    }

    /// The frequency's points and all points, without reasons: the sums of the same site's [`score`](Self::score). Fills in what is missing.
    pub fn totals(&self, values: &mut [f64]) -> (i32, i32) {
        fill(values, &self.expected);
        let (mut frequency, mut consequence) = (self.hours(values), 0);
        for term in &self.terms {
            match term.part {
                Part::Frequency => frequency += term.points(values),
                Part::Consequence | Part::Response => consequence += term.points(values),
            }
        }
        let reached = Reached::of(&self.model, values);
        let intercepted = self.numbers.intercepted(&self.model.durations, &reached);
        (frequency, frequency + consequence + self.left_points(intercepted))
    }

    fn hours(&self, values: &[f64]) -> i32 {
        let week = hours::weight_with(&self.model, values, &self.times);
        whole((week / self.model.reference.week).log2() * DOUBLING)
    }

    fn left_points(&self, intercepted: f64) -> i32 {
        whole((self.numbers.left(intercepted) / self.model.reference.left).log2() * DOUBLING)
    }

    /// The shares of press, link and travel in the response's points: each one's mean over all orders in which the three could be
    /// exchanged for those of the reference site (Shapley). The last takes what rounding leaves.
    fn response(&self, site: &Reached) -> ([i32; 3], f64) {
        let reference = &self.reference;
        let chance = |press: bool, link: bool, travel: bool| {
            let linked = if link { site } else { reference };
            let mixed = Reached {
                press_s: if press { site.press_s } else { reference.press_s },
                paths: linked.paths,
                availability: linked.availability,
                travel_s: if travel { site.travel_s } else { reference.travel_s },
            };
            self.numbers.intercepted(&self.model.durations, &mixed)
        };
        let log = |chance: f64| self.numbers.left(chance).log2() * DOUBLING;
        let none = self.model.reference.left.log2() * DOUBLING;
        let intercepted = chance(true, true, true);
        let (press, link, travel) =
            (log(chance(true, false, false)), log(chance(false, true, false)), log(chance(false, false, true)));
        let (press_link, press_travel) = (log(chance(true, true, false)), log(chance(true, false, true)));
        let (link_travel, all) = (log(chance(false, true, true)), log(intercepted));
        let of_press = (press - none + all - link_travel) / 3.0 + (press_link - link + press_travel - travel) / 6.0;
        let of_link = (link - none + all - press_travel) / 3.0 + (press_link - press + link_travel - travel) / 6.0;
        let (of_press, of_link) = (whole(of_press), whole(of_link));
        ([of_press, of_link, self.left_points(intercepted) - of_press - of_link], intercepted)
    }
}

/// Puts what is counted for what is missing, but for levels, in its place.
pub(crate) fn filled(model: &Model, values: &mut [f64]) {
    for (value, field) in values.iter_mut().zip(&model.fields) {
        if value.is_nan() {
            *value = field.expected();
        }
    }
}

fn fill(values: &mut [f64], expected: &[f64]) {
    for (value, expected) in values.iter_mut().zip(expected) {
        if value.is_nan() {
            *value = *expected;
        }
    }
}

/// The nearest whole number of points.
#[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer there is")]
pub(crate) fn whole(points: f64) -> i32 {
    points.round() as i32
}
