//! Group commit: one thread owns the engine, and commits what many callers hand in as one transaction.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use crate::engine::{check_payloads, weight};
use crate::{AppendError, Engine, Entry, MAX_PAYLOAD, Position};

/// The largest batch a [`Writer`] takes: its payloads' octets, and 64 for each entry.
pub const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// No batch is added to a transaction that has this many octets.
const TRANSACTION_BYTES: usize = 4 * 1024 * 1024;

/// How much a [`Writer`] holds that is not durable yet. At the bound a batch is refused with [`SubmitError::QueueFull`], and its
/// caller is never kept waiting; what is urgent still goes into a part that is reserved for it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Batches of both priorities that an ordinary one is added to at most.
    pub batches: usize,
    /// Their octets, counted as for [`MAX_BATCH_BYTES`].
    pub bytes: usize,
    /// Batches beyond `batches` that are kept for urgent ones.
    pub urgent_batches: usize,
    /// Octets beyond `bytes` that are kept for urgent batches.
    pub urgent_bytes: usize,
    /// How long to wait before an append that found no room is tried again.
    pub retry: Duration,
}

impl Default for Limits {
    /// 8,192 batches in 32 MiB, 2,048 in 8 MiB more for urgent ones, and a retry each half second.
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        let retry = Duration::from_millis(500);
        Self { batches: 8192, bytes: 32 * MIB, urgent_batches: 2048, urgent_bytes: 8 * MIB, retry }
    }
}

/// What a batch is at the bound of the queue. It does not change the order: entries are appended as they were handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Refused when the ordinary part of the queue is full.
    Ordinary,
    /// A hold-up: taken in the reserved part when the ordinary one is full.
    Urgent,
}

/// Why a batch was not taken. Its completion is not called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// A payload is over [`MAX_PAYLOAD`].
    #[error("entry {index} of the batch has {length} octets, and {MAX_PAYLOAD} are allowed")]
    TooLarge {
        /// Which entry of the batch, counted from 0.
        index: usize,
        /// Its payload's length in octets.
        length: usize,
    },
    /// The batch as a whole is over [`MAX_BATCH_BYTES`].
    #[error("the batch weighs {bytes} octets, and {MAX_BATCH_BYTES} are allowed")]
    BatchTooLarge {
        /// Its weight in octets.
        bytes: usize,
    },
    /// There is no room in the queue for a batch of this priority.
    #[error("the journal's queue is full")]
    QueueFull,
    /// The writer was closed.
    #[error("the journal's writer is closed")]
    Closed,
}

/// How a [`Writer`] is.
#[derive(Clone, Debug, Default)]
pub enum Health {
    /// The last append went well, or there was none.
    #[default]
    Healthy,
    /// Appends find no room, or the file locked, and are tried again. What was handed in is kept, in order.
    Waiting {
        /// Since when.
        since: Instant,
        /// [`AppendError::Full`] or [`AppendError::Locked`].
        error: AppendError,
    },
    /// The engine failed for good: every batch fails until the journal is opened anew.
    Broken(AppendError),
}

/// Hands batches of many callers to the one thread that owns the engine.
///
/// All that waits is committed as one transaction with one flush. Each batch's completion is called once, on the writer's thread
/// and in the order of the submissions, with the place of the batch's first entry when all of it is durable, or with the reason
/// why it will not be. A completion must be short, as it holds up all others.
///
/// - When there is no room ([`AppendError::may_pass`]) the writer keeps what it holds and tries again, one batch first and then
///   more. Callers are told when it is done. [`health`](Self::health) says since when.
/// - When the engine breaks, all that waits and all that comes fails at once.
///
/// Share it in an `Arc`. Dropping it is [`close`](Self::close).
pub struct Writer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    thread_id: ThreadId,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// The operating system has no thread to give.
    pub fn start(engine: impl Engine + 'static, limits: Limits) -> Result<Self, std::io::Error> {
        let shared = Arc::new(Shared { limits, state: Mutex::default(), wake: Condvar::new() });
        let theirs = Arc::clone(&shared);
        let thread = thread::Builder::new().name("journal".to_owned()).spawn(move || run(engine, &theirs))?;
        let thread_id = thread.thread().id();
        Ok(Self { shared, thread: Mutex::new(Some(thread)), thread_id })
    }

    /// Hands in a batch, and returns at once. A batch of no entries completes when all before it is durable.
    ///
    /// # Errors
    ///
    /// [`SubmitError`]: the batch is not taken, and `done` is dropped without a call.
    pub fn submit(
        &self,
        batch: Vec<Entry>,
        priority: Priority,
        done: impl FnOnce(Result<Position, AppendError>) + Send + 'static,
    ) -> Result<(), SubmitError> {
        if let Err(AppendError::TooLarge { index, length }) = check_payloads(&batch) {
            return Err(SubmitError::TooLarge { index, length });
        }
        let bytes = weight(&batch);
        if bytes > MAX_BATCH_BYTES {
            return Err(SubmitError::BatchTooLarge { bytes });
        }
        let mut state = self.shared.state();
        if state.closing {
            return Err(SubmitError::Closed);
        }
        state.load = self.shared.limits.admit(state.load, bytes, priority).ok_or(SubmitError::QueueFull)?;
        let is_first = state.queue.is_empty();
        state.queue.push_back(Batch { count: batch.len(), entries: batch, bytes, done: Some(Box::new(done)) });
        drop(state);
        if is_first {
            self.shared.wake.notify_all();
        }
        Ok(())
    }

    /// How the writer is. Cheap enough to be asked for every alarm.
    #[must_use]
    pub fn health(&self) -> Health {
        self.shared.state().health.clone()
    }

    /// Takes no more batches, and returns when every batch that was taken is durable or given up: if there is still no room for
    /// them, they are.
    pub fn close(&self) {
        self.shared.state().closing = true;
        self.shared.wake.notify_all();
        // A completion may hold the last writer; the thread cannot wait for itself.
        if thread::current().id() == self.thread_id {
            return;
        }
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // If the thread panicked, its callers and `health` have been told.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("health", &self.health()).finish_non_exhaustive()
    }
}

struct Shared {
    limits: Limits,
    state: Mutex<State>,
    /// A batch came to an empty queue, or the writer is closing.
    wake: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Batch>,
    load: Load,
    health: Health,
    closing: bool,
}

/// What is taken and not told yet.
#[derive(Clone, Copy, Default)]
struct Load {
    batches: usize,
    bytes: usize,
}

impl Limits {
    /// The load with one more batch, if there is room for it.
    fn admit(&self, load: Load, bytes: usize, priority: Priority) -> Option<Load> {
        let (reserved_batches, reserved_bytes) = match priority {
            Priority::Ordinary => (0, 0),
            Priority::Urgent => (self.urgent_batches, self.urgent_bytes),
        };
        let load = Load { batches: load.batches + 1, bytes: load.bytes + bytes };
        let fits = load.batches <= self.batches.saturating_add(reserved_batches)
            && load.bytes <= self.bytes.saturating_add(reserved_bytes);
        fits.then_some(load)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the next transaction holds, at most `most` batches. None when the writer is closed and empty.
    fn next_group(&self, most: usize) -> Option<Vec<Batch>> {
        let idle = |state: &mut State| state.queue.is_empty() && !state.closing;
        let mut state = self.wake.wait_while(self.state(), idle).unwrap_or_else(PoisonError::into_inner);
        let (mut group, mut bytes) = (Vec::new(), 0);
        while group.len() < most
            && bytes < TRANSACTION_BYTES
            && let Some(batch) = state.queue.pop_front()
        {
            bytes += batch.bytes;
            group.push(batch);
        }
        (!group.is_empty()).then_some(group)
    }

    /// Puts a group that found no room back to where it was, and waits a while. If even a single batch finds none while the
    /// writer is closing, nobody will make room any more, and all is given up.
    fn wait_for_room(&self, group: Vec<Batch>, error: AppendError) {
        let is_single = group.len() == 1;
        let mut state = self.state();
        for batch in group.into_iter().rev() {
            state.queue.push_front(batch);
        }
        if !matches!(state.health, Health::Waiting { .. }) {
            state.health = Health::Waiting { since: Instant::now(), error: error.clone() };
        }
        if state.closing && is_single {
            let given_up = std::mem::take(&mut state.queue);
            drop(state);
            return self.finish(given_up.into(), &Err(error));
        }
        let is_open = |state: &mut State| !state.closing;
        drop(self.wake.wait_timeout_while(state, self.limits.retry, is_open));
    }

    /// Makes room in the queue, says how the writer is, and tells each batch's caller where its first entry is.
    fn finish(&self, group: Vec<Batch>, result: &Result<Position, AppendError>) {
        let mut state = self.state();
        state.load.batches -= group.len();
        state.load.bytes -= group.iter().map(|batch| batch.bytes).sum::<usize>();
        match (result, &state.health) {
            (Ok(_), _) => state.health = Health::Healthy,
            (_, Health::Broken(_)) => {}
            (Err(error @ (AppendError::Broken(_) | AppendError::Poisoned)), _) => {
                state.health = Health::Broken(error.clone())
            }
            (Err(_), _) => {}
        }
        drop(state);
        let mut entries_before = 0;
        for batch in group {
            let count = batch.count as u64;
            batch.tell(result.clone().map(|first| Position(first.0 + entries_before)));
            entries_before += count;
        }
    }
}

type Done = Box<dyn FnOnce(Result<Position, AppendError>) + Send>;

/// What a caller handed in. It is told once, even if the thread that holds it panics.
struct Batch {
    entries: Vec<Entry>,
    count: usize,
    bytes: usize,
    done: Option<Done>,
}

impl Batch {
    fn tell(mut self, result: Result<Position, AppendError>) {
        self.call(result);
    }

    fn call(&mut self, result: Result<Position, AppendError>) {
        if let Some(done) = self.done.take() {
            // A caller that panics is the caller's trouble: the others' entries go on.
            let _ = catch_unwind(AssertUnwindSafe(move || done(result)));
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.call(Err(AppendError::Poisoned));
    }
}

/// The thread. When there is no room it begins again with one batch, and doubles with each one that finds some, so that a little
/// room is used for what fits, and the order is kept.
fn run(mut engine: impl Engine, shared: &Shared) {
    let _exit = Exit(shared);
    let mut most = usize::MAX;
    while let Some(mut group) = shared.next_group(most) {
        let mut entries: Vec<Entry> = group.iter_mut().flat_map(|batch| std::mem::take(&mut batch.entries)).collect();
        match engine.append(&entries) {
            Err(error) if error.may_pass() => {
                for batch in group.iter_mut().rev() {
                    batch.entries = entries.split_off(entries.len() - batch.count);
                }
                shared.wait_for_room(group, error);
                most = 1;
            }
            result => {
                shared.finish(group, &result);
                most = most.saturating_mul(2);
            }
        }
    }
}

/// Whatever ends the thread, nobody waits for it in vain.
struct Exit<'a>(&'a Shared);

impl Drop for Exit<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.closing = true;
        if thread::panicking() {
            state.health = Health::Broken(AppendError::Poisoned);
        }
        let left = std::mem::take(&mut state.queue);
        drop(state);
        drop(left);
    }
}
