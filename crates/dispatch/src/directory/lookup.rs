//! Who protects whom: the questions that an alarm asks of the directory.

use core::time::Duration;
use std::collections::BTreeMap;

use keng_protocol::{DeviceId, Timestamp};

use super::{Authority, CENTRE, Channel, Directory, Position, Site};
use crate::name::{AreaCode, AuthorityId, SiteId};

/// Who can be told of a site's incident: by level, each authority with the number of its channels, which is never none.
pub(crate) type Audience = BTreeMap<u8, BTreeMap<AuthorityId, usize>>;

/// What the dispatcher looks up at each message, built once for a directory.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Index {
    sites: BTreeMap<DeviceId, SiteId>,
    desks: BTreeMap<DeviceId, Vec<AuthorityId>>,
    tests: BTreeMap<DeviceId, Duration>,
    /// Who has an area; not the centres, which only sites name.
    areas: BTreeMap<AreaCode, Vec<AuthorityId>>,
}

impl Index {
    pub(crate) fn of(directory: &Directory) -> Self {
        let mut index = Self::default();
        for (id, site) in &directory.sites {
            let tests = site.devices.iter().filter_map(|(device, panel)| Some((*device, panel.test_every?)));
            index.tests.extend(tests);
            let accounts = site.accounts.iter().map(|account| account.device);
            index.sites.extend(site.devices.keys().copied().chain(accounts).map(|device| (device, id.clone())));
        }
        for (id, authority) in &directory.authorities {
            if authority.level != CENTRE {
                authority.areas.iter().for_each(|area| index.areas.entry(area.clone()).or_default().push(id.clone()));
            }
            for channel in &authority.channels {
                if let Channel::Desk { device } = channel {
                    index.desks.entry(*device).or_default().push(id.clone());
                }
            }
        }
        index
    }

    pub(crate) fn site(&self, device: DeviceId) -> Option<&SiteId> {
        self.sites.get(&device)
    }

    /// The panels that have to test themselves, and how often.
    pub(crate) fn tests(&self) -> impl Iterator<Item = (DeviceId, Duration)> {
        self.tests.iter().map(|(device, every)| (*device, *every))
    }

    pub(crate) fn test_every(&self, device: DeviceId) -> Option<Duration> {
        self.tests.get(&device).copied()
    }

    /// The authorities that a desk speaks for; one, in a directory that passes its check.
    pub(crate) fn authorities(&self, desk: DeviceId) -> &[AuthorityId] {
        self.desks.get(&desk).map_or(&[], Vec::as_slice)
    }

    /// Who can be told of an incident at `site` now. Without a site, or for a site that nobody protects: everybody at the highest level.
    /// When validity leaves nobody at all, it is not asked for: an alarm told to somebody who is no longer in charge is better than none.
    pub(crate) fn audience(&self, directory: &Directory, site: Option<&SiteId>, now: Timestamp) -> Audience {
        let valid = |authority: &Authority| authority.validity.holds(now);
        let anybody = |_: &Authority| true;
        let site = site.and_then(|id| directory.sites.get(id));
        let some = |audience: Audience| (!audience.is_empty()).then_some(audience);
        some(self.protectors(directory, site, &valid))
            .or_else(|| some(directory.highest(&valid)))
            .or_else(|| some(self.protectors(directory, site, &anybody)))
            .unwrap_or_else(|| directory.highest(&anybody))
    }

    /// Those who protect a site by level. A level at which the site names somebody is only those; elsewhere it is whoever has its area.
    pub(super) fn protectors(
        &self,
        directory: &Directory,
        site: Option<&Site>,
        holds: &dyn Fn(&Authority) -> bool,
    ) -> Audience {
        let Some(site) = site else { return Audience::new() };
        let mut named = Audience::new();
        site.authorities.iter().for_each(|id| directory.admit(&mut named, id, holds));
        let mut found = named.clone();
        for id in directory.areas_around(&site.area).into_iter().filter_map(|area| self.areas.get(area)).flatten() {
            if directory.authorities.get(id).is_some_and(|authority| !named.contains_key(&authority.level)) {
                directory.admit(&mut found, id, holds);
            }
        }
        found
    }
}

impl Directory {
    /// The sites of whose incidents these authorities can be told at `now`.
    pub fn sites_of(&self, authorities: &[AuthorityId], now: Timestamp) -> Vec<SiteId> {
        let index = Index::of(self);
        let is_theirs = |site: &&SiteId| {
            let audience = index.audience(self, Some(site), now);
            audience.values().any(|level| authorities.iter().any(|id| level.contains_key(id)))
        };
        self.sites.keys().filter(is_theirs).cloned().collect()
    }

    /// The sites within [`Directory::neighbours_m`] of a site, nearest first.
    pub(crate) fn neighbours(&self, of: &SiteId) -> Vec<SiteId> {
        let Some(centre) = self.sites.get(of) else { return Vec::new() };
        let mut near: Vec<(f64, &SiteId)> = self
            .sites
            .iter()
            .filter(|(id, _)| *id != of)
            .map(|(id, site)| (distance_m(centre.position, site.position), id))
            .filter(|(distance, _)| *distance <= self.neighbours_m)
            .collect();
        near.sort_by(|one, other| one.0.total_cmp(&other.0));
        near.into_iter().map(|(_, id)| id.clone()).collect()
    }

    fn highest(&self, holds: &dyn Fn(&Authority) -> bool) -> Audience {
        let mut all = Audience::new();
        for id in self.authorities.keys() {
            self.admit(&mut all, id, holds);
        }
        all.pop_last().into_iter().collect()
    }

    fn admit(&self, audience: &mut Audience, id: &AuthorityId, holds: &dyn Fn(&Authority) -> bool) {
        let Some(authority) = self.authorities.get(id) else { return };
        if !authority.channels.is_empty() && holds(authority) {
            audience.entry(authority.level).or_default().insert(id.clone(), authority.channels.len());
        }
    }

    /// An area and those that it lies in. Ends also when the parents go round in a circle.
    pub(super) fn areas_around<'a>(&'a self, area: &'a AreaCode) -> Vec<&'a AreaCode> {
        let mut around = vec![area];
        let mut next = self.areas.get(area).and_then(|area| area.parent.as_ref());
        while let Some(area) = next.filter(|area| !around.contains(area)) {
            around.push(area);
            next = self.areas.get(area).and_then(|area| area.parent.as_ref());
        }
        around
    }
}

/// Metres between two places of one province: the equirectangular approximation, better than 0.1 % at such distances.
fn distance_m(one: Position, other: Position) -> f64 {
    const METRES_PER_DEGREE: f64 = 111_195.0;
    let north = one.lat - other.lat;
    let east = (one.lon - other.lon) * one.lat.to_radians().cos();
    north.hypot(east) * METRES_PER_DEGREE
}
