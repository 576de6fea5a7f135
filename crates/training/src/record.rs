//! What is written down. A record is never changed: a retraction is added, and what was right follows as a new record.

use chrono::{DateTime, FixedOffset, NaiveDate};
use keng_ledger::{Entry, Salt};
use serde::{Deserialize, Serialize};
use thiserror::Error;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub String);

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    Self(text.to_owned())
                }
            }
        )+
    };
}

ids! {
    /// A person, by a number that the employer gives out, such as `NV-0012`. Never a name nor an identity number.
    PersonId;
    /// A place with posts: a branch, a shop, a vault.
    SiteId;
    /// A post at a site.
    PostId;
    /// One support tool, by its inventory number.
    ToolId;
}

/// One record, as it is sealed in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Record {
    /// Somebody who guards, keeps tools or works at a site.
    Person(Person),
    /// A certificate of any kind, a fitness check among them.
    Certificate(Certificate),
    /// A certificate is suspended or revoked.
    Suspension(Suspension),
    /// A place.
    Site(Site),
    /// A post there and the skills that it needs.
    Post(Post),
    /// Somebody stands at a post for some hours.
    Shift(Shift),
    /// A support tool.
    Tool(Tool),
    /// It was handed to somebody.
    Issue(Issue),
    /// It came back.
    Return(Return),
    /// A drill.
    Drill(Drill),
    /// A scenario plan that was agreed with police.
    Plan(Plan),
    /// An earlier record was wrong.
    Retraction(Retraction),
}

/// Somebody who guards, keeps tools or works at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The employer's number.
    pub id: PersonId,
    /// The full name.
    pub name: String,
    /// The birth date.
    pub born: NaiveDate,
    /// The personal identity number.
    pub personal_id: String,
    /// The position, such as "bảo vệ" or "thủ kho".
    pub position: String,
    /// The site where the person mostly works.
    pub site: SiteId,
    /// First day of the contract.
    pub from: NaiveDate,
    /// Last day of the contract, when it has ended or will end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// The day of the newest photo for a request, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<NaiveDate>,
}

/// A certificate. It was issued by somebody else: this is what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Whose it is.
    pub person: PersonId,
    /// The kind, as the rule files call it, such as `guard-company` or `tool-use`.
    pub kind: String,
    /// For certificates by type of tool: the type, such as `electric-baton`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The number on it.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// The day of issue.
    pub issued: NaiveDate,
    /// The last day that is printed on it, when one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed_until: Option<NaiveDate>,
    /// The last day of the course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course_end: Option<NaiveDate>,
    /// How many hours the course had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<u32>,
    /// Whether the practice was in person; theory may be online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practice_in_person: Option<bool>,
    /// Whether the instructor was licensed for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructor_licensed: Option<bool>,
    /// Whether the place of training was licensed for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_licensed: Option<bool>,
    /// For a fitness check: its result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fit: Option<bool>,
    /// When it counts at one site only, such as a briefing on that site's plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// SHA-256 of the scan or paper that proves it, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// A certificate is suspended or revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// Whose.
    pub person: PersonId,
    /// The number of the certificate; all of the person's without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The first day without it.
    pub from: NaiveDate,
    /// The last day without it; open without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Whether it is taken away for good.
    #[serde(default)]
    pub revoked: bool,
    /// Who decided.
    pub by: String,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its id, the same as in the alarm system and in the scorer's input.
    pub id: SiteId,
    /// What people call it.
    pub name: String,
    /// The ward or commune.
    pub ward: String,
}

/// A post at a site and the skills that it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// Where it is.
    pub site: SiteId,
    /// What people call it.
    pub name: String,
    /// Skills, as the rule files call them; by tool as `tool-use:electric-baton`.
    pub needs: Vec<String>,
    /// How many people with all of them the post must have among its own, for the forecast.
    #[serde(default = "one")]
    pub people: u32,
}

/// Somebody stands at a post for some hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    /// Where.
    pub post: PostId,
    /// Who.
    pub person: PersonId,
    /// The first moment.
    pub from: DateTime<FixedOffset>,
    /// The first moment after it.
    pub until: DateTime<FixedOffset>,
}

/// A support tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The inventory number.
    pub id: ToolId,
    /// The type, as certificates call it.
    pub kind: String,
    /// The store that it belongs to.
    pub site: SiteId,
}

/// A tool was handed to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Which.
    pub tool: ToolId,
    /// To whom.
    pub person: PersonId,
    /// By which store-keeper.
    pub keeper: PersonId,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Whether the head of the place gave consent, as Circular 46/2014 art. 8 wants each time.
    pub consent: bool,
}

/// A tool came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Return {
    /// Which.
    pub tool: ToolId,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// Whether it was in order.
    pub in_order: bool,
}

/// A drill. Roles, no names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// Where.
    pub site: SiteId,
    /// Which scenario, such as `counter`, `atm-cash`, `transport`.
    pub scenario: String,
    /// Which roles took part.
    pub roles: Vec<String>,
    /// Which units were there.
    pub units: Vec<String>,
    /// What happened when, in any order.
    pub phases: Vec<Phase>,
    /// How it ended.
    pub outcome: String,
    /// What is to be done after it.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// One moment of a drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// What happened.
    pub what: PhaseKind,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// What happens in a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseKind {
    /// It begins.
    Begun,
    /// The button is pressed.
    AlarmPressed,
    /// A desk has answered.
    AlarmAnswered,
    /// The first police are there.
    PoliceArrived,
    /// It is over.
    Ended,
}

/// Something to be done after a drill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// What.
    pub what: String,
    /// The last day for it.
    pub due: NaiveDate,
    /// The day it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<NaiveDate>,
}

/// A scenario plan that was agreed with police.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Where.
    pub site: SiteId,
    /// For which scenario.
    pub scenario: String,
    /// With which unit.
    pub unit: String,
    /// When.
    pub agreed: NaiveDate,
    /// SHA-256 of the plan, in hexadecimal.
    pub evidence: String,
}

/// An earlier record was wrong. It stays in the ledger and counts no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retraction {
    /// Its index in the ledger.
    pub of: u64,
    /// Why; no names.
    pub why: String,
}

/// Octets that are no record.
#[derive(Debug, Error)]
#[error("not a record: {0}")]
pub struct RecordError(#[from] serde_json::Error);

impl Record {
    /// The octets that are sealed: JSON with the fields in the order of this file and nothing else.
    ///
    /// # Errors
    /// Never for a record that was read or made here; the format could refuse a map with keys that are no texts.
    pub fn encode(&self) -> Result<Vec<u8>, RecordError> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Reads a record, in any order of fields.
    ///
    /// # Errors
    /// Names the field that is missing, unknown or not as it must be.
    pub fn decode(octets: &[u8]) -> Result<Self, RecordError> {
        Ok(serde_json::from_slice(octets)?)
    }

    /// Seals the record for its place in the ledger.
    ///
    /// # Errors
    /// As [`Record::encode`].
    pub fn seal(&self, index: u64, salt: &Salt) -> Result<Entry, RecordError> {
        Ok(Entry::seal(index, salt, &self.encode()?))
    }

    /// Whose record it is, and so with whom it is erased. A drill, a plan and a retraction hold roles and reasons, no person.
    #[must_use]
    pub const fn subject(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(&person.id),
            Self::Certificate(certificate) => Some(&certificate.person),
            Self::Suspension(suspension) => Some(&suspension.person),
            Self::Shift(shift) => Some(&shift.person),
            Self::Issue(issue) => Some(&issue.person),
            _ => None,
        }
    }

    /// The kind, as `record` in its JSON says it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Certificate(_) => "certificate",
            Self::Suspension(_) => "suspension",
            Self::Site(_) => "site",
            Self::Post(_) => "post",
            Self::Shift(_) => "shift",
            Self::Tool(_) => "tool",
            Self::Issue(_) => "issue",
            Self::Return(_) => "return",
            Self::Drill(_) => "drill",
            Self::Plan(_) => "plan",
            Self::Retraction(_) => "retraction",
        }
    }
}

const fn one() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_record_is_what_its_json_says() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 15).unwrap();
        let plan = Plan {
            site: "S".into(),
            scenario: "counter".to_owned(),
            unit: "CA".to_owned(),
            agreed: day,
            evidence: String::new(),
        };
        for record in [Record::Plan(plan), Record::Retraction(Retraction { of: 3, why: "twice".to_owned() })] {
            let octets = record.encode().unwrap();
            assert!(octets.starts_with(format!(r#"{{"record":"{}","#, record.kind()).as_bytes()));
            assert_eq!(Record::decode(&octets).unwrap(), record);
        }
    }

    #[test]
    fn a_misspelt_field_is_named() {
        let error = Record::decode(br#"{"record":"retraction","of":3,"why":"x","wy":1}"#).unwrap_err();
        assert!(error.to_string().contains("wy"), "{error}");
    }
}
