//! Faults of equipment: they begin, they end, and two at one site at once are an attack.

use keng_protocol::DeviceId;
use keng_protocol::message::AlarmKind;
use keng_protocol::receiver::Supervision;

use super::Dispatcher;
use super::alarms::Said;
use crate::incident::{ActiveFault, Cause, Facts, Fault, Incident, Sure};
use crate::policy::Matter;
use crate::record::{Class, Note, What};

impl Dispatcher {
    pub(super) fn supervision(&mut self, device: DeviceId, event: Supervision) {
        let said = Said::unsigned(device, Sure::Station);
        match event {
            Supervision::Silent { .. } => self.fault(&said, Fault::Silence, false),
            Supervision::Back => self.fault_over(&said, Fault::Silence),
            Supervision::Missing { .. } => self.fault(&said, Fault::Missing, false),
            Supervision::Complete => self.fault_over(&said, Fault::Missing),
            Supervision::OnBattery | Supervision::BatteryLow => self.fault(&said, Fault::Power, false),
            Supervision::PowerGood => self.fault_over(&said, Fault::Power),
            Supervision::TamperOpen => self.fault(&said, Fault::Tamper, false),
            Supervision::TamperClosed => self.fault_over(&said, Fault::Tamper),
            Supervision::PathBroken(path) => self.fault(&said, Fault::Path(path), false),
            Supervision::PathGood(path) => self.fault_over(&said, Fault::Path(path)),
            // A word of a newer receiver: what cannot be placed is shown.
            _ => self.fault(&said, Fault::Trouble, false),
        }
    }

    /// A fault joins the site's attack, else its fault incident, else raises one.
    pub(super) fn fault(&mut self, said: &Said, fault: Fault, drill: bool) {
        let site = self.index.site(said.device).cloned();
        if self.is_on_test(site.as_ref()) {
            return self.note(said, Note::FaultOnTest { fault });
        }
        let begun = ActiveFault { device: said.device, fault, since: self.now };
        let open = self.state.open_at(site.as_ref(), said.device, drill);
        if open.iter().any(|one| one.facts.faults.iter().any(|have| have.same(&begun))) {
            return;
        }
        let of = |matter| open.iter().find(|one| one.facts.matter == matter);
        let found = of(Matter::Attack).or_else(|| of(Matter::Fault));
        let grave = found.is_some_and(|one| self.is_grave(one, &begun));
        let found = found.map(|one| (one.id, one.facts.matter));
        if !grave && !self.admits(said, Class::Technical, 1) {
            return;
        }
        match found {
            Some((id, matter)) => {
                self.log_from(Some(id), said.frame, Some(said.source(Class::Technical)), What::FaultBegan(begun));
                if grave && matter == Matter::Fault {
                    self.log_of(id, What::Became { matter: Matter::Attack });
                }
            }
            None => {
                let facts = self.facts(said, site, Matter::Fault, Cause::Fault(fault));
                self.raise(said, Facts { drill, silent: true, faults: vec![begun], ..facts }, Class::Technical);
            }
        }
    }

    /// A fault is over. When nothing else is the matter, its incident closes by itself.
    pub(super) fn fault_over(&mut self, said: &Said, fault: Fault) {
        let site = self.index.site(said.device).cloned();
        let over = ActiveFault { device: said.device, fault, since: self.now };
        let open = self.state.open_at(site.as_ref(), said.device, false);
        let Some(incident) = open.iter().find(|one| one.facts.faults.iter().any(|have| have.same(&over))) else {
            return;
        };
        let (id, last) = (incident.id, incident.facts.faults.len() == 1 && incident.facts.matter == Matter::Fault);
        // Room for two: a fault that began again could still be shown, so a flood never ends in a fault that nobody sees.
        if self.admits(said, Class::Technical, 2) {
            self.log_from(Some(id), said.frame, Some(said.source(Class::Technical)), What::FaultOver(over));
            if last {
                self.log_of(id, What::Cleared);
            }
        }
    }

    /// Tamper during an attack confirms it; a second fault soon after the first is an attack. Neither is ever limited.
    fn is_grave(&self, incident: &Incident, begun: &ActiveFault) -> bool {
        let facts = &incident.facts;
        match facts.matter {
            Matter::Attack => begun.fault == Fault::Tamper && !facts.confirmed,
            _ => {
                let together = self.directory.policies.together;
                let soon = |have: &&ActiveFault| begun.since.since(have.since) <= together;
                begun.fault.suspicious()
                    && facts.faults.iter().filter(|have| have.fault.suspicious()).any(|have| soon(&have))
            }
        }
    }
}

impl Fault {
    /// The fault that an alarm kind reports; `None` for a kind that is no fault.
    pub(super) fn of(kind: AlarmKind) -> Option<Self> {
        (Matter::of(kind) == Matter::Fault).then(|| match kind {
            AlarmKind::Tamper => Self::Tamper,
            AlarmKind::LineFault => Self::Line,
            AlarmKind::PowerFault => Self::Power,
            other => Self::Other(other.code()),
        })
    }
}

impl ActiveFault {
    fn same(&self, other: &Self) -> bool {
        (self.device, self.fault) == (other.device, other.fault)
    }
}
