//! A disk: the journal's engine for tests behind a queue like the writer's, with latency, full and failing disks, and power cuts.

use core::time::Duration;
use std::collections::VecDeque;

use keng_journal::{AppendError, Engine, Entry, Fault, Memory, Position};
use keng_protocol::Timestamp;

use crate::dice::Dice;

/// How long to wait before an append that found no room is tried again.
const RETRY: Duration = Duration::from_millis(500);

/// The disk of a station, which outlives it.
pub(crate) struct Disk {
    /// What is durable.
    pub(crate) store: Memory,
    dice: Dice,
    slowest: Duration,
    most: usize,
    reserve: usize,
    engine: Memory,
    /// Batches that are not durable yet, the oldest first.
    queue: VecDeque<Vec<Entry>>,
    /// How many of them are being written, and when that will be done.
    writing: Option<(usize, Timestamp)>,
    breaks: bool,
    /// Nothing is written any more until the engine is opened anew.
    broken: bool,
}

/// What the disk has answered for the oldest batches.
pub(crate) type Done = Vec<Result<Position, AppendError>>;

impl Disk {
    /// A disk whose writer holds at most `most` batches, and `reserve` more of urgent ones.
    pub(crate) fn new(dice: Dice, slowest: Duration, most: usize, reserve: usize) -> Self {
        let store = Memory::default();
        let engine = store.clone();
        Self {
            store,
            dice,
            slowest,
            most,
            reserve,
            engine,
            queue: VecDeque::new(),
            writing: None,
            breaks: false,
            broken: false,
        }
    }

    /// Hands in a batch; false when there is no room in the queue for one of its priority.
    pub(crate) fn submit(&mut self, now: Timestamp, batch: Vec<Entry>, urgent: bool) -> bool {
        let most = if urgent { self.most + self.reserve } else { self.most };
        if self.queue.len() >= most {
            return false;
        }
        self.queue.push_back(batch);
        self.begin(now);
        true
    }

    /// Appends an entry before anything else runs; false when the disk does not take it now.
    pub(crate) fn append_first(&mut self, entry: &Entry) -> bool {
        self.engine.append(core::slice::from_ref(entry)).is_ok()
    }

    /// How many entries wait.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.iter().map(Vec::len).sum()
    }

    /// When the disk next has something to say.
    pub(crate) fn due(&self) -> Timestamp {
        self.writing.map_or(Timestamp::MAX, |(_, at)| at)
    }

    /// The write that is due is done: what became of each of its batches.
    pub(crate) fn finish(&mut self, now: Timestamp) -> Done {
        let Some((count, _)) = self.writing.take() else { return Vec::new() };
        let group: Vec<Entry> = self.queue.iter().take(count).flatten().cloned().collect();
        if core::mem::take(&mut self.breaks) && !self.broken {
            return self.fail(&group);
        }
        match self.engine.append(&group) {
            Ok(first) => {
                let done = self.positions(count, first);
                self.begin(now);
                done
            }
            Err(error) if error.may_pass() => {
                self.writing = Some((1, now + RETRY));
                Vec::new()
            }
            Err(error) => self.queue.drain(..).map(|_| Err(error.clone())).collect(),
        }
    }

    /// The disk is full, or has room again.
    pub(crate) fn set_full(&mut self, full: bool) {
        self.store.set_fault(full.then_some(Fault::Full));
    }

    /// The disk is as quick as it should be.
    pub(crate) fn quicken(&mut self) {
        self.slowest = self.slowest.min(Duration::from_millis(200));
    }

    /// The next write fails, and the engine with it until it is opened anew.
    pub(crate) const fn break_next(&mut self) {
        self.breaks = true;
    }

    /// The power is cut: a write that is under way is there or is not, and what only waited is gone.
    pub(crate) fn crash(&mut self) {
        if let Some((count, _)) = self.writing.take()
            && !self.broken
            && self.dice.chance(500)
        {
            let group: Vec<Entry> = self.queue.iter().take(count).flatten().cloned().collect();
            // With no room it is not there.
            drop(self.store.clone().append(&group));
        }
        self.queue.clear();
        self.engine = self.store.clone();
        self.broken = false;
    }

    fn begin(&mut self, now: Timestamp) {
        if self.writing.is_none() && !self.queue.is_empty() {
            self.writing = Some((self.queue.len(), now + self.dice.up_to(self.slowest)));
        }
    }

    fn positions(&mut self, count: usize, first: Position) -> Done {
        let mut next = first.0;
        let place = |batch: Vec<Entry>| {
            let at = Position(next);
            next += u64::try_from(batch.len()).unwrap_or(0);
            Ok(at)
        };
        self.queue.drain(..count).map(place).collect()
    }

    /// A flush failed: what it wrote is there or is not, nobody knows, and everything that waits fails with it.
    fn fail(&mut self, group: &[Entry]) -> Done {
        self.broken = true;
        if self.dice.chance(500) {
            drop(self.store.clone().append(group));
        }
        self.store.set_fault(Some(Fault::Broken));
        let error = self.engine.append(group);
        self.store.set_fault(None);
        let error = error.err().unwrap_or(AppendError::Poisoned);
        self.queue.drain(..).map(|_| Err(error.clone())).collect()
    }
}
