//! What may be asked of the driver, and what it remembers of refusals.

use std::collections::VecDeque;

use keng_dc09::What as Dc09What;
use keng_dispatch::text::{Lang, Words};
use keng_dispatch::view::IncidentView;
use keng_protocol::message::Notice;
use keng_protocol::receiver::Origin;
use keng_protocol::{DeviceId, FrameId, Refusal, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

use super::Driver;
use super::step::{Step, desks};
use crate::dialect::Refused;
use crate::entries::Entry;
use crate::feed::{Scope, What};
use crate::inlet::Ask;
use crate::metrics::ByReason;
use crate::words;

/// How many refusals are remembered for the operator; all are counted and, within a bound, journaled.
const REMEMBERED: usize = 256;
/// How many refused DC-09 frames are journaled at once, and how long until one more is.
const JOURNALED: u32 = 64;
const JOURNALED_EVERY_MS: u64 = 250;

/// The latest refusals.
#[derive(Debug)]
pub(crate) struct Refusals {
    latest: VecDeque<Arc<Value>>,
    total: u64,
    allowance: u32,
    refilled: Timestamp,
}

impl Default for Refusals {
    fn default() -> Self {
        Self { latest: VecDeque::new(), total: 0, allowance: JOURNALED, refilled: Timestamp::default() }
    }
}

impl Refusals {
    fn remember(&mut self, refusal: Arc<Value>) {
        self.total += 1;
        self.latest.push_front(refusal);
        self.latest.truncate(REMEMBERED);
    }

    /// Whether one more may be journaled: a flood of noise must not fill the disk.
    fn may_journal(&mut self, now: Timestamp) -> bool {
        let earned = now.offset_ms(self.refilled).max(0).unsigned_abs() / JOURNALED_EVERY_MS;
        if earned > 0 {
            self.refilled = now;
            self.allowance = self.allowance.saturating_add(u32::try_from(earned).unwrap_or(u32::MAX)).min(JOURNALED);
        }
        let may = self.allowance > 0;
        self.allowance = self.allowance.saturating_sub(1);
        may
    }
}

impl Driver {
    pub(super) fn answer(&mut self, ask: Ask) {
        match ask {
            Ask::Incidents { scope, reply } => drop(reply.send(self.visible(scope))),
            Ask::Incident { scope, id, reply } => {
                let view = self.dispatcher.incident(id).filter(|view| self.sees(scope, view));
                drop(reply.send(view));
            }
            Ask::Health { reply } => drop(reply.send(self.health())),
            Ask::Refusals { reply } => drop(reply.send(self.refusals.latest.iter().cloned().collect())),
            Ask::Live { reply } => reply.send(()).unwrap_or_default(),
            Ask::Notice { notice, reply } => drop(reply.send(self.notice(notice))),
            Ask::Pass { devices, octets, reply } => {
                let reached = self.receiver.pass(&devices, &octets);
                self.turn(Step::default());
                drop(reply.send(reached));
            }
            Ask::Epoch { device, reply } => drop(reply.send(self.receiver.epoch(device))),
        }
    }

    /// Signs a notice and gives it to the journal, so that what was said and who read it can be shown later.
    fn notice(&mut self, notice: Notice) -> Vec<u8> {
        let now = self.clock.now();
        let octets = self.receiver.notice(now, notice);
        self.ways.readings.sent(FrameId::of(&octets).notice());
        let mut step = Step::default();
        step.store(now, &Entry::Notice { octets: octets.clone() });
        self.turn(step);
        octets
    }

    fn visible(&self, scope: Scope) -> Vec<IncidentView> {
        self.dispatcher.incidents().into_iter().filter(|view| self.sees(scope, view)).collect()
    }

    /// A desk sees what one of its authorities was told.
    fn sees(&self, scope: Scope, view: &IncidentView) -> bool {
        let Scope::Desk(desk) = scope else { return scope.is_all() };
        let directory = self.dispatcher.directory();
        let mut told = view.levels.iter().flat_map(|level| &level.authorities);
        told.any(|told| directory.authorities.get(&told.id).is_some_and(|known| desks(&known.channels).contains(&desk)))
    }

    fn health(&mut self) -> Value {
        let journal = match self.ways.writer.health() {
            keng_journal::Health::Healthy => json!({ "state": "healthy" }),
            keng_journal::Health::Waiting { since, error } => {
                json!({ "state": "waiting", "for_s": since.elapsed().as_secs(), "why": error.to_string() })
            }
            keng_journal::Health::Broken(error) => json!({ "state": "broken", "why": error.to_string() }),
        };
        let on_test = self.dispatcher.on_test();
        let on_test = on_test.map(|(site, until)| json!({ "site": site, "until": until.to_string() }));
        json!({
            "time": self.clock.now().to_string(),
            "clock_offset_ms": self.clock.offset_ms(),
            "journal": journal,
            "batches_waiting": self.batches.len(),
            "links": self.ways.links.count(),
            "devices": self.receiver.devices(),
            "devices_silent": self.receiver.silent(),
            "channels": self.dispatcher.channels(),
            "on_test": on_test.collect::<Vec<_>>(),
            "refusals": self.refusals.total,
            "directory": self.dispatcher.directory().version,
        })
    }

    /// Counts a refusal and shows it to the operator. The receiver itself asks for its journal entry.
    pub(super) fn refuse(&mut self, now: Timestamp, origin: Origin, claimed: Option<DeviceId>, reason: Refusal) {
        let name = format!("{reason:?}");
        self.show_refusal(
            &name,
            json!({
                "at": now.to_string(),
                "path": origin.path.to_string(),
                "claimed": claimed.map(|device| device.to_string()),
                "reason": reason.to_string(),
                "vi": reason.words(Lang::Vi),
                "en": reason.words(Lang::En),
            }),
        );
    }

    pub(super) fn refuse_dc09(
        &mut self,
        now: Timestamp,
        step: &mut Step,
        origin: Origin,
        octets: &[u8],
        refused: &Refused,
    ) {
        let Refused { reason, account, claims, .. } = refused;
        if self.refusals.may_journal(now) {
            step.store(now, &Entry::Dc09Refused { octets: octets.to_vec() });
        }
        let alarms =
            claims.iter().filter(|event| matches!(event.what, Dc09What::Alarm(_))).map(|event| event.code.as_str());
        self.show_refusal(
            &format!("{reason:?}"),
            json!({
                "at": now.to_string(),
                "path": origin.path.to_string(),
                "dialect": "DC-09",
                "account": account,
                "claims": alarms.collect::<Vec<_>>(),
                "reason": reason.to_string(),
                "vi": words::dc09(*reason, Lang::Vi),
                "en": words::dc09(*reason, Lang::En),
            }),
        );
    }

    fn show_refusal(&mut self, reason: &str, refusal: Value) {
        let name = reason.split([' ', '(', '{']).next().unwrap_or_default();
        self.ways.metrics.refused.get_or_create(&ByReason { reason: name.to_owned() }).inc();
        let refusal = Arc::new(refusal);
        self.refusals.remember(Arc::clone(&refusal));
        self.ways.feed.pass(&What::Refused(refusal));
    }
}
