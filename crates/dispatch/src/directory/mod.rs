//! The directory: authorities, their levels, areas and channels, and the sites that they protect. Data, with a version and a validity.
//!
//! It comes as a TOML file; `tests/claims/data/kinh-mon.toml` is an example with a word on each entry. The types here carry nothing of the file.

mod check;
mod entry;
mod file;
mod lookup;
mod problem;
mod signed;

use core::time::Duration;
use std::collections::BTreeMap;

pub(crate) use lookup::{Audience, Index};
pub use problem::{Problem, Problems};
pub use signed::{NotSigned, sign, verify};

use keng_protocol::{DeviceId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::name::{AreaCode, AuthorityId, Names, Private, SiteId};
use crate::policy::Policies;

/// The level of the bank's own centre; the police's levels begin at 1, the nearest.
pub const CENTRE: u8 = 0;

/// One version of the directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Directory {
    /// Its number; a later version has a higher one.
    pub version: u64,
    /// From when to when it holds.
    pub validity: Validity,
    /// The levels by number, 1 the nearest.
    pub levels: BTreeMap<u8, Names>,
    /// The areas by code.
    pub areas: BTreeMap<AreaCode, Area>,
    /// The authorities by id.
    pub authorities: BTreeMap<AuthorityId, Authority>,
    /// The sites by id.
    pub sites: BTreeMap<SiteId, Site>,
    /// Who is told when.
    pub policies: Policies,
    /// Sites within so many metres of a suspicion are its neighbours.
    pub neighbours_m: f64,
    /// Where each entry stands in the file, for [`Directory::check`].
    marks: Marks,
}

/// Line and column of an entry by what it is and its id.
type Marks = BTreeMap<(&'static str, String), (usize, usize)>;

/// From when to when something holds; open-ended where `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// The first instant.
    pub from: Option<Timestamp>,
    /// The first instant after it.
    pub to: Option<Timestamp>,
}

/// An area: a ward or commune within a city, or a city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its name.
    pub names: Names,
    /// The area that it lies in.
    pub parent: Option<AreaCode>,
}

/// A place, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

/// Somebody who is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Authority {
    /// Its name.
    pub names: Names,
    /// Its level; [`CENTRE`] is the bank's own centre.
    pub level: u8,
    /// The areas that it protects; areas within them are protected too. Empty for a bank's centre, which sites name.
    pub areas: Vec<AreaCode>,
    /// Where it is.
    pub position: Option<Position>,
    /// When it exists.
    pub validity: Validity,
    /// By what it is told, in this order.
    pub channels: Vec<Channel>,
}

/// By what an authority is told.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Channel {
    /// A desk that signs its answers.
    Desk {
        /// The desk's device.
        device: DeviceId,
    },
    /// A one-way message over HTTP.
    Webhook {
        /// Where.
        url: String,
        /// The name of the key that signs it; the key itself is never in the directory.
        key: Option<String>,
    },
}

/// What kind of site it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// A bank's transaction point.
    Bank,
    /// A credit institution.
    Credit,
    /// A dealer in gold, silver or gems.
    Gold,
}

/// A site that is protected.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub names: Names,
    /// What it is.
    pub kind: SiteKind,
    /// Where.
    pub position: Position,
    /// In which area.
    pub area: AreaCode,
    /// The address, as people say it.
    pub address: String,
    /// Whom to call there.
    pub contact: Option<Private>,
    /// Where one gets in, for those who go there.
    pub entrances: Vec<String>,
    /// The guards, and when each is on shift, as people say it: "Nguyễn Văn A, 18:00 to 6:00".
    pub guards: Vec<Private>,
    /// Authorities that it names itself: its bank's centre, neighbouring posts. At a level that it names somebody at, nobody is found by area.
    pub authorities: Vec<AuthorityId>,
    /// Its panels and buttons.
    pub devices: BTreeMap<DeviceId, Panel>,
    /// Its accounts in the DC-09 dialect.
    pub accounts: Vec<Account>,
    /// What was agreed with the police, step by step.
    pub plan: Vec<String>,
}

/// A panel or button of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Panel {
    /// The names of its zones.
    pub zones: BTreeMap<u16, String>,
    /// How often it tests itself, if it does: a test that does not come is a fault.
    pub test_every: Option<Duration>,
}

/// A DC-09 account of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The account, 3 to 16 hexadecimal digits.
    pub account: String,
    /// The name of its key; `None` is a panel that speaks in clear.
    pub key: Option<String>,
    /// The device that its alarms are raised as.
    pub device: DeviceId,
}

impl Validity {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= now) && self.to.is_none_or(|to| now < to)
    }
}

impl Channel {
    /// The desk that it is, if it is one.
    pub const fn desk(&self) -> Option<DeviceId> {
        match self {
            Self::Desk { device } => Some(*device),
            Self::Webhook { .. } => None,
        }
    }
}

impl core::fmt::Debug for Channel {
    /// Without the address of a webhook, which may hold a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Desk { device } => write!(f, "Desk({device})"),
            Self::Webhook { .. } => f.write_str("Webhook(..)"),
        }
    }
}
