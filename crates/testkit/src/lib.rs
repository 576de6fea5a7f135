//! Simulated network, virtual clock, failing disk, sample data (dev only).
//!
//! One seed is one world: a city with its police, sites with panels, a station that crashes, desks with people who answer, answer late or
//! never, lines that lose, delay, double, reorder, change and cut, a disk that is slow, full or fails, clocks that leap, and somebody who
//! records every line and sends what he likes. The machines in it are the real ones: [`keng_protocol::panel::Panel`],
//! [`keng_protocol::receiver::Receiver`], [`keng_dispatch::Dispatcher`], over an engine of [`keng_journal`]. After every step a witness looks
//! for what must never happen, each a [`Violation`]; in [`Mode::Liveness`] the faults end, and everything must settle.
//!
//! The same seed gives the same world, on every machine; a failing one says how to see it again. With a [`Flaw`] the simulated driver has a
//! fault on purpose, because a simulator that cannot fail proves nothing.
//!
//! ```
//! use keng_testkit::{Flaw, Mode, run};
//!
//! let report = run(1, Mode::Liveness, None, false)?;
//! assert!(report.steps > 0);
//!
//! let first = (0..1000).find_map(|seed| run(seed, Mode::Safety, Some(Flaw::ReceiptBeforeDisk), false).err());
//! println!("{}", first.expect("the flaw is found"));
//! # Ok::<(), Box<keng_testkit::Failure>>(())
//! ```

mod climate;
mod desk;
mod dice;
mod disk;
mod flaw;
mod line;
mod post;
mod sample;
mod station;
mod witness;
mod world;

pub use flaw::Flaw;
pub use witness::{Report, Violation};
pub use world::{Failure, Mode, run};
