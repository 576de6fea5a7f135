//! The life of a site: heartbeat, opening and closing, tests, drills, and that a notice was read.

use super::Body;
use crate::code::codes;
use crate::error::Malformed;
use crate::fields::{Reader, Writer};
use crate::id::NoticeId;

codes! {
    /// What feeds the panel.
    Power {
        /// Mains, battery good.
        Mains = 1, "mains";
        /// Mains lost, running on battery.
        Battery = 2, "on battery";
        /// Battery low or missing.
        Low = 3, "battery low";
    }
}

/// Which of the panel's paths were heard back on since the last heartbeat: bit 0 is path 0, set is good. Eight paths at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathStates {
    /// Which paths are configured.
    pub configured: u8,
    /// Which of them work.
    pub good: u8,
}

impl PathStates {
    /// The configured paths that do not work.
    pub const fn broken(self) -> u8 {
        self.configured & !self.good
    }
}

/// Kind 4. "I live, and I have sent so many events": tells silence from suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// How many events (frames that are no heartbeats) the panel has signed in this boot epoch.
    pub events: u32,
    /// The first eight octets of the last event's frame id; absent when there was none.
    pub last: Option<[u8; 8]>,
    /// What feeds the panel.
    pub power: Power,
    /// True while the panel's case is open.
    pub tamper: bool,
    /// The paths.
    pub paths: PathStates,
}

impl Body for Heartbeat {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.events)
            .maybe(2, self.last.as_ref())
            .put(3, &self.power)
            .flag(4, self.tamper)
            .put(5, &self.paths.configured)
            .put(6, &self.paths.good);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            events: from.need(1)?,
            last: from.maybe(2)?,
            power: from.need(3)?,
            tamper: from.flag(4)?,
            paths: PathStates { configured: from.need(5)?, good: from.need(6)? },
        })
    }
}

/// Kind 5. The site was opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenClose {
    /// True for opened, false for closed.
    pub opened: bool,
    /// By whom: the panel's number of a user, 0 to 65535.
    pub user: Option<u16>,
}

impl Body for OpenClose {
    fn write(&self, to: &mut Writer) {
        to.flag(1, self.opened).maybe(2, self.user.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { opened: from.flag(1)?, user: from.maybe(2)? })
    }
}

/// Kind 6. A test of one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Test {
    /// The number of the path that is tested, 0 to 7.
    pub path: u8,
}

impl Body for Test {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.path);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        match from.need(1)? {
            path @ 0..=7 => Ok(Self { path }),
            _ => Err(Malformed::OutOfRange { key: 1 }),
        }
    }
}

/// Kind 7. A drill begins or ends at the site. It changes no alarm: each alarm says by itself whether it is a drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drill {
    /// True for begins, false for ends.
    pub begins: bool,
}

impl Body for Drill {
    fn write(&self, to: &mut Writer) {
        to.flag(1, self.begins);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { begins: from.flag(1)? })
    }
}

/// Kind 9. Somebody on the site has read a notice. Said only about one that [asks](super::Notice::asks) for it: a station of an older version would
/// not know this kind, and take it for something that its desks must look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Which.
    pub notice: NoticeId,
    /// By whom: the panel's number of a user, 0 to 65535.
    pub user: Option<u16>,
}

impl Body for Noted {
    fn write(&self, to: &mut Writer) {
        to.put(1, &self.notice).maybe(2, self.user.as_ref());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { notice: from.need(1)?, user: from.maybe(2)? })
    }
}
