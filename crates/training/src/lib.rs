//! Guard records, when they are valid and under which rule, who covers which shift.
//!
//! Records are facts that somebody wrote down; whether they make a person qualified is asked anew each time, for one skill, one place and
//! one day, and answered by dated rule files: [`Rules`]. No number of a law is in the code, and every answer names its rule.
//!
//! ```
//! use keng_training::{Book, Question, Record, Rules};
//!
//! let records = [
//!     r#"{"record":"person","id":"NV-1","name":"(invented)","born":"1990-05-01","personal_id":"0","position":"bảo vệ","site":"KM-01","from":"2020-01-01"}"#,
//!     r#"{"record":"certificate","person":"NV-1","kind":"guard-company","number":"17/CN","issuer":"PC06","issued":"2021-03-20"}"#,
//!     r#"{"record":"certificate","person":"NV-1","kind":"fitness","number":"SK-9","issuer":"TTYT","issued":"2026-01-10","fit":true}"#,
//! ];
//! let records = (0..).zip(records).map(|(index, json)| Ok((index, Record::decode(json.as_bytes())?)));
//! let book = Book::of(records.collect::<Result<_, Box<dyn std::error::Error>>>()?);
//! let rules = Rules::viet_nam()?;
//!
//! let dossier = &book.dossiers[&"NV-1".into()];
//! let ask = |on: &str| dossier.judge(&rules, Question { skill: "guard", site: None, on: on.parse().unwrap() });
//! let last_day = ask("2026-03-20");
//! assert!(last_day.verdict.is_valid());
//! assert_eq!(last_day.rule.unwrap().0, "vn-58-2026/guard-company");
//! assert_eq!(ask("2026-03-21").verdict.to_string(), "last day was 2026-03-20");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod book;
mod calendar;
mod cover;
mod dossier;
mod drill;
mod forecast;
mod record;
mod retention;
mod rules;
mod tools;

pub use book::{Book, retracts};
pub use calendar::{LastDay, Period, ShortMonth};
pub use cover::{Candidate, Cover, Gap, MOST_CANDIDATES, MOST_DAYS, Standing};
pub use dossier::{Dossier, Held, Judgement, Question, Verdict, Wanted};
pub use forecast::{Ending, Outlook, SiteCoverage};
pub use record::{
    Action, Certificate, Drill, Issue, Person, PersonId, Phase, PhaseKind, Plan, Post, PostId, Record, RecordError,
    Retraction, Return, Shift, Site, SiteId, Suspension, Tool, ToolId,
};
pub use retention::Kept;
pub use rules::{Checked, CountedFrom, KeptAfter, Printed, Retention, Rule, RuleError, Rules, Skill, Without, Words};
pub use tools::Finding;
