//! What a panel is, and what a panel cannot be.

use core::time::Duration;

use super::{MAX_OUTBOX, MAX_PATHS, MAX_STATIONS};
use crate::id::DeviceId;
use crate::key::PublicKey;

/// What a panel is.
#[derive(Clone, Debug)]
pub struct Config {
    /// The panel's own id, in every frame that it signs.
    pub id: DeviceId,
    /// The number of the panel's own key.
    pub key: u8,
    /// Who may answer: 1 to [`MAX_STATIONS`] keys.
    pub stations: Vec<Station>,
    /// How many ways out the panel has, 1 to [`MAX_PATHS`]; they are numbered from 0, the preferred first.
    pub paths: u8,
    /// How often a heartbeat goes out, at least [`Config::LEAST_HEARTBEAT`].
    pub heartbeat: Duration,
    /// After how long without a receipt the site is told so; 20 s is usual.
    pub not_received_after: Duration,
    /// How long to wait between two attempts.
    pub retry: Backoff,
    /// The seed of all jitter, different for each panel; it need not be secret.
    pub jitter_seed: u64,
    /// The most events that wait for a receipt, 1 to [`MAX_OUTBOX`].
    pub outbox: usize,
}

/// A station's key: what it signs is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Station {
    /// The station.
    pub id: DeviceId,
    /// The number of the key at this station.
    pub key: u8,
    /// The key.
    pub public: PublicKey,
}

/// How long to wait for a receipt: `first`, then twice as long after each attempt, at most `most`. The true wait is drawn between half of
/// that and all of it, so that panels cut off together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first attempt; at least [`Backoff::LEAST`].
    pub first: Duration,
    /// After many attempts; at least `first`. Attempts never end.
    pub most: Duration,
}

/// A configuration that no panel can keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misconfigured {
    /// No path, or more than [`MAX_PATHS`].
    #[error("a panel has 1 to {MAX_PATHS} paths")]
    Paths,
    /// Nobody may answer, or more than [`MAX_STATIONS`] keys.
    #[error("a panel knows 1 to {MAX_STATIONS} keys of stations")]
    Stations,
    /// No room for an event, or more than [`MAX_OUTBOX`].
    #[error("an outbox holds 1 to {MAX_OUTBOX} events")]
    Outbox,
    /// Retries come faster than [`Backoff::LEAST`], or `first` is longer than `most`.
    #[error("the first wait is too short, or longer than the longest")]
    Retry,
    /// Heartbeats come faster than [`Config::LEAST_HEARTBEAT`].
    #[error("heartbeats come too fast")]
    Heartbeat,
}

impl Config {
    /// The shortest time between two heartbeats.
    pub const LEAST_HEARTBEAT: Duration = Duration::from_secs(1);

    pub(super) fn check(&self) -> Result<(), Misconfigured> {
        let rules = [
            ((1..=MAX_PATHS).contains(&self.paths), Misconfigured::Paths),
            ((1..=MAX_STATIONS).contains(&self.stations.len()), Misconfigured::Stations),
            ((1..=MAX_OUTBOX).contains(&self.outbox), Misconfigured::Outbox),
            (self.retry.first >= Backoff::LEAST && self.retry.first <= self.retry.most, Misconfigured::Retry),
            (self.heartbeat >= Self::LEAST_HEARTBEAT, Misconfigured::Heartbeat),
        ];
        rules.into_iter().find(|(kept, _)| !kept).map_or(Ok(()), |(_, broken)| Err(broken))
    }
}

impl Backoff {
    /// The shortest first wait.
    pub const LEAST: Duration = Duration::from_millis(100);

    /// The longest wait after this many attempts, the first being 1.
    pub fn longest(self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1);
        self.first.saturating_mul(1u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(self.most)
    }
}
