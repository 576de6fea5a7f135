//! The state: nothing but the records, applied in order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use keng_protocol::{DeviceId, FrameId, IdMap, IncidentId, Timestamp};

use super::Limits;
use super::flood::Rates;
use crate::incident::{Incident, Stage};
use crate::name::{AuthorityId, SiteId};
use crate::policy::Matter;
use crate::record::{Note, Record, What};

/// Where an incident is: at a site, or with a device that the directory has no site for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spot {
    Site(SiteId),
    Device(DeviceId),
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) incidents: BTreeMap<IncidentId, Incident>,
    /// The open ones by where they are.
    open: BTreeMap<Spot, BTreeSet<IncidentId>>,
    /// The closed ones, the oldest first.
    closed: VecDeque<IncidentId>,
    /// The frames that were handled, and the incident of each.
    frames: IdMap<FrameId, Option<IncidentId>>,
    frame_order: VecDeque<FrameId>,
    /// The tellings that can still be reported on; numbers grow, so the first is the oldest.
    notices: BTreeMap<u64, IncidentId>,
    pub(crate) tests: BTreeMap<SiteId, Timestamp>,
    /// When each device was last heard testing itself.
    pub(crate) tested: BTreeMap<DeviceId, Timestamp>,
    pub(crate) rates: Rates,
    /// One entry for each channel that was ever told: when it last delivered, when it last failed.
    pub(crate) channels: BTreeMap<(AuthorityId, usize), (Option<Timestamp>, Option<Timestamp>)>,
    pub(crate) unknown: u64,
}

impl State {
    /// Applies a record; says which incident it touched.
    pub(crate) fn apply(&mut self, record: &Record, limits: &Limits) -> Option<IncidentId> {
        self.rates.apply(record, limits);
        if let Some(frame) = record.frame {
            self.remember(frame, record.incident, limits);
        }
        match &record.what {
            What::TestBegan { site, until } => drop(self.tests.insert(site.clone(), *until)),
            What::TestEnded { site } => drop(self.tests.remove(site)),
            What::Noted { device, note: Note::Test, .. } => drop(self.tested.insert(*device, record.at)),
            What::ClockBack => self.clock_back(record.at),
            What::Unknown => self.unknown += 1,
            _ => {}
        }
        let id = record.incident?;
        match &record.what {
            What::Raised { facts, neighbours } => {
                self.insert(Incident::raised(id, (**facts).clone(), neighbours.clone()))
            }
            What::Dropped => self.forget(id),
            _ => self.change(id, record, limits),
        }
        Some(id)
    }

    /// Whether a record belongs to no incident, begins one, or belongs to one that is known. One of a newer kind is counted all the same.
    pub(crate) fn has_place_for(&self, record: &Record) -> bool {
        let begins = matches!(record.what, What::Raised { .. } | What::Unknown);
        begins || record.incident.is_none_or(|id| self.incidents.contains_key(&id))
    }

    /// The open incidents of a device's place, the oldest first.
    pub(crate) fn open_at(&self, site: Option<&SiteId>, device: DeviceId, drill: bool) -> Vec<&Incident> {
        let spots = [site.map(|site| Spot::Site(site.clone())), Some(Spot::Device(device))];
        let ids = spots.into_iter().flatten().filter_map(|spot| self.open.get(&spot)).flatten();
        let mut found: Vec<&Incident> =
            ids.filter_map(|id| self.incidents.get(id)).filter(|one| one.facts.drill == drill).collect();
        found.sort_by_key(|incident| (incident.facts.raised, incident.id));
        found
    }

    /// The incident that a frame belongs to: `None` when the frame was never handled.
    pub(crate) fn handled(&self, frame: FrameId) -> Option<Option<IncidentId>> {
        self.frames.get(&frame).copied()
    }

    /// The incident that a telling was about, while it is remembered.
    pub(crate) fn told(&self, notice: u64) -> Option<IncidentId> {
        self.notices.get(&notice).copied()
    }

    pub(crate) fn open_count(&self) -> usize {
        self.incidents.len().saturating_sub(self.closed.len())
    }

    /// Who has to go when there are too many: drills first, then the oldest that is no attack. A real attack never.
    pub(crate) fn least(&self) -> Option<IncidentId> {
        let open = self.incidents.values().filter(|one| one.stage != Stage::Closed);
        open.filter(|one| one.facts.drill || one.facts.matter != Matter::Attack)
            .min_by_key(|one| (!one.facts.drill, one.facts.raised, one.id))
            .map(|one| one.id)
    }

    fn insert(&mut self, incident: Incident) {
        self.open.entry(Spot::of(&incident)).or_default().insert(incident.id);
        self.incidents.insert(incident.id, incident);
    }

    fn change(&mut self, id: IncidentId, record: &Record, limits: &Limits) {
        let Some(incident) = self.incidents.get_mut(&id) else { return };
        let was = incident.stage;
        incident.apply(record, limits);
        let (stage, spot) = (incident.stage, Spot::of(incident));
        match &record.what {
            What::Told { .. } => {
                self.notices.insert(record.number, id);
                while self.notices.len() > limits.notices {
                    self.notices.pop_first();
                }
            }
            What::Delivered { notice } => self.prove(id, *notice, record.at, true),
            What::Undelivered { notice, .. } => self.prove(id, *notice, record.at, false),
            _ => {}
        }
        if was != Stage::Closed && stage == Stage::Closed {
            self.leave(&spot, id);
            self.closed.push_back(id);
            while self.closed.len() > limits.closed {
                self.closed.pop_front().and_then(|oldest| self.incidents.remove(&oldest));
            }
        }
    }

    /// No timer counts from a time that is still to come.
    fn clock_back(&mut self, now: Timestamp) {
        self.tests.clear();
        self.incidents.values_mut().for_each(|incident| incident.clock_back(now));
        self.tested.values_mut().for_each(|at| *at = now.min(*at));
    }

    fn forget(&mut self, id: IncidentId) {
        if let Some(incident) = self.incidents.remove(&id) {
            self.leave(&Spot::of(&incident), id);
            self.closed.retain(|closed| *closed != id);
        }
    }

    fn leave(&mut self, spot: &Spot, id: IncidentId) {
        if let Some(ids) = self.open.get_mut(spot) {
            ids.remove(&id);
            if ids.is_empty() {
                self.open.remove(spot);
            }
        }
    }

    fn prove(&mut self, id: IncidentId, notice: u64, at: Timestamp, arrived: bool) {
        let levels = self.incidents.get(&id).into_iter().flat_map(|incident| incident.levels.values());
        let told = levels.flat_map(|level| &level.parties).find_map(|(authority, party)| {
            let telling = party.tellings.iter().find(|telling| telling.notice == notice)?;
            Some((authority.clone(), telling.channel))
        });
        if let Some(channel) = told {
            let proven = self.channels.entry(channel).or_default();
            if arrived { proven.0 = Some(at) } else { proven.1 = Some(at) }
        }
    }

    fn remember(&mut self, frame: FrameId, incident: Option<IncidentId>, limits: &Limits) {
        if self.frames.insert(frame, incident).is_none() {
            self.frame_order.push_back(frame);
        }
        while self.frame_order.len() > limits.frames {
            self.frame_order.pop_front().and_then(|oldest| self.frames.remove(&oldest));
        }
    }
}

impl Spot {
    fn of(incident: &Incident) -> Self {
        let facts = &incident.facts;
        facts.site.clone().map_or(Self::Device(facts.device), Self::Site)
    }
}
