//! The driver: one task that owns the machines, hands them what arrives, and does what they ask.
//!
//! Nothing in here waits for a peer: links, streams and webhooks are handed what is theirs and drop it when they do not keep up, and the
//! journal answers when it is done. So the time from a frame to every desk is the time that the machines take.

mod asked;
mod restore;
mod step;
mod store;

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use keng_dc09::{AccountName, EventKey};
use keng_dispatch::Dispatcher;
use keng_dispatch::directory::Directory;
use keng_journal::{AppendError, Health, Position, Writer};
use keng_protocol::Timestamp;
use keng_protocol::message::Durability;
use keng_protocol::receiver::{self, Accepted, Origin, Receiver, Ticket};
use tokio::sync::{mpsc, oneshot};

use crate::clock::Clock;
use crate::dialect::{Dialect, Todo};
use crate::feed::Feed;
use crate::inlet::{Arrival, Arrivals, Command, Taken};
use crate::link::Links;
use crate::metrics::Metrics;
use crate::readings::Readings;
use crate::webhook::Webhooks;
use asked::Refusals;
use step::{Audiences, Step};

pub(crate) use restore::{Machines, Restored, last_run};

/// How many arrivals are one round, and one batch for the journal. A round that is full of urgent ones has room for one ordinary one more.
const ROUND: usize = 16;
/// How long the driver looks for more before it sleeps: to be woken takes as long.
const LINGER: Duration = Duration::from_micros(20);
/// How often the DC-09 accounts are looked through for silent ones.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long an orderly end waits for the journal.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Everything that the driver owns.
pub(crate) struct Driver {
    clock: Clock,
    receiver: Receiver<SigningKey>,
    dispatcher: Dispatcher,
    dialect: Dialect,
    ways: Ways,
    stored: mpsc::UnboundedReceiver<Done>,
    refusals: Refusals,
    /// Batches on their way to the disk, the oldest first: the journal answers in order.
    batches: VecDeque<Batch>,
    unsaved: VecDeque<keng_journal::Entry>,
    /// How many records were lost at that bound.
    lost: u64,
    audiences: Audiences,
    /// Whether the log says that the journal takes nothing.
    is_faulty: bool,
    /// What the first step takes up.
    start: (Option<keng_journal::Entry>, Vec<Accepted>),
}

/// The ways out.
pub(crate) struct Ways {
    pub(crate) links: Links,
    pub(crate) feed: Arc<Feed>,
    pub(crate) webhooks: Webhooks,
    pub(crate) writer: Arc<Writer>,
    pub(crate) done: mpsc::UnboundedSender<Done>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) readings: Readings,
}

/// What a batch's entries were, so that those who wait for them can be told.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    tickets: Vec<(usize, Ticket)>,
    dc09: Vec<(AccountName, EventKey)>,
    /// Links that are asked for their next frame when this one is on the disk.
    patient: Vec<oneshot::Sender<Taken>>,
    count: usize,
    since: Option<Instant>,
}

/// The journal's answer to the oldest batch.
pub(crate) type Done = Result<Position, AppendError>;

/// What the driver turns to next.
enum Next {
    Stored(Done),
    Arrived,
    Due,
    Ended,
}

impl Driver {
    /// A driver of machines that were put back.
    pub(crate) fn new(
        clock: Clock,
        (receiver, dispatcher, dialect): (Receiver<SigningKey>, Dispatcher, Dialect),
        ways: Ways,
        stored: mpsc::UnboundedReceiver<Done>,
        (unstored, restored): (Option<keng_journal::Entry>, Restored),
    ) -> Self {
        Self {
            clock,
            receiver,
            dispatcher,
            dialect,
            ways,
            stored,
            refusals: Refusals::default(),
            batches: VecDeque::new(),
            unsaved: VecDeque::new(),
            lost: 0,
            audiences: restored.audiences,
            is_faulty: false,
            start: (unstored, restored.undispatched),
        }
    }

    /// Turns until it is stopped or nobody can ask any more.
    pub(crate) async fn run(mut self, mut arrivals: Arrivals) {
        let (mut due, mut look, mut round) = (self.begin(), Instant::now(), Vec::with_capacity(ROUND + 1));
        loop {
            let timer = self.clock.instant(due).min(look + LOOK_EVERY);
            due = match next(&mut arrivals, &mut self.stored, timer, &mut round).await {
                Next::Stored(done) => self.settle(done),
                Next::Arrived => match self.take(&mut round) {
                    ControlFlow::Continue(due) => due,
                    ControlFlow::Break(done) => return self.stop(done).await,
                },
                Next::Due => {
                    look = Instant::now();
                    self.tick()
                }
                Next::Ended => return,
            }
        }
    }

    /// Stores the start, if it is not yet, and dispatches what a crash left stored but untold.
    fn begin(&mut self) -> Timestamp {
        let now = self.clock.now();
        let (unstored, undispatched) = std::mem::take(&mut self.start);
        let mut step = Step::default();
        step.entries.extend(unstored);
        for accepted in undispatched {
            self.dispatcher.handle_input(now, keng_dispatch::Input::Accepted(&accepted));
            self.drain(&mut step, now);
        }
        self.drain(&mut step, now);
        self.submit(step);
        self.tick()
    }

    /// Takes a round: one arrival after the other is told to everybody whom it concerns, and what is to be stored of all is one batch.
    fn take(&mut self, round: &mut Vec<Arrival>) -> ControlFlow<oneshot::Sender<()>, Timestamp> {
        let (mut step, mut due) = (Step::default(), Timestamp::MAX);
        for arrival in round.drain(..) {
            if let Arrival::Command(command) = arrival {
                self.submit(std::mem::take(&mut step));
                due = self.command(command)?;
            } else {
                due = self.arrive(&mut step, arrival);
            }
        }
        self.submit(step);
        ControlFlow::Continue(due)
    }

    fn arrive(&mut self, step: &mut Step, arrival: Arrival) -> Timestamp {
        let now = self.clock.now();
        match arrival {
            Arrival::Frame { origin, octets, turn, taken } => {
                step.begin(origin);
                self.receiver.handle_input(now, receiver::Input::Frame { origin, octets: &octets });
                let due = self.drain(step, now);
                self.prove(origin, step.end(taken, turn));
                due
            }
            Arrival::Dc09 { origin, octets, turn, taken } => {
                step.begin(origin);
                self.dc09(now, step, origin, &octets);
                let due = self.drain(step, now);
                self.prove(origin, step.end(taken, turn));
                due
            }
            Arrival::Closed { link } => {
                self.receiver.handle_input(now, receiver::Input::LinkClosed { link });
                self.drain(step, now)
            }
            Arrival::Told(told) => {
                step.told.extend(told);
                self.drain(step, now)
            }
            Arrival::Command(_) => now,
        }
    }

    fn prove(&self, origin: Origin, verdict: Taken) {
        if !matches!(verdict, Taken::Refused(_) | Taken::RefusedDialect) {
            self.ways.links.prove(origin.link);
        }
    }

    fn command(&mut self, command: Command) -> ControlFlow<oneshot::Sender<()>, Timestamp> {
        use keng_dispatch::Input;
        let now = self.clock.now();
        match command {
            Command::Ask(ask) => self.answer(ask),
            Command::Adopt { directory, adopted } => {
                let newer = directory.version >= self.dispatcher.directory().version;
                if newer {
                    self.adopt(now, directory);
                } else {
                    tracing::error!(version = directory.version, "a directory older than the one in use is not taken");
                }
                adopted.send(newer).unwrap_or_default();
            }
            Command::Test { site, until } => self.dispatcher.handle_input(now, Input::TestMode { site, until }),
            Command::Stop { done } => return ControlFlow::Break(done),
        }
        ControlFlow::Continue(self.turn(Step::default()))
    }

    fn adopt(&mut self, now: Timestamp, directory: Box<Directory>) {
        self.dialect.adopt(&directory);
        if let Err(error) = self.ways.webhooks.prepare(&directory) {
            tracing::error!(%error, "webhooks of the new directory cannot be reached");
        }
        self.dispatcher.handle_input(now, keng_dispatch::Input::Directory(directory));
    }

    /// A DC-09 frame: its alarms are signed by the station and go the road of every frame; the ACK waits for the batch.
    fn dc09(&mut self, now: Timestamp, step: &mut Step, origin: Origin, octets: &[u8]) {
        match self.dialect.handle(now, origin, octets) {
            Todo::Report { device, report, back } => self.report(now, step, (device, back), &report, octets),
            Todo::Lives { device, back, answers } => {
                self.lives(now, device, back);
                answers.into_iter().for_each(|(to, answer)| self.ways.send(to, answer));
            }
            Todo::Refuse(refused) => {
                step.refused_dialect = true;
                self.refuse_dc09(now, step, origin, octets, &refused);
                if let Some(answer) = refused.answer {
                    self.ways.send(origin, answer);
                }
            }
        }
    }

    /// The journal has answered for the oldest batch: receipts and ACKs go out, or what could not be stored is said to be not stored.
    fn settle(&mut self, done: Done) -> Timestamp {
        let now = self.clock.now();
        let Some(mut batch) = self.batches.pop_front() else { return self.turn(Step::default()) };
        batch.patient.drain(..).for_each(|taken| taken.send(Taken::Authentic).unwrap_or_default());
        if let Some(since) = batch.since {
            self.ways.metrics.stored_seconds.observe(since.elapsed().as_secs_f64());
        }
        match done {
            Ok(first) => {
                self.is_stored(now, &batch, first);
                self.catch_up();
            }
            Err(error) => {
                tracing::error!(%error, entries = batch.count, "the journal has not taken a batch");
                self.is_not_stored(now, &batch);
            }
        }
        self.turn(Step::default())
    }

    fn is_stored(&mut self, now: Timestamp, batch: &Batch, first: Position) {
        for &(index, ticket) in &batch.tickets {
            let position = first.0 + index as u64;
            let input = receiver::Input::Persisted { ticket, position, durability: Durability::DISK };
            self.receiver.handle_input(now, input);
            // The contract: what one input asks for is done before the next input.
            self.turn(Step::default());
        }
        for (_, key) in &batch.dc09 {
            for (to, answer) in self.dialect.stored(*key) {
                self.ways.metrics.receipts.inc();
                self.ways.send(to, answer);
            }
        }
        let last = first.0 + (batch.count as u64).saturating_sub(1);
        self.ways.metrics.journal_position.set(i64::try_from(last).unwrap_or(i64::MAX));
    }

    fn is_not_stored(&mut self, now: Timestamp, batch: &Batch) {
        for &(_, ticket) in &batch.tickets {
            self.receiver.handle_input(now, receiver::Input::NotPersisted { ticket });
            self.turn(Step::default());
        }
        batch.dc09.iter().for_each(|(account, key)| self.dialect.not_stored(account, *key));
    }

    fn tick(&mut self) -> Timestamp {
        let now = self.clock.now();
        self.catch_up();
        self.watch_journal();
        self.ways.metrics.gauge(self.ways.links.count(), self.receiver.devices(), self.receiver.silent());
        for (device, event) in self.dialect.fallen_silent(now) {
            self.dispatcher.handle_input(now, keng_dispatch::Input::Supervision { device, event });
            self.turn(Step::default());
        }
        self.receiver.handle_input(now, receiver::Input::Tick);
        self.turn(Step::default());
        self.dispatcher.handle_input(now, keng_dispatch::Input::Tick);
        self.turn(Step::default())
    }

    /// Says in the log when the journal begins to refuse and when it takes entries again.
    fn watch_journal(&mut self) {
        let fault = match self.ways.writer.health() {
            Health::Healthy => None,
            Health::Waiting { error, .. } | Health::Broken(error) => Some(error),
        };
        match &fault {
            Some(error) if !self.is_faulty => {
                tracing::error!(%error, "the journal takes nothing: people are told, nothing is receipted");
            }
            None if self.is_faulty => tracing::info!("the journal takes entries again"),
            _ => {}
        }
        self.is_faulty = fault.is_some();
    }

    /// Takes nothing more in, waits for what is on its way to the disk, sends the last receipts.
    async fn stop(mut self, done: oneshot::Sender<()>) {
        self.catch_up();
        if tokio::time::timeout(STOP_WITHIN, self.finish()).await.is_err() {
            let (batches, records) = (self.batches.len(), self.unsaved.len());
            tracing::error!(batches, records, "stopped without storing them: the journal took too long");
        }
        done.send(()).unwrap_or_default();
    }

    async fn finish(&mut self) {
        while !self.batches.is_empty() {
            match self.stored.recv().await {
                Some(stored) => self.settle(stored),
                None => break,
            };
        }
    }
}

/// Timers first, as they are few; then what the disk has; then a round of what has arrived, alarms first but not alone.
async fn next(
    arrivals: &mut Arrivals,
    stored: &mut mpsc::UnboundedReceiver<Done>,
    timer: Instant,
    round: &mut Vec<Arrival>,
) -> Next {
    let mut now = Instant::now();
    let until = timer.min(now + LINGER);
    while now < until {
        if let Ok(done) = stored.try_recv() {
            return Next::Stored(done);
        }
        if !arrivals.urgent.is_empty() || !arrivals.ordinary.is_empty() {
            break;
        }
        std::hint::spin_loop();
        now = Instant::now();
    }
    if timer <= now {
        return Next::Due;
    }
    tokio::select! {
        biased;
        Some(done) = stored.recv() => return Next::Stored(done),
        1.. = arrivals.urgent.recv_many(round, ROUND) => {}
        Some(arrival) = arrivals.ordinary.recv() => round.push(arrival),
        () = tokio::time::sleep_until(timer.into()) => return Next::Due,
        else => return Next::Ended,
    }
    let ordinary = ROUND.saturating_sub(round.len()).max(1);
    round.extend(std::iter::from_fn(|| arrivals.ordinary.try_recv().ok()).take(ordinary));
    Next::Arrived
}

impl Ways {
    /// Hands octets to a link; what finds none is counted. A panel that got no receipt sends again.
    fn send(&self, to: Origin, octets: Vec<u8>) {
        if !self.links.send(to.link, octets) {
            self.metrics.unsent.inc();
        }
    }
}
