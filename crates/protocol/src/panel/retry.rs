//! When to try again: exponential backoff with jitter from a seed.

use core::time::Duration;

use super::Backoff;

/// Draws the waits. The same seed draws the same waits.
#[derive(Debug)]
pub(super) struct Retry {
    backoff: Backoff,
    state: u64,
}

impl Retry {
    pub(super) const fn new(backoff: Backoff, seed: u64) -> Self {
        Self { backoff, state: seed }
    }

    /// How long to wait after this many attempts: between half of [`Backoff::longest`] and all of it.
    pub(super) fn wait(&mut self, attempts: u32) -> Duration {
        let half = self.backoff.longest(attempts) / 2;
        half + self.up_to(half)
    }

    /// A duration from zero to `most`, in whole milliseconds.
    pub(super) fn up_to(&mut self, most: Duration) -> Duration {
        let millis = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.draw() % millis.saturating_add(1))
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): enough to spread panels in time; nothing secret hangs on it.
    const fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
