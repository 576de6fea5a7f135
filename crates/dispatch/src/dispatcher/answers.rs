//! Answers of people, and reports of deliveries.

use keng_protocol::message::{Act, Answer, Disposition, Notice, Progress, Reason};
use keng_protocol::{DeviceId, FrameId, IncidentId};

use super::{Dispatcher, Output};
use crate::answer::AnswerError;
use crate::incident::{Cancelled, Incident, Stage};
use crate::name::{AuthorityId, Private};
use crate::policy::Matter;
use crate::record::What;

/// What an answer is allowed to do.
struct Verdict {
    authority: AuthorityId,
    level: u8,
    proposal: bool,
}

impl Dispatcher {
    pub(super) fn answer(&mut self, desk: DeviceId, frame: FrameId, answer: &Answer) {
        match self.judge(desk, answer) {
            Ok(verdict) => self.act(desk, frame, answer, verdict),
            Err(error) => {
                let known = self.state.incidents.contains_key(&answer.incident).then_some(answer.incident);
                self.log_from(known, Some(frame), None, What::AnswerRefused { desk, error });
                self.out.push_back(Output::AnswerRefused { desk, frame, error });
            }
        }
    }

    pub(super) fn reported(&mut self, notice: u64, what: What) {
        if let Some(incident) = self.state.told(notice) {
            self.log_of(incident, what);
        }
    }

    fn judge(&self, desk: DeviceId, answer: &Answer) -> Result<Verdict, AnswerError> {
        let incident = self.state.incidents.get(&answer.incident).ok_or(AnswerError::UnknownIncident)?;
        let authorities = self.index.authorities(desk);
        if authorities.is_empty() {
            return Err(AnswerError::NotADesk);
        }
        let told = |id: &AuthorityId| incident.party(id).map(|(level, _)| (id.clone(), level));
        let (authority, level) = authorities.iter().find_map(told).ok_or(AnswerError::NotTold)?;
        complete(answer)?;
        let note = matches!(answer.act, Act::Note | Act::Unknown(_));
        match incident.stage {
            Stage::Raised | Stage::Answered | Stage::UnitsSent | Stage::OnScene => {
                let proposal = answer.act == Act::Closed && !may_close(incident, desk, answer);
                Ok(Verdict { authority, level, proposal })
            }
            Stage::Closed if note => Ok(Verdict { authority, level, proposal: false }),
            Stage::Closed => Err(AnswerError::AlreadyClosed),
        }
    }

    fn act(&mut self, desk: DeviceId, frame: FrameId, answer: &Answer, verdict: Verdict) {
        let Verdict { authority, level, proposal } = verdict;
        let what = What::Acted {
            desk,
            authority,
            level,
            act: answer.act,
            reason: answer.reason,
            disposition: answer.disposition,
            operator: Private(answer.operator.clone()),
            note: answer.note.clone().map(Private),
            proposal,
        };
        self.log_from(Some(answer.incident), Some(frame), None, what);
        if proposal {
            self.out.push_back(Output::AnswerRefused { desk, frame, error: AnswerError::SecondPersonNeeded });
        } else {
            self.progress(answer.incident, level, answer.act);
        }
        if answer.act == Act::Accepted {
            self.ask_neighbours(answer.incident);
        }
    }

    /// Shows the site that somebody acts. After a duress code nothing is shown there any more: the robbers may be reading it.
    fn progress(&mut self, id: IncidentId, level: u8, act: Act) {
        let Some(incident) = self.state.incidents.get(&id) else { return };
        let shown = matches!(act, Act::Accepted | Act::UnitsSent | Act::OnScene | Act::Closed);
        if !shown || incident.facts.cancelled == Some(Cancelled::Duress) {
            return;
        }
        let site = incident.facts.site.as_ref().and_then(|site| self.directory.sites.get(site));
        let devices: Vec<DeviceId> =
            site.map_or_else(|| vec![incident.facts.device], |site| site.devices.keys().copied().collect());
        let message = Progress { incident: id, level, act };
        self.out.extend(devices.into_iter().map(|device| Output::Progress { device, message }));
    }

    /// A person has taken a suspicion on: the neighbours are asked for vigilance, once.
    fn ask_neighbours(&mut self, id: IncidentId) {
        let Some(incident) = self.state.incidents.get(&id) else { return };
        let offered = incident.facts.matter == Matter::Suspicion && !incident.facts.drill && !incident.vigilant;
        if !offered || incident.neighbours.is_empty() {
            return;
        }
        let sites = incident.neighbours.clone();
        let seen = incident.facts.seen.clone();
        let until = self.now + self.directory.policies.vigilance;
        let known = sites.iter().filter_map(|site| self.directory.sites.get(site));
        let devices: Vec<DeviceId> = known.flat_map(|site| site.devices.keys().copied()).collect();
        self.log_of(id, What::Vigilance { sites, until });
        self.out.push_back(Output::Vigilance { devices, notice: Notice { until, seen, text: None, asks: false } });
    }
}

/// Whether everything is there that the act needs.
fn complete(answer: &Answer) -> Result<(), AnswerError> {
    let words = answer.note.as_ref().is_some_and(|note| !note.trim().is_empty());
    match (answer.act, answer.reason, answer.disposition) {
        (Act::Rejected, None, _) => Err(AnswerError::MissingReason),
        (Act::Closed, _, None) => Err(AnswerError::MissingDisposition),
        (Act::Rejected, Some(Reason::Other), _) if !words => Err(AnswerError::MissingNote),
        (Act::Closed, _, Some(Disposition::Other)) if !words => Err(AnswerError::MissingNote),
        (Act::Note, ..) if !words => Err(AnswerError::MissingNote),
        _ => Ok(()),
    }
}

/// An attack is closed by one person when somebody was on the scene; else by two who say how it ended in the same way.
fn may_close(incident: &Incident, desk: DeviceId, answer: &Answer) -> bool {
    let seconds = incident.proposal.as_ref().is_some_and(|first| {
        let another = first.desk != desk || first.operator.0 != answer.operator;
        another && first.disposition == answer.disposition
    });
    incident.facts.matter != Matter::Attack || incident.stage == Stage::OnScene || seconds
}
