//! The station: the real receiver and dispatcher, driven in the order that the `station` crate drives them, over a disk and channels that are
//! simulated. It must follow that driver: what is proved here is proved for that order.

mod restore;
mod step;

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_dispatch::{Dispatcher, Input, Limits, SiteId};
use keng_journal::{AppendError, Entry, Position, ReadError};
use keng_protocol::message::Durability;
use keng_protocol::receiver::{self, Accepted, Origin, Receiver, Ticket};
use keng_protocol::{FrameId, IncidentId, Sign as _, Timestamp};

use crate::desk::Desk;
use crate::disk::Disk;
use crate::flaw::Flaw;
use crate::sample::{AUTHORITY, STATION, key};
use crate::witness::Witness;
use step::Step;

pub(crate) use restore::restored;

/// After how long without a word a panel is silent.
const SILENCE: Duration = Duration::from_secs(90);
/// How far the wall may be behind the journal's last entry; beyond it the wall is believed and the machines take a step back.
const BEHIND_AT_MOST: Duration = Duration::from_secs(3600);
/// The kind of the dispatcher's records in the journal.
pub(crate) const RECORD: u16 = 32;
/// The kind of the entry that a start leaves.
pub(crate) const STARTED: u16 = 64;

/// The ways out of the station, and who watches.
pub(crate) struct Ways {
    pub(crate) disk: Disk,
    pub(crate) desks: Vec<Desk>,
    pub(crate) witness: Witness,
    /// What is put on links.
    pub(crate) sent: Vec<(Origin, Vec<u8>)>,
    /// The tellings that a channel has in hand.
    pub(crate) in_hand: Vec<InHand>,
}

/// A telling that a channel has in hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InHand {
    pub(crate) notice: u64,
    pub(crate) incident: IncidentId,
    /// Whether it says that nobody has answered.
    pub(crate) asks: bool,
    /// The index of the desk whose stream has it; none for a webhook.
    pub(crate) desk: Option<usize>,
}

/// What a station is started with.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) pending: usize,
    pub(crate) flaw: Option<Flaw>,
    /// By how many milliseconds the wall's clock is ahead.
    pub(crate) wall_ahead: i64,
}

/// One run of the station.
pub(crate) struct Station {
    /// When it wants to be called, by the true time.
    pub(crate) due: Timestamp,
    /// The journal takes nothing any more: somebody has to start the station anew.
    pub(crate) broken: bool,
    receiver: Receiver<SigningKey>,
    dispatcher: Dispatcher,
    flaw: Option<Flaw>,
    run: u32,
    /// By how many milliseconds its clock is ahead; it does not jump in a run.
    ahead: i64,
    batches: VecDeque<Batch>,
    /// Records that found no room in the journal's queue.
    unsaved: VecDeque<Entry>,
    /// For [`Flaw::SecondRaise`].
    heard: BTreeMap<FrameId, Accepted>,
}

/// What a batch's entries were.
#[derive(Default)]
struct Batch {
    tickets: Vec<(usize, Ticket)>,
}

impl Station {
    /// Starts on what the disk has, dispatches what a crash left untold, and does what fell due meanwhile.
    pub(crate) fn start(now: Timestamp, setting: Setting<'_>, ways: &mut Ways) -> Result<Self, ReadError> {
        let Setting { directory, pending, flaw, wall_ahead } = setting;
        let (last_run, last) = restore::last_run(&ways.disk.store)?;
        let wall = Timestamp::from_millis(now.millis().saturating_add_signed(wall_ahead));
        let local = if last.since(wall) > BEHIND_AT_MOST { wall } else { wall.max(last) };
        let run = last_run + 1;
        let started = Entry { kind: STARTED, at_ms: local.millis(), payload: run.to_be_bytes().to_vec() };
        // The run is on disk before anybody hears its numbers. With a full disk it comes later, and until then a crash may give them twice.
        let stored = flaw != Some(Flaw::RunNotStored) && ways.disk.append_first(&started);
        ways.witness.starts(stored || flaw == Some(Flaw::RunNotStored));
        let later = (!stored).then_some(started);
        let limits = receiver::Limits { devices: 64, pending };
        let dispatch = keng_dispatch::Config { run, limits: Limits::default() };
        let mut station = Self {
            due: Timestamp::MAX,
            broken: false,
            receiver: Receiver::new(config(run, limits), key(STATION), local),
            dispatcher: Dispatcher::new(dispatch, directory.clone()),
            flaw,
            run,
            ahead: local.offset_ms(now),
            batches: VecDeque::new(),
            unsaved: VecDeque::new(),
            heard: BTreeMap::new(),
        };
        let undispatched = restore::Machines::of(&mut station).restore(&ways.disk.store)?;
        station.begin(now, (later, undispatched), ways);
        Ok(station)
    }

    /// The station's time.
    pub(crate) fn local(&self, now: Timestamp) -> Timestamp {
        Timestamp::from_millis(now.millis().saturating_add_signed(self.ahead))
    }

    /// Whether nothing waits: what the disk has is what the machines know.
    pub(crate) fn is_settled(&self) -> bool {
        self.batches.is_empty() && self.unsaved.is_empty() && !self.broken
    }

    pub(crate) const fn dispatcher(&self) -> &Dispatcher {
        &self.dispatcher
    }

    /// How many panels are silent.
    pub(crate) const fn silent(&self) -> usize {
        self.receiver.silent()
    }

    /// The octets of a frame came.
    pub(crate) fn frame(&mut self, now: Timestamp, origin: Origin, octets: &[u8], ways: &mut Ways) {
        self.receiver.handle_input(self.local(now), receiver::Input::Frame { origin, octets });
        self.turn(now, Step::default(), ways);
    }

    /// A link is gone.
    pub(crate) fn closed(&mut self, now: Timestamp, link: u64, ways: &mut Ways) {
        self.receiver.handle_input(self.local(now), receiver::Input::LinkClosed { link });
        self.turn(now, Step::default(), ways);
    }

    /// A telling reached its channel, or did not.
    pub(crate) fn told(&mut self, now: Timestamp, notice: u64, arrived: bool, ways: &mut Ways) {
        let mut step = Step::default();
        step.told.push_back((notice, if arrived { Ok(()) } else { Err(3) }));
        self.turn(now, step, ways);
    }

    /// A site goes on test.
    pub(crate) fn test(&mut self, now: Timestamp, site: SiteId, span: Duration, ways: &mut Ways) {
        let local = self.local(now);
        self.dispatcher.handle_input(local, Input::TestMode { site, until: local + span });
        self.turn(now, Step::default(), ways);
    }

    /// The time has come that a machine named.
    pub(crate) fn tick(&mut self, now: Timestamp, ways: &mut Ways) {
        self.catch_up(now, ways);
        self.receiver.handle_input(self.local(now), receiver::Input::Tick);
        self.turn(now, Step::default(), ways);
        self.dispatcher.handle_input(self.local(now), Input::Tick);
        self.turn(now, Step::default(), ways);
    }

    /// The disk has answered for the oldest batches.
    pub(crate) fn stored(&mut self, now: Timestamp, done: Vec<Result<Position, AppendError>>, ways: &mut Ways) {
        for result in done {
            let Some(batch) = self.batches.pop_front() else { return };
            match result {
                Ok(first) => {
                    self.is_stored(now, &batch, first, ways);
                    self.catch_up(now, ways);
                }
                Err(_) => {
                    self.broken = true;
                    self.is_not_stored(now, &batch, ways);
                }
            }
            self.turn(now, Step::default(), ways);
        }
    }

    fn begin(&mut self, now: Timestamp, (started, undispatched): (Option<Entry>, Vec<Accepted>), ways: &mut Ways) {
        let mut step = Step::default();
        step.entries.extend(started);
        for accepted in undispatched {
            ways.witness.dispatches(&accepted);
            self.dispatcher.handle_input(self.local(now), Input::Accepted(&accepted));
            self.drain(now, &mut step, ways);
        }
        self.turn(now, step, ways);
        if self.flaw != Some(Flaw::TimerLost) || self.run == 1 {
            self.tick(now, ways);
        }
    }

    fn is_stored(&mut self, now: Timestamp, batch: &Batch, first: Position, ways: &mut Ways) {
        for &(index, ticket) in &batch.tickets {
            let position = first.0 + u64::try_from(index).unwrap_or(0);
            let input = receiver::Input::Persisted { ticket, position, durability: Durability::DISK };
            self.receiver.handle_input(self.local(now), input);
            self.turn(now, Step::default(), ways);
        }
    }

    fn is_not_stored(&mut self, now: Timestamp, batch: &Batch, ways: &mut Ways) {
        for &(_, ticket) in &batch.tickets {
            self.receiver.handle_input(self.local(now), receiver::Input::NotPersisted { ticket });
            self.turn(now, Step::default(), ways);
        }
    }
}

fn config(run: u32, limits: receiver::Limits) -> receiver::Config {
    receiver::Config {
        id: STATION,
        key: 1,
        run,
        authorities: vec![(AUTHORITY, 1, key(AUTHORITY).public_key())],
        silence: SILENCE,
        clock_tolerance: Duration::from_secs(30),
        heartbeat_mark: Duration::from_secs(120),
        limits,
    }
}
