//! When something ends, and when a post will have too few people.

use chrono::NaiveDate;

use crate::book::Book;
use crate::cover::{is_at, judge};
use crate::dossier::{Dossier, Held, Judgement, Verdict, day_after};
use crate::record::{Certificate, PersonId, Post, SiteId};
use crate::rules::Rules;

/// A certificate that ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending<'a> {
    /// The certificate.
    pub certificate: &'a Held<Certificate>,
    /// Its last day.
    pub last_day: NaiveDate,
    /// How many days from the day asked until then; 0 is today.
    pub days_left: i64,
    /// What it is now.
    pub judgement: Judgement,
}

/// When a post will have too few people of its own site with all its skills, if nobody is trained anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// How many have all of them now.
    pub qualified: u32,
    /// How many the post must have.
    pub wanted: u32,
    /// The first day with too few; the day asked, when there are too few now. Nothing when no day is known.
    pub short_from: Option<NaiveDate>,
    /// The skill that is then missing first.
    pub for_want_of: Option<String>,
}

/// Coverage of one site over some time: what the scorer is told. It names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteCoverage {
    /// Shifts in that time.
    pub shifts: u32,
    /// Those whose person has every skill that blocks when it is missing.
    pub covered: u32,
    /// The most people who stand at once in the site's shifts.
    pub guards: u32,
    /// The newest drill up to the end of the time.
    pub last_drill: Option<NaiveDate>,
    /// In that drill, seconds from its beginning to the button, when both are recorded.
    pub alarm_after_s: Option<i64>,
}

impl Dossier {
    /// Certificates of this person that are valid on a day and end within so many days after it.
    pub fn ending<'a>(&'a self, rules: &'a Rules, on: NaiveDate, within_days: u32) -> impl Iterator<Item = Ending<'a>> {
        self.papers(rules, on).filter_map(move |(certificate, judgement)| {
            let Verdict::Valid { until: Some(last_day), limited_by: None } = judgement.verdict else {
                return None;
            };
            let days_left = last_day.signed_duration_since(on).num_days();
            (days_left <= within_days.into()).then_some(Ending { certificate, last_day, days_left, judgement })
        })
    }

    /// The last day on which a person has all skills of a post, and the skill that ends it. `Err` names the skill that is missing already.
    fn ready_until(&self, rules: &Rules, post: &Post, on: NaiveDate) -> Result<(NaiveDate, Option<String>), String> {
        let contract = self.person.as_ref().and_then(|person| person.record.until);
        let mut first = (contract.unwrap_or(NaiveDate::MAX), None);
        for skill in &post.needs {
            let verdict = judge(self, rules, skill, &post.site, on).verdict;
            if !verdict.is_valid() {
                return Err(skill.clone());
            }
            if let Some(until) = verdict.last_day().filter(|until| *until < first.0) {
                first = (until, Some(skill.clone()));
            }
        }
        Ok(first)
    }
}

impl Book {
    /// The outlook of a post from a day on.
    #[must_use]
    pub fn outlook(&self, rules: &Rules, post: &Post, on: NaiveDate) -> Outlook {
        let people = self.people_at(&post.site);
        let (mut ends, mut missing) = (Vec::new(), Vec::new());
        for (_, dossier) in people {
            match dossier.ready_until(rules, post, on) {
                Ok(end) => ends.push(end),
                Err(skill) => missing.push(skill),
            }
        }
        ends.sort_by_key(|(last_day, _)| std::cmp::Reverse(*last_day));
        let wanted = usize::try_from(post.people).unwrap_or(usize::MAX);
        let qualified = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        let (short_from, for_want_of) = match wanted.checked_sub(1).map(|last| ends.get(last)) {
            None => (None, None),
            Some(None) => (Some(on), missing.into_iter().next().or_else(|| post.needs.first().cloned())),
            Some(Some((NaiveDate::MAX, _))) => (None, None),
            Some(Some((last_day, skill))) => (Some(day_after(*last_day)), skill.clone()),
        };
        Outlook { qualified, wanted: post.people, short_from, for_want_of }
    }

    /// What the scorer is told about a site.
    #[must_use]
    pub fn site_coverage(&self, rules: &Rules, site: &SiteId, from: NaiveDate, until: NaiveDate) -> SiteCoverage {
        let mut coverage = SiteCoverage::default();
        let in_time = |day: NaiveDate| from <= day && day <= until;
        let here = self.shifts.iter().filter(|held| {
            self.posts.get(&held.record.post).is_some_and(|post| post.site == *site)
                && in_time(rules.day(held.record.from))
        });
        let here: Vec<_> = here.collect();
        for shift in &here {
            coverage.shifts += 1;
            let is_covered = self.cover(rules, shift, from).is_some_and(|cover| !cover.is_blocked());
            coverage.covered += u32::from(is_covered);
            let at_once = here
                .iter()
                .filter(|other| other.record.from <= shift.record.from && shift.record.from < other.record.until);
            coverage.guards = coverage.guards.max(u32::try_from(at_once.count()).unwrap_or(u32::MAX));
        }
        let drills = self.drills.iter().filter(|drill| drill.record.site == *site).map(|drill| &drill.record);
        let days = drills.filter_map(|drill| Some((rules.day(drill.first()?), drill)));
        if let Some((day, drill)) = days.filter(|(day, _)| *day <= until).max_by_key(|(day, _)| *day) {
            coverage.last_drill = Some(day);
            coverage.alarm_after_s = drill.alarm_after().map(|after| after.num_seconds());
        }
        coverage
    }

    /// The people who mostly work at a site, also those who have left.
    pub fn people_at(&self, site: &SiteId) -> impl Iterator<Item = (&PersonId, &Dossier)> {
        self.dossiers.iter().filter(move |(_, dossier)| is_at(dossier, site))
    }
}
