//! Who has stopped talking: a lazy hashed wheel.

use core::time::Duration;

use crate::time::Timestamp;

/// How many ticks a silence period has: the wheel's resolution.
const TICKS: u64 = 64;
/// Slots of the wheel: a whole period, the tick that rounding up may add, and the slot that is being looked through.
const SLOTS: u64 = TICKS + 2;
/// If nothing at all happened for so many periods, the process or the clock stood still: nobody listened, so nobody was silent.
const OVERSLEPT: u64 = 2;

/// Watches who has stopped talking: a lazy hashed wheel, of which each receiver has one. A driver of another dialect may have its own.
///
/// A sign of life is one store of a time. Each panel is filed in one slot of the wheel, by the time when it will be silent if nothing
/// more is heard; when that time comes the slot is looked through, and who was heard since is filed again. Each panel is looked at about
/// once in a silence period, however often it talks. A panel is told silent at most one [tick](Watch::tick) late and never early.
///
/// Panels have numbers of the caller's from 0 on, at most 2^32; a table of 16 octets for each number up to the highest is kept, and 4 in the
/// wheel for each that is watched.
#[derive(Debug)]
pub struct Watch {
    silence_ms: u64,
    tick_ms: u64,
    /// The last tick that was looked through.
    cursor: u64,
    /// Before this nobody listened: each panel gets a whole period from here.
    floor: Timestamp,
    /// The time of the last input.
    seen: Timestamp,
    filed: usize,
    silent: usize,
    panels: Vec<Panel>,
    wheel: Vec<Vec<u32>>,
}

/// 16 octets, and 4 in the wheel.
#[derive(Clone, Copy, Debug, Default)]
struct Panel {
    heard: Timestamp,
    state: State,
    filed: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Not watched: no panel, or without a key.
    #[default]
    Off,
    /// Watched, heard or new.
    Live,
    /// Watched and known from before a restart: whether it was silent then nobody knows.
    Doubtful,
    /// Told silent.
    Silent,
}

impl Watch {
    /// Nobody is watched yet. `silence`, at least 1 ms, is how long somebody watched may say nothing.
    pub fn new(silence: Duration, now: Timestamp) -> Self {
        let silence_ms = u64::try_from(silence.as_millis()).unwrap_or(u64::MAX).max(1);
        let tick_ms = silence_ms.div_ceil(TICKS);
        let wheel = (0..SLOTS).map(|_| Vec::new()).collect();
        let cursor = now.millis() / tick_ms;
        Self { silence_ms, tick_ms, cursor, floor: now, seen: now, filed: 0, silent: 0, panels: Vec::new(), wheel }
    }

    /// A 64th of the silence period, rounded up to a millisecond.
    pub const fn tick(&self) -> Duration {
        Duration::from_millis(self.tick_ms)
    }

    /// How many panels are silent.
    pub const fn silent(&self) -> usize {
        self.silent
    }

    /// Begins to watch a panel, unless it is watched; `restored` when it is known from before a restart.
    pub fn add(&mut self, slot: usize, now: Timestamp, restored: bool) {
        if self.panels.len() <= slot {
            self.panels.resize(slot + 1, Panel::default());
        }
        let Some(panel) = self.panels.get_mut(slot).filter(|panel| panel.state == State::Off) else { return };
        panel.state = if restored { State::Doubtful } else { State::Live };
        panel.heard = now;
        self.file(slot);
    }

    /// Ceases to watch a panel. It leaves the wheel when its slot comes.
    pub fn remove(&mut self, slot: usize) {
        let Some(panel) = self.panels.get_mut(slot) else { return };
        if core::mem::take(&mut panel.state) == State::Silent {
            self.silent -= 1;
        }
    }

    /// A sign of life. True when it ends a silence, or a doubt.
    pub fn heard(&mut self, slot: usize, now: Timestamp) -> bool {
        let Some(panel) = self.panels.get_mut(slot) else { return false };
        panel.heard = now;
        match panel.state {
            State::Off | State::Live => return false,
            State::Doubtful => panel.state = State::Live,
            State::Silent => {
                panel.state = State::Live;
                self.silent -= 1;
                self.file(slot);
            }
        }
        true
    }

    /// Goes on to `now`; hands out each panel that has become silent, with the time it was last heard.
    pub fn advance(&mut self, now: Timestamp, mut silent: impl FnMut(usize, Timestamp)) {
        let slept_ms = now.millis().saturating_sub(self.seen.millis());
        if slept_ms > self.silence_ms.saturating_mul(OVERSLEPT) {
            self.floor = now;
        }
        self.seen = now;
        // Most inputs come before the next tick, and a division is more than all the rest that they cost.
        if now.millis() < self.next_ms() {
            return;
        }
        let to = now.millis() / self.tick_ms;
        let from = self.cursor.max(to.saturating_sub(SLOTS));
        for tick in from + 1..=to {
            self.cursor = tick;
            self.look_through(now, &mut silent);
        }
    }

    /// When the next slot comes; `None` while nobody is watched.
    pub fn next(&self) -> Option<Timestamp> {
        (self.filed > 0).then(|| Timestamp::from_millis(self.next_ms()))
    }

    /// When the next tick begins.
    const fn next_ms(&self) -> u64 {
        self.cursor.saturating_add(1).saturating_mul(self.tick_ms)
    }

    /// When a panel that was heard then is silent.
    fn deadline_ms(&self, heard: Timestamp) -> u64 {
        heard.max(self.floor).millis().saturating_add(self.silence_ms)
    }

    fn look_through(&mut self, now: Timestamp, silent: &mut impl FnMut(usize, Timestamp)) {
        let due = self.wheel_slot(self.cursor).map(core::mem::take).unwrap_or_default();
        self.filed -= due.len();
        for slot in due {
            let slot = slot as usize;
            let Some(&Panel { heard, state, .. }) = self.panels.get(slot) else { continue };
            let lives = self.deadline_ms(heard) > now.millis();
            let Some(panel) = self.panels.get_mut(slot) else { continue };
            panel.filed = false;
            match state {
                State::Off | State::Silent => {}
                State::Live | State::Doubtful if lives => self.file(slot),
                State::Live | State::Doubtful => {
                    panel.state = State::Silent;
                    self.silent += 1;
                    silent(slot, heard);
                }
            }
        }
    }

    /// Files a panel by its deadline, rounded up to a tick, in a slot that is still to come.
    fn file(&mut self, slot: usize) {
        let Ok(entry) = u32::try_from(slot) else { return };
        let Some(panel) = self.panels.get_mut(slot).filter(|panel| !panel.filed) else { return };
        panel.filed = true;
        let heard = panel.heard;
        let tick = self.deadline_ms(heard).div_ceil(self.tick_ms).max(self.cursor + 1);
        if let Some(filed) = self.wheel_slot(tick) {
            filed.push(entry);
            self.filed += 1;
        }
    }

    fn wheel_slot(&mut self, tick: u64) -> Option<&mut Vec<u32>> {
        self.wheel.get_mut(usize::try_from(tick % SLOTS).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_panels_are_watched_in_24_octets_each() {
        assert!(size_of::<Panel>() + size_of::<u32>() <= 24);
        let now = Timestamp::from_millis(1 << 40);
        let mut watch = Watch::new(Duration::from_secs(30), now);
        (0..1_000_000).for_each(|slot| watch.add(slot, now, false));
        assert_eq!((watch.panels.len(), watch.filed), (1_000_000, 1_000_000));
        let mut silent = 0;
        watch.advance(now + Duration::from_secs(31), |_, _| silent += 1);
        assert_eq!((silent, watch.silent(), watch.next()), (1_000_000, 1_000_000, None));
    }
}
