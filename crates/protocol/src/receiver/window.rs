//! The replay window: which sequence numbers of one boot epoch were used.

/// How far below the highest number a number may come and still be told from a replay.
pub(super) const WIDTH: u32 = 1024;

/// One word more than the width, so that the word that is being filled does not shorten the window (RFC 6479).
const WORDS: u32 = WIDTH / u64::BITS + 1;

/// What a window says about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// Nobody used it yet.
    Fresh,
    /// It was used.
    Used,
    /// So far below the highest that nobody can tell.
    TooOld,
}

/// A window over the numbers of one epoch: a ring of words as in RFC 6479, so that moving it forward clears whole words.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    highest: u32,
    used: u32,
    words: [u64; WORDS as usize],
}

impl Window {
    /// The highest number used; 0 before the first.
    pub(super) const fn highest(&self) -> u32 {
        self.highest
    }

    /// How many different numbers were used.
    pub(super) const fn used(&self) -> u32 {
        self.used
    }

    /// What is known about a number.
    pub(super) fn look(&self, number: u32) -> Number {
        if number > self.highest {
            return Number::Fresh;
        }
        if self.highest - number > WIDTH {
            return Number::TooOld;
        }
        let (word, bit) = place(number);
        if self.words.get(word).is_some_and(|word| word & bit != 0) { Number::Used } else { Number::Fresh }
    }

    /// Notes that a number was used; one that is too old changes nothing.
    pub(super) fn mark(&mut self, number: u32) {
        match self.look(number) {
            Number::Fresh => self.used = self.used.saturating_add(1),
            Number::Used | Number::TooOld => return,
        }
        self.advance(number);
        let (word, bit) = place(number);
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    /// Moves the highest number up and clears the words that come into the window.
    fn advance(&mut self, number: u32) {
        if number <= self.highest {
            return;
        }
        let (from, to) = (self.highest / u64::BITS, number / u64::BITS);
        for block in from + 1..=to.min(from + WORDS) {
            if let Some(word) = self.words.get_mut((block % WORDS) as usize) {
                *word = 0;
            }
        }
        self.highest = number;
    }
}

/// In which word of the ring a number stands, and as which bit.
const fn place(number: u32) -> (usize, u64) {
    ((number / u64::BITS % WORDS) as usize, 1 << (number % u64::BITS))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn use_all(window: &mut Window, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            assert_eq!(window.look(number), Number::Fresh, "{number}");
            window.mark(number);
            assert_eq!(window.look(number), Number::Used, "{number}");
        }
    }

    #[test]
    fn zero_and_one_can_each_be_used_once() {
        use_all(&mut Window::default(), [0, 1]);
    }

    #[test]
    fn numbers_may_overtake_each_other() {
        use_all(&mut Window::default(), [9, 8, 7, 10, 3, 1, 2]);
    }

    #[test]
    fn the_whole_width_below_the_highest_is_open_and_no_more() {
        let mut window = Window::default();
        use_all(&mut window, [5000, 5000 - WIDTH, 5000 - WIDTH + 1]);
        assert_eq!(window.look(5000 - WIDTH - 1), Number::TooOld);
        assert_eq!(window.look(0), Number::TooOld);
    }

    #[test]
    fn a_jump_of_any_length_forgets_nothing_inside_the_width_and_leaves_no_old_mark() {
        for jump in [1, 63, 64, 65, WIDTH - 1, WIDTH, WIDTH + 1, 64 * WORDS - 1, 64 * WORDS, 64 * WORDS + 1, 1 << 30] {
            let mut window = Window::default();
            use_all(&mut window, 0..=200);
            window.mark(200 + jump);
            for number in (200 + jump).saturating_sub(WIDTH)..200 + jump {
                let expected = if number <= 200 { Number::Used } else { Number::Fresh };
                assert_eq!(window.look(number), expected, "{number} after a jump of {jump}");
            }
        }
    }

    #[test]
    fn the_last_number_there_is_can_be_used_once() {
        let mut window = Window::default();
        use_all(&mut window, [u32::MAX, u32::MAX - 1, u32::MAX - WIDTH]);
        assert_eq!(window.look(u32::MAX - WIDTH - 1), Number::TooOld);
    }

    #[test]
    fn descending_numbers_are_all_open() {
        use_all(&mut Window::default(), (0..=WIDTH).rev());
    }

    #[test]
    fn a_number_too_old_changes_nothing() {
        let mut window = Window::default();
        use_all(&mut window, [3000]);
        window.mark(5);
        assert_eq!((window.highest(), window.used(), window.look(5)), (3000, 1, Number::TooOld));
    }

    proptest! {
        #[test]
        fn agrees_with_a_plain_set(numbers in prop::collection::vec((0u32..3, 0u32..1400), 0..400)) {
            let (mut window, mut set, mut highest) = (Window::default(), BTreeSet::new(), 0u32);
            for (jump, offset) in numbers {
                let number = if jump == 0 { highest + offset } else { (highest + 64).saturating_sub(offset) };
                let expected = if number <= highest && highest - number > WIDTH {
                    Number::TooOld
                } else if set.contains(&number) {
                    Number::Used
                } else {
                    Number::Fresh
                };
                prop_assert_eq!(window.look(number), expected);
                window.mark(number);
                if expected == Number::Fresh {
                    set.insert(number);
                    highest = highest.max(number);
                }
                prop_assert_eq!(window.highest(), highest);
                prop_assert_eq!(window.used() as usize, set.len());
            }
        }
    }
}
