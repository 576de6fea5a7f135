//! Rule files: which certificate is valid for what, how long, under which text, from which day on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use thiserror::Error;

use crate::calendar::{LastDay, Period, ShortMonth};

/// The rules of one country or state, read from a file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// A short name, such as `vn`.
    pub name: String,
    /// What the file is about, in Vietnamese and English.
    pub title: Words,
    /// The offset of the local day from UTC, such as `+07:00`.
    #[serde(deserialize_with = "offset")]
    pub utc_offset: FixedOffset,
    /// What corresponds to 29 February in a common year.
    #[serde(default)]
    pub short_month: ShortMonth,
    /// The skills that a post may need.
    #[serde(rename = "skill")]
    pub skills: Vec<Skill>,
    /// The rules, each for one kind of certificate.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// How long records are kept, and why.
    #[serde(rename = "retention", default)]
    pub retention: Vec<Retention>,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// Something that a person must be able to do at a post.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// Its code, such as `guard`.
    pub code: String,
    /// What people call it.
    pub title: Words,
    /// Whether it is held for each type of tool: a post then needs `code:type`.
    #[serde(default)]
    pub by_tool: bool,
    /// The kinds of certificate that give it, any one of them.
    pub any_of: Vec<String>,
    /// Whether a shift without it is blocked, or only warned about.
    #[serde(default)]
    pub without: Without,
}

/// What follows when a skill is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Without {
    /// The shift is blocked.
    #[default]
    Block,
    /// The shift goes on; those who plan are told.
    Warn,
}

/// What one text says about one kind of certificate.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A name that answers point to.
    pub id: String,
    /// The kind of certificate.
    pub certificate: String,
    /// The first day on which certificates are judged by it.
    pub in_force: NaiveDate,
    /// Which of two rules that come into force on one day is stronger: the higher number.
    #[serde(default)]
    pub rank: u8,
    /// The earliest day of issue of the certificates that it is about; all without one.
    pub issued_since: Option<NaiveDate>,
    /// How long a certificate is valid; without end when the text names none.
    pub valid: Option<Period>,
    /// From which day that is counted.
    #[serde(default)]
    pub counted_from: CountedFrom,
    /// Whether the corresponding day still counts.
    #[serde(default)]
    pub last_day: LastDay,
    /// What a last day does that is printed on the certificate.
    #[serde(default)]
    pub printed: Printed,
    /// Whether only the newest certificate of the kind counts, because retraining withdraws the old one.
    #[serde(default)]
    pub newest_counts: bool,
    /// The least age, in years.
    pub min_age: Option<u32>,
    /// The least length of the course.
    pub min_hours: Option<u32>,
    /// Whether the practice must have been in person.
    #[serde(default)]
    pub practice_in_person: bool,
    /// Whether the instructor must be licensed.
    #[serde(default)]
    pub instructor_licensed: bool,
    /// Whether the place of training must be licensed.
    #[serde(default)]
    pub facility_licensed: bool,
    /// Whether it is a check with a result that must be "fit".
    #[serde(default)]
    pub must_be_fit: bool,
    /// Kinds of certificate that must be valid whenever this one is to count.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Kinds of certificate that had to be valid on the day this one was issued.
    #[serde(default)]
    pub needs_at_issue: Vec<String>,
    /// How many days it takes to get it: the course and the issue.
    #[serde(default)]
    pub days_to_get: u32,
    /// The text: decree, circular, article.
    pub source: String,
    /// How well the source was read.
    pub checked: Checked,
}

/// From which day a validity is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountedFrom {
    /// The day of issue.
    #[default]
    Issued,
    /// The last day of the course, or the day of issue when that is not recorded.
    CourseEnd,
}

/// What a printed last day does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Printed {
    /// The earlier of the printed and the counted day is the last.
    #[default]
    Shortens,
    /// The printed day is the last, whatever is counted; the counted one without it.
    Decides,
    /// It is passed over.
    Ignored,
}

/// How well a source was read, so that nobody takes a guess for the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// In the text of the law itself.
    Text,
    /// In a page about it.
    Second,
    /// Not found: the value is a stand-in.
    NotFound,
    /// No law: the employer's own choice.
    Own,
}

/// How long a kind of record is kept, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// The kind of record.
    pub record: String,
    /// The field, or `*` for the whole record.
    pub field: String,
    /// How long after `after`.
    pub keep: Period,
    /// From when that is counted.
    pub after: KeptAfter,
    /// Why it is kept.
    pub reason: Words,
    /// The text that says so.
    pub source: String,
    /// How well that was read.
    pub checked: Checked,
}

/// From when the time of keeping is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptAfter {
    /// The day the record is about: issue, shift, hand-out.
    Event,
    /// The last day of the person's contract. While it runs, everything is kept.
    Contract,
}

/// Why a rule file is refused.
#[derive(Debug, Error)]
pub enum RuleError {
    /// Not TOML, or a field is missing, misspelt or of the wrong form; the line is in the text.
    #[error("{0}")]
    File(#[from] toml::de::Error),
    /// Two rules for one kind come into force on one day, and none is stronger.
    #[error("rules {first} and {second} come into force on one day: give the stronger one a higher `rank`")]
    Tie {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A rule needs a certificate that in the end needs it.
    #[error("certificate {0} needs itself, over others: take one `needs` away")]
    Circle(String),
    /// A skill or rule names a kind of certificate for which there is no rule.
    #[error("{by} names the certificate {kind}, and no rule is about it")]
    UnknownKind {
        /// Who names it.
        by: String,
        /// What it names.
        kind: String,
    },
    /// A name is used twice.
    #[error("{0} is there twice")]
    Twice(String),
}

const VIET_NAM: &str = include_str!("../rules/vn.toml");

impl Rules {
    /// Reads a rule file and checks that it can be applied in one way only.
    ///
    /// # Errors
    /// Says what is wrong and, for what is not TOML, in which line.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let mut rules: Self = toml::from_str(text)?;
        rules.rules.sort_by_key(|rule| (rule.in_force, rule.rank));
        rules.is_unique()?;
        rules.is_closed()?;
        rules.is_without_circles()?;
        Ok(rules)
    }

    /// The rules of Viet Nam that come with the crate, with the source of each number.
    ///
    /// # Errors
    /// Never; a test reads the file.
    pub fn viet_nam() -> Result<Self, RuleError> {
        Self::parse(VIET_NAM)
    }

    /// The text of [`Rules::viet_nam`], to start an own file from.
    #[must_use]
    pub const fn viet_nam_text() -> &'static str {
        VIET_NAM
    }

    /// The skill of a code, with the type of tool when it is by tool: `tool-use:electric-baton`.
    #[must_use]
    pub fn skill<'a>(&self, need: &'a str) -> Option<(&Skill, Option<&'a str>)> {
        let (code, tool) = need.split_once(':').map_or((need, None), |(code, tool)| (code, Some(tool)));
        let skill = self.skills.iter().find(|skill| skill.code == code)?;
        (skill.by_tool == tool.is_some()).then_some((skill, tool))
    }

    /// The rule by which a certificate of a kind, issued on a day, is judged on a day.
    #[must_use]
    pub fn applying(&self, kind: &str, issued: NaiveDate, on: NaiveDate) -> Option<&Rule> {
        let mut of_kind = self.rules.iter().filter(|rule| rule.certificate == kind);
        of_kind.rfind(|rule| rule.in_force <= on && rule.issued_since.is_none_or(|since| since <= issued))
    }

    /// The local day of a moment.
    #[must_use]
    pub fn day(&self, at: DateTime<FixedOffset>) -> NaiveDate {
        at.with_timezone(&self.utc_offset).date_naive()
    }

    fn is_unique(&self) -> Result<(), RuleError> {
        let mut seen = BTreeSet::new();
        let names = self.rules.iter().map(|rule| &rule.id).chain(self.skills.iter().map(|skill| &skill.code));
        if let Some(twice) = names.into_iter().find(|name| !seen.insert(*name)) {
            return Err(RuleError::Twice(twice.clone()));
        }
        let mut days = BTreeMap::new();
        for rule in &self.rules {
            let first = days.insert((&rule.certificate, rule.in_force, rule.rank, rule.issued_since), &rule.id);
            if let Some(first) = first {
                return Err(RuleError::Tie { first: first.clone(), second: rule.id.clone() });
            }
        }
        Ok(())
    }

    fn is_closed(&self) -> Result<(), RuleError> {
        let by_skills = self.skills.iter().flat_map(|skill| skill.any_of.iter().map(|kind| (&skill.code, kind)));
        let by_rules = self.rules.iter().flat_map(|rule| rule.all_needs().map(|kind| (&rule.id, kind)));
        for (by, kind) in by_skills.chain(by_rules) {
            if !self.rules.iter().any(|rule| rule.certificate == *kind) {
                return Err(RuleError::UnknownKind { by: by.clone(), kind: kind.clone() });
            }
        }
        Ok(())
    }

    fn is_without_circles(&self) -> Result<(), RuleError> {
        for rule in &self.rules {
            let mut reached = BTreeSet::new();
            let mut ahead: Vec<&str> = rule.all_needs().map(String::as_str).collect();
            while let Some(kind) = ahead.pop() {
                if kind == rule.certificate {
                    return Err(RuleError::Circle(kind.to_owned()));
                }
                if reached.insert(kind) {
                    let rules = self.rules.iter().filter(|rule| rule.certificate == kind);
                    ahead.extend(rules.flat_map(Rule::all_needs).map(String::as_str));
                }
            }
        }
        Ok(())
    }
}

impl Rule {
    pub(crate) fn all_needs(&self) -> impl Iterator<Item = &String> {
        self.needs.iter().chain(&self.needs_at_issue)
    }
}

fn offset<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<FixedOffset, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| serde::de::Error::custom("expected an offset such as \"+07:00\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name = 'x'\ntitle = { vi = 'x', en = 'x' }\nutc_offset = '+07:00'\n";

    fn rule(id: &str, certificate: &str, more: &str) -> String {
        format!(
            "[[rule]]\nid = '{id}'\ncertificate = '{certificate}'\nin_force = '2026-01-01'\nsource = 's'\nchecked = 'own'\n{more}\n"
        )
    }

    fn refused(text: &str) -> String {
        let text = format!("{HEAD}[[skill]]\ncode = 's'\ntitle = {{ vi = 'x', en = 'x' }}\nany_of = ['a']\n{text}");
        Rules::parse(&text).unwrap_err().to_string()
    }

    #[test]
    fn every_rule_of_viet_nam_has_a_source() {
        let rules = Rules::viet_nam().unwrap();
        assert!(rules.rules.iter().all(|rule| rule.source.len() > 10 && rule.id.starts_with("vn-")));
        assert!(rules.retention.iter().all(|kept| kept.source.len() > 10));
    }

    #[test]
    fn a_file_that_could_be_applied_in_two_ways_is_refused() {
        assert!(refused(&(rule("one", "a", "") + &rule("two", "a", ""))).contains("rank"));
        assert!(refused(&(rule("one", "a", "needs = ['b']") + &rule("two", "b", "needs = ['a']"))).contains("itself"));
        assert!(refused(&rule("one", "a", "needs = ['c']")).contains("no rule is about it"));
        assert!(refused(&(rule("one", "a", "") + &rule("one", "a", "rank = 1"))).contains("twice"));
        assert!(refused(&rule("one", "a", "misspelt = 1")).contains("line"));
    }
}
