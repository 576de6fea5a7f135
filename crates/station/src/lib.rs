//! Drives the machines and a journal over tokio: listeners, timers, channels.

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
