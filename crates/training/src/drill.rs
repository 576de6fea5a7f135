//! How long the phases of a drill took, and what of its lessons is overdue.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use crate::record::{Action, Drill, PhaseKind};

impl Drill {
    /// Its first moment.
    #[must_use]
    pub fn first(&self) -> Option<DateTime<FixedOffset>> {
        self.phases.iter().map(|phase| phase.at).min()
    }

    /// From the beginning to the button.
    #[must_use]
    pub fn alarm_after(&self) -> Option<TimeDelta> {
        self.between(PhaseKind::Begun, PhaseKind::AlarmPressed)
    }

    /// From the button to a desk's answer.
    #[must_use]
    pub fn answered_after(&self) -> Option<TimeDelta> {
        self.between(PhaseKind::AlarmPressed, PhaseKind::AlarmAnswered)
    }

    /// From the button to the first police.
    #[must_use]
    pub fn police_after(&self) -> Option<TimeDelta> {
        self.between(PhaseKind::AlarmPressed, PhaseKind::PoliceArrived)
    }

    /// What was to be done by now and is not.
    pub fn overdue(&self, on: NaiveDate) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(move |action| action.done.is_none() && action.due < on)
    }

    /// The time between two phases; nothing when one is not recorded, or they are in the wrong order.
    fn between(&self, from: PhaseKind, to: PhaseKind) -> Option<TimeDelta> {
        let at = |what| self.phases.iter().filter(|phase| phase.what == what).map(|phase| phase.at).min();
        let took = at(to)?.signed_duration_since(at(from)?);
        (took >= TimeDelta::zero()).then_some(took)
    }
}
