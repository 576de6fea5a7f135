//! The machines' time: the wall's at the start, then what has really passed, so that a jump of the wall clock is no storm of silences.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use keng_protocol::Timestamp;

/// The largest part of the time passed by which we follow the wall clock: 1 in 2,000, as clocks that are slewed do.
const SLEW: u32 = 2_000;

/// How far the wall may be behind the journal's last entry.
const BEHIND_AT_MOST: Duration = Duration::from_secs(3600);

/// Time that never goes back and never jumps.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    last: Instant,
    now: Duration,
}

impl Clock {
    /// Starts at the wall's time, or at `last`, the journal's last entry, when the wall is a little behind it. A wall that is far behind it
    /// was far ahead before: then the wall is right now, and the machines take a step back.
    pub(crate) fn start(last: Timestamp) -> Self {
        let (wall, last) = (wall(), Duration::from_millis(last.millis()));
        let now = if last > wall + BEHIND_AT_MOST { wall } else { wall.max(last) };
        Self { last: Instant::now(), now }
    }

    /// The time now.
    pub(crate) fn now(&mut self) -> Timestamp {
        let passed = self.last.elapsed();
        self.last += passed;
        self.now += passed;
        let (wall, most) = (wall(), passed / SLEW);
        if wall > self.now {
            self.now += most.min(wall - self.now);
        } else {
            self.now -= most.min(self.now - wall);
        }
        timestamp(self.now)
    }

    /// The instant of `at`, for a timer; now when it has passed.
    pub(crate) fn instant(&self, at: Timestamp) -> Instant {
        self.last + Duration::from_millis(at.millis()).saturating_sub(self.now)
    }

    /// The wall clock minus ours, in milliseconds.
    pub(crate) fn offset_ms(&self) -> i64 {
        timestamp(wall()).offset_ms(timestamp(self.now + self.last.elapsed()))
    }
}

/// The wall's time, for what strangers compare with their own clocks.
pub(crate) fn wall_now() -> Timestamp {
    timestamp(wall())
}

fn wall() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn timestamp(since_epoch: Duration) -> Timestamp {
    Timestamp::from_millis(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
}
