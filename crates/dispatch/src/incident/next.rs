//! What an incident does next by itself: the one place that decides who is told when.

use core::time::Duration;
use std::collections::BTreeMap;

use keng_protocol::Timestamp;
use keng_protocol::message::Act;

use super::Stage;
use super::state::{Incident, Level, Party};
use crate::directory::{Audience, CENTRE};
use crate::name::AuthorityId;
use crate::policy::{Policies, Policy, Reach};
use crate::record::Why;

/// One telling that is due at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) at: Timestamp,
    pub(crate) level: u8,
    pub(crate) authority: AuthorityId,
    pub(crate) channel: usize,
    pub(crate) why: Why,
    pub(crate) about: Option<u8>,
}

impl Step {
    fn new(at: Timestamp, level: u8, authority: &AuthorityId, channel: usize, why: Why) -> Self {
        Self { at, level, authority: authority.clone(), channel, why, about: None }
    }
}

impl Incident {
    /// The telling that is due first. Each telling, once it is recorded, makes the next one another; so the caller asks until nothing is due.
    pub(crate) fn next(&self, audience: &Audience, policies: &Policies) -> Option<Step> {
        let policy = policies.of(self.facts.matter);
        let mut soonest = Soonest::default();
        if self.stage != Stage::Closed {
            self.missing(audience, policy, &mut soonest);
            self.undelivered(audience, &mut soonest);
            self.unanswered(audience, policy, &mut soonest);
            self.climb(audience, policy, &mut soonest);
        }
        self.news(audience, &mut soonest);
        soonest.0
    }

    /// Whoever belongs to a level that is meant, and was not told.
    fn missing(&self, audience: &Audience, policy: &Policy, soonest: &mut Soonest) {
        let meant = reach(audience, policy.first);
        for (level, authorities) in audience {
            if !meant.contains(level) && !self.levels.contains_key(level) {
                continue;
            }
            let told = self.levels.get(level);
            for authority in authorities.keys().filter(|id| told.is_none_or(|told| !told.parties.contains_key(*id))) {
                soonest.offer(Step::new(AT_ONCE, *level, authority, 0, Why::First));
            }
        }
    }

    /// Whoever was told and does not know the latest.
    fn news(&self, audience: &Audience, soonest: &mut Soonest) {
        for (level, authority, party, channels) in self.reachable(audience) {
            if party.news < self.news.number {
                soonest.offer(Step::new(self.news.at, level, authority, party.channel % channels, self.news.why));
            }
        }
    }

    /// Whoever a telling did not reach, whether its level has taken the incident on or not: by the next channel, each telling once round them.
    fn undelivered(&self, audience: &Audience, soonest: &mut Soonest) {
        for (level, authority, party, channels) in self.reachable(audience) {
            if party.failed && party.failures + 1 < channels {
                let next = (party.channel + 1) % channels;
                soonest.offer(Step::new(party.last, level, authority, next, Why::Undelivered));
            }
        }
    }

    /// Levels without a person's answer: by the next channel, again and again, and the next level hears of it.
    fn unanswered(&self, audience: &Audience, policy: &Policy, soonest: &mut Soonest) {
        let taken = self.taken();
        for (number, level) in self.levels.iter().filter(|(_, level)| !level.taken()) {
            self.report(*number, level, audience, policy, soonest);
            for (authority, party) in &level.parties {
                let Some(&channels) = audience.get(number).and_then(|told| told.get(authority)) else { continue };
                let next = (party.channel + 1) % channels;
                if let Some(at) = again(party, taken, policy) {
                    soonest.offer(Step::new(at, *number, authority, next, Why::Again));
                }
            }
        }
    }

    /// The next level hears that this one is silent, or at once that it has refused.
    fn report(&self, number: u8, level: &Level, audience: &Audience, policy: &Policy, soonest: &mut Soonest) {
        let (at, why) = match (level.refused, policy.silent) {
            (Some(refused), _) => (refused, Why::LevelRefused),
            (None, Some(silent)) => (level.since + silent, Why::SilentLevel),
            (None, None) => return,
        };
        let Some((next, authorities)) = following(audience, number) else { return };
        for authority in authorities.keys().filter(|id| !level.reported.contains(*id)) {
            let told = self.levels.get(&next).and_then(|told| told.parties.get(authority));
            let channel = told.map_or(0, |party| party.channel);
            soonest.offer(Step { about: Some(number), ..Step::new(at, next, authority, channel, why) });
        }
    }

    /// Nobody at all has answered: one level more.
    fn climb(&self, audience: &Audience, policy: &Policy, soonest: &mut Soonest) {
        let Some((after, to)) = policy.climb.filter(|_| !self.taken()) else { return };
        let untold = reach(audience, to).into_iter().find(|level| !self.levels.contains_key(level));
        let Some((level, authorities)) = untold.and_then(|level| Some((level, audience.get(&level)?))) else { return };
        for authority in authorities.keys() {
            soonest.offer(Step::new(self.widened + after, level, authority, 0, Why::Climbed));
        }
    }

    /// The parties that still have a channel.
    fn reachable<'a>(
        &'a self,
        audience: &'a Audience,
    ) -> impl Iterator<Item = (u8, &'a AuthorityId, &'a Party, usize)> + 'a {
        self.levels.iter().flat_map(move |(number, level)| {
            level.parties.iter().filter_map(move |(authority, party)| {
                let &channels = audience.get(number)?.get(authority)?;
                Some((*number, authority, party, channels))
            })
        })
    }
}

/// Whoever has to know and does not is told whatever the clock says.
const AT_ONCE: Timestamp = Timestamp::from_millis(0);

/// The least time between two tellings for want of an answer, whatever a policy says: a telling always has to move its next one on.
const LEAST_PACE: Duration = Duration::from_secs(1);

/// When a party is told again. One that turned the incident down is left alone once somebody else has taken it on.
fn again(party: &Party, taken: bool, policy: &Policy) -> Option<Timestamp> {
    let every = policy.every.max(LEAST_PACE);
    match party.stance {
        Some(Act::Rejected) if taken => None,
        Some(Act::Rejected) => Some(party.last + every),
        _ if party.rounds == 0 => Some(party.since + policy.again),
        _ => Some(party.last + every),
    }
}

/// The levels that a reach means at this site, ascending; if it means nobody, the next wider one does.
fn reach(audience: &Audience, reach: Reach) -> Vec<u8> {
    let nearest = audience.keys().copied().find(|&level| level != CENTRE);
    let found: Vec<u8> = match reach {
        Reach::Centre => audience.keys().copied().filter(|&level| level == CENTRE).collect(),
        Reach::Nearest => audience.keys().copied().filter(|&level| level == CENTRE || Some(level) == nearest).collect(),
        Reach::Every => return audience.keys().copied().collect(),
    };
    if found.is_empty() { nearest.into_iter().collect() } else { found }
}

/// The next level up; above the highest there is none, so the one below it can lift a telephone.
fn following(audience: &Audience, level: u8) -> Option<(u8, &BTreeMap<AuthorityId, usize>)> {
    let up = audience.range(level.saturating_add(1)..).next();
    up.or_else(|| audience.range(..level).next_back()).map(|(number, authorities)| (*number, authorities))
}

/// The step that is due first; of several at once the first that was offered.
#[derive(Default)]
struct Soonest(Option<Step>);

impl Soonest {
    fn offer(&mut self, step: Step) {
        if self.0.as_ref().is_none_or(|soonest| step.at < soonest.at) {
            self.0 = Some(step);
        }
    }
}
