//! The order of the Vietnamese alphabet: `a ă â b c d đ e ê ...`, then the tones (none, grave, hook, tilde, acute, dot), then case.

use std::cmp::Ordering;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;

/// Compares texts as a Vietnamese reader expects them in a list (CLDR's rules). Normal forms do not matter.
#[derive(Debug)]
pub struct Collation(CollatorBorrowed<'static>);

impl Collation {
    /// The order of the Vietnamese alphabet.
    #[must_use]
    pub fn vietnamese() -> Self {
        let mut options = CollatorOptions::default();
        options.strength = Some(Strength::Tertiary);
        #[expect(clippy::expect_used, reason = "the data are compiled in; a test makes it")]
        Self(Collator::try_new(locale!("vi").into(), options).expect("the data of Vietnamese"))
    }

    /// Compares two texts.
    #[must_use]
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.0.compare(one, other)
    }

    /// Compares two full names as lists of people are kept in Viet Nam: by the given name, which stands last, then by the rest from its begin.
    #[must_use]
    pub fn compare_names(&self, one: &str, other: &str) -> Ordering {
        let ((one_rest, one), (other_rest, other)) = (parted(one), parted(other));
        self.compare(one, other).then_with(|| self.compare(one_rest, other_rest))
    }
}

/// A full name as all but the last word, and the last word.
fn parted(name: &str) -> (&str, &str) {
    let name = name.trim();
    name.rsplit_once(char::is_whitespace).unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_follow_the_alphabet_and_tones_come_after_letters() {
        let sorted = ["An", "Ăn", "Ân", "Bình", "Dung", "Đạt", "Em", "Ê", "Oanh", "Ô", "Ơ", "Tuấn", "Ư", "Xuân", "Ý"];
        let tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mán"];
        let order = Collation::vietnamese();
        for list in [&sorted[..], &tones[..]] {
            let mut shuffled: Vec<_> = list.iter().rev().copied().collect();
            shuffled.sort_by(|one, other| order.compare(one, other));
            assert_eq!(shuffled, list);
        }
    }

    #[test]
    fn people_are_listed_by_their_given_names() {
        let order = Collation::vietnamese();
        let mut names = ["Trần Văn Đạt", "Lê Thị Ánh", "Nguyễn Văn Đạt", "Đỗ Văn Dũng"];
        names.sort_by(|one, other| order.compare_names(one, other));
        assert_eq!(names, ["Lê Thị Ánh", "Đỗ Văn Dũng", "Nguyễn Văn Đạt", "Trần Văn Đạt"]);
        assert_eq!(order.compare("Nguye\u{302}\u{303}n", "Nguyễn"), Ordering::Equal);
    }
}
