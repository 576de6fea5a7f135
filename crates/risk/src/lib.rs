//! Scores a site, says why, and plans what lowers it.

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
