//! What the benchmarks in `benches/benches` share: how they measure, processes of their own, and the
//! invented town in which they press.
//!
//! ```
//! use keng_benches::measure::rounds;
//!
//! let ratio = rounds(5, || 3.0, || 2.0);
//! assert_eq!((ratio.ours, ratio.anchor, ratio.ratio), (3.0, 2.0, 1.5));
//! ```

pub mod child;
pub mod measure;
pub mod town;
