//! What a desk, the API and the command line show of an incident: one value, ready to be serialised.

use core::cmp::Reverse;

use keng_protocol::entry::Path;
use keng_protocol::message::{Act, Disposition, Reason};
use keng_protocol::{DeviceId, IncidentId, Timestamp};
use serde::Serialize;

use crate::directory::{Directory, Position, Site, SiteKind};
use crate::dispatcher::Dispatcher;
use crate::form;
use crate::incident::{Facts, Incident, Level, Stage};
use crate::name::{AuthorityId, Names, Private, SiteId};
use crate::record::Why;

/// An incident as of now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentView {
    /// Which.
    #[serde(with = "form")]
    pub id: IncidentId,
    /// How far it is.
    pub stage: Stage,
    /// How urgent, 0 to 99; a queue shows the highest first, then the oldest.
    pub urgency: u8,
    /// What, where, since when, how sure.
    pub facts: Facts,
    /// The site, as the directory knows it now; `None` when it knows none.
    pub site: Option<SiteView>,
    /// Who was told, by level.
    pub levels: Vec<LevelView>,
    /// What people did, in order.
    pub acts: Vec<ActView>,
    /// How it ended.
    #[serde(with = "form::maybe")]
    pub disposition: Option<Disposition>,
    /// When it was closed.
    #[serde(with = "form::maybe")]
    pub closed: Option<Timestamp>,
    /// The other paths by which its frames came.
    #[serde(with = "form::list")]
    pub evidence: Vec<Path>,
    /// The sites nearby that were, or can be, asked for vigilance.
    pub neighbours: Vec<SiteId>,
    /// What happens next by itself, and when.
    pub next: Option<NextView>,
}

/// A site for those who go there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SiteView {
    /// Its name.
    pub names: Names,
    /// What it is.
    pub kind: SiteKind,
    /// Where.
    pub position: Position,
    /// The address.
    pub address: String,
    /// Whom to call.
    pub contact: Option<Private>,
    /// Where one gets in.
    pub entrances: Vec<String>,
    /// The guards and their shifts.
    pub guards: Vec<Private>,
    /// The name of the button's zone.
    pub zone: Option<String>,
    /// What was agreed, step by step.
    pub plan: Vec<String>,
}

/// One level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelView {
    /// Its number; 0 is the bank's own centre.
    pub level: u8,
    /// Its name in the directory of now.
    pub names: Option<Names>,
    /// Since when it knows.
    #[serde(with = "form")]
    pub since: Timestamp,
    /// When a person of it answered first.
    #[serde(with = "form::maybe")]
    pub answered: Option<Timestamp>,
    /// Whether the next level was told that this one is silent or has refused.
    pub silent: bool,
    /// The authorities.
    pub authorities: Vec<AuthorityView>,
}

/// One authority of a level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuthorityView {
    /// Which.
    pub id: AuthorityId,
    /// Its name in the directory of now.
    pub names: Option<Names>,
    /// How it stands to the incident: its last act that takes on or turns down.
    #[serde(with = "form::maybe")]
    pub stance: Option<Act>,
    /// The last tellings, oldest first; the records have all.
    pub tellings: Vec<TellingView>,
}

/// One telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TellingView {
    /// Its number.
    pub notice: u64,
    /// When.
    #[serde(with = "form")]
    pub at: Timestamp,
    /// The index of the channel.
    pub channel: usize,
    /// Why.
    pub why: Why,
    /// Whether it arrived; `None` is not known.
    pub delivered: Option<bool>,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActView {
    /// When.
    #[serde(with = "form")]
    pub at: Timestamp,
    /// At which desk.
    #[serde(with = "form")]
    pub desk: DeviceId,
    /// Of which authority.
    pub authority: AuthorityId,
    /// Its level.
    pub level: u8,
    /// What.
    #[serde(with = "form")]
    pub act: Act,
    /// Why, when turned down.
    #[serde(with = "form::maybe")]
    pub reason: Option<Reason>,
    /// How it ended, when closed or proposed to be.
    #[serde(with = "form::maybe")]
    pub disposition: Option<Disposition>,
    /// Who.
    pub operator: Private,
    /// In words.
    pub note: Option<Private>,
    /// Only a proposal to close.
    pub proposal: bool,
}

/// What happens next by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextView {
    /// When.
    #[serde(with = "form")]
    pub at: Timestamp,
    /// Who is told.
    pub authority: AuthorityId,
    /// Its level.
    pub level: u8,
    /// Why.
    pub why: Why,
}

/// A channel and its last proven delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelView {
    /// Whose.
    pub authority: AuthorityId,
    /// Its index.
    pub channel: usize,
    /// When a telling last arrived by it.
    #[serde(with = "form::maybe")]
    pub proven: Option<Timestamp>,
    /// When one last failed.
    #[serde(with = "form::maybe")]
    pub failed: Option<Timestamp>,
}

impl Dispatcher {
    /// All incidents that are remembered: open ones first, the most urgent first, then the oldest.
    pub fn incidents(&self) -> Vec<IncidentView> {
        let mut incidents: Vec<&Incident> = self.open_and_closed().collect();
        incidents.sort_by_key(|one| (one.closed, Reverse(one.urgency()), one.facts.raised, one.id));
        incidents.into_iter().map(|incident| self.view(incident)).collect()
    }

    /// One incident.
    pub fn incident(&self, id: IncidentId) -> Option<IncidentView> {
        self.remembered(id).map(|incident| self.view(incident))
    }

    /// Every channel of the directory, with its last proven delivery.
    pub fn channels(&self) -> Vec<ChannelView> {
        let authorities = self.directory().authorities.iter();
        let channels =
            authorities.flat_map(|(id, authority)| (0..authority.channels.len()).map(move |index| (id, index)));
        channels
            .map(|(authority, channel)| {
                let (proven, failed) = self.proven(authority, channel);
                ChannelView { authority: authority.clone(), channel, proven, failed }
            })
            .collect()
    }

    fn view(&self, incident: &Incident) -> IncidentView {
        let directory = self.directory();
        let facts = incident.facts.clone();
        IncidentView {
            id: incident.id,
            stage: incident.stage,
            urgency: incident.urgency(),
            site: facts.site.as_ref().and_then(|id| directory.sites.get(id)).map(|site| SiteView::of(site, &facts)),
            levels: incident.levels.iter().map(|(number, level)| LevelView::of(directory, *number, level)).collect(),
            acts: incident.acts.iter().cloned().collect(),
            disposition: incident.disposition,
            closed: incident.closed,
            evidence: incident.evidence.clone(),
            neighbours: incident.neighbours.clone(),
            next: self.next_of(incident).map(|step| NextView {
                at: step.at,
                authority: step.authority,
                level: step.level,
                why: step.why,
            }),
            facts,
        }
    }
}

impl SiteView {
    fn of(site: &Site, facts: &Facts) -> Self {
        let panel = site.devices.get(&facts.device);
        Self {
            names: site.names.clone(),
            kind: site.kind,
            position: site.position,
            address: site.address.clone(),
            contact: site.contact.clone(),
            entrances: site.entrances.clone(),
            guards: site.guards.clone(),
            zone: facts.zone.and_then(|zone| panel.and_then(|panel| panel.zones.get(&zone))).cloned(),
            plan: site.plan.clone(),
        }
    }
}

impl LevelView {
    fn of(directory: &Directory, number: u8, level: &Level) -> Self {
        let authorities = level.parties.iter().map(|(id, party)| AuthorityView {
            id: id.clone(),
            names: directory.authorities.get(id).map(|authority| authority.names.clone()),
            stance: party.stance,
            tellings: party.tellings.iter().copied().collect(),
        });
        Self {
            level: number,
            names: directory.levels.get(&number).cloned(),
            since: level.since,
            answered: level.answered,
            silent: !level.reported.is_empty(),
            authorities: authorities.collect(),
        }
    }
}
