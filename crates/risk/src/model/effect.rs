//! What a field does to a part of the risk.

use super::Part;

/// The standard normal quantile of 95 %: `low` and `high` of an effect hold 90 %.
const Z95: f64 = 1.644_853_626_951_472_2;

/// What one field does to one part.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Which part.
    pub part: Part,
    /// Which field, by its number.
    pub field: usize,
    /// How.
    pub shape: Shape,
    /// Where its numbers are from.
    pub source: String,
}

/// How a value becomes a change.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The effect for each `per` of the value above the reference; beyond `cap` no more.
    Linear {
        /// The step.
        per: f64,
        /// From where on more makes no difference.
        cap: f64,
        /// The effect of a step.
        effect: Effect,
    },
    /// The effect for each doubling of the value plus `scale`.
    Doublings {
        /// What is added before, so that 0 is no wonder.
        scale: f64,
        /// The effect of a doubling.
        effect: Effect,
    },
    /// An effect for each level, by its number, with the weight it has where the level is missing.
    Levels(Vec<(f64, Effect)>),
}

/// A factor and how sure it is: log-normal, with this median and 90 % between `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// By what the part is multiplied.
    pub times: f64,
    /// 5 % are below.
    pub low: f64,
    /// 5 % are above.
    pub high: f64,
}

impl Effect {
    /// No effect.
    pub const NONE: Self = Self { times: 1.0, low: 1.0, high: 1.0 };

    /// Doublings: the logarithm to base 2.
    #[must_use]
    pub fn log2(&self) -> f64 {
        self.times.log2()
    }

    /// The standard deviation of the doublings.
    #[must_use]
    pub fn spread_log2(&self) -> f64 {
        (self.high / self.low).log2() / (2.0 * Z95)
    }

    /// An effect from its doublings and their standard deviation, as a fit gives them.
    #[must_use]
    pub fn from_log2(mean: f64, spread: f64) -> Self {
        let at = |z: f64| (mean + z * spread).exp2();
        Self { times: at(0.0), low: at(-Z95), high: at(Z95) }
    }
}

impl Factor {
    /// The doublings by which a value changes the part; for a level that is missing, the mean over its weights.
    #[must_use]
    pub fn doublings(&self, value: f64, reference: f64) -> f64 {
        match &self.shape {
            Shape::Linear { effect, .. } | Shape::Doublings { effect, .. } => effect.log2() * self.x(value, reference),
            Shape::Levels(levels) => levels_mean(levels, value) - levels_mean(levels, reference),
        }
    }

    /// How many steps or doublings a value is above the reference. For a level 0.
    #[must_use]
    pub fn x(&self, value: f64, reference: f64) -> f64 {
        match &self.shape {
            Shape::Linear { per, cap, .. } => (value.min(*cap) - reference.min(*cap)) / per,
            Shape::Doublings { scale, .. } => ((value + scale) / (reference + scale)).log2(),
            Shape::Levels(_) => 0.0,
        }
    }

    /// Sets its effects, in the order of [`effects`](Self::effects), to others that are known exactly.
    pub(crate) fn set_log2(&mut self, log2: &[f64]) {
        let exact = |log2: &f64| Effect::from_log2(*log2, 0.0);
        match &mut self.shape {
            Shape::Linear { effect, .. } | Shape::Doublings { effect, .. } => {
                *effect = log2.first().map_or(*effect, exact);
            }
            Shape::Levels(levels) => levels.iter_mut().zip(log2).for_each(|((_, effect), log2)| *effect = exact(log2)),
        }
    }

    /// Its effects: one, or one for each level.
    pub fn effects(&self) -> impl Iterator<Item = &Effect> {
        let (one, levels) = match &self.shape {
            Shape::Linear { effect, .. } | Shape::Doublings { effect, .. } => (Some(effect), [].as_slice()),
            Shape::Levels(levels) => (None, levels.as_slice()),
        };
        one.into_iter().chain(levels.iter().map(|(_, effect)| effect))
    }
}

fn levels_mean(levels: &[(f64, Effect)], value: f64) -> f64 {
    if value.is_nan() {
        let all: f64 = levels.iter().map(|(weight, _)| weight).sum();
        return levels.iter().map(|(weight, effect)| weight * effect.log2()).sum::<f64>() / all;
    }
    (0_u32..).zip(levels).find(|(number, _)| f64::from(*number) == value).map_or(0.0, |(_, (_, effect))| effect.log2())
}
