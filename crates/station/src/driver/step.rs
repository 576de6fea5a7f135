//! One step: what one arrival makes the machines ask for, done in order; all that is to be stored goes to the journal as one batch.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use keng_dc09::Report;
use keng_dispatch::answer::AnswerError;
use keng_dispatch::directory::{Channel, Directory};
use keng_dispatch::record::{self, Record};
use keng_dispatch::view::IncidentView;
use keng_dispatch::{Input, Telling};
use keng_protocol::message::{AlarmClass, Message};
use keng_protocol::receiver::{self, Origin, Supervision};
use keng_protocol::{DeviceId, IdMap, IncidentId, Refusal, Timestamp};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::{Batch, Driver};
use crate::dialect::{external, vouched};
use crate::entries::{Entry, RECORD};
use crate::feed::{Event, What};
use crate::inlet::{Taken, Turn, Undelivered};
use crate::metrics::{ByOutcome, ByPath};
use crate::webhook::Job;

/// From which urgency on a telling goes before others on its channel: people, premises and lives, not equipment.
const URGENT: u8 = 50;
/// How many incidents' desks are remembered; the oldest goes, and its desks find it by asking.
const AUDIENCES: usize = 8 * 1024;

/// What a step has gathered.
#[derive(Default)]
pub(super) struct Step {
    /// Whose arrival it is at, and what has become of that.
    cause: Option<Origin>,
    refused: Option<Refusal>,
    pub(super) refused_dialect: bool,
    objected: Option<AnswerError>,
    /// What the links are told when the step is with the journal.
    pub(super) verdicts: Vec<(oneshot::Sender<Taken>, Taken)>,
    /// The same of those whose frames went behind others and were taken: they are told when the step is on the disk.
    pub(super) patient: Vec<oneshot::Sender<Taken>>,
    pub(super) entries: Vec<keng_journal::Entry>,
    pub(super) batch: Batch,
    pub(super) urgent: bool,
    /// Deliveries that the dispatcher has yet to hear of.
    pub(super) told: VecDeque<(u64, Result<(), Undelivered>)>,
    /// What the station has yet to say to devices.
    say: VecDeque<(DeviceId, Message)>,
    /// Events for the desks' streams, in the order of their numbers.
    events: BTreeMap<u64, Event>,
    /// The incidents as they stand at their tellings.
    views: IdMap<IncidentId, Arc<IncidentView>>,
}

impl Step {
    /// Begins with the next arrival.
    pub(super) fn begin(&mut self, origin: Origin) {
        (self.cause, self.refused, self.refused_dialect, self.objected) = (Some(origin), None, false, None);
    }

    /// Ends with it: what its link needs to know.
    pub(super) fn end(&mut self, taken: oneshot::Sender<Taken>, turn: Turn) -> Taken {
        let verdict = match (self.refused, self.objected) {
            (Some(reason), _) => Taken::Refused(reason),
            (None, Some(error)) => Taken::Objected(error),
            (None, None) if self.refused_dialect => Taken::RefusedDialect,
            (None, None) => Taken::Authentic,
        };
        match (turn, verdict) {
            (Turn::Patient, Taken::Authentic) => self.patient.push(taken),
            _ => self.verdicts.push((taken, verdict)),
        }
        verdict
    }

    pub(super) fn store(&mut self, at: Timestamp, entry: &Entry) {
        let (kind, payload) = entry.encode();
        self.entries.push(keng_journal::Entry { kind, at_ms: at.millis(), payload });
    }
}

/// Which desks know of an incident.
#[derive(Debug, Default)]
pub(crate) struct Audiences {
    desks: IdMap<IncidentId, Arc<[DeviceId]>>,
    order: VecDeque<IncidentId>,
}

impl Audiences {
    /// Notes what a record says of who knows, and returns who does.
    pub(crate) fn hear(&mut self, record: &Record, directory: &Directory) -> Arc<[DeviceId]> {
        let Some(incident) = record.incident else { return Arc::default() };
        if let record::What::Told { authority, .. } = &record.what {
            self.add(
                incident,
                directory.authorities.get(authority).map(|known| desks(&known.channels)).unwrap_or_default(),
            );
        }
        self.desks.get(&incident).cloned().unwrap_or_default()
    }

    fn add(&mut self, incident: IncidentId, new: Vec<DeviceId>) {
        let known = self.desks.entry(incident).or_insert_with(|| {
            self.order.push_back(incident);
            Arc::default()
        });
        if new.iter().any(|desk| !known.contains(desk)) {
            let fresh = new.into_iter().filter(|desk| !known.contains(desk));
            *known = known.iter().copied().chain(fresh).collect();
        }
        if self.order.len() > AUDIENCES
            && let Some(oldest) = self.order.pop_front()
        {
            self.desks.remove(&oldest);
        }
    }
}

/// The desks among channels.
pub(super) fn desks(channels: &[Channel]) -> Vec<DeviceId> {
    let desk = |channel: &Channel| match channel {
        Channel::Desk { device } => Some(*device),
        _ => None,
    };
    channels.iter().filter_map(desk).collect()
}

impl Driver {
    /// Does all that is asked for, hands the batch to the journal, and says when to come back.
    pub(super) fn turn(&mut self, mut step: Step) -> Timestamp {
        let now = self.clock.now();
        let due = self.drain(&mut step, now);
        self.submit(step);
        due
    }

    /// Does all that both machines ask for; what is to be stored stays in the step.
    pub(super) fn drain(&mut self, step: &mut Step, now: Timestamp) -> Timestamp {
        loop {
            let from_receiver = self.drain_receiver(step, now);
            let from_dispatcher = self.drain_dispatcher(step);
            self.publish(step);
            if let Some((notice, delivered)) = step.told.pop_front() {
                self.hear_of(now, notice, delivered);
            } else if let Some((to, message)) = step.say.pop_front() {
                self.receiver.handle_input(now, receiver::Input::Say { to, message });
            } else {
                return from_receiver.min(from_dispatcher);
            }
        }
    }

    fn drain_receiver(&mut self, step: &mut Step, now: Timestamp) -> Timestamp {
        use receiver::Output;
        loop {
            match self.receiver.poll_output() {
                Output::Persist { ticket, at, urgent, entry } => {
                    step.batch.tickets.push((step.entries.len(), ticket));
                    step.urgent |= urgent;
                    let kind = u16::from(entry.code());
                    step.entries.push(keng_journal::Entry { kind, at_ms: at.millis(), payload: entry.payload() });
                }
                Output::Accepted(accepted) => {
                    let path = ByPath { path: accepted.path.to_string() };
                    self.ways.metrics.accepted.get_or_create(&path).inc();
                    self.dispatcher.handle_input(now, Input::Accepted(&accepted));
                    self.drain_dispatcher(step);
                }
                Output::Again { frame, path } => {
                    self.ways.metrics.again.get_or_create(&ByPath { path: path.to_string() }).inc();
                    self.dispatcher.handle_input(now, Input::Again { frame, path });
                    self.drain_dispatcher(step);
                }
                Output::Send { to, octets } => {
                    self.ways.metrics.receipts.inc();
                    self.ways.send(to, octets);
                }
                // The ACK of a DC-09 frame waits for its whole batch, of which this is a part.
                Output::Stored { .. } => {}
                Output::Refused { origin, claimed, reason } => {
                    if step.cause == Some(origin) {
                        step.refused = Some(reason);
                    }
                    self.refuse(now, origin, claimed, reason);
                }
                Output::Supervision { device, event } => {
                    self.dispatcher.handle_input(now, Input::Supervision { device, event });
                    self.drain_dispatcher(step);
                }
                Output::Timeout(at) => return at,
            }
        }
    }

    fn drain_dispatcher(&mut self, step: &mut Step) -> Timestamp {
        use keng_dispatch::Output;
        loop {
            match self.dispatcher.poll_output() {
                Output::Record(record) => self.record(step, record),
                Output::Notify(telling) => self.tell(step, &telling),
                Output::Progress { device, message } => step.say.push_back((device, message.into())),
                Output::Vigilance { devices, notice } => {
                    step.say.extend(devices.into_iter().map(|device| (device, notice.clone().into())));
                }
                Output::AnswerRefused { error, .. } => step.objected = Some(error),
                Output::TestRefused { .. } => tracing::warn!("a site that is not in the directory cannot be on test"),
                Output::Timeout(at) => return at,
            }
        }
    }

    fn record(&mut self, step: &mut Step, record: Record) {
        let payload = record.encode();
        step.entries.push(keng_journal::Entry { kind: RECORD, at_ms: record.at.millis(), payload });
        if let (record::What::Raised { .. }, Some(incident)) = (&record.what, record.incident) {
            tracing::info!(%incident, "an incident is raised");
        }
        self.ways.readings.hear(&record);
        let audience = match &record.what {
            record::What::TestBegan { site, .. } | record::What::TestEnded { site } => {
                self.dispatcher.desks_of(site).into()
            }
            _ => self.audiences.hear(&record, self.dispatcher.directory()),
        };
        let (number, what) = (record.number, What::Record { record: Arc::new(record) });
        step.events.insert(number, Event::new(number, audience, what));
    }

    /// Puts a telling on its channel. No channel is waited for: what cannot take it at once has not taken it.
    fn tell(&mut self, step: &mut Step, telling: &Telling) {
        let Some(event) = step.events.get_mut(&telling.notice) else { return };
        // An incident that was dropped at its bound in the same step is told by its record alone.
        let view = match step.views.get(&telling.incident) {
            Some(view) => Some(Arc::clone(view)),
            None => self.dispatcher.incident(telling.incident).map(Arc::new),
        };
        if let (What::Record { record }, Some(incident)) = (&event.what, view) {
            event.what = What::Told { record: Arc::clone(record), incident: Arc::clone(&incident) };
            step.views.insert(telling.incident, incident);
        }
        match &telling.to {
            Channel::Desk { device } => event.delivers = Some((telling.notice, *device)),
            Channel::Webhook { url, .. } => {
                let urgent = telling.urgency >= URGENT;
                let job = Job { notice: telling.notice, urgent, event: event.clone() };
                if !self.ways.webhooks.send(url, job) {
                    step.told.push_back((telling.notice, Err(Undelivered::Full)));
                }
            }
            _ => step.told.push_back((telling.notice, Err(Undelivered::Failed))),
        }
    }

    /// Puts the step's events on the desks' streams, in the order of their numbers.
    fn publish(&mut self, step: &mut Step) {
        for event in std::mem::take(&mut step.events).into_values() {
            let reached = self.ways.feed.publish(&event);
            if let (Some((notice, _)), 0) = (event.delivers, reached) {
                step.told.push_back((notice, Err(Undelivered::NobodyListens)));
            }
        }
        step.views.clear();
    }

    fn hear_of(&mut self, now: Timestamp, notice: u64, delivered: Result<(), Undelivered>) {
        let (outcome, input) = match delivered {
            Ok(()) => ("delivered", Input::Delivered { notice }),
            Err(Undelivered::NobodyListens) => ("nobody_listens", Input::Undelivered { notice, code: 1 }),
            Err(Undelivered::Full) => ("full", Input::Undelivered { notice, code: 2 }),
            Err(Undelivered::Failed) => ("failed", Input::Undelivered { notice, code: 3 }),
        };
        self.ways.metrics.tellings.get_or_create(&ByOutcome { outcome }).inc();
        self.dispatcher.handle_input(now, input);
    }

    /// An accepted DC-09 frame: what it is goes into the step, and its ACK waits for the step's batch.
    pub(super) fn report(
        &mut self,
        now: Timestamp,
        step: &mut Step,
        (device, back): (DeviceId, bool),
        report: &Report,
        octets: &[u8],
    ) {
        step.store(now, &Entry::Dc09 { key: report.key, account: report.account.clone(), octets: octets.to_vec() });
        step.batch.dc09.push((report.account.clone(), report.key));
        self.lives(now, device, back);
        self.drain(step, now);
        let evidence: [u8; 32] = Sha256::digest(octets).into();
        for event in &report.events {
            match vouched(event, report, device, evidence) {
                Some(vouched) => {
                    // An alarm that the station vouches for is stored before others, as one that a panel signed.
                    step.urgent |= vouched.alarm.kind.class() != AlarmClass::Technical;
                    self.receiver.vouch(now, vouched);
                }
                None => self.dispatcher.handle_input(now, Input::External { device, event: external(event) }),
            }
            self.drain(step, now);
        }
        if let keng_dc09::Answer::AtOnce(nak) = &report.answer
            && let Some(cause) = step.cause
            && !nak.is_empty()
        {
            self.ways.send(cause, nak.clone());
        }
    }

    /// A DC-09 panel has said something: when it was silent, it is back.
    pub(super) fn lives(&mut self, now: Timestamp, device: DeviceId, back: bool) {
        if back {
            self.dispatcher.handle_input(now, Input::Supervision { device, event: Supervision::Back });
        }
    }
}
