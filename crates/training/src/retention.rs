//! Which records need not be kept any longer, and why others are.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::dossier::Dossier;
use crate::record::Record;
use crate::rules::{KeptAfter, Retention, Rules};

/// How long a record is kept.
#[derive(Clone, Debug)]
pub struct Kept<'a> {
    /// The last day; while the contract runs, and for what no rule is about, there is none.
    pub until: Option<NaiveDate>,
    /// The rule that says so.
    pub why: Option<&'a Retention>,
}

impl Rules {
    /// Why a field of a record is kept: the rule about the field, or about the whole record.
    #[must_use]
    pub fn kept_because(&self, record: &str, field: &str) -> Option<&Retention> {
        let of_record = || self.retention.iter().filter(|kept| kept.record == record);
        of_record().find(|kept| kept.field == field).or_else(|| of_record().find(|kept| kept.field == "*"))
    }

    /// How long a record of a person is kept.
    #[must_use]
    pub fn kept(&self, record: &Record, dossier: &Dossier) -> Kept<'_> {
        let why = self.kept_because(record.kind(), "*");
        let until = why.and_then(|why| {
            let from = match why.after {
                KeptAfter::Event => self.event(record),
                KeptAfter::Contract => dossier.person.as_ref().and_then(|person| person.record.until),
            };
            why.keep.last_day(from?, crate::calendar::LastDay::Included, self.short_month)
        });
        Kept { until, why }
    }

    /// The day that a record is about.
    fn event(&self, record: &Record) -> Option<NaiveDate> {
        let day = |at: &DateTime<FixedOffset>| self.day(*at);
        match record {
            Record::Certificate(certificate) => Some(certificate.issued),
            Record::Suspension(suspension) => Some(suspension.until.unwrap_or(suspension.from)),
            Record::Shift(shift) => Some(day(&shift.until)),
            Record::Issue(issue) => Some(day(&issue.at)),
            Record::Person(person) => Some(person.from),
            _ => None,
        }
    }
}
