//! Which shifts are covered, which are not, and who could be trained for them soonest.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, TimeDelta};

use crate::book::Book;
use crate::dossier::{Dossier, Held, Judgement, Question, Verdict};
use crate::record::{PersonId, Post, Shift, SiteId};
use crate::rules::{Rules, Without};

/// One shift and whether its person may stand it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cover<'a> {
    /// The shift.
    pub shift: &'a Held<Shift>,
    /// Its post.
    pub post: &'a Post,
    /// What is missing, skill by skill, on the first day of the shift on which it is missing. Empty when the shift is covered.
    pub gaps: Vec<Gap>,
    /// The first last day among all that the shift relies on.
    pub until: Option<NaiveDate>,
    /// For a blocked shift: who could stand it instead, soonest first; at most [`MOST_CANDIDATES`].
    pub instead: Vec<Candidate>,
}

/// A skill that is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The skill, as the post names it.
    pub skill: String,
    /// On which local day.
    pub on: NaiveDate,
    /// Why.
    pub judgement: Judgement,
    /// Whether it blocks the shift.
    pub without: Without,
}

/// Somebody who could stand a shift.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// The first day on which this person could: today, or after what is still to be got.
    pub ready: NaiveDate,
    /// The skills that are still to be got.
    pub missing: Vec<String>,
}

/// What a shift is in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Covered, and nothing ends within 90 days after it.
    Covered,
    /// Covered; something ends within so many days after the day asked: 90, 60, 30 or 7.
    Ending(u16),
    /// Something is missing that is only warned about.
    Warned,
    /// The person may not stand it.
    Blocked,
}

/// How many are named who could stand a blocked shift.
pub const MOST_CANDIDATES: usize = 3;
/// A shift is looked at on each of its days, but not on more than these: a longer one is a mistake in the plan.
pub const MOST_DAYS: usize = 8;
/// The bands in days.
const BANDS: [u16; 4] = [7, 30, 60, 90];

impl Book {
    /// Every shift that touches a time, in the order of its beginning. `today` is from when somebody could be trained.
    #[must_use]
    pub fn coverage(
        &self,
        rules: &Rules,
        from: DateTime<FixedOffset>,
        until: DateTime<FixedOffset>,
        today: NaiveDate,
    ) -> Vec<Cover<'_>> {
        let touching = |held: &&Held<Shift>| held.record.from < until && held.record.until > from;
        let mut shifts: Vec<_> = self.shifts.iter().filter(touching).collect();
        shifts.sort_by_key(|held| (held.record.from, held.index));
        shifts.into_iter().filter_map(|shift| self.cover(rules, shift, today)).collect()
    }

    /// One shift; nothing when its post is not recorded.
    #[must_use]
    pub fn cover<'a>(&'a self, rules: &Rules, shift: &'a Held<Shift>, today: NaiveDate) -> Option<Cover<'a>> {
        let post = self.posts.get(&shift.record.post)?;
        let nobody = Dossier::default();
        let dossier = self.dossiers.get(&shift.record.person).unwrap_or(&nobody);
        let days = days(rules, &shift.record);
        let mut cover = Cover { shift, post, gaps: Vec::new(), until: None, instead: Vec::new() };
        for skill in &post.needs {
            let judged = days.iter().map(|on| (*on, judge(dossier, rules, skill, &post.site, *on)));
            let judged: Vec<_> = judged.collect();
            cover.until =
                judged.iter().filter_map(|(_, judgement)| judgement.verdict.last_day()).chain(cover.until).min();
            if let Some((on, judgement)) = judged.into_iter().find(|(_, judgement)| !judgement.verdict.is_valid()) {
                let without = rules.skill(skill).map_or(Without::Block, |(skill, _)| skill.without);
                cover.gaps.push(Gap { skill: skill.clone(), on, judgement, without });
            }
        }
        if cover.is_blocked() {
            cover.instead = self.instead(rules, &shift.record, post, today);
        }
        Some(cover)
    }

    /// Who could stand a shift instead: people of the site, or of anywhere when the site has nobody else.
    fn instead(&self, rules: &Rules, shift: &Shift, post: &Post, today: NaiveDate) -> Vec<Candidate> {
        let ranked = |here: bool| {
            let others = self.dossiers.iter();
            let others = others.filter(|(id, dossier)| **id != shift.person && is_at(dossier, &post.site) == here);
            let all = others.filter_map(|(id, dossier)| candidate(id, dossier, rules, post, shift, today));
            let mut all: Vec<_> = all.collect();
            all.sort_by(|a, b| (a.ready, a.missing.len(), &a.person).cmp(&(b.ready, b.missing.len(), &b.person)));
            // Looking through all shifts is the dear part, so only the soonest are asked whether they are free.
            let free = all.into_iter().filter(|one| !self.is_busy(&one.person, shift));
            free.take(MOST_CANDIDATES).collect::<Vec<_>>()
        };
        let here = ranked(true);
        if here.is_empty() { ranked(false) } else { here }
    }

    fn is_busy(&self, person: &PersonId, with: &Shift) -> bool {
        let overlaps = |other: &Shift| other.person == *person && other.from < with.until && other.until > with.from;
        self.shifts.iter().any(|held| overlaps(&held.record))
    }
}

impl Cover<'_> {
    /// Whether the person may not stand it.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.gaps.iter().any(|gap| gap.without == Without::Block)
    }

    /// In one word, with what ends soon counted from a day.
    #[must_use]
    pub fn standing(&self, today: NaiveDate) -> Standing {
        if self.is_blocked() {
            return Standing::Blocked;
        }
        if !self.gaps.is_empty() {
            return Standing::Warned;
        }
        let left = self.until.map(|until| until.signed_duration_since(today).num_days());
        let band = BANDS.into_iter().find(|band| left.is_some_and(|left| left <= i64::from(*band)));
        band.map_or(Standing::Covered, Standing::Ending)
    }
}

pub(crate) fn judge(dossier: &Dossier, rules: &Rules, skill: &str, site: &SiteId, on: NaiveDate) -> Judgement {
    let judgement = dossier.judge(rules, Question { skill, site: Some(site), on });
    if dossier.person.is_none() && judgement.verdict.is_valid() {
        // Papers without a person: nobody says that there is a contract.
        return Judgement { verdict: Verdict::NotEmployed, ..judgement };
    }
    judgement
}

pub(crate) fn is_at(dossier: &Dossier, site: &SiteId) -> bool {
    dossier.person.as_ref().is_some_and(|person| person.record.site == *site)
}

/// The local days that a shift touches; a shift that ends at midnight does not touch the day that begins there.
fn days(rules: &Rules, shift: &Shift) -> Vec<NaiveDate> {
    let first = rules.day(shift.from);
    let last = rules.day(shift.until - TimeDelta::nanoseconds(1)).max(first);
    first.iter_days().take_while(|day| *day <= last).take(MOST_DAYS).collect()
}

/// When somebody could stand a shift; nobody who has left, or whose certificate was revoked, is a candidate.
fn candidate(
    id: &PersonId,
    dossier: &Dossier,
    rules: &Rules,
    post: &Post,
    shift: &Shift,
    today: NaiveDate,
) -> Option<Candidate> {
    let on = rules.day(shift.from).max(today);
    let mut found = Candidate { person: id.clone(), ready: today, missing: Vec::new() };
    let mut to_get = 0;
    for skill in &post.needs {
        match judge(dossier, rules, skill, &post.site, on).verdict {
            Verdict::Valid { .. } => continue,
            Verdict::NotEmployed | Verdict::Revoked { .. } | Verdict::UnknownSkill | Verdict::NoRule => return None,
            Verdict::Suspended { until, .. } => found.ready = found.ready.max(crate::dossier::day_after(until?)),
            Verdict::TooYoung { until } => found.ready = found.ready.max(until),
            Verdict::NotYet { from } => found.ready = found.ready.max(from),
            Verdict::Lacks { kind, .. } => to_get += days_to_get(rules, &kind, on),
            Verdict::Missing | Verdict::Expired { .. } | Verdict::Unproven(_) => to_get += rules.days_for(skill, on),
        }
        found.missing.push(skill.clone());
    }
    found.ready = found.ready.max(today.checked_add_days(Days::new(to_get.into()))?);
    Some(found)
}

impl Rules {
    /// How many days it takes to get a skill: the shortest of the certificates that give it.
    fn days_for(&self, need: &str, on: NaiveDate) -> u32 {
        let kinds = self.skill(need).map(|(skill, _)| skill.any_of.as_slice()).unwrap_or_default();
        kinds.iter().map(|kind| days_to_get(self, kind, on)).min().unwrap_or(0)
    }
}

fn days_to_get(rules: &Rules, kind: &str, on: NaiveDate) -> u32 {
    rules.applying(kind, on, on).map_or(0, |rule| rule.days_to_get)
}
