//! The way to the journal: a step's entries as batches, and what waits while there is no room.

use std::time::Instant;

use keng_journal::{Entry, Health, MAX_BATCH_BYTES, Priority, SubmitError};

use super::step::Step;
use super::{Batch, Driver};
use crate::entries::RECORD;
use crate::inlet::Taken;

/// How many records that found no room before are one batch, when there is some.
const CATCH_UP: usize = 256;
/// Records that found no room in the journal's queue. Beyond it the newest are lost, with a word in the log: what is kept stays a story without
/// a gap, and after a restart people are told again rather than never.
const UNSAVED: usize = 16 * 1024;

impl Driver {
    /// Hands the step's entries to the journal, and then asks its links for their next frames. Those beyond their pace are asked when the disk has them, so
    /// that a flood waits in front of the journal's queue and not in it.
    pub(super) fn submit(&mut self, mut step: Step) {
        let (verdicts, patient) = (std::mem::take(&mut step.verdicts), std::mem::take(&mut step.patient));
        let before = self.batches.len();
        let priority = if step.urgent { Priority::Urgent } else { Priority::Ordinary };
        for (entries, batch) in step.into_batches() {
            self.hand_in(entries, batch, priority);
        }
        verdicts.into_iter().for_each(|(taken, verdict)| taken.send(verdict).unwrap_or_default());
        // While the disk takes nothing there is nothing to wait for, and a hold-up may stand behind what was said.
        let waits = !patient.is_empty() && matches!(self.ways.writer.health(), Health::Healthy);
        let taken = waits && self.batches.len() > before;
        match self.batches.back_mut().filter(|_| taken) {
            Some(batch) => batch.patient = patient,
            None => patient.into_iter().for_each(|taken| taken.send(Taken::Authentic).unwrap_or_default()),
        }
    }

    /// Hands in one batch. Behind records that wait for room only the frames of an urgent one go in; its own records wait with the others, so
    /// that all keep their order. If power is cut in between, the next start dispatches those frames.
    fn hand_in(&mut self, mut entries: Vec<Entry>, mut batch: Batch, priority: Priority) {
        let waits = !self.unsaved.is_empty();
        if waits && priority == Priority::Urgent {
            let records = part(&mut entries, &mut batch);
            self.keep(records);
        }
        let records: Vec<_> = entries.iter().filter(|entry| entry.kind == RECORD).cloned().collect();
        let refused = if waits && priority == Priority::Ordinary {
            Err((SubmitError::QueueFull, batch))
        } else {
            self.write(entries, batch, priority)
        };
        let Err((error, batch)) = refused else { return };
        if self.unsaved.is_empty() {
            tracing::error!(%error, "the journal has no room: people are told, nothing is receipted");
        }
        self.keep(records);
        let now = self.clock.now();
        self.is_not_stored(now, &batch);
    }

    fn write(&mut self, entries: Vec<Entry>, batch: Batch, priority: Priority) -> Result<(), (SubmitError, Batch)> {
        let (batch, done) =
            (Batch { count: entries.len(), since: Some(Instant::now()), ..batch }, self.ways.done.clone());
        match self.ways.writer.submit(entries, priority, move |result| done.send(result).unwrap_or_default()) {
            Ok(()) => self.batches.push_back(batch),
            Err(error) => return Err((error, batch)),
        }
        Ok(())
    }

    /// Hands in the records that found no room before, as far as there is some now.
    pub(super) fn catch_up(&mut self) {
        while !self.unsaved.is_empty() {
            let entries: Vec<_> = self.unsaved.iter().take(CATCH_UP).cloned().collect();
            let count = entries.len();
            // So many records cannot be too large for one batch, so there is no room.
            if self.write(entries, Batch::default(), Priority::Ordinary).is_err() {
                return;
            }
            self.unsaved.drain(..count);
            if self.unsaved.is_empty() {
                tracing::info!(lost = std::mem::take(&mut self.lost), "the journal has room again");
            }
        }
    }

    /// Keeps the dispatcher's records for a later batch; frames come again from their panels.
    fn keep(&mut self, records: Vec<Entry>) {
        let (room, had) = (UNSAVED.saturating_sub(self.unsaved.len()), records.len());
        if had > room && self.lost == 0 {
            tracing::error!("too many records wait for the journal: a restart now would forget the newest");
        }
        self.lost += had.saturating_sub(room) as u64;
        self.unsaved.extend(records.into_iter().take(room));
    }
}

impl Step {
    /// The entries in batches that the journal takes, in their order: one, but for a step that concerns thousands of panels at once. What an ACK
    /// of DC-09 stands for is never divided.
    fn into_batches(self) -> Vec<(Vec<Entry>, Batch)> {
        let Batch { tickets, dc09, .. } = self.batch;
        let whole = !dc09.is_empty();
        let mut tickets = tickets.into_iter().peekable();
        let (mut batches, mut now, mut bytes) = (Vec::new(), (Vec::new(), Batch::default()), 0);
        for (index, entry) in self.entries.into_iter().enumerate() {
            if bytes + weight(&entry) > MAX_BATCH_BYTES && !whole {
                batches.push(std::mem::take(&mut now));
                bytes = 0;
            }
            bytes += weight(&entry);
            let (entries, batch) = &mut now;
            batch.tickets.extend(tickets.next_if(|(at, _)| *at == index).map(|(_, ticket)| (entries.len(), ticket)));
            entries.push(entry);
        }
        now.1.dc09 = dc09;
        batches.push(now);
        batches.retain(|(entries, _)| !entries.is_empty());
        batches
    }
}

/// Takes the records out of a batch.
fn part(entries: &mut Vec<Entry>, batch: &mut Batch) -> Vec<Entry> {
    let is_record = |entry: &Entry| entry.kind == RECORD;
    for (index, _) in &mut batch.tickets {
        *index -= entries.iter().take(*index).filter(|entry| is_record(entry)).count();
    }
    let (records, frames) = std::mem::take(entries).into_iter().partition(is_record);
    *entries = frames;
    records
}

/// What an entry counts for in [`MAX_BATCH_BYTES`].
fn weight(entry: &Entry) -> usize {
    entry.payload.len() + 64
}

#[cfg(test)]
mod tests {
    use keng_protocol::receiver::Ticket;

    use super::*;

    fn step(payloads: &[usize], tickets: &[usize]) -> Step {
        let entry = |length: &usize| Entry { kind: RECORD, at_ms: 0, payload: vec![0; *length] };
        let batch = Batch {
            tickets: tickets.iter().map(|index| (*index, Ticket(*index as u64))).collect(),
            ..Batch::default()
        };
        let mut step = Step::default();
        (step.entries, step.batch) = (payloads.iter().map(entry).collect(), batch);
        step
    }

    #[test]
    fn a_step_of_any_size_becomes_batches_that_the_journal_takes() {
        let many = [60_000; 40];
        let batches = step(&many, &[0, 17, 39]).into_batches();
        let tickets: Vec<_> = batches.iter().map(|(_, batch)| batch.tickets.clone()).collect();
        assert_eq!(batches.iter().map(|(entries, _)| entries.len()).collect::<Vec<_>>(), [17, 17, 6]);
        assert_eq!(tickets, [vec![(0, Ticket(0))], vec![(0, Ticket(17))], vec![(5, Ticket(39))]]);
        let small = |(entries, _): &(Vec<Entry>, Batch)| entries.iter().map(weight).sum::<usize>();
        assert!(batches.iter().map(small).all(|bytes| bytes <= MAX_BATCH_BYTES));
    }

    #[test]
    fn a_batch_that_is_parted_from_its_records_still_knows_its_frames() {
        let mut step = step(&[1, 2, 3, 4], &[1, 3]);
        for frame in [1, 3] {
            step.entries[frame].kind = 1;
        }
        let records = part(&mut step.entries, &mut step.batch);
        let length = |entries: &[Entry]| entries.iter().map(|entry| entry.payload.len()).collect::<Vec<_>>();
        assert_eq!((length(&records), length(&step.entries)), (vec![1, 3], vec![2, 4]));
        assert_eq!(step.batch.tickets, [(0, Ticket(1)), (1, Ticket(3))]);
    }

    #[test]
    fn a_step_without_entries_is_no_batch() {
        assert!(step(&[], &[]).into_batches().is_empty());
    }

    #[test]
    fn what_a_dc09_ack_stands_for_is_never_divided() {
        let mut step = step(&[60_000; 40], &[]);
        step.batch.dc09.push(("1234".parse().unwrap(), keng_dc09::EventKey([0; 32])));
        assert_eq!(step.into_batches().len(), 1);
    }
}
