//! What a frame reports, in our terms.

mod cid;
mod sia;

use core::fmt;

use keng_protocol::message::{AlarmClass, AlarmKind};

use crate::body::Body;
use crate::frame::Token;

/// One event. A frame carries one or more; an event that no table knows is an event all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is in our terms.
    pub what: What,
    /// The code as sent: `HV`, `BA`; for Contact ID with its qualifier as a letter, `E122` new, `R122` restored, `P122` still present.
    /// Empty when the data holds no code at all.
    pub code: String,
    /// Whether the site hears it, where the code says so.
    pub audible: Option<bool>,
    /// Which button, detector or point, 0 to 65535.
    pub zone: Option<u16>,
    /// Which user of the panel, 0 to 65535.
    pub user: Option<u16>,
    /// Which partition or area of the panel, 0 to 65535.
    pub partition: Option<u16>,
    /// What the panel adds in words; for an event without code, the data itself.
    pub text: Text,
}

/// What an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// It is so.
    Alarm(AlarmKind),
    /// It is no longer so.
    Restore(AlarmKind),
    /// A user has cancelled an alarm at the panel. It says nothing about who stood behind the user.
    Cancel,
    /// The site, or a partition, was opened (disarmed).
    Opened,
    /// The site, or a partition, was closed (armed).
    Closed,
    /// It was not opened when it should have been.
    LateToOpen,
    /// It was not closed when it should have been.
    LateToClose,
    /// A test, periodic or by hand.
    Test,
    /// A button, detector or zone was taken out of service.
    Bypassed,
    /// It was put back.
    Unbypassed,
    /// Equipment is faulty, or reports something that is no alarm of ours (water, frost).
    Trouble,
    /// It no longer is.
    TroubleOver,
    /// A code that this version does not know, or that says nothing about the site's safety. To be acknowledged and shown.
    Other,
}

/// Words from a panel. They may hold names, so `Debug` shows their length only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Text(String);

impl Event {
    /// The events of a body in the grammar of `token`: never none. Data that cannot be read is one event that is [`What::Other`].
    pub fn read(token: &Token, body: &Body) -> Vec<Self> {
        let events = match token {
            Token::SiaDcs => sia::events(&body.data),
            Token::AdmCid => cid::events(&body.data),
            _ => Vec::new(),
        };
        if events.is_empty() { vec![Self::unread(&body.data)] } else { events }
    }

    /// True for an alarm of people or premises. Such an event is told even when it may be a replay; what calms must be proven fresh.
    pub fn raises(&self) -> bool {
        matches!(self.what, What::Alarm(kind) if kind.class() != AlarmClass::Technical)
    }

    fn unread(data: &str) -> Self {
        let text = Text::new(data);
        Self { what: What::Other, code: String::new(), audible: None, zone: None, user: None, partition: None, text }
    }
}

impl Text {
    /// The words. Free of control characters; otherwise as the panel sent them, so escape them for wherever they go.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn new(words: &str) -> Self {
        Self(words.chars().filter(|letter| !letter.is_control()).collect())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} octets)", self.0.len())
    }
}
