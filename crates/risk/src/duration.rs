//! How long robberies last.

use crate::model::{Duration, Problem};

/// The longest duration that a model may hold, in minutes.
const MAX_MINUTES: f64 = 240.0;

/// The share of robberies that still last after a time, by the second.
#[derive(Clone, Debug)]
pub(crate) struct Durations {
    still: Vec<f64>,
}

impl Durations {
    pub(crate) fn new(file: &Duration) -> Result<Self, Problem> {
        let knots: Vec<(f64, f64)> = file.minutes.iter().copied().zip(file.share_over.iter().copied()).collect();
        let is_up = knots.windows(2).all(|pair| matches!(pair, [a, b] if a.0 < b.0 && a.1 <= b.1));
        let (Some(first), Some(last)) = (knots.first(), knots.last()) else { return Err(wrong()) };
        let is_whole = *first == (0.0, 0.0) && last.1 == 1.0 && last.0 <= MAX_MINUTES;
        if !is_up || !is_whole || file.minutes.len() != file.share_over.len() {
            return Err(wrong());
        }
        let seconds =
            (0_u32..).map(|second| f64::from(second) / 60.0).take_while(|minute| *minute <= last.0 + 1.0 / 60.0);
        Ok(Self { still: seconds.map(|minute| 1.0 - over(&knots, minute)).collect() })
    }

    /// The share that still lasts after so many seconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float becomes the nearest integer there is"
    )]
    pub(crate) fn still(&self, seconds: f64) -> f64 {
        let second = seconds.max(0.0);
        let at = second as usize;
        let (Some(here), Some(next)) = (self.still.get(at), self.still.get(at.saturating_add(1))) else { return 0.0 };
        here + (next - here) * second.fract()
    }
}

fn over(knots: &[(f64, f64)], minute: f64) -> f64 {
    let between = knots.windows(2).find_map(|pair| match pair {
        [a, b] if minute <= b.0 => Some(a.1 + (b.1 - a.1) * (minute - a.0) / (b.0 - a.0)),
        _ => None,
    });
    between.unwrap_or(1.0)
}

fn wrong() -> Problem {
    Problem::Number {
        at: "response.duration".to_owned(),
        rule: "as many minutes as shares, both ascending, from 0 and 0 up to at most 240 minutes and 1",
    }
}
