//! Chance from a seed: the same seed throws the same numbers, on every machine.

use core::time::Duration;

/// SplitMix64 (Steele, Lea, Flood 2014). Nothing secret hangs on it.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for a part of the world, so that what one part throws does not change what another does.
    pub(crate) const fn fork(&mut self) -> Self {
        Self(self.throw())
    }

    /// Below `sides`; 0 when there are none.
    pub(crate) const fn below(&mut self, sides: u64) -> u64 {
        match self.throw().checked_rem(sides) {
            Some(number) => number,
            None => 0,
        }
    }

    /// From `least` to `most`, both included.
    pub(crate) const fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True so many times in a thousand.
    pub(crate) const fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A whole number of milliseconds up to `most`.
    pub(crate) fn up_to(&mut self, most: Duration) -> Duration {
        Duration::from_millis(self.below(u64::try_from(most.as_millis()).unwrap_or(u64::MAX).saturating_add(1)))
    }

    /// A whole number of seconds, both bounds included.
    pub(crate) const fn secs(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_secs(self.between(least, most))
    }

    /// An index into something of this length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// One of these, if there are any.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.index(from.len()))
    }

    const fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_numbers_of_the_reference() {
        // The first three of java.util.SplittableRandom's mixer from the state 0.
        let mut dice = Dice::new(0);
        let thrown = [dice.throw(), dice.throw(), dice.throw()];
        assert_eq!(thrown, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]);
    }

    #[test]
    fn bounds_are_kept() {
        let mut dice = Dice::new(7);
        assert_eq!(dice.below(0), 0);
        assert!((0..100).all(|_| (3..=5).contains(&dice.between(3, 5))));
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
