//! Every hand-out of a support tool, joined with certificates, shifts and returns.

use chrono::{DateTime, FixedOffset};

use crate::book::Book;
use crate::cover::judge;
use crate::dossier::{Dossier, Held, Judgement};
use crate::record::{Issue, PersonId, SiteId};
use crate::rules::Rules;

/// What is wrong with a hand-out.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// The tool is not recorded.
    UnknownTool,
    /// Whoever got it may not use this type.
    User(Judgement),
    /// Whoever handed it out may not keep this type.
    Keeper(Judgement),
    /// Whoever got it had no shift at the tool's site then.
    NoShift,
    /// The head of the place gave no consent.
    NoConsent,
    /// The tool was still out.
    StillOut,
    /// The shift is over and the tool did not come back, or only after it.
    Late {
        /// When it came back, if it did.
        returned: Option<DateTime<FixedOffset>>,
    },
    /// It came back damaged or incomplete.
    NotInOrder,
}

impl Book {
    /// Every hand-out up to a moment with what is wrong with it; an empty list is a good one.
    #[must_use]
    pub fn hand_outs(&self, rules: &Rules, now: DateTime<FixedOffset>) -> Vec<(&Held<Issue>, Vec<Finding>)> {
        let until_now = self.issues.iter().filter(|held| held.record.at <= now);
        until_now.map(|held| (held, self.findings(rules, held, now))).collect()
    }

    fn findings(&self, rules: &Rules, held: &Held<Issue>, now: DateTime<FixedOffset>) -> Vec<Finding> {
        let issue = &held.record;
        let Some(tool) = self.tools.get(&issue.tool) else {
            return vec![Finding::UnknownTool];
        };
        let judged = |person: &PersonId, skill: &str| {
            let nobody = Dossier::default();
            let dossier = self.dossiers.get(person).unwrap_or(&nobody);
            judge(dossier, rules, &format!("{skill}:{}", tool.kind), &tool.site, rules.day(issue.at))
        };
        let refused = |judgement: Judgement| (!judgement.verdict.is_valid()).then_some(judgement);
        let mut findings = Vec::new();
        findings.extend(refused(judged(&issue.person, "tool-use")).map(Finding::User));
        findings.extend(refused(judged(&issue.keeper, "tool-store")).map(Finding::Keeper));
        findings.extend((!issue.consent).then_some(Finding::NoConsent));
        findings.extend(self.was_out(held).then_some(Finding::StillOut));
        findings
            .extend(self.shift_end(issue, &tool.site).map_or(Some(Finding::NoShift), |end| self.late(issue, end, now)));
        let returned = self.returned(issue);
        findings.extend(returned.is_some_and(|(_, in_order)| !in_order).then_some(Finding::NotInOrder));
        findings
    }

    /// When the person's shift at a site ends that contains the hand-out; half an hour before it begins counts too.
    fn shift_end(&self, issue: &Issue, site: &SiteId) -> Option<DateTime<FixedOffset>> {
        const BEFORE: chrono::TimeDelta = chrono::TimeDelta::minutes(30);
        let of_person = self.shifts.iter().map(|held| &held.record).filter(|shift| {
            let here = self.posts.get(&shift.post).is_some_and(|post| post.site == *site);
            here && shift.person == issue.person && shift.from - BEFORE <= issue.at && issue.at < shift.until
        });
        of_person.map(|shift| shift.until).max()
    }

    fn late(&self, issue: &Issue, end: DateTime<FixedOffset>, now: DateTime<FixedOffset>) -> Option<Finding> {
        /// After a shift there is time to hand the tool back.
        const AFTER: chrono::TimeDelta = chrono::TimeDelta::hours(1);
        let returned = self.returned(issue).map(|(at, _)| at);
        (returned.unwrap_or(now) > end + AFTER).then_some(Finding::Late { returned })
    }

    /// The first return of the tool after a hand-out.
    fn returned(&self, issue: &Issue) -> Option<(DateTime<FixedOffset>, bool)> {
        let of_tool = self.returns.iter().map(|held| &held.record).filter(|back| back.tool == issue.tool);
        of_tool.filter(|back| back.at >= issue.at).map(|back| (back.at, back.in_order)).min()
    }

    /// Whether the tool had been handed out before and not come back.
    fn was_out(&self, held: &Held<Issue>) -> bool {
        let issue = &held.record;
        let before = self.issues.iter().filter(|other| other.record.tool == issue.tool);
        let mut before = before.filter(|other| (other.record.at, other.index) < (issue.at, held.index));
        before.any(|other| self.returned(&other.record).is_none_or(|(at, _)| at > issue.at))
    }
}
