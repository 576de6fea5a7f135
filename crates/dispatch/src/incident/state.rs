//! An incident and what its records make of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use keng_protocol::entry::Path;
use keng_protocol::message::{Act, Descriptors, Disposition};
use keng_protocol::{DeviceId, IncidentId, Timestamp};

use super::{ActiveFault, Cancelled, Facts, Fault, Stage};
use crate::dispatcher::Limits;
use crate::name::{AuthorityId, Private, SiteId};
use crate::policy::Matter;
use crate::record::{Record, What, Why};
use crate::view::{ActView, TellingView};

/// One incident. It changes by [`Incident::apply`] alone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Incident {
    pub(crate) id: IncidentId,
    pub(crate) facts: Facts,
    pub(crate) stage: Stage,
    pub(crate) disposition: Option<Disposition>,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) levels: BTreeMap<u8, Level>,
    pub(crate) acts: VecDeque<ActView>,
    pub(crate) proposal: Option<Proposal>,
    pub(crate) evidence: Vec<Path>,
    pub(crate) neighbours: Vec<SiteId>,
    /// Whether the neighbours were asked for vigilance.
    pub(crate) vigilant: bool,
    pub(crate) news: News,
    /// When a level was told first that had not known.
    pub(crate) widened: Timestamp,
    /// When a button was pressed last, or a person acted.
    pub(crate) heard: Timestamp,
}

/// The latest thing that everybody who was told must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct News {
    pub(crate) number: u32,
    pub(crate) at: Timestamp,
    pub(crate) why: Why,
}

/// One person's wish to close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) desk: DeviceId,
    pub(crate) operator: Private,
    pub(crate) disposition: Option<Disposition>,
}

/// A level that was told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Level {
    /// Since when it knows of the matter as it is now.
    pub(crate) since: Timestamp,
    /// When a person answered first.
    pub(crate) answered: Option<Timestamp>,
    /// When its last authority turned the incident down, while all have.
    pub(crate) refused: Option<Timestamp>,
    /// Who, at another level, was told that this one is silent or has refused.
    pub(crate) reported: BTreeSet<AuthorityId>,
    pub(crate) parties: BTreeMap<AuthorityId, Party>,
}

/// An authority that was told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Party {
    pub(crate) since: Timestamp,
    /// When it was told first or again for want of an answer.
    pub(crate) last: Timestamp,
    /// How often it was told again for want of an answer.
    pub(crate) rounds: u32,
    pub(crate) channel: usize,
    pub(crate) notice: u64,
    /// Whether its last telling did not arrive.
    pub(crate) failed: bool,
    /// How many channels in a row failed it.
    pub(crate) failures: usize,
    pub(crate) stance: Option<Act>,
    pub(crate) news: u32,
    pub(crate) tellings: VecDeque<TellingView>,
}

impl Incident {
    pub(crate) fn raised(id: IncidentId, facts: Facts, neighbours: Vec<SiteId>) -> Self {
        let at = facts.raised;
        Self {
            id,
            facts,
            stage: Stage::Raised,
            disposition: None,
            closed: None,
            levels: BTreeMap::new(),
            acts: VecDeque::new(),
            proposal: None,
            evidence: Vec::new(),
            neighbours,
            vigilant: false,
            news: News { number: 0, at, why: Why::First },
            widened: at,
            heard: at,
        }
    }

    /// What a record of this incident changes.
    pub(crate) fn apply(&mut self, record: &Record, limits: &Limits) {
        let at = record.at;
        match &record.what {
            What::Joined { confirms, maybe_seen, anew, .. } => {
                self.join(at, *confirms, *maybe_seen);
                if *anew {
                    self.begin_anew(at);
                }
            }
            What::Became { matter } => self.become_graver(at, *matter),
            What::Updated { seen, hostages, injured } => {
                merge(&mut self.facts.seen, seen);
                self.facts.hostages = hostages.or(self.facts.hostages);
                self.facts.injured = injured.or(self.facts.injured);
                self.tell_all(at, Why::Update);
            }
            What::Cancelled { duress, maybe_seen } => self.cancel(at, *duress, *maybe_seen),
            What::FaultBegan(fault) => self.fault_began(at, *fault),
            What::FaultOver(fault) => {
                self.facts.faults.retain(|have| (have.device, have.fault) != (fault.device, fault.fault));
                self.tell_all(at, Why::Fault);
            }
            What::Evidence { path } if self.evidence.len() < limits.evidence => self.evidence.push(*path),
            What::Told { .. } => self.told(record, limits),
            What::Delivered { notice } => self.delivered(*notice, true),
            What::Undelivered { notice, .. } => self.delivered(*notice, false),
            What::Acted { .. } => self.acted(record, limits),
            What::Cleared => self.close(at, Some(Disposition::Fault)),
            What::Vigilance { .. } => self.vigilant = true,
            _ => {}
        }
    }

    /// No timer counts from a time that is still to come.
    pub(crate) fn clock_back(&mut self, now: Timestamp) {
        self.widened = self.widened.min(now);
        self.heard = self.heard.min(now);
        self.news.at = self.news.at.min(now);
        for level in self.levels.values_mut() {
            level.since = level.since.min(now);
            level.refused = level.refused.map(|at| at.min(now));
            for party in level.parties.values_mut() {
                (party.since, party.last) = (party.since.min(now), party.last.min(now));
            }
        }
    }

    /// 0 to 99: the matter first, then what made it graver, then how often the button was pressed.
    pub(crate) fn urgency(&self) -> u8 {
        let facts = &self.facts;
        let matter = match facts.matter {
            Matter::Fault => 10,
            Matter::Suspicion => 20,
            Matter::Premises => 30,
            Matter::Life => 40,
            Matter::Attack => 60,
        };
        let confirmed = if facts.confirmed { 10 } else { 0 };
        let duress = if facts.cancelled == Some(Cancelled::Duress) { 20 } else { 0 };
        let pressed = u8::try_from(facts.presses.saturating_sub(1).min(9)).unwrap_or(9);
        matter + confirmed + duress + pressed
    }

    /// Whether some person has taken it on.
    pub(crate) fn taken(&self) -> bool {
        self.levels.values().any(Level::taken)
    }

    /// The party of an authority, if it was told.
    pub(crate) fn party(&self, authority: &AuthorityId) -> Option<(u8, &Party)> {
        self.levels.iter().find_map(|(level, told)| told.parties.get(authority).map(|party| (*level, party)))
    }

    fn tell_all(&mut self, at: Timestamp, why: Why) {
        self.news = News { number: self.news.number.saturating_add(1), at, why };
    }

    /// News so grave that whoever turned the incident down, or wants to close it, is asked again.
    fn tell_all_anew(&mut self, at: Timestamp, why: Why) {
        self.tell_all(at, why);
        self.proposal = None;
        for level in self.levels.values_mut() {
            level.refused = None;
            level
                .parties
                .values_mut()
                .filter(|party| party.stance == Some(Act::Rejected))
                .for_each(|party| party.stance = None);
        }
    }

    fn join(&mut self, at: Timestamp, confirms: bool, maybe_seen: bool) {
        let assured = self.assure(maybe_seen);
        // Whoever wanted to close it did not know of this press.
        self.proposal = None;
        self.facts.presses = self.facts.presses.saturating_add(1);
        self.heard = at;
        if confirms && !self.facts.confirmed {
            self.facts.confirmed = true;
            self.tell_all_anew(at, Why::Confirmed);
        } else if assured {
            self.tell_all_anew(at, Why::Pressed);
        } else {
            self.tell_all(at, Why::Pressed);
        }
    }

    /// A word that is surely new takes the doubt away that the first may have been an old frame sent again; says whether there was one.
    fn assure(&mut self, maybe_seen: bool) -> bool {
        let assured = self.facts.labels.maybe_seen && !maybe_seen;
        self.facts.labels.maybe_seen &= maybe_seen;
        assured
    }

    /// A graver matter starts the clocks of its policy anew.
    fn become_graver(&mut self, at: Timestamp, matter: Matter) {
        self.facts.matter = matter;
        self.tell_all_anew(at, Why::Became);
        self.restart_clocks(at);
    }

    /// Nobody has answered this press: what was answered before it was another.
    fn begin_anew(&mut self, at: Timestamp) {
        if self.stage == Stage::Closed {
            return;
        }
        self.stage = Stage::Raised;
        self.restart_clocks(at);
        for level in self.levels.values_mut() {
            (level.answered, level.refused) = (None, None);
            level.parties.values_mut().for_each(|party| party.stance = None);
        }
    }

    fn restart_clocks(&mut self, at: Timestamp) {
        for level in self.levels.values_mut() {
            level.since = at;
            level.reported.clear();
            for party in level.parties.values_mut() {
                (party.since, party.last, party.rounds) = (at, at, 0);
            }
        }
    }

    fn cancel(&mut self, at: Timestamp, duress: bool, maybe_seen: bool) {
        let how = if duress { Cancelled::Duress } else { Cancelled::AllClear };
        // A duress code stays: all clear after it may be forced as well.
        self.facts.cancelled = self.facts.cancelled.max(Some(how));
        if duress {
            self.assure(maybe_seen);
            self.tell_all_anew(at, Why::CancelDuress);
        } else {
            self.tell_all(at, Why::AllClear);
        }
    }

    fn fault_began(&mut self, at: Timestamp, fault: ActiveFault) {
        self.facts.faults.push(fault);
        if self.facts.matter == Matter::Attack && fault.fault == Fault::Tamper && !self.facts.confirmed {
            self.facts.confirmed = true;
            self.tell_all_anew(at, Why::Confirmed);
        } else {
            self.tell_all(at, Why::Fault);
        }
    }

    fn told(&mut self, record: &Record, limits: &Limits) {
        let What::Told { authority, level, channel, why, about, news } = &record.what else { return };
        let at = record.at;
        if !self.levels.contains_key(level) {
            self.widened = at;
        }
        let parties = &mut self.levels.entry(*level).or_insert_with(|| Level::since(at)).parties;
        let party = parties.entry(authority.clone()).or_insert_with(|| Party::since(at));
        party.channel = *channel;
        party.notice = record.number;
        party.news = *news;
        // Were a record lost, the count would fall behind what was told, and the next press would pass for known.
        self.news.number = self.news.number.max(*news);
        party.failed = false;
        party.failures = if *why == Why::Undelivered { party.failures + 1 } else { 0 };
        if *why == Why::Again {
            party.rounds = party.rounds.saturating_add(1);
            party.last = at;
        }
        let telling = TellingView { notice: record.number, at, channel: *channel, why: *why, delivered: None };
        push(&mut party.tellings, telling, limits.tellings);
        if let Some(silent) = about.and_then(|about| self.levels.get_mut(&about)) {
            silent.reported.insert(authority.clone());
        }
    }

    fn delivered(&mut self, notice: u64, arrived: bool) {
        for party in self.levels.values_mut().flat_map(|level| level.parties.values_mut()) {
            let Some(telling) = party.tellings.iter_mut().find(|telling| telling.notice == notice) else { continue };
            telling.delivered = Some(arrived);
            // A late report on an older telling says nothing of the newest.
            if party.notice == notice {
                party.failed = !arrived;
            }
        }
    }

    fn acted(&mut self, record: &Record, limits: &Limits) {
        let What::Acted { desk, authority, level, act, reason, disposition, operator, note, proposal } = &record.what
        else {
            return;
        };
        self.heard = record.at;
        if let Some(told) = self.levels.get_mut(level) {
            told.acted(authority, *act, record.at);
        }
        match act {
            Act::Closed if *proposal => {
                let (operator, disposition) = (operator.clone(), *disposition);
                self.proposal = Some(Proposal { desk: *desk, operator, disposition });
                self.stage = self.stage.max(Stage::Answered);
            }
            Act::Closed => self.close(record.at, *disposition),
            act => self.stage = self.stage.after(*act),
        }
        let view = ActView {
            at: record.at,
            desk: *desk,
            authority: authority.clone(),
            level: *level,
            act: *act,
            reason: *reason,
            disposition: *disposition,
            operator: operator.clone(),
            note: note.clone(),
            proposal: *proposal,
        };
        push(&mut self.acts, view, limits.acts);
    }

    fn close(&mut self, at: Timestamp, disposition: Option<Disposition>) {
        self.stage = Stage::Closed;
        self.disposition = disposition;
        self.closed = Some(at);
        self.tell_all(at, Why::Closed);
    }
}

impl Level {
    fn since(at: Timestamp) -> Self {
        Self { since: at, answered: None, refused: None, reported: BTreeSet::new(), parties: BTreeMap::new() }
    }

    /// Whether a person of it has taken the incident on, and has not turned it down since.
    pub(crate) fn taken(&self) -> bool {
        self.parties.values().any(Party::taken)
    }

    fn acted(&mut self, authority: &AuthorityId, act: Act, at: Timestamp) {
        let Some(party) = self.parties.get_mut(authority) else { return };
        match act {
            Act::Accepted | Act::UnitsSent | Act::OnScene | Act::Closed => {
                party.stance = Some(act);
                self.answered = self.answered.or(Some(at));
                self.refused = None;
            }
            Act::Rejected => {
                party.stance = Some(act);
                let all = self.parties.values().all(|party| party.stance == Some(Act::Rejected));
                self.refused = all.then_some(at);
            }
            Act::Note | Act::Unknown(_) => {}
        }
    }
}

impl Party {
    fn since(at: Timestamp) -> Self {
        Self {
            since: at,
            last: at,
            rounds: 0,
            channel: 0,
            notice: 0,
            failed: false,
            failures: 0,
            stance: None,
            news: 0,
            tellings: VecDeque::new(),
        }
    }

    pub(crate) fn taken(&self) -> bool {
        self.stance.is_some_and(|stance| stance != Act::Rejected)
    }
}

impl Stage {
    /// The stage after an act: never an earlier one.
    fn after(self, act: Act) -> Self {
        self.max(match act {
            Act::Accepted => Self::Answered,
            Act::UnitsSent => Self::UnitsSent,
            Act::OnScene => Self::OnScene,
            _ => self,
        })
    }
}

/// Keeps the last `most`.
fn push<T>(list: &mut VecDeque<T>, item: T, most: usize) {
    list.push_back(item);
    while list.len() > most {
        list.pop_front();
    }
}

/// What is newly known replaces what was; what is not said again stays.
fn merge(known: &mut Descriptors, new: &Descriptors) {
    known.offenders = new.offenders.or(known.offenders);
    known.weapon = new.weapon.or(known.weapon);
    known.face = new.face.or(known.face);
    known.vehicle = new.vehicle.or(known.vehicle);
    known.colour = new.colour.or(known.colour);
    known.heading = new.heading.or(known.heading);
    known.left_s_ago = new.left_s_ago.or(known.left_s_ago);
    if new.plate.is_some() {
        known.plate.clone_from(&new.plate);
        known.plate_false = new.plate_false;
    }
    known.plate_false |= new.plate_false;
}
