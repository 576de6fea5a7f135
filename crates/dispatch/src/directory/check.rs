//! Is the directory good enough? What would keep an alarm of some site from some level.

use std::collections::{BTreeMap, BTreeSet};

use keng_protocol::Timestamp;

use super::{Authority, CENTRE, Channel, Directory, Index, Problem, Site, SiteKind};
use crate::name::SiteId;

impl Directory {
    /// Everything that would keep an alarm of some site from some level, now or later while this version holds: a site without an authority
    /// at a level, an authority without a channel, names that nothing answers to, what stands twice, gaps of validity. Empty is good.
    pub fn check(&self, now: Timestamp) -> Vec<Problem> {
        let mut check = Check { directory: self, index: Index::of(self), problems: Vec::new() };
        check.whole(now);
        check.areas();
        check.authorities();
        check.sites(now);
        check.twice();
        check.problems.sort_by_key(|problem| problem.at);
        check.problems
    }
}

struct Check<'d> {
    directory: &'d Directory,
    index: Index,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn whole(&mut self, now: Timestamp) {
        if !self.directory.validity.holds(now) {
            self.add(
                ("directory", ""),
                "the directory does not hold now: look at valid_from and valid_to, or use another version",
            );
        }
        if self.directory.levels.is_empty() {
            self.add(("directory", ""), "there is no level: write [[level]] for each level of police");
        }
    }

    fn areas(&mut self) {
        for (code, area) in &self.directory.areas {
            let Some(parent) = &area.parent else { continue };
            if !self.directory.areas.contains_key(parent) {
                self.add(
                    ("area", code.as_str()),
                    &format!("its parent \"{parent}\" is no area: write the code of one"),
                );
            }
            let around = self.directory.areas_around(code);
            let top = around.last().and_then(|last| self.directory.areas.get(*last));
            if top.is_some_and(|top| top.parent.as_ref().is_some_and(|parent| around.contains(&parent))) {
                self.add(("area", code.as_str()), "its parents go round in a circle: leave one parent out");
            }
        }
    }

    fn authorities(&mut self) {
        for (id, authority) in &self.directory.authorities {
            let key = ("authority", id.as_str());
            if authority.channels.is_empty() {
                self.add(key, "has no channel, so nobody can be told: write channels = [{ desk = \"id\" }]");
            }
            if authority.level != CENTRE && !self.directory.levels.contains_key(&authority.level) {
                self.add(key, &format!("its level {} is no level: write one that has a [[level]]", authority.level));
            }
            for area in authority.areas.iter().filter(|area| !self.directory.areas.contains_key(*area)) {
                self.add(key, &format!("its area \"{area}\" is no area: write the code of one"));
            }
        }
    }

    fn sites(&mut self, now: Timestamp) {
        for (id, site) in &self.directory.sites {
            let key = ("site", id.as_str());
            if !self.directory.areas.contains_key(&site.area) {
                self.add(key, &format!("its area \"{}\" is no area: write the code of one", site.area));
            }
            for name in site.authorities.iter().filter(|name| !self.directory.authorities.contains_key(*name)) {
                self.add(key, &format!("\"{name}\" is no authority: write the id of one"));
            }
            if site.devices.is_empty() && site.accounts.is_empty() {
                self.add(
                    key,
                    "has neither a device nor an account, so nothing can raise its alarm: write devices or dc09",
                );
            }
            self.levels(id, site, now);
        }
    }

    /// Somebody at each level, at every instant from now on. Only when an authority ends can a level become empty, so those instants do.
    fn levels(&mut self, id: &SiteId, site: &Site, now: Timestamp) {
        let directory = self.directory;
        let ends = directory.authorities.values().filter_map(|authority| authority.validity.to);
        let mut instants: Vec<Timestamp> =
            ends.filter(|end| *end > now && directory.validity.to.is_none_or(|to| *end < to)).collect();
        instants.push(now);
        instants.sort();
        let wanted = directory.levels.keys().copied().chain((site.kind != SiteKind::Gold).then_some(CENTRE));
        for level in wanted {
            let nobody = |at: &&Timestamp| {
                let holds = |authority: &Authority| authority.validity.holds(**at);
                !self.index.protectors(directory, Some(site), &holds).contains_key(&level)
            };
            if let Some(at) = instants.iter().find(nobody) {
                self.nobody(id, level, *at, now);
            }
        }
    }

    fn nobody(&mut self, id: &SiteId, level: u8, at: Timestamp, now: Timestamp) {
        let when = if at == now { String::new() } else { format!(" from {at}") };
        let whom = match self.directory.levels.get(&level).filter(|_| level != CENTRE) {
            Some(names) => format!(
                "nobody at level {level} ({}){when}: give an authority of this level its area, or name one",
                names.en
            ),
            None => format!("no bank's centre{when}: name one in authorities"),
        };
        self.add(("site", id.as_str()), &format!("has {whom}"));
    }

    /// What stands for two things: an alarm or an answer could not be placed.
    fn twice(&mut self) {
        let directory = self.directory;
        let mut devices: BTreeMap<_, Vec<String>> = BTreeMap::new();
        let mut accounts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (id, site) in &directory.sites {
            // A panel may speak both dialects, and by several accounts: at its own site it stands once.
            let speak = site.devices.keys().copied().chain(site.accounts.iter().map(|account| account.device));
            for device in speak.collect::<BTreeSet<_>>() {
                devices.entry(device).or_default().push(format!("site \"{id}\""));
            }
            for account in &site.accounts {
                accounts.entry(account.account.to_ascii_uppercase()).or_default().push(&account.account);
            }
        }
        for (id, authority) in &directory.authorities {
            for channel in &authority.channels {
                if let Channel::Desk { device } = channel {
                    devices.entry(*device).or_default().push(format!("authority \"{id}\""));
                }
            }
        }
        for (device, owners) in devices.iter().filter(|(_, owners)| owners.len() > 1) {
            let what = format!("belongs to {}: give each its own", owners.join(" and "));
            self.add(("device", &device.to_string()), &what);
        }
        for names in accounts.values().filter(|names| names.len() > 1) {
            let account = names.first().copied().unwrap_or_default();
            self.add(("account", account), "stands twice: give each panel its own account");
        }
    }

    fn add(&mut self, (kind, id): (&'static str, &str), what: &str) {
        let at = self.directory.marks.get(&(kind, id.to_owned())).copied();
        let field = if id.is_empty() { kind.to_owned() } else { format!("{kind} \"{id}\"") };
        self.problems.push(Problem { at, field, what: what.to_owned() });
    }
}
