//! Records: everything the dispatcher decides, one at a time, so that its state is nothing but the records applied in order.
//!
//! # The octets
//!
//! [`Record::encode`] writes a MessagePack map whose keys are the names of the fields, in the order in which they stand in [`Record`]; `what`
//! is a map again, in which `kind` comes first and says which variant of [`What`] it is, in snake case. In both, as in JSON:
//!
//! | value | stands as |
//! | --- | --- |
//! | a device, a frame, an incident | its hexadecimal digits |
//! | a time | milliseconds since the Unix epoch, UTC |
//! | a code of the protocol (alarm kind, act, reason, disposition, path, weapon, ...) | its number in the protocol's SPEC |
//! | a term of this crate (`why`, `matter`, `class`, ...) | its name in snake case |
//! | what is not known | left out, or nil |
//!
//! ```text
//! {"number":4294967298,"at":1795500000000,"incident":"0d9f...","what":
//!    {"kind":"told","authority":"tt-113","level":2,"channel":0,"why":"first","news":0}}
//! ```
//!
//! Fields and kinds may be added, never renamed or given a second meaning. A reader passes over fields that it does not know, and reads a
//! kind that it does not know as [`What::Unknown`], which [`Dispatcher::restore`](crate::Dispatcher::restore) counts and keeps out of the
//! state; the journal still has its octets. Records name people (operators, notes, plates): they are for desks and courts, not for logs.

use keng_protocol::entry::Path;
use keng_protocol::message::{Act, AlarmKind, Descriptors, Disposition, Reason};
use keng_protocol::{DeviceId, FrameId, IncidentId, NoticeId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::answer::AnswerError;
use crate::form;
use crate::incident::{ActiveFault, Facts, Fault};
use crate::name::{AuthorityId, Private, SiteId};
use crate::policy::Matter;
use crate::tagged::tagged;

/// One decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Grows by one in a run; the high 32 bits are the station's run, so that no number is given twice even when a crash lost records.
    pub number: u64,
    /// The station's time.
    #[serde(with = "form")]
    pub at: Timestamp,
    /// The incident that it belongs to, if to any.
    #[serde(with = "form::maybe", default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// The frame that caused it, if one did.
    #[serde(with = "form::maybe", default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<FrameId>,
    /// Whose flood limit it counts against, if anybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What was decided.
    pub what: What,
}

/// Whose flood limit: a device's, for one class of what it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// Which device.
    #[serde(with = "form")]
    pub device: DeviceId,
    /// Of which class.
    pub class: Class,
}

tagged! {
    "kind", "What";

    /// What was decided.
    #[derive(Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub enum What {
        /// An incident begins.
        Raised {
            /// What is known of it.
            facts: Box<Facts>,
            /// For a suspicion: the sites nearby that can be asked for vigilance.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            neighbours: Vec<SiteId>,
        },
        /// Another alarm joins an open incident of its site.
        Joined {
            /// From which device.
            #[serde(with = "form")]
            device: DeviceId,
            /// Which kind.
            #[serde(with = "form")]
            alarm: AlarmKind,
            /// Which button.
            zone: Option<u16>,
            /// Whether it confirms a hold-up.
            confirms: bool,
            /// It may be an old frame sent again. One that is not takes that label from the incident.
            #[serde(default)]
            maybe_seen: bool,
            /// A hold-up long after the last press or act: nobody counts as having answered it, and it is escalated like a new one.
            #[serde(default)]
            anew: bool,
        },
        /// The incident is graver than it was raised as.
        Became {
            /// What it is now.
            matter: Matter,
        },
        /// More was seen.
        Updated {
            /// What was seen.
            #[serde(with = "form")]
            seen: Descriptors,
            /// Number of hostages.
            hostages: Option<u8>,
            /// Number of injured.
            injured: Option<u8>,
        },
        /// A code ended the alarm on site.
        Cancelled {
            /// The duress code: the alarm is raised further.
            duress: bool,
            /// It may be an old frame sent again. A duress code that is not takes that label from the incident.
            #[serde(default)]
            maybe_seen: bool,
        },
        /// A fault of the site begins and belongs to this incident.
        FaultBegan(ActiveFault),
        /// It is over.
        FaultOver(ActiveFault),
        /// The incident's frame came again by another path.
        Evidence {
            /// By what.
            #[serde(with = "form")]
            path: Path,
        },
        /// An authority was told. The record's number is the telling's.
        Told {
            /// Whom.
            authority: AuthorityId,
            /// Its level.
            level: u8,
            /// The index of the channel in its list.
            channel: usize,
            /// Why.
            why: Why,
            /// The level that is silent or has refused, for [`Why::SilentLevel`] and [`Why::LevelRefused`].
            #[serde(default, skip_serializing_if = "Option::is_none")]
            about: Option<u8>,
            /// Up to which news of the incident it was told.
            news: u32,
        },
        /// A telling reached its channel.
        Delivered {
            /// Which telling.
            notice: u64,
        },
        /// A telling could not be delivered.
        Undelivered {
            /// Which telling.
            notice: u64,
            /// The channel's own number of the reason.
            code: u16,
        },
        /// A person acted.
        Acted {
            /// At which desk.
            #[serde(with = "form")]
            desk: DeviceId,
            /// Of which authority.
            authority: AuthorityId,
            /// Its level.
            level: u8,
            /// What the person did.
            #[serde(with = "form")]
            act: Act,
            /// Why, when rejected.
            #[serde(with = "form::maybe", default, skip_serializing_if = "Option::is_none")]
            reason: Option<Reason>,
            /// How it ended, when closed or proposed to be closed.
            #[serde(with = "form::maybe", default, skip_serializing_if = "Option::is_none")]
            disposition: Option<Disposition>,
            /// Who.
            operator: Private,
            /// In words.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<Private>,
            /// The act is a proposal to close, which a second person must confirm.
            #[serde(default)]
            proposal: bool,
        },
        /// An answer was refused.
        AnswerRefused {
            /// Of which desk.
            #[serde(with = "form")]
            desk: DeviceId,
            /// Why.
            error: AnswerError,
        },
        /// All faults are over and nothing else was the matter: closed without a person.
        Cleared,
        /// Dropped from memory for want of room; its records are all there is.
        Dropped,
        /// Panels were asked for vigilance.
        Vigilance {
            /// Of which sites.
            sites: Vec<SiteId>,
            /// Until when.
            #[serde(with = "form")]
            until: Timestamp,
        },
        /// A site is on test.
        TestBegan {
            /// Which.
            site: SiteId,
            /// Until when, at the latest.
            #[serde(with = "form")]
            until: Timestamp,
        },
        /// A site is no longer on test.
        TestEnded {
            /// Which.
            site: SiteId,
        },
        /// A device sends more than its limit: what is over it is counted, not shown one by one.
        FloodBegan {
            /// Who, and what of it.
            flood: Source,
        },
        /// One message over the limit, whose frame is this record's. For the count; nobody is shown it by itself.
        Limited {
            /// Who, and what of it.
            flood: Source,
        },
        /// It still does.
        FloodGoesOn {
            /// Who, and what of it.
            flood: Source,
            /// How many were counted since it began.
            count: u64,
        },
        /// It has stopped.
        FloodEnded {
            /// Who, and what of it.
            flood: Source,
            /// How many were counted in all.
            count: u64,
        },
        /// For the log: nobody is told.
        Noted {
            /// By which device.
            #[serde(with = "form")]
            device: DeviceId,
            /// Of which site.
            site: Option<SiteId>,
            /// What.
            note: Note,
        },
        /// A frame that changes nothing: its fault goes on already, or it is a matter of keys. Nobody is shown it.
        Passed,
        /// A version of the directory is in use from here.
        Adopted {
            /// Which.
            version: u64,
        },
        /// The station's clock was put back: timers count from now, and no site is on test.
        ClockBack,
        /// A kind from a newer version: it stays in the journal and changes nothing here.
        #[serde(other)]
        Unknown,
    }
}

/// Why an authority is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// The incident is new to it.
    First,
    /// No person has answered.
    Again,
    /// The channel before did not deliver.
    Undelivered,
    /// Another level is silent.
    SilentLevel,
    /// Another level has turned the incident down.
    LevelRefused,
    /// Nobody at the levels below has answered.
    Climbed,
    /// The button was pressed again.
    Pressed,
    /// Confirmed by a second signal.
    Confirmed,
    /// It became an attack.
    Became,
    /// More was seen.
    Update,
    /// Ended on site with the staff's code: all clear, but open until a person closes it.
    AllClear,
    /// Ended on site with the duress code.
    CancelDuress,
    /// More faults, or a fault is over.
    Fault,
    /// It is closed.
    Closed,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::First,
        Self::Again,
        Self::Undelivered,
        Self::SilentLevel,
        Self::LevelRefused,
        Self::Climbed,
        Self::Pressed,
        Self::Confirmed,
        Self::Became,
        Self::Update,
        Self::AllClear,
        Self::CancelDuress,
        Self::Fault,
        Self::Closed,
    ];
}

/// The classes that a flood is limited by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Alarms of attack.
    Attack,
    /// Alarms of premises.
    Premises,
    /// Alarms of life.
    Life,
    /// Technical alarms and supervision.
    Technical,
    /// Suspicions and updates.
    Seen,
    /// Everything for the log.
    Log,
}

tagged! {
    "note", "Note";

    /// What is only written down.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[non_exhaustive]
    pub enum Note {
        /// The site was opened.
        Opened,
        /// The site was closed.
        Closed,
        /// A test of a path.
        Test,
        /// A drill begins.
        DrillBegins,
        /// A drill ends.
        DrillEnds,
        /// All clear, with nothing open.
        AllClear,
        /// All clear in a frame that may be an old one sent again: it calms nobody.
        OldAllClear,
        /// An alarm while the site is on test.
        AlarmOnTest {
            /// Which kind.
            #[serde(with = "form")]
            alarm: AlarmKind,
            /// Which zone.
            zone: Option<u16>,
        },
        /// A fault while the site is on test.
        FaultOnTest {
            /// Which.
            fault: Fault,
        },
        /// An alarm condition is over.
        Restored {
            /// Which kind.
            #[serde(with = "form")]
            alarm: AlarmKind,
            /// Which zone.
            zone: Option<u16>,
        },
        /// A button or detector was taken out of service.
        Bypassed {
            /// Which.
            zone: Option<u16>,
        },
        /// It was put back.
        Unbypassed {
            /// Which.
            zone: Option<u16>,
        },
        /// A code of another dialect that says nothing about the site's safety, or that is not known.
        Code {
            /// As it came.
            code: String,
        },
        /// Somebody on the site has read a notice.
        NoticeRead {
            /// Which.
            #[serde(with = "form")]
            notice: NoticeId,
            /// The panel's number of who has.
            user: Option<u16>,
        },
        /// A message kind from a newer version.
        Kind {
            /// Its number.
            number: u8,
        },
        /// A word that this version does not know.
        #[serde(other)]
        Unknown,
    }
}

/// Room for the octets of most records, so that they seldom have to grow.
const OCTETS: usize = 256;

/// The octets are no record.
#[derive(Debug, thiserror::Error)]
#[error("not a record")]
pub struct DecodeError(#[from] rmp_serde::decode::Error);

impl What {
    /// Whether an operator is shown it as a line of its own. What is not shown is in the journal and, where it matters, counted.
    pub const fn is_shown(&self) -> bool {
        !matches!(self, Self::Limited { .. } | Self::Passed)
    }
}

impl Record {
    /// The octets for the journal: a MessagePack map with the names of the fields.
    #[expect(clippy::expect_used, reason = "plain values into a Vec cannot fail")]
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(OCTETS);
        rmp_serde::encode::write_named(&mut octets, self).expect("plain values into a Vec");
        octets
    }

    /// Reads what [`Record::encode`] wrote. A kind from a newer version reads as [`What::Unknown`].
    ///
    /// # Errors
    /// [`DecodeError`] when the octets are no such map, or a known kind lacks a field.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        Ok(rmp_serde::from_slice(octets)?)
    }
}
