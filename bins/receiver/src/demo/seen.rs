//! Everything that was observed from outside the receiver, in order: at desks, on sites, at the operator's screen, by the webhook.
//!
//! Scenes wait for what they need to see; what is proven at the end is computed from here, and from the journal's file.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use keng_dispatch::record::{Record, What, Why};
use keng_protocol::panel::Indication;
use keng_protocol::{DeviceId, FrameId, IncidentId, Kind};
use serde_json::Value;
use tokio::sync::watch;

use super::site::Press;

/// One observation.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// When.
    pub(crate) at: Instant,
    /// What.
    pub(crate) what: Observed,
}

/// What was observed.
#[derive(Clone, Debug)]
pub(crate) enum Observed {
    /// A desk's stream is open.
    Open(DeviceId),
    /// A desk was told.
    Desk(Telling),
    /// A webhook came.
    Posted(Telling, Posted),
    /// The operator's stream showed a decision.
    Record(Box<Record>),
    /// The operator's stream showed a refusal.
    Refused(Refused),
    /// A site's display showed something.
    Shown(DeviceId, Indication),
    /// A button was pressed, or something else was said on a site.
    Pressed(Press, Kind),
    /// A panel signed an event: its octets.
    Signed(Vec<u8>),
    /// A broken panel has sent so many alarms in this epoch of its own.
    Flooded {
        /// Which.
        device: DeviceId,
        /// Which epoch.
        epoch: u32,
        /// How many.
        sent: u32,
    },
    /// A position in the journal was promised for a frame, by a receipt.
    Receipted(FrameId, u64),
}

/// What a telling says.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    /// Of which incident.
    pub(crate) incident: IncidentId,
    /// Who is told.
    pub(crate) authority: String,
    /// Its level.
    pub(crate) level: u8,
    /// Why.
    pub(crate) why: Why,
    /// Whether it is marked as a drill.
    pub(crate) drill: bool,
}

/// What the receiver of a webhook found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posted {
    /// The signature is the receiver's.
    pub(crate) verified: bool,
    /// With one octet changed it would not be.
    pub(crate) guarded: bool,
}

/// What the operator reads of a refusal.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// Who it claimed to be: a device's id or a DC-09 account.
    pub(crate) claimed: Option<String>,
    /// Why, in the protocol's words.
    pub(crate) reason: String,
    /// Why, in a plain sentence: Vietnamese, English.
    pub(crate) sentence: (String, String),
}

impl Telling {
    /// Reads the data of a `told` event, or of a webhook.
    pub(crate) fn read(data: &Value) -> Option<Self> {
        let record: Record = serde_json::from_value(data.get("record")?.clone()).ok()?;
        let What::Told { authority, level, why, .. } = record.what else { return None };
        let drill = data.pointer("/incident/facts/drill")?.as_bool()?;
        Some(Self { incident: record.incident?, authority: authority.to_string(), level, why, drill })
    }
}

impl Refused {
    /// Reads the data of a `refused` event.
    pub(crate) fn read(data: &Value) -> Option<Self> {
        let text = |name: &str| data.get(name).and_then(Value::as_str).map(str::to_owned);
        let claimed = text("claimed").or_else(|| text("account"));
        Some(Self { claimed, reason: text("reason")?, sentence: (sentence(&text("vi")?), sentence(&text("en")?)) })
    }
}

/// With a capital and a full stop, as in a timeline.
fn sentence(words: &str) -> String {
    let mut letters = words.trim_end_matches('.').chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).chain(['.']).collect()
}

/// All observations.
pub(crate) struct Seen {
    sights: Mutex<Vec<Sight>>,
    count: watch::Sender<usize>,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { sights: Mutex::default(), count: watch::Sender::new(0) }
    }

    /// Notes an observation that is made now.
    pub(crate) fn add(&self, what: Observed) {
        let mut sights = self.sights.lock().unwrap_or_else(PoisonError::into_inner);
        sights.push(Sight { at: Instant::now(), what });
        self.count.send_replace(sights.len());
    }

    /// Waits for the first observation that `find` takes. The story as a whole has a deadline; this has none.
    pub(crate) async fn first<T>(&self, find: impl Fn(&Sight) -> Option<T>) -> T {
        let mut count = self.count.subscribe();
        let mut looked = 0;
        loop {
            count.borrow_and_update();
            if let Some(found) = self.next(&mut looked, &find) {
                return found;
            }
            if count.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Everything that `find` takes so far.
    pub(crate) fn all<T>(&self, find: impl Fn(&Sight) -> Option<T>) -> Vec<T> {
        self.sights.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(find).collect()
    }

    fn next<T>(&self, looked: &mut usize, find: &impl Fn(&Sight) -> Option<T>) -> Option<T> {
        let sights = self.sights.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sights.get(*looked..).unwrap_or_default().iter().find_map(find);
        *looked = sights.len();
        found
    }
}
