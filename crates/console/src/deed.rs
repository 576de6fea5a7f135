//! What operators do besides answering, as it stands in the journal: a JSON object in an entry of kind 67.
//!
//! `{"operator": "lan", "desk": "d000000000010675", "act": "ticked", ...}`. Fields and acts may be added, never renamed; an act that this version
//! does not know is passed over.

use keng_protocol::DeviceId;
use keng_station::{Act, Handle, NotWritten};
use serde::{Deserialize, Serialize};

/// The most octets of a handover note.
pub(crate) const MAX_NOTE: usize = 2000;

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Deed {
    /// Who; nothing for a login that nobody has, because people type passwords there.
    pub(crate) operator: Option<String>,
    /// At which desk.
    pub(crate) desk: Option<String>,
    /// What.
    #[serde(flatten)]
    pub(crate) what: What,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(crate) enum What {
    /// Logged in.
    Login,
    /// Tried to log in and failed.
    LoginFailed {
        /// From which address.
        address: String,
    },
    /// Logged out, or was logged out.
    Logout {
        /// Why.
        why: End,
    },
    /// Ticked a step of a site's plan, or took the tick away.
    Ticked {
        /// Of which incident.
        incident: String,
        /// The step's index, from 0.
        step: usize,
        /// Whether it is done now.
        done: bool,
    },
    /// Wrote something down for the next shift.
    Handover {
        /// The words.
        note: String,
    },
    /// Sent a notice to the sites around an incident.
    NoticeSent {
        /// Around which.
        incident: String,
        /// Which notice it was; entries of older versions do not say.
        #[serde(default)]
        notice: Option<String>,
        /// To which sites.
        sites: Vec<String>,
        /// Those of them of which no panel had a link.
        #[serde(default)]
        unreached: Vec<String>,
        /// Until when it holds, milliseconds since the Unix epoch.
        until: u64,
        /// What else it said.
        text: Option<String>,
    },
    /// Put a site on test.
    TestBegan {
        /// Which.
        site: String,
        /// Until when at the latest, milliseconds since the Unix epoch.
        until: u64,
    },
    /// Ended a site's test.
    TestEnded {
        /// Which.
        site: String,
    },
    /// An act of a newer version.
    #[serde(other)]
    Unknown,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// By the operator.
    Logout,
    /// By time, or because the operator is another by now.
    Ended,
    /// For one session more.
    Room,
    /// A reason of a newer version.
    #[serde(other)]
    Unknown,
}

impl Deed {
    pub(crate) fn of(operator: &str, desk: DeviceId, what: What) -> Self {
        Self { operator: Some(operator.to_owned()), desk: Some(desk.to_string()), what }
    }

    /// Reads what stands in the journal.
    pub(crate) fn read(act: &Act) -> Option<Self> {
        serde_json::from_value(act.what.clone()).ok()
    }

    /// Writes it down, and returns when it is on disk.
    pub(crate) async fn write(&self, handle: &Handle) -> Result<(), NotWritten> {
        handle.write_down(serde_json::to_vec(self).unwrap_or_default()).await
    }

    /// Writes it down beside what goes on: nobody is kept from his desk by a full disk.
    pub(crate) fn write_beside(self, handle: Handle) {
        tokio::spawn(async move {
            if self.write(&handle).await.is_err() {
                tracing::warn!("the journal has not taken what an operator did");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_of_a_newer_version_is_read_as_unknown_and_never_refused() {
        let text = r#"{"operator":"lan","desk":"d000000000010675","act":"danced","with":7}"#;
        let read: Deed = serde_json::from_str(text).unwrap();
        assert_eq!((read.operator.as_deref(), read.what), (Some("lan"), What::Unknown));
    }

    #[test]
    fn what_is_written_reads_back() {
        let deed = Deed::of("lan", DeviceId([1; 8]), What::Ticked { incident: "0d".to_owned(), step: 2, done: true });
        let text = serde_json::to_string(&deed).unwrap();
        assert!(text.contains(r#""act":"ticked""#), "{text}");
        assert_eq!(serde_json::from_str::<Deed>(&text).unwrap(), deed);
    }
}
