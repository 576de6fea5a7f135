//! A panel at its post: the real machine, a clock that may be wrong, and a store that a power cut may leave without its last records.

use core::time::Duration;

use ed25519_dalek::SigningKey;
use keng_protocol::panel::{Backoff, Config, Input, MAX_OUTBOX, Output, Panel, Record, Station};
use keng_protocol::{DeviceId, FrameId, Sign as _, Timestamp};

use crate::dice::Dice;
use crate::sample::{STATION, key};

/// Records that are older than this are on disk when the power goes.
const SYNCED_AFTER: Duration = Duration::from_millis(100);

/// One panel.
pub(crate) struct Post {
    pub(crate) id: DeviceId,
    pub(crate) paths: u8,
    /// When the machine wants to be called.
    pub(crate) due: Timestamp,
    key: SigningKey,
    dice: Dice,
    seed: u64,
    /// Without power there is none.
    machine: Option<Panel<SigningKey>>,
    /// What the store has, and since when.
    store: Vec<(Timestamp, Record)>,
    /// By how many milliseconds its clock is ahead.
    ahead: i64,
}

impl Post {
    /// A panel that has no power yet.
    pub(crate) fn new(id: DeviceId, paths: u8, mut dice: Dice) -> Self {
        let seed = dice.below(u64::MAX);
        let (due, store) = (Timestamp::MAX, Vec::new());
        Self { id, paths, due, key: key(id), dice, seed, machine: None, store, ahead: 0 }
    }

    pub(crate) const fn has_power(&self) -> bool {
        self.machine.is_some()
    }

    /// The power is on; what the machine wants done.
    pub(crate) fn power_on(&mut self, now: Timestamp) -> Vec<Output> {
        let station = Station { id: STATION, key: 1, public: key(STATION).public_key() };
        let config = Config {
            id: self.id,
            key: 1,
            stations: vec![station],
            paths: self.paths,
            heartbeat: Duration::from_secs(30),
            not_received_after: Duration::from_secs(20),
            retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(30) },
            jitter_seed: self.seed,
            outbox: MAX_OUTBOX,
        };
        let records = self.store.iter().map(|(_, record)| record.clone());
        self.machine = Panel::new(config, self.key.clone(), self.local(now), records).ok();
        self.drain(now)
    }

    /// The power is gone. What was appended last may be lost with it; the frames that will not be sent again.
    pub(crate) fn power_off(&mut self, now: Timestamp) -> Vec<FrameId> {
        self.machine = None;
        self.due = Timestamp::MAX;
        let synced = self.store.partition_point(|(at, _)| now.since(*at) > SYNCED_AFTER);
        let kept = synced + self.dice.index(self.store.len() - synced + 1);
        let queued = |record| if let Record::Queued(octets) = record { Some(FrameId::of(&octets)) } else { None };
        self.store.drain(kept..).filter_map(|(_, record)| queued(record)).collect()
    }

    /// The clock leaps to so many milliseconds ahead of the true time.
    pub(crate) const fn set_clock(&mut self, ahead: i64) {
        self.ahead = ahead;
    }

    /// Something happens; what the machine wants done. Without power, nothing.
    pub(crate) fn input(&mut self, now: Timestamp, input: Input<'_>) -> Vec<Output> {
        let local = self.local(now);
        if let Some(machine) = &mut self.machine {
            machine.handle_input(local, input);
        }
        self.drain(now)
    }

    /// Appends a record to the store, which is compacted now and then.
    pub(crate) fn keep(&mut self, now: Timestamp, record: Record) {
        self.store.push((now, record));
        if self.store.len() > 64
            && let Some(machine) = &self.machine
        {
            self.store = machine.records().map(|record| (Timestamp::default(), record)).collect();
        }
    }

    /// The frames that wait for a receipt, now or when the power is back.
    pub(crate) fn waiting(&self) -> Vec<Vec<u8>> {
        let queued = |record| if let Record::Queued(octets) = record { Some(octets) } else { None };
        match &self.machine {
            Some(machine) => machine.records().filter_map(queued).collect(),
            None => Vec::new(),
        }
    }

    fn drain(&mut self, now: Timestamp) -> Vec<Output> {
        let local = self.local(now);
        let mut outputs = Vec::new();
        let Some(machine) = &mut self.machine else { return outputs };
        loop {
            match machine.poll_output() {
                Output::Timeout(at) => {
                    // A timer runs by what passes, whatever the clock says later.
                    self.due = if at == Timestamp::MAX { at } else { now + at.since(local) };
                    return outputs;
                }
                output => outputs.push(output),
            }
        }
    }

    fn local(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.millis().saturating_add_signed(self.ahead))
    }
}
