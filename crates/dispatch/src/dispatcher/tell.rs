//! Telling what is due, and knowing what is due next.

use keng_protocol::{IncidentId, Timestamp};

use super::{Dispatcher, Output, Telling};
use crate::incident::{Incident, Step};
use crate::record::{Record, What};

impl Dispatcher {
    /// Does everything that is due now: the most urgent incident first.
    pub(super) fn settle(&mut self) {
        self.end_tests();
        self.miss_tests();
        self.mark_floods();
        let mut due: Vec<IncidentId> = self.timers.due(self.now).filter(|id| !self.touched.contains(id)).collect();
        due.extend(&self.touched);
        due.sort_by_key(|id| core::cmp::Reverse(self.state.incidents.get(id).map(Incident::urgency)));
        due.into_iter().for_each(|id| self.tell_due(id));
        self.make_room();
        self.refresh();
    }

    /// When something is due next.
    pub(super) fn next_due(&mut self) -> Timestamp {
        self.refresh();
        let incidents = self.timers.next();
        let tests = self.state.tests.values().min().copied().into_iter().chain(self.next_test()).min();
        let floods = self.state.rates.next();
        [incidents, tests, floods].into_iter().flatten().min().unwrap_or(Timestamp::MAX)
    }

    /// Tells everybody whom an incident has to be told to by now, and notes when it does something next.
    fn tell_due(&mut self, id: IncidentId) {
        let mut next = None;
        if let Some(incident) = self.state.incidents.get(&id) {
            let audience = self.index.audience(&self.directory, incident.facts.site.as_ref(), self.now);
            // Every telling pushes its own next one into the future, so this ends.
            while let Some(incident) = self.state.incidents.get(&id) {
                next = incident.next(&audience, &self.directory.policies);
                match next.take_if(|step| step.at <= self.now) {
                    Some(step) => self.tell(id, step),
                    None => break,
                }
            }
        }
        self.touched.remove(&id);
        self.timers.set(id, next.map(|step| step.at));
    }

    fn tell(&mut self, id: IncidentId, step: Step) {
        let Some(news) = self.state.incidents.get(&id).map(|incident| incident.news.number) else { return };
        let Step { level, authority, channel, why, about, .. } = step;
        let what = What::Told { authority: authority.clone(), level, channel, why, about, news };
        let notice =
            self.record(Record { number: 0, at: self.now, incident: Some(id), frame: None, source: None, what });
        let (Some(incident), Some(told)) = (self.state.incidents.get(&id), self.directory.authorities.get(&authority))
        else {
            return;
        };
        let Some(to) = told.channels.get(channel).cloned() else { return };
        let (urgency, facts) = (incident.urgency(), incident.facts.clone());
        let telling =
            Telling { notice, at: self.now, incident: id, authority, level, channel, to, why, about, urgency, facts };
        self.out.push_back(Output::Notify(Box::new(telling)));
    }

    /// Drops what is beyond the bound, after it was told.
    fn make_room(&mut self) {
        while self.state.open_count() > self.config.limits.open {
            let Some(least) = self.state.least() else { return };
            self.log_of(least, What::Dropped);
        }
    }

    /// Brings the timers of all touched incidents up to date.
    fn refresh(&mut self) {
        while let Some(id) = self.touched.pop_first() {
            let next = self.state.incidents.get(&id).and_then(|incident| self.next_of(incident));
            self.timers.set(id, next.map(|step| step.at));
        }
    }
}
