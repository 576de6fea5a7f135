//! Who is told at once, and what happens when nobody answers: data with defaults, one row for each kind of matter.

use core::time::Duration;

use serde::{Deserialize, Serialize};

/// What an incident is about: the row of the table that it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// The equipment: a line, the power, a silence, an opened case.
    Fault,
    /// No crime yet: what was seen, to be watched.
    Suspicion,
    /// Somebody is inside, or works on the premises.
    Premises,
    /// Life in danger without attack: fire, a doctor needed.
    Life,
    /// People under attack: hold-up, duress, panic, and every kind that cannot be placed.
    Attack,
}

/// Which levels. A level that the site has nobody at is passed over; if that leaves nobody, the nearest level of police is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The bank's own centre.
    Centre,
    /// The bank's centre and the nearest level of police.
    Nearest,
    /// Every level, and the bank's centre.
    Every,
}

/// One row of the table. Times count from when a level was told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Who is told at once.
    pub first: Reach,
    /// After how long without a person's answer a level is told again, by its next channel.
    pub again: Duration,
    /// After how long without an answer the next level is told that this one is silent; `None` is never.
    pub silent: Option<Duration>,
    /// How often an unanswered level is told after that, round its channels; it never ends while the incident is open.
    pub every: Duration,
    /// When nobody at all has answered so long, the next level is told too; and so on, so far as this reaches.
    pub climb: Option<(Duration, Reach)>,
}

/// The table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// Hold-up, duress, duress cancel.
    pub attack: Policy,
    /// What was seen.
    pub suspicion: Policy,
    /// Intrusion.
    pub premises: Policy,
    /// Fire, medical.
    pub life: Policy,
    /// Line fault, silence, tamper, power.
    pub fault: Policy,
    /// Two faults that begin at one site within this time are an attack.
    pub together: Duration,
    /// A hold-up that joins an incident so long after its last press or act is escalated like a new one: whoever had taken the incident on
    /// may think of it as over.
    pub anew: Duration,
    /// The longest that a site can be on test.
    pub longest_test: Duration,
    /// How long neighbours are asked for vigilance.
    pub vigilance: Duration,
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl Default for Policies {
    fn default() -> Self {
        let attack =
            Policy { first: Reach::Every, again: secs(15), silent: Some(secs(30)), every: secs(60), climb: None };
        let suspicion = Policy {
            first: Reach::Nearest,
            again: secs(60),
            silent: None,
            every: secs(60),
            climb: Some((secs(120), Reach::Every)),
        };
        let fault = Policy {
            first: Reach::Centre,
            again: secs(300),
            silent: None,
            every: secs(900),
            climb: Some((secs(600), Reach::Nearest)),
        };
        Self {
            attack,
            suspicion,
            premises: suspicion,
            life: suspicion,
            fault,
            together: secs(600),
            anew: secs(600),
            longest_test: secs(4 * 3600),
            vigilance: secs(2 * 3600),
        }
    }
}

impl Policies {
    /// The row of a matter.
    pub const fn of(&self, matter: Matter) -> &Policy {
        match matter {
            Matter::Attack => &self.attack,
            Matter::Suspicion => &self.suspicion,
            Matter::Premises => &self.premises,
            Matter::Life => &self.life,
            Matter::Fault => &self.fault,
        }
    }
}
