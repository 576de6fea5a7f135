//! The life of one incident, as its records tell it.

mod next;
mod state;

use keng_protocol::entry::Path;
use keng_protocol::message::{AlarmKind, Descriptors, Place};
use keng_protocol::{DeviceId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::form;
use crate::name::SiteId;
use crate::policy::Matter;

pub(crate) use next::Step;
pub(crate) use state::{Incident, Level};

/// What is known of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What it is about.
    pub matter: Matter,
    /// What raised it.
    pub cause: Cause,
    /// A drill: marked on every channel, and apart from every real incident.
    pub drill: bool,
    /// Nothing on the site shows or sounds it.
    pub silent: bool,
    /// Which site; `None` is a device that the directory has no site for.
    pub site: Option<SiteId>,
    /// From which device.
    #[serde(with = "form")]
    pub device: DeviceId,
    /// Which button or detector.
    pub zone: Option<u16>,
    /// Where on the site or in the world.
    #[serde(with = "form")]
    pub place: Place,
    /// How sure it is who said it.
    pub sure: Sure,
    /// When it was raised, by the station's clock.
    #[serde(with = "form")]
    pub raised: Timestamp,
    /// When it happened, by the device's clock.
    #[serde(with = "form::maybe")]
    pub said: Option<Timestamp>,
    /// By what path it came first.
    #[serde(with = "form::maybe")]
    pub path: Option<Path>,
    /// What an operator must know about the frame.
    pub labels: Labels,
    /// The site is on test; it is told all the same.
    pub on_test: bool,
    /// A second, independent signal confirmed it.
    pub confirmed: bool,
    /// How often the button was pressed, or the like came, this incident's first included.
    pub presses: u32,
    /// Ended on site with a code.
    pub cancelled: Option<Cancelled>,
    /// The faults that go on.
    pub faults: Vec<ActiveFault>,
    /// What was seen, the latest of each.
    #[serde(with = "form")]
    pub seen: Descriptors,
    /// Number of hostages.
    pub hostages: Option<u8>,
    /// Number of injured.
    pub injured: Option<u8>,
    /// The version of the directory when it was raised.
    pub directory: u64,
}

/// What raised an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Cause {
    /// An alarm of this kind.
    Alarm(#[serde(with = "form")] AlarmKind),
    /// A suspicion.
    Suspicion,
    /// An update with no open incident to belong to.
    Update,
    /// A duress code with no open incident to belong to.
    DuressCancel,
    /// A fault.
    Fault(Fault),
    /// A message of a panel, of a kind from a newer version.
    Message(u8),
}

/// How sure it is who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// Signed by the device.
    Signed,
    /// Another dialect; the station vouches for what it received, not for who sent it.
    Vouched,
    /// The station saw it itself, such as a silence.
    Station,
}

/// What an operator must know about a frame that is authentic but not quite as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The device's clock minus the station's, milliseconds, when it differs by more than the tolerance.
    pub clock_off_ms: Option<i64>,
    /// Held up on its way.
    pub late: bool,
    /// Signed with a key out of its time.
    pub key_out_of_time: bool,
    /// Its number was used before.
    pub number_reused: bool,
    /// Its number is too old to tell whether it came before: it may be an old frame sent again. It is handled as real.
    #[serde(default)]
    pub maybe_seen: bool,
    /// It has fields that this version does not know.
    pub newer: bool,
}

/// How the alarm was ended on site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// With the staff's code.
    AllClear,
    /// With the duress code: somebody is forced. Only desks see it.
    Duress,
}

/// A fault and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Of which device.
    #[serde(with = "form")]
    pub device: DeviceId,
    /// Which.
    pub fault: Fault,
    /// Since when.
    #[serde(with = "form")]
    pub since: Timestamp,
}

/// What can be wrong with equipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A line, as an alarm or another dialect says.
    Line,
    /// A configured path of the panel, its number from 0.
    Path(u8),
    /// Nothing is heard.
    Silence,
    /// Events were sent that never came.
    Missing,
    /// The case is open.
    Tamper,
    /// Mains or battery.
    Power,
    /// The test that was due did not come.
    NoTest,
    /// Trouble that another dialect reports.
    Trouble,
    /// A technical kind from a newer version, its number.
    Other(u8),
}

/// How far an incident is.
///
/// ```text
///            accepted           units sent         on scene
///   Raised ───────────> Answered ─────────> UnitsSent ─────────> OnScene
///     │                    │                    │                   │
///     └────────────────────┴─────────┬──────────┴───────────────────┘
///                                    │ closed, by one person when somebody is on the scene or it is no attack; else by two
///                                    v
///                                 Closed ── everything but a note is refused
/// ```
///
/// A later stage may be reached at once. Turning down and notes change no stage. A hold-up long after the last press or act
/// ([`Policies::anew`](crate::policy::Policies::anew)) puts an open incident back to `Raised`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Told; no person has answered.
    Raised,
    /// A person has taken it on.
    Answered,
    /// Units are on their way.
    UnitsSent,
    /// Units are there.
    OnScene,
    /// Ended.
    Closed,
}

impl Fault {
    /// Whether two such faults at one site at once are an attack.
    pub const fn suspicious(self) -> bool {
        !matches!(self, Self::NoTest | Self::Trouble | Self::Other(_))
    }
}
