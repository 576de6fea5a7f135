//! A person's answer at a desk, signed with the desk's key: an act, not a delivery.

use super::{Body, text};
use crate::code::codes;
use crate::error::Malformed;
use crate::fields::{Reader, Writer};
use crate::id::IncidentId;

codes! {
    /// What the person did.
    Act {
        /// Takes the incident on.
        Accepted = 1, "accepted";
        /// Turns it down, with a reason; it stays open for the others.
        Rejected = 2, "rejected";
        /// Units are on their way.
        UnitsSent = 3, "units sent";
        /// Units are there.
        OnScene = 4, "on scene";
        /// Ends the incident, with a disposition.
        Closed = 5, "closed";
        /// Writes something down.
        Note = 6, "note";
    }
}

codes! {
    /// Why an incident is turned down.
    Reason {
        /// Outside the desk's area.
        NotOurArea = 1, "not our area";
        /// The address cannot be found.
        BadAddress = 2, "bad address";
        /// The kind is not for this desk.
        NotOurKind = 3, "not our kind";
        /// Too old to act on.
        TooOld = 4, "too old";
        /// No unit is free.
        NoUnit = 5, "no unit free";
        /// Another reason, in the note.
        Other = 6, "other";
    }
}

codes! {
    /// How an incident ended.
    Disposition {
        /// A robbery.
        Robbery = 1, "robbery";
        /// An attempted robbery.
        Attempted = 2, "attempted";
        /// Pressed by mistake.
        FalsePress = 3, "false press";
        /// A technical fault.
        Fault = 4, "fault";
        /// A test.
        Test = 5, "test";
        /// A drill.
        Drill = 6, "drill";
        /// Another end, in the note.
        Other = 7, "other";
    }
}

/// Kind 64. A person's answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which incident.
    pub incident: IncidentId,
    /// What the person did.
    pub act: Act,
    /// Why, when rejected.
    pub reason: Option<Reason>,
    /// How it ended, when closed.
    pub disposition: Option<Disposition>,
    /// Who answered: the desk's own login for the person, at most 32 octets of UTF-8.
    pub operator: String,
    /// Free words, at most 280 octets of UTF-8.
    pub note: Option<String>,
}

impl Answer {
    /// The most octets of `operator`.
    pub const MAX_OPERATOR: usize = 32;
    /// The most octets of `note`.
    pub const MAX_NOTE: usize = 280;

    /// An answer without reason, disposition or note.
    pub fn new(incident: IncidentId, act: Act, operator: &str) -> Self {
        Self { incident, act, reason: None, disposition: None, operator: operator.to_owned(), note: None }
    }
}

impl core::fmt::Debug for Answer {
    /// Without operator and note, which name people.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Answer").field("incident", &self.incident).field("act", &self.act).finish_non_exhaustive()
    }
}

impl Body for Answer {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.incident)
            .put(2, &self.act)
            .maybe(3, self.reason.as_ref())
            .maybe(4, self.disposition.as_ref())
            .put(5, &self.operator)
            .maybe(6, self.note.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            incident: from.need(1)?,
            act: from.need(2)?,
            reason: from.maybe(3)?,
            disposition: from.maybe(4)?,
            operator: text(from, 5, Self::MAX_OPERATOR)?.ok_or(Malformed::MissingField { key: 5 })?,
            note: text(from, 6, Self::MAX_NOTE)?,
        })
    }
}
