//! Incidents near by, in space and time, raise the frequency.

use keng_geo::Position;

use crate::model::Repeat;

/// By how many times recent incidents raise the frequency at a place: 1 and, for each, `most - 1`, halved with every `half_distance_m` and
/// every `half_days`. Each incident is where it was and how many days ago; one in the future counts as today.
#[must_use]
pub fn uplift(repeat: &Repeat, place: Position, incidents: &[(Position, f64)]) -> f64 {
    let each = incidents.iter().map(|(at, days)| {
        let halvings = at.distance_m(place) / repeat.half_distance_m + days.max(0.0) / repeat.half_days;
        (repeat.most - 1.0) * (-halvings).exp2()
    });
    1.0 + each.sum::<f64>()
}
