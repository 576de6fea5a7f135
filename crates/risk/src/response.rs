//! Gone before anyone arrives: the alarm, the posts' travel, and how long robberies last.

use crate::duration::Durations;
use crate::model::{self, Parts};

/// The numbers of a response, as the model has them or as a draw has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    /// From the alarm to wheels rolling.
    pub(crate) handling_s: f64,
    pub(crate) without_alarm_s: f64,
    pub(crate) common_cause: f64,
    pub(crate) post_available: f64,
    pub(crate) travel_error: f64,
    pub(crate) saved: f64,
    pub(crate) duration_scale: f64,
}

/// What of a site the response depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub(crate) press_s: f64,
    pub(crate) paths: f64,
    pub(crate) availability: f64,
    pub(crate) travel_s: [f64; 3],
}

impl Numbers {
    pub(crate) fn likely(response: &model::Response) -> Self {
        Self {
            handling_s: response.handling_s.likely + response.turnout_s.likely,
            without_alarm_s: response.without_alarm_s.likely,
            common_cause: response.common_cause.likely,
            post_available: response.post_available.likely,
            travel_error: response.travel_error.likely,
            saved: response.saved.likely,
            duration_scale: response.duration_scale.likely,
        }
    }

    /// Puts them in the place of the likeliest; what is from the alarm to wheels rolling goes to the handling.
    pub(crate) fn write(&self, response: &mut model::Response) {
        response.handling_s.likely = self.handling_s;
        response.turnout_s.likely = 0.0;
        response.without_alarm_s.likely = self.without_alarm_s;
        response.common_cause.likely = self.common_cause;
        response.post_available.likely = self.post_available;
        response.travel_error.likely = self.travel_error;
        response.saved.likely = self.saved;
        response.duration_scale.likely = self.duration_scale;
    }

    /// The chance that police arrive while the robbers are there.
    pub(crate) fn intercepted(&self, durations: &Durations, site: &Reached) -> f64 {
        let alarm = self.alarm(site.paths, site.availability);
        let with = self.in_time(durations, site.press_s, &site.travel_s);
        let without = if alarm < 1.0 { self.in_time(durations, self.without_alarm_s, &site.travel_s) } else { 0.0 };
        alarm * with + (1.0 - alarm) * without
    }

    /// What is left of the cost of a robbery.
    pub(crate) fn left(&self, intercepted: f64) -> f64 {
        1.0 - self.saved * intercepted
    }

    /// The chance that an alarm gets through: on one path its availability; two fail together by chance or for a common cause.
    fn alarm(&self, paths: f64, availability: f64) -> f64 {
        let down = 1.0 - availability;
        let two = 1.0 - down * (self.common_cause + (1.0 - self.common_cause) * down);
        if paths <= 1.0 { paths * availability } else { availability + (paths - 1.0) * (two - availability) }
    }

    /// The nearest post comes if it has somebody; else the second, else the third.
    fn in_time(&self, durations: &Durations, told_s: f64, travel_s: &[f64; 3]) -> f64 {
        let (mut chance, mut left) = (0.0, 1.0);
        for travel in travel_s {
            let arrival = told_s + self.handling_s + travel * self.travel_error;
            chance += left * self.post_available * durations.still(arrival / self.duration_scale);
            left *= 1.0 - self.post_available;
        }
        chance
    }
}

impl Reached {
    pub(crate) fn of(model: &Parts, values: &[f64]) -> Self {
        let value = |field: usize| values.get(field).copied().unwrap_or(f64::NAN);
        Self {
            press_s: value(model.roles.press),
            paths: value(model.roles.paths),
            availability: value(model.roles.availability),
            travel_s: model.roles.travel.map(value),
        }
    }
}

/// What is left of the cost of a robbery at a site of which everything is known.
pub(crate) fn left(model: &Parts, values: &[f64]) -> f64 {
    let numbers = Numbers::likely(&model.response);
    numbers.left(numbers.intercepted(&model.durations, &Reached::of(model, values)))
}
