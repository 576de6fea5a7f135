//! How a time in years, months or days is counted. Every choice that a law leaves open is a value in the rule file.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::Deserialize;

/// How long something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Calendar years.
    Years(u32),
    /// Calendar months.
    Months(u32),
    /// Days.
    Days(u32),
}

/// Whether the corresponding day at the end still counts: of five years from 15 March, is 15 March the last day, or 14 March?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LastDay {
    /// It counts: the first day is not counted, the corresponding day is the last (Civil Code of Viet Nam, art. 147 and 148).
    #[default]
    Included,
    /// It does not: the day before is the last.
    Excluded,
}

/// What corresponds to a day that the last month does not have, such as 29 February or the 31st.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShortMonth {
    /// The last day of that month (Civil Code of Viet Nam, art. 148).
    #[default]
    LastDay,
    /// The first day of the month after it.
    NextDay,
}

impl Period {
    /// The last day of a period that is counted from a day. Nothing when no calendar reaches so far.
    #[must_use]
    pub fn last_day(self, from: NaiveDate, last: LastDay, short: ShortMonth) -> Option<NaiveDate> {
        let corresponding = match self {
            Self::Days(days) => from.checked_add_days(Days::new(days.into()))?,
            Self::Months(months) => after_months(from, months, short)?,
            Self::Years(years) => after_months(from, years.checked_mul(12)?, short)?,
        };
        match last {
            LastDay::Included => Some(corresponding),
            LastDay::Excluded => corresponding.pred_opt(),
        }
    }
}

/// The day on which somebody who was born on a day is so many years old.
pub(crate) fn birthday(born: NaiveDate, years: u32, short: ShortMonth) -> Option<NaiveDate> {
    Period::Years(years).last_day(born, LastDay::Included, short)
}

fn after_months(from: NaiveDate, months: u32, short: ShortMonth) -> Option<NaiveDate> {
    // chrono takes the last day of a month that is too short.
    let day = from.checked_add_months(Months::new(months))?;
    if day.day() == from.day() || short == ShortMonth::LastDay { Some(day) } else { day.succ_opt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_day_is_the_corresponding_one_and_the_choices_move_it_by_one() {
        for (from, period, last, short, expected) in [
            ("2021-03-15", Period::Years(5), LastDay::Included, ShortMonth::LastDay, "2026-03-15"),
            ("2021-03-15", Period::Years(5), LastDay::Excluded, ShortMonth::LastDay, "2026-03-14"),
            ("2024-02-29", Period::Years(5), LastDay::Included, ShortMonth::LastDay, "2029-02-28"),
            ("2024-02-29", Period::Years(5), LastDay::Included, ShortMonth::NextDay, "2029-03-01"),
            ("2024-02-29", Period::Years(4), LastDay::Included, ShortMonth::NextDay, "2028-02-29"),
            ("2026-01-31", Period::Months(1), LastDay::Included, ShortMonth::LastDay, "2026-02-28"),
            ("2026-12-31", Period::Days(1), LastDay::Included, ShortMonth::LastDay, "2027-01-01"),
        ] {
            assert_eq!(period.last_day(day(from), last, short), Some(day(expected)), "{from} {period:?}");
        }
        assert_eq!(Period::Years(u32::MAX).last_day(day("2026-01-01"), LastDay::Included, ShortMonth::LastDay), None);
    }
}
