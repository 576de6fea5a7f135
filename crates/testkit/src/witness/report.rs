//! What a world went through.

use keng_dispatch::record::What;

/// Counts of what happened in a world, to see that it was not a quiet one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Steps of the station.
    pub steps: u64,
    /// What the panels were told to say.
    pub said: u64,
    /// Frames that the receiver took for new.
    pub accepted: u64,
    /// Of those, frames whose number was so old that nobody could tell.
    pub old: u64,
    /// Frames that came again by another path.
    pub again: u64,
    /// Frames that were refused, and how many of those as stale.
    pub refused: u64,
    /// Of those, stale ones.
    pub stale: u64,
    /// Receipts that went out.
    pub receipts: u64,
    /// Times that a site was shown that no receipt came.
    pub not_received: u64,
    /// Incidents.
    pub raised: u64,
    /// Presses that joined one.
    pub joined: u64,
    /// Presses that a flood limit counted.
    pub limited: u64,
    /// Tellings.
    pub told: u64,
    /// Acts of people.
    pub acts: u64,
    /// Crashes of the station.
    pub crashes: u64,
    /// Frames that a start found stored and untold.
    pub undispatched: u64,
    /// Panels that lost power.
    pub power_losses: u64,
    /// Frames that an adversary sent.
    pub attacks: u64,
    /// Batches that the journal had no room for, or could not write.
    pub unwritten: u64,
}

impl Report {
    pub(crate) const fn count(&mut self, what: &What) {
        match what {
            What::Raised { .. } => self.raised += 1,
            What::Joined { .. } => self.joined += 1,
            What::Limited { .. } => self.limited += 1,
            What::Told { .. } => self.told += 1,
            What::Acted { .. } => self.acts += 1,
            _ => {}
        }
    }

    /// The sum of both.
    #[must_use]
    pub const fn and(&self, other: &Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            said: self.said + other.said,
            accepted: self.accepted + other.accepted,
            old: self.old + other.old,
            again: self.again + other.again,
            refused: self.refused + other.refused,
            stale: self.stale + other.stale,
            receipts: self.receipts + other.receipts,
            not_received: self.not_received + other.not_received,
            raised: self.raised + other.raised,
            joined: self.joined + other.joined,
            limited: self.limited + other.limited,
            told: self.told + other.told,
            acts: self.acts + other.acts,
            crashes: self.crashes + other.crashes,
            undispatched: self.undispatched + other.undispatched,
            power_losses: self.power_losses + other.power_losses,
            attacks: self.attacks + other.attacks,
            unwritten: self.unwritten + other.unwritten,
        }
    }
}
