//! What the service manager (systemd) is told: ready, reading anew, stopping, and that the way of an alarm moves. Without one nothing is sent.

use std::time::Duration;

use keng_station::Handle;
use sd_notify::NotifyState;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// The receiver takes alarms.
pub(crate) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The receiver reads its files anew; [`ready`] follows.
pub(crate) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "the service manager cannot be told that files are read anew"),
    }
}

/// The receiver takes nothing new, and stores what it has taken.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The watchdog of the unit, when it has one.
pub(crate) struct Watchdog(Option<Interval>);

impl Watchdog {
    /// As the service manager wants it: the environment says how often.
    pub(crate) fn new() -> Self {
        Self::every(sd_notify::watchdog_enabled())
    }

    fn every(bound: Option<Duration>) -> Self {
        // Three times within the bound: one lost beat ends nobody.
        let every = bound.map(|bound| (bound / 3).max(Duration::from_millis(1)));
        Self(every.map(|every| {
            let mut beats = interval(every);
            beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
            beats
        }))
    }

    /// Waits for the next beat, and sends it if an alarm would get through now: the driver answers, and the journal's thread has passed what
    /// was handed to it, or has said why it cannot, which is no reason to be started again. Never returns when there is no watchdog.
    pub(crate) async fn beat(&mut self, handle: &Handle) {
        match &mut self.0 {
            None => std::future::pending().await,
            Some(beats) => {
                beats.tick().await;
                if handle.moves().await {
                    tell(&[NotifyState::Watchdog]);
                } else {
                    tracing::error!("an alarm would not get through: the watchdog is not fed");
                }
            }
        }
    }
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}
