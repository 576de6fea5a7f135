//! Tests: a site on test goes back by itself, and a panel that should test itself and does not is a fault.

use keng_protocol::{DeviceId, Timestamp};

use super::alarms::Said;
use super::timers::Timers;
use super::{Dispatcher, Output};
use crate::directory::Channel;
use crate::incident::{Fault, Sure};
use crate::name::SiteId;
use crate::record::What;

/// When each panel that has to test itself is overdue.
#[derive(Debug, Default)]
pub(super) struct TestsDue {
    at: Timers<DeviceId>,
    /// From when a panel counts that was never heard testing: the first input under the directory in use.
    since: Option<Timestamp>,
}

impl Dispatcher {
    /// The sites on test, and until when.
    pub fn on_test(&self) -> impl Iterator<Item = (&SiteId, Timestamp)> {
        self.state.tests.iter().map(|(site, until)| (site, *until))
    }

    /// The desks that can be told of a site's incidents, and so are shown that it is on test.
    pub fn desks_of(&self, site: &SiteId) -> Vec<DeviceId> {
        let audience = self.index.audience(&self.directory, Some(site), self.now);
        let known =
            audience.values().flat_map(|level| level.keys()).filter_map(|id| self.directory.authorities.get(id));
        known.flat_map(|authority| &authority.channels).filter_map(Channel::desk).collect()
    }

    pub(super) fn test_mode(&mut self, site: SiteId, until: Timestamp) {
        if !self.directory.sites.contains_key(&site) {
            self.out.push_back(Output::TestRefused { site });
        } else if until > self.now {
            let until = until.min(self.now + self.directory.policies.longest_test);
            self.log(What::TestBegan { site, until });
        } else if self.state.tests.contains_key(&site) {
            self.log(What::TestEnded { site });
        }
    }

    pub(super) fn is_on_test(&self, site: Option<&SiteId>) -> bool {
        site.and_then(|site| self.state.tests.get(site)).is_some_and(|until| self.now < *until)
    }

    pub(super) fn end_tests(&mut self) {
        let over: Vec<_> =
            self.state.tests.iter().filter(|(_, until)| **until <= self.now).map(|(site, _)| site.clone()).collect();
        over.into_iter().for_each(|site| self.log(What::TestEnded { site }));
    }

    /// A panel has tested itself: a missing test is no longer missing, and the next one is due.
    pub(super) fn tested(&mut self, said: &Said) {
        self.fault_over(said, Fault::NoTest);
        if let Some(every) = self.index.test_every(said.device) {
            self.tests_due.at.set(said.device, Some(self.now + every));
        }
    }

    /// Panels whose test did not come; while it does not, it is missed again and again.
    pub(super) fn miss_tests(&mut self) {
        let since = *self.tests_due.since.get_or_insert(self.now);
        if since == self.now {
            let heard = |device| self.state.tested.get(&device).copied().unwrap_or(since);
            self.tests_due.at = self.index.tests().map(|(device, every)| (device, heard(device) + every)).collect();
        }
        let missed: Vec<_> = self.tests_due.at.due(self.now).collect();
        for device in missed {
            self.tests_due.at.set(device, self.index.test_every(device).map(|every| self.now + every));
            self.fault(&Said::unsigned(device, Sure::Station), Fault::NoTest, false);
        }
    }

    pub(super) fn next_test(&self) -> Option<Timestamp> {
        self.tests_due.at.next()
    }
}
