//! Drives the machines and a journal over tokio: listeners, timers, channels.
//!
//! [`Station::start`] opens the journal, puts the machines back as it says, and listens. What is said over HTTP is in `API.md` beside this crate,
//! what stands in the journal in `JOURNAL.md`.

mod clock;
mod config;
mod dialect;
mod driver;
pub mod entries;
mod feed;
mod handle;
mod http;
mod inlet;
mod link;
mod listen;
mod metrics;
pub mod panel;
mod station;
mod webhook;

pub use config::{Config, Listen, Timing};
pub use feed::Scope;
pub use handle::{Handle, Submission};
pub use http::router;
pub use station::{Addresses, StartError, Station};
