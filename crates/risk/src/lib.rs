//! Scores a site, says why, and plans what lowers it.

pub mod fit;
pub mod near_repeat;
pub mod sensitivity;
pub mod validate;
