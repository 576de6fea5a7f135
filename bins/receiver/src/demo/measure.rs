//! What is proven of the story as a whole, from what was seen outside the receiver.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use keng_dispatch::SiteId;
use keng_dispatch::record::{Record, What, Why};
use keng_dispatch::text::Lang;
use keng_protocol::{FrameId, IncidentId, Kind};
use serde_json::Value;

use super::proof::Claim;
use super::scenes::{ATTACKS, SITES};
use super::seen::Observed;
use super::site::Press;
use super::timeline::span;
use super::words::Word;
use super::world::World;

/// The longest that a press may take to any screen, or to its receipt, on the slowest machine that we claim anything of.
const AT_MOST: Duration = Duration::from_secs(1);

/// Computes the claims that no single scene can.
pub(crate) async fn conclude(world: &World) {
    every_level(world);
    press_to_desk(world);
    press_to_receipt(world);
    webhooks(world);
    if let Some(incidents) = world.operator.get("incidents").await {
        incidents_exact(world, &incidents);
    }
}

/// What was refused, and how often, by the sentence that the operator reads.
pub(crate) fn refusals(world: &World) -> BTreeMap<String, usize> {
    let sentences = world.seen.all(|sight| match &sight.what {
        Observed::Refused(refused) => Some(world.sentence(refused).to_owned()),
        _ => None,
    });
    let mut counts = BTreeMap::new();
    sentences.into_iter().for_each(|sentence| *counts.entry(sentence).or_default() += 1);
    counts
}

/// In each attack every level must have been told in the step that raised it: by the receiver's own clock at the same millisecond.
fn every_level(world: &World) {
    let records = records(world);
    let (mut held, mut tellings, mut apart) = (true, 0, 0);
    for site in ATTACKS.map(SiteId::from) {
        let raised = records.iter().find(|record| is_raised_at(record, &site));
        let Some(raised) = raised else { return };
        let mut levels = BTreeSet::new();
        for (record, level) in records.iter().filter_map(|record| told_first(record, raised.incident)) {
            tellings += 1;
            apart = record.at.offset_ms(raised.at).unsigned_abs().max(apart);
            levels.insert(level);
        }
        held &= levels.into_iter().eq(world.levels_of(&site));
    }
    world.found(
        Claim::EveryLevel,
        held && apart == 0,
        world.say(Word::LevelsFigure, &[&ATTACKS.len(), &tellings, &apart]),
    );
}

fn records(world: &World) -> Vec<Record> {
    world.seen.all(|sight| match &sight.what {
        Observed::Record(record) => Some((**record).clone()),
        _ => None,
    })
}

fn is_raised_at(record: &Record, site: &SiteId) -> bool {
    matches!(&record.what, What::Raised { facts, .. } if facts.site.as_ref() == Some(site))
}

fn told_first(record: &Record, incident: Option<IncidentId>) -> Option<(&Record, u8)> {
    match &record.what {
        What::Told { level, why: Why::First, .. } if record.incident == incident => Some((record, *level)),
        _ => None,
    }
}

/// From each press of an alarm to each screen that showed it first.
fn press_to_desk(world: &World) {
    let presses: BTreeMap<IncidentId, Instant> = presses(world)
        .into_iter()
        .filter(|(_, kind)| *kind == Kind::Alarm)
        .map(|(press, _)| (press.incident(), press.at))
        .collect();
    let times = world.seen.all(|sight| match &sight.what {
        Observed::Desk(telling) if telling.why == Why::First => {
            presses.get(&telling.incident).map(|pressed| sight.at.saturating_duration_since(*pressed))
        }
        _ => None,
    });
    latency(world, Claim::PressToDesk, times, presses.len());
}

/// From each press of anything to its receipt; one without a receipt counts as none.
fn press_to_receipt(world: &World) {
    let mut receipts: BTreeMap<FrameId, Instant> = BTreeMap::new();
    for (frame, at) in world.seen.all(|sight| match &sight.what {
        Observed::Receipted(frame, _) => Some((*frame, sight.at)),
        _ => None,
    }) {
        receipts.entry(frame).or_insert(at);
    }
    let presses = presses(world);
    let times =
        presses.iter().filter_map(|(press, _)| Some(receipts.get(&press.frame)?.saturating_duration_since(press.at)));
    latency(world, Claim::PressToReceipt, times.collect(), presses.len());
}

fn presses(world: &World) -> Vec<(Press, Kind)> {
    world.seen.all(|sight| match &sight.what {
        Observed::Pressed(press, kind) => Some((*press, *kind)),
        _ => None,
    })
}

fn latency(world: &World, claim: Claim, mut times: Vec<Duration>, at_least: usize) {
    times.sort_unstable();
    let (Some(half), Some(max)) = (times.get(times.len() / 2), times.last()) else { return };
    let held = times.len() >= at_least && at_least > 0 && *max <= AT_MOST;
    world.found(claim, held, world.say(Word::LatencyFigure, &[&span(*half), &span(*max), &times.len()]));
}

fn webhooks(world: &World) {
    let posted = world.seen.all(|sight| match &sight.what {
        Observed::Posted(_, posted) => Some(*posted),
        _ => None,
    });
    let held = !posted.is_empty() && posted.iter().all(|posted| posted.verified && posted.guarded);
    world.found(Claim::WebhooksVerified, held, world.say(Word::WebhookFigure, &[&posted.len()]));
}

/// One incident at each site where something happened, none elsewhere; each closed, and each with a disposition.
fn incidents_exact(world: &World, incidents: &Value) {
    let Some(incidents) = incidents.as_array() else { return };
    let site = |incident: &Value| incident.pointer("/facts/site").and_then(Value::as_str).map(str::to_owned);
    let mut found: Vec<_> = incidents.iter().filter_map(site).collect();
    found.sort_unstable();
    let mut expected = SITES.map(str::to_owned);
    expected.sort_unstable();
    let exact = incidents.len() == expected.len() && found == expected;
    world.found(Claim::IncidentsExact, exact, world.say(Word::IncidentsFigure, &[&incidents.len(), &expected.len()]));
    let is_closed = |incident: &&Value| {
        incident.get("stage").and_then(Value::as_str) == Some("closed")
            && incident.get("disposition").is_some_and(|how| !how.is_null())
    };
    let closed = incidents.iter().filter(is_closed).count();
    world.found(
        Claim::AllClosed,
        closed == incidents.len() && exact,
        world.say(Word::ClosedFigure, &[&closed, &incidents.len()]),
    );
}

impl World {
    /// The title and what must be known before the story.
    pub(crate) fn introduction(&self, silence_s: u64) -> String {
        let sizes = [self.directory.sites.len(), self.panels.len(), accounts(self), self.desks.len()];
        let [sites, panels, accounts, desks] = sizes;
        let lines = [
            self.say(Word::Title, &[]),
            String::new(),
            self.say(Word::Invented, &[]),
            self.say(Word::RealSockets, &[]),
            self.say(Word::Setting, &[&silence_s]),
            self.say(Word::Size, &[&sites, &panels, &accounts, &desks]),
        ];
        let language = if self.lang == Lang::Vi { "--lang en: in English" } else { "--lang vi: bằng tiếng Việt" };
        format!("{}\n({language})\n", lines.join("\n"))
    }
}

fn accounts(world: &World) -> usize {
    world.directory.sites.values().map(|site| site.accounts.len()).sum()
}
