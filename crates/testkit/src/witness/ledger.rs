//! The incidents as the records tell them, kept apart from the dispatcher's own state: what must have happened by when.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use keng_dispatch::policy::Matter;
use keng_dispatch::record::{Class, Record, What, Why};
use keng_dispatch::{AuthorityId, SiteId};
use keng_protocol::message::Act;
use keng_protocol::{DeviceId, FrameId, IncidentId, Timestamp};

use super::violation::Violation;

/// The defaults of the policy for attacks, as its document says them.
const AGAIN: Duration = Duration::from_secs(15);
const SILENT: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_secs(60);
/// How late a telling may be: a clock that stands still within a second.
const SLACK: Duration = Duration::from_millis(1500);
/// A device's flood limit: so many at once, and the time in which they are forgotten.
const BURST: usize = 10;
const FORGOTTEN: Duration = Duration::from_secs(60);

/// What the records say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) cases: BTreeMap<IncidentId, Case>,
    /// The record of each frame that has one.
    counted: BTreeMap<FrameId, u64>,
    /// When each device's attacks counted last.
    recent: BTreeMap<DeviceId, VecDeque<Timestamp>>,
}

/// An incident.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) drill: bool,
    pub(crate) open: bool,
    pub(crate) matter: Matter,
    pub(crate) site: Option<SiteId>,
    levels: BTreeMap<u8, Level>,
}

#[derive(Clone, Debug)]
struct Level {
    since: Timestamp,
    reported: bool,
    parties: BTreeMap<AuthorityId, Party>,
}

#[derive(Clone, Copy, Debug)]
struct Party {
    since: Timestamp,
    last: Timestamp,
    rounds: u32,
    stance: Option<Act>,
}

impl Ledger {
    /// Everything that the journal says.
    pub(crate) fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Result<Self, Violation> {
        let mut ledger = Self::default();
        records.into_iter().try_for_each(|record| ledger.apply(record)).map(|()| ledger)
    }

    pub(crate) fn has_counted(&self, frame: FrameId) -> bool {
        self.counted.contains_key(&frame)
    }

    /// Whether a device has used up its limit for attacks, so that one more press may be counted and not shown.
    pub(crate) fn floods(&self, device: DeviceId, now: Timestamp) -> bool {
        let recent = self.recent.get(&device).into_iter().flatten();
        recent.filter(|at| now.since(**at) <= FORGOTTEN).count() >= BURST
    }

    /// Whether a real attack is open at a site.
    pub(crate) fn under_attack(&self, site: &SiteId) -> bool {
        self.cases.values().any(|case| case.is_attack() && !case.drill && case.site.as_ref() == Some(site))
    }

    pub(crate) fn apply(&mut self, record: &Record) -> Result<(), Violation> {
        if let Some(frame) = record.frame
            && self.counted.insert(frame, record.number).is_some()
        {
            return Err(Violation::CountedTwice(frame));
        }
        if let Some(source) = record.source.filter(|source| source.class == Class::Attack) {
            let recent = self.recent.entry(source.device).or_default();
            recent.push_back(record.at);
            if recent.len() > BURST {
                recent.pop_front();
            }
        }
        if matches!(record.what, What::ClockBack) {
            self.clock_back(record.at);
        }
        let Some(id) = record.incident else { return Ok(()) };
        if let What::Raised { facts, .. } = &record.what {
            let (drill, matter, site) = (facts.drill, facts.matter, facts.site.clone());
            self.cases.insert(id, Case { drill, open: true, matter, site, levels: BTreeMap::new() });
        } else if let Some(case) = self.cases.get_mut(&id) {
            case.apply(record);
        }
        Ok(())
    }

    /// The station's clock was put back: nothing counts from a time that is still to come.
    fn clock_back(&mut self, now: Timestamp) {
        self.recent.values_mut().flatten().for_each(|at| *at = now.min(*at));
        for level in self.cases.values_mut().flat_map(|case| case.levels.values_mut()) {
            level.since = level.since.min(now);
            level.parties.values_mut().for_each(|party| {
                (party.since, party.last) = (party.since.min(now), party.last.min(now));
            });
        }
    }

    /// What should have happened by now and has not.
    pub(crate) fn overdue(&self, now: Timestamp) -> Option<Violation> {
        self.cases.iter().filter(|(_, case)| case.is_attack()).find_map(|(id, case)| case.overdue(*id, now))
    }
}

impl Case {
    pub(crate) const fn is_attack(&self) -> bool {
        self.open && matches!(self.matter, Matter::Attack)
    }

    /// Whether an authority was ever told.
    pub(crate) fn knows(&self, authority: &AuthorityId) -> bool {
        self.levels.values().any(|level| level.parties.contains_key(authority))
    }

    /// The levels that are still asked for an answer.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = u8> {
        let taken = self.levels.values().any(Level::taken);
        let asked =
            move |level: &Level| !level.taken() && level.parties.values().any(|party| party.due(taken).is_some());
        self.levels.iter().filter(move |(_, level)| asked(level)).map(|(number, _)| *number)
    }

    fn apply(&mut self, record: &Record) {
        let at = record.at;
        match &record.what {
            What::Told { authority, level, why, about, .. } => self.told(at, (authority, *level), *why, *about),
            What::Acted { authority, level, act, proposal, .. } => {
                let party = self.levels.get_mut(level).and_then(|level| level.parties.get_mut(authority));
                if let Some(party) = party.filter(|_| !matches!(act, Act::Note | Act::Unknown(_))) {
                    party.stance = Some(*act);
                }
                self.open &= *act != Act::Closed || *proposal;
            }
            What::Became { matter } => self.became(at, *matter),
            What::Joined { anew: true, .. } => self.begin_anew(at),
            // News so grave that whoever turned it down is asked again.
            What::Cancelled { duress: true, .. } | What::Joined { confirms: true, .. } => self.forget_refusals(),
            What::Cleared | What::Dropped => self.open = false,
            _ => {}
        }
    }

    fn told(&mut self, at: Timestamp, (authority, level): (&AuthorityId, u8), why: Why, about: Option<u8>) {
        let new = || Level { since: at, reported: false, parties: BTreeMap::new() };
        let parties = &mut self.levels.entry(level).or_insert_with(new).parties;
        let party = parties.entry(authority.clone()).or_insert(Party { since: at, last: at, rounds: 0, stance: None });
        if why == Why::Again {
            (party.rounds, party.last) = (party.rounds + 1, at);
        }
        if let Some(silent) = about.and_then(|about| self.levels.get_mut(&about)) {
            silent.reported = true;
        }
    }

    fn became(&mut self, at: Timestamp, matter: Matter) {
        self.matter = matter;
        self.forget_refusals();
        self.start_clocks(at);
    }

    /// A press long after the last word: whoever took the incident on is asked like everybody else.
    fn begin_anew(&mut self, at: Timestamp) {
        let parties = self.levels.values_mut().flat_map(|level| level.parties.values_mut());
        parties.for_each(|party| party.stance = None);
        self.start_clocks(at);
    }

    fn start_clocks(&mut self, at: Timestamp) {
        for level in self.levels.values_mut() {
            (level.since, level.reported) = (at, false);
            level.parties.values_mut().for_each(|party| (party.since, party.last, party.rounds) = (at, at, 0));
        }
    }

    fn forget_refusals(&mut self) {
        let parties = self.levels.values_mut().flat_map(|level| level.parties.values_mut());
        parties.filter(|party| party.stance == Some(Act::Rejected)).for_each(|party| party.stance = None);
    }

    fn overdue(&self, incident: IncidentId, now: Timestamp) -> Option<Violation> {
        let taken = self.levels.values().any(Level::taken);
        for (number, level) in self.levels.iter().filter(|(_, level)| !level.taken()) {
            let late = level.parties.iter().find(|(_, party)| party.due(taken).is_some_and(|due| now > due + SLACK));
            if let Some((authority, _)) = late {
                return Some(Violation::NotToldAgain { incident, authority: authority.clone() });
            }
            if !level.reported && self.levels.len() > 1 && now > level.since + SILENT + SLACK {
                return Some(Violation::SilenceHidden { incident, level: *number });
            }
        }
        None
    }
}

impl Level {
    fn taken(&self) -> bool {
        self.parties.values().any(|party| party.stance.is_some_and(|stance| stance != Act::Rejected))
    }
}

impl Party {
    /// When it has to be told again for want of an answer, if at all.
    fn due(&self, taken: bool) -> Option<Timestamp> {
        match self.stance {
            Some(Act::Rejected) if taken => None,
            Some(Act::Rejected) => Some(self.last + EVERY),
            _ if self.rounds == 0 => Some(self.since + AGAIN),
            _ => Some(self.last + EVERY),
        }
    }
}
