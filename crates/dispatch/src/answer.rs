//! A person's answer: what may be answered, by whom, and what makes it a refusal.

use serde::{Deserialize, Serialize};

/// Why an answer is refused. The desk is told and a record is written; the incident goes on as if it had not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnswerError {
    /// No incident with this id is known here.
    #[error("no such incident")]
    UnknownIncident,
    /// The device that signed is no authority's desk.
    #[error("the signer is no desk of the directory")]
    NotADesk,
    /// The desk's authority was not told of this incident.
    #[error("the desk's authority was not told of this incident")]
    NotTold,
    /// The incident is closed; only a note can be added.
    #[error("the incident is closed")]
    AlreadyClosed,
    /// Turned down without a reason.
    #[error("a reason is missing")]
    MissingReason,
    /// Closed without a disposition.
    #[error("a disposition is missing")]
    MissingDisposition,
    /// The reason or disposition is "other", or the act is a note, and there are no words.
    #[error("a note is missing")]
    MissingNote,
    /// Nobody has reported from the scene, so a second person must close it with the same disposition. The answer stands as a proposal.
    #[error("nobody is on the scene: a second person must close it too")]
    SecondPersonNeeded,
}
