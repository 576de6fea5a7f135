//! Everything that is written down about one person, and what it says on a day.

use std::fmt;

use chrono::{Days, NaiveDate};

use crate::calendar::birthday;
use crate::record::{Certificate, Person, PersonId, SiteId, Suspension};
use crate::rules::{CountedFrom, Printed, Rule, Rules};

/// A record and its index in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The index.
    pub index: u64,
    /// The record.
    pub record: T,
}

/// Everything that is written down about one person, retracted records left out. One is judged without any other, so a hundred thousand can be judged one by
/// one in little memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dossier {
    /// Who it is. The newest record counts.
    pub person: Option<Held<Person>>,
    /// Certificates in the order of the ledger.
    pub certificates: Vec<Held<Certificate>>,
    /// Suspensions in the order of the ledger.
    pub suspensions: Vec<Held<Suspension>>,
}

/// What is asked about a person: one skill, at one place, on one local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The skill as posts name it: `guard`, `tool-use:electric-baton`.
    pub skill: &'a str,
    /// The site, for certificates that count at one only.
    pub site: Option<&'a SiteId>,
    /// The day.
    pub on: NaiveDate,
}

/// The answer, the rule that gave it and the certificate that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Qualified or not, and why.
    pub verdict: Verdict,
    /// The rule's id and its source.
    pub rule: Option<(String, String)>,
    /// The certificate's index in the ledger.
    pub certificate: Option<u64>,
}

/// Whether a person is qualified, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Qualified, up to the end of a day when there is one.
    Valid {
        /// The last day, of this certificate or of one that it needs.
        until: Option<NaiveDate>,
        /// The kind of the one that ends first, when it is another.
        limited_by: Option<String>,
    },
    /// The last day is over.
    Expired {
        /// It was this.
        last_day: NaiveDate,
    },
    /// Not yet issued on that day.
    NotYet {
        /// The day of issue.
        from: NaiveDate,
    },
    /// There is no certificate that could give the skill.
    Missing,
    /// Suspended.
    Suspended {
        /// Since this day.
        since: NaiveDate,
        /// The last day of it, when it is known.
        until: Option<NaiveDate>,
    },
    /// Taken away for good.
    Revoked {
        /// Since this day.
        since: NaiveDate,
    },
    /// The record does not show what the rule wants.
    Unproven(Wanted),
    /// Something that it needs is not valid.
    Lacks {
        /// The kind of certificate that is needed.
        kind: String,
        /// Whether it was needed on the day of issue; on the day asked about otherwise.
        at_issue: bool,
        /// What is the matter with that.
        because: Box<Verdict>,
    },
    /// Too young.
    TooYoung {
        /// Old enough from this day on.
        until: NaiveDate,
    },
    /// The contract is over, or has not begun.
    NotEmployed,
    /// No rule is about it on that day.
    NoRule,
    /// There is no such skill in the rule file.
    UnknownSkill,
}

/// What a record does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A course of so many hours.
    Hours {
        /// So many it had, when that is recorded.
        found: Option<u32>,
        /// So many are wanted.
        wanted: u32,
    },
    /// That the practice was in person.
    PracticeInPerson,
    /// That the instructor was licensed.
    LicensedInstructor,
    /// That the place of training was licensed.
    LicensedFacility,
    /// The result "fit".
    Fit,
    /// Who the person is, and so the age.
    Age,
}

impl Dossier {
    /// Whether the person has a skill at a place on a day, under the rules that were in force on that day.
    #[must_use]
    pub fn judge(&self, rules: &Rules, question: Question<'_>) -> Judgement {
        let Some((skill, tool)) = rules.skill(question.skill) else {
            return Verdict::UnknownSkill.alone();
        };
        if self.person.as_ref().is_some_and(|person| !person.record.is_employed(question.on)) {
            return Verdict::NotEmployed.alone();
        }
        let judge = Judge { dossier: self, rules, site: question.site };
        let judgements = skill.any_of.iter().map(|kind| judge.kind(kind, tool, question.on));
        // Of equals the first kind in the file is named.
        let best = judgements.rev().max_by_key(|judgement| judgement.verdict.worth());
        best.unwrap_or_else(|| Verdict::Missing.alone())
    }

    /// Every certificate with its own judgement on a day: what a list of someone's papers says.
    pub fn papers<'a>(
        &'a self,
        rules: &'a Rules,
        on: NaiveDate,
    ) -> impl Iterator<Item = (&'a Held<Certificate>, Judgement)> {
        let judge = Judge { dossier: self, rules, site: None };
        self.certificates.iter().map(move |held| (held, judge.certificate(held, on)))
    }

    /// Whose dossier it is.
    #[must_use]
    pub fn id(&self) -> Option<&PersonId> {
        let person = self.person.as_ref().map(|held| &held.record.id);
        person.or_else(|| self.certificates.first().map(|held| &held.record.person))
    }
}

impl Person {
    /// Whether the contract runs on a day; its last day counts.
    #[must_use]
    pub fn is_employed(&self, on: NaiveDate) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }
}

impl Verdict {
    /// Whether the person is qualified.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        matches!(self, Self::Valid { .. })
    }

    /// One word for scripts and tables.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::Expired { .. } => "expired",
            Self::NotYet { .. } => "not-yet",
            Self::Missing => "missing",
            Self::Suspended { .. } => "suspended",
            Self::Revoked { .. } => "revoked",
            Self::Unproven(_) => "unproven",
            Self::Lacks { .. } => "lacks",
            Self::TooYoung { .. } => "too-young",
            Self::NotEmployed => "not-employed",
            Self::NoRule => "no-rule",
            Self::UnknownSkill => "unknown-skill",
        }
    }

    /// The last valid day, when there is one.
    #[must_use]
    pub const fn last_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Valid { until, .. } => *until,
            Self::Expired { last_day } => Some(*last_day),
            _ => None,
        }
    }

    const fn alone(self) -> Judgement {
        Judgement { verdict: self, rule: None, certificate: None }
    }

    /// Which of several answers is given: the one that is nearest to being qualified, and of two valid ones the longer.
    fn worth(&self) -> (u8, NaiveDate) {
        let end = self.last_day().unwrap_or(NaiveDate::MAX);
        match self {
            Self::Valid { .. } => (9, end),
            Self::Lacks { .. } => (8, end),
            Self::Unproven(_) => (7, end),
            Self::Suspended { .. } => (6, end),
            Self::TooYoung { .. } => (5, end),
            Self::Expired { .. } => (4, end),
            Self::NotYet { .. } => (3, end),
            Self::Revoked { .. } => (2, end),
            Self::NoRule | Self::NotEmployed | Self::UnknownSkill => (1, end),
            Self::Missing => (0, end),
        }
    }
}

/// In English, for logs and tests; it names no person.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid { until: None, .. } => f.write_str("without end"),
            Self::Valid { until: Some(until), limited_by: None } => write!(f, "until {until}"),
            Self::Valid { until: Some(until), limited_by: Some(kind) } => write!(f, "until {until} by {kind}"),
            Self::Expired { last_day } => write!(f, "last day was {last_day}"),
            Self::NotYet { from } => write!(f, "issued on {from}"),
            Self::Missing => f.write_str("no certificate"),
            Self::Suspended { since, until: Some(until) } => write!(f, "since {since} until {until}"),
            Self::Suspended { since, until: None } | Self::Revoked { since } => write!(f, "since {since}"),
            Self::Unproven(wanted) => wanted.fmt(f),
            Self::Lacks { kind, at_issue: true, because } => {
                write!(f, "{kind} at issue: {}: {because}", because.code())
            }
            Self::Lacks { kind, at_issue: false, because } => write!(f, "{kind}: {}: {because}", because.code()),
            Self::TooYoung { until } => write!(f, "old enough on {until}"),
            Self::NotEmployed => f.write_str("no contract on that day"),
            Self::NoRule => f.write_str("no rule in force"),
            Self::UnknownSkill => f.write_str("not in the rule file"),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours { found: Some(found), wanted } => write!(f, "{found} of {wanted} hours"),
            Self::Hours { found: None, wanted } => write!(f, "hours unknown, {wanted} wanted"),
            Self::PracticeInPerson => f.write_str("practice in person"),
            Self::LicensedInstructor => f.write_str("licensed instructor"),
            Self::LicensedFacility => f.write_str("licensed facility"),
            Self::Fit => f.write_str("not fit"),
            Self::Age => f.write_str("age unknown"),
        }
    }
}

/// One dossier under one rule file at one place.
struct Judge<'a> {
    dossier: &'a Dossier,
    rules: &'a Rules,
    site: Option<&'a SiteId>,
}

impl Judge<'_> {
    /// The best that any certificate of a kind gives on a day.
    fn kind(&self, kind: &str, tool: Option<&str>, on: NaiveDate) -> Judgement {
        let fits = |held: &&Held<Certificate>| {
            let certificate = &held.record;
            let here = certificate.site.is_none() || certificate.site.as_ref() == self.site;
            certificate.kind == kind && certificate.tool.as_deref() == tool && here
        };
        let of_kind = || self.dossier.certificates.iter().filter(fits);
        let issued = || of_kind().filter(|held| held.record.issued <= on);
        let Some(newest) = issued().max_by_key(|held| (held.record.issued, held.index)) else {
            let next = of_kind().map(|held| held.record.issued).min();
            return next.map_or(Verdict::Missing, |from| Verdict::NotYet { from }).alone();
        };
        let only_newest = self.rules.applying(kind, newest.record.issued, on).is_some_and(|rule| rule.newest_counts);
        if only_newest {
            return self.certificate(newest, on);
        }
        let judgements = issued().map(|held| self.certificate(held, on));
        judgements.max_by_key(|judgement| judgement.verdict.worth()).unwrap_or_else(|| Verdict::Missing.alone())
    }

    fn certificate(&self, held: &Held<Certificate>, on: NaiveDate) -> Judgement {
        let rule = self.rules.applying(&held.record.kind, held.record.issued, on);
        let verdict = rule.map_or(Verdict::NoRule, |rule| self.under(rule, &held.record, on));
        let rule = rule.map(|rule| (rule.id.clone(), rule.source.clone()));
        Judgement { verdict, rule, certificate: Some(held.index) }
    }

    /// In the order in which somebody would want to know: taken away, over, never good, and what else it needs.
    fn under(&self, rule: &Rule, certificate: &Certificate, on: NaiveDate) -> Verdict {
        if certificate.issued > on {
            return Verdict::NotYet { from: certificate.issued };
        }
        let end = self.end(rule, certificate);
        let refused = self.suspended(certificate, on).or_else(|| match end {
            Some(last_day) if on > last_day => Some(Verdict::Expired { last_day }),
            _ => self.unproven(rule, certificate).or_else(|| self.too_young(rule, on)),
        });
        if let Some(refused) = refused {
            return refused;
        }
        for kind in &rule.needs_at_issue {
            let because = self.kind(kind, None, certificate.issued).verdict;
            if !because.is_valid() {
                return Verdict::Lacks { kind: kind.clone(), at_issue: true, because: Box::new(because) };
            }
        }
        self.with_needs(rule, end, on)
    }

    /// Valid until the first end of this certificate and of all that it needs.
    fn with_needs(&self, rule: &Rule, end: Option<NaiveDate>, on: NaiveDate) -> Verdict {
        let mut until = end;
        let mut limited_by = None;
        for kind in &rule.needs {
            match self.kind(kind, None, on).verdict {
                Verdict::Valid { until: Some(other), .. } if until.is_none_or(|until| other < until) => {
                    (until, limited_by) = (Some(other), Some(kind.clone()));
                }
                Verdict::Valid { .. } => {}
                because => return Verdict::Lacks { kind: kind.clone(), at_issue: false, because: Box::new(because) },
            }
        }
        Verdict::Valid { until, limited_by }
    }

    fn end(&self, rule: &Rule, certificate: &Certificate) -> Option<NaiveDate> {
        let from = match rule.counted_from {
            CountedFrom::Issued => certificate.issued,
            CountedFrom::CourseEnd => certificate.course_end.unwrap_or(certificate.issued),
        };
        let counted = rule.valid.and_then(|period| period.last_day(from, rule.last_day, self.rules.short_month));
        match (rule.printed, certificate.printed_until) {
            (Printed::Ignored, _) | (_, None) => counted,
            (Printed::Decides, printed) => printed,
            (Printed::Shortens, Some(printed)) => Some(counted.map_or(printed, |counted| counted.min(printed))),
        }
    }

    fn suspended(&self, certificate: &Certificate, on: NaiveDate) -> Option<Verdict> {
        let about = |held: &&Held<Suspension>| {
            let suspension = &held.record;
            let named = suspension.number.as_ref().is_none_or(|number| *number == certificate.number);
            // A suspension of everything is about the certificates of its day; what is issued afterwards is new.
            let older = suspension.number.is_some() || certificate.issued <= suspension.from;
            let running =
                suspension.from <= on && (suspension.revoked || suspension.until.is_none_or(|until| on <= until));
            named && older && running
        };
        let active = self.dossier.suspensions.iter().filter(about).map(|held| &held.record);
        let worst = active.max_by_key(|suspension| (suspension.revoked, suspension.until.unwrap_or(NaiveDate::MAX)))?;
        Some(if worst.revoked {
            Verdict::Revoked { since: worst.from }
        } else {
            Verdict::Suspended { since: worst.from, until: worst.until }
        })
    }

    fn unproven(&self, rule: &Rule, certificate: &Certificate) -> Option<Verdict> {
        let wanted = match rule.min_hours {
            Some(wanted) if certificate.hours.is_none_or(|hours| hours < wanted) => {
                Some(Wanted::Hours { found: certificate.hours, wanted })
            }
            // Certificates from before there was such a rule say nothing about it; a course that says "online" does.
            _ if rule.practice_in_person && certificate.practice_in_person == Some(false) => {
                Some(Wanted::PracticeInPerson)
            }
            _ if rule.instructor_licensed && certificate.instructor_licensed != Some(true) => {
                Some(Wanted::LicensedInstructor)
            }
            _ if rule.facility_licensed && certificate.facility_licensed != Some(true) => {
                Some(Wanted::LicensedFacility)
            }
            _ if rule.must_be_fit && certificate.fit != Some(true) => Some(Wanted::Fit),
            _ if rule.min_age.is_some() && self.dossier.person.is_none() => Some(Wanted::Age),
            _ => None,
        };
        wanted.map(Verdict::Unproven)
    }

    fn too_young(&self, rule: &Rule, on: NaiveDate) -> Option<Verdict> {
        let born = self.dossier.person.as_ref()?.record.born;
        let until = birthday(born, rule.min_age?, self.rules.short_month)?;
        (on < until).then_some(Verdict::TooYoung { until })
    }
}

/// The day after the last valid one.
pub(crate) fn day_after(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}
