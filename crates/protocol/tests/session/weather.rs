//! What the network does to a frame, drawn from a seed.

use core::time::Duration;

/// A network.
#[derive(Clone, Copy)]
pub(crate) struct Weather {
    /// Of a hundred frames, how many are lost.
    pub(crate) lost: u64,
    /// Of a hundred that are not, how many come twice.
    pub(crate) twice: u64,
    /// The longest way; the frames overtake each other.
    pub(crate) most_delay: Duration,
}

impl Weather {
    pub(crate) const GOOD: Self = Self { lost: 0, twice: 0, most_delay: Duration::from_millis(200) };
    pub(crate) const BAD: Self = Self { lost: 40, twice: 20, most_delay: Duration::from_secs(5) };

    /// After how long the copies of a frame arrive: none, one or two.
    pub(crate) fn arrivals(self, dice: &mut Dice) -> Vec<Duration> {
        let copies = if dice.below(100) < self.lost { 0 } else { 1 + usize::from(dice.below(100) < self.twice) };
        (0..copies).map(|_| dice.up_to(self.most_delay)).collect()
    }
}

/// A generator that gives the same numbers for the same seed (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % sides
    }

    pub(crate) fn up_to(&mut self, most: Duration) -> Duration {
        Duration::from_millis(self.below(u64::try_from(most.as_millis()).unwrap() + 1))
    }
}
