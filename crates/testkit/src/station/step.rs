//! One step: what one arrival makes the machines ask for, done in the driver's order; all that is to be stored goes to the disk as one batch.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use keng_dispatch::directory::Channel;
use keng_dispatch::record::{Record, Why};
use keng_dispatch::{Input, Output, Telling};
use keng_journal::{Entry, Position, Source as _};
use keng_protocol::message::Message;
use keng_protocol::receiver::{self, Accepted};
use keng_protocol::{DeviceId, FrameId, Timestamp};

use super::{Batch, InHand, RECORD, Station, Ways};
use crate::flaw::Flaw;

/// How many records that found no room before go along with a batch. Smaller than the real one, so that worlds come to it.
const CATCH_UP: usize = 16;
/// How often it is looked whether there is room for what found none.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The reasons for which a telling is not delivered.
const NOBODY_LISTENS: u16 = 1;

/// What a step has gathered.
#[derive(Default)]
pub(super) struct Step {
    pub(super) entries: Vec<Entry>,
    batch: Batch,
    urgent: bool,
    pub(super) told: VecDeque<(u64, Result<(), u16>)>,
    say: VecDeque<(DeviceId, Message)>,
    /// The tellings of the step, in the order of their numbers.
    tellings: BTreeMap<u64, Telling>,
}

impl Step {
    /// Takes the records out.
    fn without_records(&mut self) -> Vec<Entry> {
        let is_record = |entry: &Entry| entry.kind == RECORD;
        for (index, _) in &mut self.batch.tickets {
            *index -= self.entries.iter().take(*index).filter(|entry| is_record(entry)).count();
        }
        let (records, frames) = core::mem::take(&mut self.entries).into_iter().partition(is_record);
        self.entries = frames;
        records
    }
}

impl Station {
    /// Does all that is asked for, and hands the batch to the disk.
    pub(super) fn turn(&mut self, now: Timestamp, mut step: Step, ways: &mut Ways) {
        self.due = self.drain(now, &mut step, ways);
        self.submit(now, step, ways);
        ways.witness.step_ends(self.local(now));
    }

    /// Does all that both machines ask for; what is to be stored stays in the step.
    pub(super) fn drain(&mut self, now: Timestamp, step: &mut Step, ways: &mut Ways) -> Timestamp {
        loop {
            let from_receiver = self.drain_receiver(now, step, ways);
            let mut from_dispatcher = self.drain_dispatcher(step, ways);
            self.publish(step, ways);
            if let Some((notice, delivered)) = step.told.pop_front() {
                let input = match delivered {
                    Ok(()) => Input::Delivered { notice },
                    Err(code) => Input::Undelivered { notice, code },
                };
                self.dispatcher.handle_input(self.local(now), input);
            } else if let Some((to, message)) = step.say.pop_front() {
                self.receiver.handle_input(self.local(now), receiver::Input::Say { to, message });
            } else {
                if self.flaw == Some(Flaw::TimerLost) && self.run > 1 {
                    from_dispatcher = Timestamp::MAX;
                }
                let mut at = from_receiver.min(from_dispatcher);
                if !self.unsaved.is_empty() {
                    at = at.min(self.local(now) + LOOK_EVERY);
                }
                return if at == Timestamp::MAX { at } else { now + at.since(self.local(now)) };
            }
        }
    }

    fn drain_receiver(&mut self, now: Timestamp, step: &mut Step, ways: &mut Ways) -> Timestamp {
        use receiver::Output;
        loop {
            match self.receiver.poll_output() {
                Output::Persist { ticket, at, urgent, entry } => {
                    step.batch.tickets.push((step.entries.len(), ticket));
                    step.urgent |= urgent;
                    let kind = u16::from(entry.code());
                    step.entries.push(Entry { kind, at_ms: at.millis(), payload: entry.payload() });
                }
                Output::Accepted(accepted) => self.accept(now, step, &accepted, ways),
                Output::Again { frame, path } => {
                    ways.witness.again();
                    self.raise_again(now, frame);
                    self.dispatcher.handle_input(self.local(now), Input::Again { frame, path });
                    self.drain_dispatcher(step, ways);
                }
                Output::Send { to, octets } => {
                    ways.witness.sends(&octets, &ways.disk.store);
                    ways.sent.push((to, octets));
                }
                Output::Stored { .. } => {}
                Output::Refused { reason, .. } => ways.witness.refuses(reason),
                Output::Supervision { device, event } => {
                    self.dispatcher.handle_input(self.local(now), Input::Supervision { device, event });
                    self.drain_dispatcher(step, ways);
                }
                Output::Timeout(at) => return at,
            }
        }
    }

    fn accept(&mut self, now: Timestamp, step: &mut Step, accepted: &Accepted, ways: &mut Ways) {
        ways.witness.accepts(accepted);
        if self.flaw == Some(Flaw::SecondRaise) {
            self.heard.insert(accepted.said.frame, accepted.clone());
        }
        self.dispatcher.handle_input(self.local(now), Input::Accepted(accepted));
        self.drain_dispatcher(step, ways);
    }

    /// [`Flaw::SecondRaise`].
    fn raise_again(&mut self, now: Timestamp, frame: FrameId) {
        if let Some(accepted) = self.heard.get(&frame) {
            let mut accepted = accepted.clone();
            accepted.said.frame = FrameId::of(&accepted.said.frame.0);
            self.dispatcher.handle_input(self.local(now), Input::Accepted(&accepted));
        }
    }

    fn drain_dispatcher(&mut self, step: &mut Step, ways: &mut Ways) -> Timestamp {
        loop {
            match self.dispatcher.poll_output() {
                Output::Record(record) => {
                    ways.witness.records(&record);
                    let payload = record.encode();
                    step.entries.push(Entry { kind: RECORD, at_ms: record.at.millis(), payload });
                }
                Output::Notify(telling) => drop(step.tellings.insert(telling.notice, *telling)),
                Output::Progress { device, message } => step.say.push_back((device, message.into())),
                Output::Vigilance { devices, notice } => {
                    step.say.extend(devices.into_iter().map(|device| (device, notice.clone().into())));
                }
                Output::AnswerRefused { .. } | Output::TestRefused { .. } => {}
                Output::Timeout(at) => return at,
            }
        }
    }

    /// Puts the step's tellings on their channels. None is waited for.
    fn publish(&mut self, step: &mut Step, ways: &mut Ways) {
        for (notice, mut telling) in core::mem::take(&mut step.tellings) {
            match self.flaw {
                Some(Flaw::LevelSkipped) if telling.level == 2 && telling.why == Why::First => continue,
                Some(Flaw::DrillUnmarked) => telling.facts.drill = false,
                _ => {}
            }
            ways.witness.puts(&telling);
            let asks = matches!(telling.why, Why::First | Why::Again);
            let held = InHand { notice, incident: telling.incident, asks, desk: None };
            let Channel::Desk { device } = telling.to else {
                ways.in_hand.push(held);
                continue;
            };
            match ways.desks.iter_mut().enumerate().find(|(_, desk)| desk.id == device) {
                Some((index, desk)) if desk.open => ways.in_hand.push(InHand { desk: Some(index), ..held }),
                found => {
                    found.into_iter().for_each(|(_, desk)| desk.misses(held));
                    step.told.push_back((notice, Err(NOBODY_LISTENS)));
                }
            }
        }
    }

    /// Hands the step's entries to the disk as one batch. Behind records that wait, only an urgent frame goes in: its own records wait with the
    /// others, so that they keep their order. A crash in between leaves the frame undispatched, and the next start dispatches it.
    fn submit(&mut self, now: Timestamp, mut step: Step, ways: &mut Ways) {
        if step.entries.is_empty() {
            return;
        }
        let promised = self.promise(ways);
        let waits = !self.unsaved.is_empty() && self.flaw != Some(Flaw::RecordsOvertaken);
        if waits && step.urgent {
            let records = step.without_records();
            self.keep(records);
        }
        let records = step.entries.iter().filter(|entry| entry.kind == RECORD).cloned().collect();
        if (!waits || step.urgent) && ways.disk.submit(now, step.entries, step.urgent) {
            if let Some(first) = promised {
                // What the flaw is: nobody waits for the disk.
                self.is_stored(now, &step.batch, first, ways);
            }
            self.batches.push_back(step.batch);
        } else {
            self.keep(records);
            self.is_not_stored(now, &step.batch, ways);
        }
    }

    /// Hands in the records that found no room before, as far as there is some now.
    pub(super) fn catch_up(&mut self, now: Timestamp, ways: &mut Ways) {
        while !self.unsaved.is_empty() {
            let records: Vec<Entry> = self.unsaved.iter().take(CATCH_UP).cloned().collect();
            let count = records.len();
            if !ways.disk.submit(now, records, false) {
                return;
            }
            self.batches.push_back(Batch::default());
            self.unsaved.drain(..count);
        }
    }

    /// [`Flaw::ReceiptBeforeDisk`]: where the batch will stand if all goes well.
    fn promise(&self, ways: &Ways) -> Option<Position> {
        let head = ways.disk.store.head().ok().filter(|_| self.flaw == Some(Flaw::ReceiptBeforeDisk))?;
        Some(Position(head.position.0 + u64::try_from(ways.disk.waiting()).ok()? + 1))
    }

    /// Keeps the dispatcher's records for a later batch; frames come again from their panels.
    fn keep(&mut self, records: Vec<Entry>) {
        if self.flaw != Some(Flaw::RecordsDropped) {
            self.unsaved.extend(records);
        }
    }
}

/// What a record in the journal says.
pub(crate) fn record(entry: &Entry) -> Option<Record> {
    if entry.kind == RECORD { Record::decode(&entry.payload).ok() } else { None }
}
