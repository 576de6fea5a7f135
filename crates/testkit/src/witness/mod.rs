//! The witness: sees everything that the machines and the disk do, believes none of them, and says what does not hold.

mod ledger;
mod report;
mod violation;

use std::collections::{BTreeMap, BTreeSet};

use keng_dispatch::record::{Record, What};
use keng_dispatch::{AuthorityId, Dispatcher, Telling};
use keng_journal::{Head, Memory, Position, Source as _, entries, verify};
use keng_protocol::entry::Entry as Frames;
use keng_protocol::message::{Alarm, AlarmClass, Message};
use keng_protocol::panel::Indication;
use keng_protocol::receiver::Accepted;
use keng_protocol::{DeviceId, Frame, FrameId, IncidentId, Refusal, Sign as _, Timestamp};

use crate::sample::{City, STATION, key};
use crate::station::{RECORD, restored};
use ledger::Ledger;

pub use report::Report;
pub use violation::Violation;

/// Sees everything.
pub(crate) struct Witness {
    pub(crate) report: Report,
    city: City,
    /// The first thing that does not hold.
    violation: Option<Violation>,
    /// Every frame that somebody honest has signed.
    signed: BTreeMap<FrameId, (DeviceId, Message)>,
    durable: Durable,
    ledger: Ledger,
    step: Seen,
    /// What this run of the station has accepted.
    accepted: BTreeSet<FrameId>,
    /// What the station is hearing.
    hearing: Option<FrameId>,
    acts: BTreeSet<(IncidentId, u8)>,
    /// The numbers of all records, those that a crash lost included: desks have seen them.
    numbers: BTreeSet<u64>,
    /// Whether this run's number was on disk before it began.
    numbered: bool,
    excused: BTreeSet<FrameId>,
    /// What happened, when that is wanted.
    notes: Option<Vec<String>>,
}

/// What the disk has.
#[derive(Default)]
struct Durable {
    read: Position,
    frames: BTreeMap<FrameId, u64>,
    records: Vec<Record>,
}

/// What happened in this step.
#[derive(Default)]
struct Seen {
    accepted: Vec<FrameId>,
    records: Vec<Record>,
    put: Vec<(u64, IncidentId, AuthorityId)>,
}

impl Witness {
    pub(crate) fn new(city: City, trace: bool) -> Self {
        Self {
            report: Report::default(),
            city,
            violation: None,
            signed: BTreeMap::new(),
            durable: Durable::default(),
            ledger: Ledger::default(),
            step: Seen::default(),
            accepted: BTreeSet::new(),
            hearing: None,
            acts: BTreeSet::new(),
            numbers: BTreeSet::new(),
            numbered: false,
            excused: BTreeSet::new(),
            notes: trace.then(Vec::new),
        }
    }

    /// What happened since this was asked for last.
    pub(crate) fn notes(&mut self) -> Vec<String> {
        self.notes.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// The first thing that does not hold, if any.
    pub(crate) fn verdict(&self) -> Option<&Violation> {
        self.violation.as_ref()
    }

    /// Says that something does not hold.
    pub(crate) fn object(&mut self, violation: Violation) {
        self.violation.get_or_insert(violation);
    }

    /// Somebody honest has signed a frame.
    pub(crate) fn signs(&mut self, octets: &[u8], sender: DeviceId, message: Message) {
        if let Message::Answer(answer) = &message {
            self.acts.insert((answer.incident, answer.act.code()));
        }
        self.signed.insert(FrameId::of(octets), (sender, message));
    }

    /// Whether these octets are a frame that somebody honest has signed.
    pub(crate) fn knows(&self, octets: &[u8]) -> bool {
        self.signed.contains_key(&FrameId::of(octets))
    }

    pub(crate) const fn again(&mut self) {
        self.report.again += 1;
    }

    /// Octets come to the station.
    pub(crate) fn hears(&mut self, octets: &[u8]) {
        self.hearing = Some(FrameId::of(octets));
    }

    pub(crate) fn refuses(&mut self, reason: Refusal) {
        let honest = self.hearing.and_then(|frame| self.signed.get(&frame));
        if let Some((device, _)) = honest.filter(|_| reason != Refusal::Stale) {
            self.object(Violation::HonestRefused(*device));
        }
        self.report.refused += 1;
        self.report.stale += u64::from(reason == Refusal::Stale);
    }

    /// The station starts; its run is on disk, or comes there later.
    pub(crate) const fn starts(&mut self, numbered: bool) {
        self.numbered = numbered;
    }

    /// The receiver believes a frame and takes it for new.
    pub(crate) fn accepts(&mut self, accepted: &Accepted) {
        let frame = accepted.said.frame;
        self.report.accepted += 1;
        match self.signed.get(&frame) {
            Some((sender, message)) if *sender == accepted.said.header.sender && message == accepted.said.message() => {
            }
            _ => self.object(Violation::Forged(frame)),
        }
        let known = !self.accepted.insert(frame) || self.durable.frames.contains_key(&frame);
        if accepted.labels.maybe_seen {
            // Its number is so old that nobody can tell: it says so, and the dispatcher still knows its frame.
            self.report.old += 1;
        } else if known {
            self.object(Violation::AcceptedTwice(frame));
        }
        self.step.accepted.push(frame);
    }

    /// A start hands on what a crash left stored and untold.
    pub(crate) fn dispatches(&mut self, accepted: &Accepted) {
        self.report.undispatched += 1;
        // One that may be an old one is stored again each time, and the dispatcher knows it.
        if self.ledger.has_counted(accepted.said.frame) && !accepted.labels.maybe_seen {
            self.object(Violation::CountedTwice(accepted.said.frame));
        }
        self.step.accepted.push(accepted.said.frame);
    }

    /// The dispatcher has decided something.
    pub(crate) fn records(&mut self, record: &Record) {
        if let Some(frame) = record.frame
            && !self.signed.contains_key(&frame)
        {
            self.object(Violation::Forged(frame));
        }
        if self.numbered && !self.numbers.insert(record.number) {
            self.object(Violation::NumberTwice(record.number));
        }
        let confused = self.confuses_a_drill(record);
        if let Err(violation) = confused.and_then(|()| self.ledger.apply(record)) {
            self.object(violation);
        }
        self.report.count(&record.what);
        if let Some(notes) = &mut self.notes {
            let of = record.incident.map(|incident| format!(" of {incident}")).unwrap_or_default();
            notes.push(format!("record{of}: {:?}", record.what));
        }
        self.step.records.push(record.clone());
    }

    /// A telling is on its channel.
    pub(crate) fn puts(&mut self, telling: &Telling) {
        if self.ledger.cases.get(&telling.incident).is_some_and(|case| case.drill != telling.facts.drill) {
            self.object(Violation::DrillConfused(telling.incident));
        }
        self.step.put.push((telling.notice, telling.incident, telling.authority.clone()));
    }

    /// The station says something: when it is a receipt, the journal must have what it names.
    pub(crate) fn sends(&mut self, octets: &[u8], store: &Memory) {
        let said = Frame::decode(octets).ok().and_then(|frame| frame.verify(&key(STATION).public_key()).ok());
        if let Some(Message::Receipt(receipt)) = said.map(keng_protocol::Verified::into_message) {
            self.report.receipts += 1;
            self.holds(receipt.frame, receipt.position, store);
        }
    }

    /// A site is shown something.
    pub(crate) fn shown(&mut self, what: &Indication, store: &Memory) {
        match what {
            Indication::Received { frame, position, .. } => self.holds(*frame, *position, store),
            Indication::Answered { incident, act, .. } if !self.acts.contains(&(*incident, act.code())) => {
                self.object(Violation::AnswerInvented(*incident));
            }
            Indication::GivenUp { frame, .. } => self.excuses(*frame),
            Indication::NotReceived { .. } => self.report.not_received += 1,
            _ => {}
        }
    }

    /// A step has ended: what it accepted must have been told in it.
    pub(crate) fn step_ends(&mut self, now: Timestamp) {
        let Seen { accepted, records, put } = core::mem::take(&mut self.step);
        self.report.steps += 1;
        for frame in accepted {
            if let Err(violation) = self.is_told(now, frame, &records, &put) {
                self.object(violation);
            }
        }
        let told = records.iter().filter(|record| matches!(record.what, What::Told { .. }));
        let put: BTreeSet<u64> = put.iter().map(|(notice, ..)| *notice).collect();
        if let Some(record) = told.into_iter().find(|record| !put.contains(&record.number)) {
            self.object(Violation::NeverPut(record.number));
        }
    }

    /// Time passes: what should have happened by now?
    pub(crate) fn watch(&mut self, now: Timestamp) {
        if let Some((incident, authority)) = self.untold() {
            self.object(Violation::Untold { incident, authority });
        }
        if let Some(violation) = self.ledger.overdue(now) {
            self.object(violation);
        }
    }

    /// The disk has more than it had.
    pub(crate) fn reads(&mut self, store: &Memory) {
        for stored in entries(store, self.durable.read.next()) {
            let Ok(stored) = stored else { return self.object(Violation::JournalUnreadable) };
            self.durable.read = stored.position;
            if stored.entry.kind == RECORD {
                self.durable.records.extend(Record::decode(&stored.entry.payload));
            } else if let Some(frame) = admitted(stored.entry.kind, &stored.entry.payload) {
                self.durable.frames.entry(frame).or_insert(stored.position.0);
            }
        }
    }

    /// The station is gone, with everything that the disk does not have.
    pub(crate) fn crashes(&mut self, store: &Memory, remembered: Head) {
        self.report.crashes += 1;
        self.reads(store);
        self.step = Seen::default();
        self.accepted.clear();
        match Ledger::of(&self.durable.records) {
            Ok(ledger) => self.ledger = ledger,
            Err(violation) => self.object(violation),
        }
        // What was receipted will not come again: the incident that it joined must be there.
        let joined = |record: &&Record| matches!(record.what, What::Joined { .. });
        let gone = |record: &&Record| record.incident.is_some_and(|id| !self.ledger.cases.contains_key(&id));
        let orphan = self.durable.records.iter().filter(joined).find(gone).and_then(|record| record.frame);
        if let Some(frame) = orphan.filter(|frame| self.durable.frames.contains_key(frame)) {
            self.object(Violation::Hidden(frame));
        }
        if verify(store, Head::EMPTY, remembered, |_| ()).is_err() {
            self.object(Violation::JournalChanged);
        }
    }

    /// When nothing waits for the disk, a dispatcher that is restored from it stands where the one that runs does.
    pub(crate) fn compares(&mut self, running: &Dispatcher, store: &Memory) {
        let Ok(restored) = restored(store, running.directory()) else {
            return self.object(Violation::JournalUnreadable);
        };
        let (running, restored) = (running.incidents(), restored.incidents());
        let other =
            running.iter().find(|one| !restored.contains(one)).or(restored.iter().find(|one| !running.contains(one)));
        if let Some(other) = other {
            for one in running.iter().chain(&restored).filter(|one| one.id == other.id) {
                self.notes.iter_mut().for_each(|notes| notes.push(format!("{one:#?}")));
            }
            self.object(Violation::RestoredOtherwise(other.id));
        }
    }

    /// A panel has lost a frame with its power, or gave it up for want of room: it may never come.
    pub(crate) fn excuses(&mut self, frame: FrameId) {
        self.excused.insert(frame);
    }

    /// The frames that were signed and sent, and that the journal does not have or the dispatcher never handled.
    pub(crate) fn lost(&self) -> impl Iterator<Item = FrameId> {
        let expected = self.signed.keys().copied().filter(|frame| !self.excused.contains(frame));
        expected.filter(|frame| !self.durable.frames.contains_key(frame) || !self.ledger.has_counted(*frame))
    }

    /// Whether a frame is about people or premises, or may be.
    pub(crate) fn is_urgent(&self, frame: FrameId) -> bool {
        match self.signed.get(&frame) {
            Some((_, Message::Alarm(alarm))) => !alarm.drill && alarm.kind.class() != AlarmClass::Technical,
            Some((_, Message::Cancel(_))) => true,
            _ => false,
        }
    }

    /// The open attacks with a level that nobody has answered for.
    pub(crate) fn unanswered(&self) -> Option<(IncidentId, u8)> {
        let open = self.ledger.cases.iter().filter(|(_, case)| case.is_attack());
        open.filter_map(|(id, case)| case.unanswered().next().map(|level| (*id, level))).next()
    }

    fn holds(&mut self, frame: FrameId, position: u64, store: &Memory) {
        let stored = store.read(Position(position), 1).unwrap_or_default();
        let found = stored.first().and_then(|stored| admitted(stored.entry.kind, &stored.entry.payload));
        if found != Some(frame) {
            self.object(Violation::ReceiptWithoutDisk { frame, position });
        }
    }

    /// An open attack that somebody who protects its site was never told of.
    fn untold(&self) -> Option<(IncidentId, AuthorityId)> {
        self.ledger.cases.iter().filter(|(_, case)| case.is_attack()).find_map(|(id, case)| {
            let site = self.city.sites.iter().find(|site| case.site.as_ref() == Some(&site.id))?;
            let authority = site.protectors.iter().find(|authority| !case.knows(authority))?;
            Some((*id, authority.clone()))
        })
    }

    /// Everybody who protects the site of a hold-up was told of it in its step.
    fn is_told(
        &self,
        now: Timestamp,
        frame: FrameId,
        records: &[Record],
        put: &[(u64, IncidentId, AuthorityId)],
    ) -> Result<(), Violation> {
        let Some((sender, Message::Alarm(alarm))) = self.signed.get(&frame) else { return Ok(()) };
        let Some(site) = self.city.site_of(*sender).filter(|_| is_attack(alarm)) else { return Ok(()) };
        let Some(record) = records.iter().find(|record| record.frame == Some(frame)) else {
            // It was handled before its entry could be stored, and is stored now.
            return if self.ledger.has_counted(frame) { Ok(()) } else { Err(Violation::Hidden(frame)) };
        };
        match (&record.what, record.incident) {
            (What::Raised { .. } | What::Joined { .. }, Some(incident)) => {
                let told =
                    |authority: &AuthorityId| put.iter().any(|(_, of, whom)| *of == incident && whom == authority);
                match site.protectors.iter().find(|authority| !told(authority)) {
                    Some(authority) => Err(Violation::NotTold { frame, authority: authority.clone() }),
                    None => Ok(()),
                }
            }
            (What::Limited { .. }, _)
                if self.ledger.floods(*sender, now) && (alarm.drill || self.ledger.under_attack(&site.id)) =>
            {
                Ok(())
            }
            _ => Err(Violation::Hidden(frame)),
        }
    }

    /// What raises or joins an incident is a drill exactly when the incident is one, and an attack has told everybody.
    fn confuses_a_drill(&self, record: &Record) -> Result<(), Violation> {
        let (Some(id), Some(frame)) = (record.incident, record.frame) else { return Ok(()) };
        let Some((_, Message::Alarm(alarm))) = self.signed.get(&frame) else { return Ok(()) };
        let drill = match &record.what {
            What::Raised { facts, .. } => Some(facts.drill),
            What::Joined { .. } => self.ledger.cases.get(&id).map(|case| case.drill),
            _ => None,
        };
        if drill.is_some_and(|drill| drill != alarm.drill) { Err(Violation::DrillConfused(id)) } else { Ok(()) }
    }
}

/// The frame that an entry admits.
fn admitted(kind: u16, payload: &[u8]) -> Option<FrameId> {
    match Frames::read(u8::try_from(kind).ok()?, payload) {
        Ok(Some(Frames::Admitted { octets, .. })) => Some(FrameId::of(&octets)),
        _ => None,
    }
}

/// People under attack, or a drill of it.
fn is_attack(alarm: &Alarm) -> bool {
    alarm.kind.class() == AlarmClass::Attack
}
