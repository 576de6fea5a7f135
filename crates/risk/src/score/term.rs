//! A factor with its logarithms taken.

use super::{DOUBLING, whole};
use crate::model::{Model, Part, Shape};

/// What a factor adds, ready to be computed for many sites.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) part: Part,
    pub(crate) field: usize,
    how: How,
}

#[derive(Clone, Debug)]
enum How {
    Linear { cap: f64, reference: f64, points_per: f64 },
    Doublings { scale: f64, reference_log2: f64, points_per: f64 },
    Levels { points: Vec<i32>, missing: i32 },
}

pub(crate) fn compile(model: &Model) -> Vec<Term> {
    let terms = model.factors.iter().map(|factor| {
        let reference = model.reference.values.get(factor.field).copied().unwrap_or(f64::NAN);
        let points = |value: f64| whole(factor.doublings(value, reference) * DOUBLING);
        let how = match &factor.shape {
            Shape::Linear { per, cap, effect } => {
                How::Linear { cap: *cap, reference: reference.min(*cap), points_per: effect.log2() * DOUBLING / per }
            }
            Shape::Doublings { scale, effect } => How::Doublings {
                scale: *scale,
                reference_log2: (reference + scale).log2(),
                points_per: effect.log2() * DOUBLING,
            },
            Shape::Levels(levels) => How::Levels {
                points: (0_u32..).zip(levels).map(|(level, _)| points(f64::from(level))).collect(),
                missing: points(f64::NAN),
            },
        };
        Term { part: factor.part, field: factor.field, how }
    });
    terms.collect()
}

impl Term {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a level is a small whole number")]
    pub(crate) fn points(&self, values: &[f64]) -> i32 {
        let value = values.get(self.field).copied().unwrap_or(f64::NAN);
        match &self.how {
            How::Linear { cap, reference, points_per } => whole((value.min(*cap) - reference) * points_per),
            How::Doublings { points_per, .. } if *points_per == 0.0 => 0,
            How::Doublings { scale, reference_log2, points_per } => {
                whole(((value + scale).log2() - reference_log2) * points_per)
            }
            How::Levels { points, missing } if value.is_nan() || points.is_empty() => *missing,
            How::Levels { points, .. } => points.get(value as usize).copied().unwrap_or(0),
        }
    }
}
