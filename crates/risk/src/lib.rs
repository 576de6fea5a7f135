//! Scores a site for the risk of robbery, says why, and plans what lowers it.
//!
//! Three things are kept apart: how often (frequency), how bad (consequence), and whether they are gone before anyone arrives (response).
//! Every number is in a [`Model`], a TOML file with a source for each (`MODEL.md`). A score is in whole points, a thousandth of a doubling
//! each, and is the sum of its reasons to the last digit. No clock, file or random source: draws come from a seed, and the same input gives
//! the same octets on any number of threads.
//!
//! ```
//! use keng_risk::change::changes;
//! use keng_risk::score::reasons;
//! use keng_risk::{Calibration, Model, Scorer, Site};
//!
//! let model = Model::default();
//! let shop = Site::unknown(&model)
//!     .with(&model, "kind", "gold_shop")?
//!     .with(&model, "guards", "0")?
//!     .with(&model, "cash_mvnd", "4000")?
//!     .with(&model, "travel_1_s", "540")?;
//!
//! let scorer = Scorer::new(&model);
//! let score = scorer.score(&shop.values);
//! assert_eq!(score.points.iter().sum::<i32>(), score.total()); // the reasons are the score
//! let (why, points) = reasons(&model).zip(&score.points).max_by_key(|(_, points)| **points).ok_or("no reason")?;
//! assert_eq!(why.name(&model), "consequence.cash_mvnd");
//! assert!(*points > 1000); // more than twice the reference site
//!
//! let best = changes(&scorer, &shop).into_iter().next().ok_or("nothing helps")?;
//! let after = shop.after(&model, &model.measures[best.measure]);
//! assert_eq!(score.total() - scorer.score(&after.values).total(), best.lowers);
//!
//! let unit = Calibration::of(&model, &model.base, [score.frequency]); // this one site has the base rate
//! assert!((unit.robberies_at(score.frequency) - model.base.rate()).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "arrow")]
pub mod batch;
pub mod change;
mod duration;
pub mod fit;
pub mod hours;
pub mod model;
pub mod near_repeat;
pub mod plan;
pub mod range;
pub mod repeat;
mod response;
pub mod score;
pub mod sensitivity;
pub mod share;
pub mod site;
pub mod validate;

pub use model::Model;
pub use score::{Calibration, Score, Scorer};
pub use site::Site;
