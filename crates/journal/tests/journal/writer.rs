//! Group commit, the bounds of the queue, and what callers are told when the disk is full or broken.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keng_journal::sqlite::{Reader, Sqlite};
use keng_journal::{
    AppendError, Durability, Engine, Entry, Fault, Head, Health, Limits, MAX_BATCH_BYTES, MAX_PAYLOAD, Memory,
    Position, Priority, ReadError, Source, Stored, SubmitError, Writer,
};

use crate::scratch::{Scratch, all, batch, entry, verify_all};

type Outcome = Result<Position, AppendError>;

/// Limits of a test: a retry is not worth waiting for.
const LIMITS: Limits =
    Limits { batches: 4, bytes: 1 << 20, urgent_batches: 2, urgent_bytes: 1 << 20, retry: Duration::from_millis(1) };

fn start(engine: &Memory) -> Writer {
    Writer::start(engine.clone(), LIMITS).unwrap()
}

/// Hands in one entry, whose caller tells `told` its number and what became of it.
fn submit(writer: &Writer, n: u64, priority: Priority, told: &Sender<(u64, Outcome)>) -> Result<(), SubmitError> {
    let told = told.clone();
    writer.submit(vec![entry(n)], priority, move |outcome| told.send((n, outcome)).unwrap())
}

/// Keeps the writer's thread busy, with one batch of its load, until the sender is dropped.
fn hold(writer: &Writer) -> Sender<()> {
    let (release, held) = channel::<()>();
    let (is_held, wait) = channel();
    let done = move |_| {
        is_held.send(()).unwrap();
        let _ = held.recv();
    };
    writer.submit(vec![entry(0)], Priority::Ordinary, done).unwrap();
    wait.recv().unwrap();
    release
}

fn wait_until(writer: &Writer, is: impl Fn(&Health) -> bool) {
    while !is(&writer.health()) {
        std::thread::yield_now();
    }
}

fn numbers(told: &Receiver<(u64, Outcome)>) -> Vec<(u64, u64)> {
    told.iter().map(|(n, outcome)| (n, outcome.unwrap().0)).collect()
}

#[test]
fn many_batches_are_one_transaction_and_are_told_in_order() {
    let store = Memory::default();
    let limits = Limits { batches: 100, ..LIMITS };
    let writer = Writer::start(store.clone(), limits).unwrap();
    let (told, outcomes) = channel();
    let release = hold(&writer);
    for n in 1..=50 {
        submit(&writer, n, Priority::Ordinary, &told).unwrap();
    }
    drop(release);
    drop((writer, told));
    assert_eq!(store.commits(), 2, "one for what kept the writer busy, one for the fifty");
    assert_eq!(numbers(&outcomes), (1..=50).map(|n| (n, n + 1)).collect::<Vec<_>>());
}

#[test]
fn a_batch_is_told_its_first_place_and_an_empty_one_the_next() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    let release = hold(&writer);
    for count in [3, 0, 2] {
        let told = told.clone();
        writer.submit(batch(count), Priority::Ordinary, move |outcome| told.send((count, outcome)).unwrap()).unwrap();
    }
    drop(release);
    drop((writer, told));
    assert_eq!(numbers(&outcomes), [(3, 2), (0, 5), (2, 5)]);
}

#[test]
fn a_full_queue_refuses_at_once_and_still_takes_hold_ups() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    let release = hold(&writer);
    for n in 1..=4 {
        submit(&writer, n, Priority::Ordinary, &told).unwrap();
    }
    assert_eq!(submit(&writer, 5, Priority::Ordinary, &told), Err(SubmitError::QueueFull));
    submit(&writer, 6, Priority::Urgent, &told).unwrap();
    submit(&writer, 7, Priority::Urgent, &told).unwrap();
    assert_eq!(submit(&writer, 8, Priority::Urgent, &told), Err(SubmitError::QueueFull));
    drop(release);
    drop((writer, told));
    assert_eq!(numbers(&outcomes), [(1, 2), (2, 3), (3, 4), (4, 5), (6, 6), (7, 7)]);
}

#[test]
fn octets_are_bounded_as_batches_are() {
    let store = Memory::default();
    let limits = Limits { batches: 100, bytes: 3 * 1064, urgent_bytes: 1064, ..LIMITS };
    let writer = Writer::start(store.clone(), limits).unwrap();
    let release = hold(&writer);
    let thousand = || vec![Entry { kind: 0, at_ms: 0, payload: vec![0; 1000] }];
    let submit = |priority| writer.submit(thousand(), priority, |_| ());
    let ordinary = [(); 4].map(|()| submit(Priority::Ordinary).is_ok());
    assert_eq!(ordinary, [true, true, true, false]);
    assert_eq!([(); 2].map(|()| submit(Priority::Urgent).is_ok()), [true, false]);
    drop(release);
}

#[test]
fn room_in_the_queue_comes_back_before_the_caller_is_told() {
    let store = Memory::default();
    let writer = Arc::new(Writer::start(store.clone(), Limits { batches: 1, urgent_batches: 0, ..LIMITS }).unwrap());
    let (told, outcomes) = channel();
    let again = Arc::clone(&writer);
    let done = move |_| submit(&again, 2, Priority::Ordinary, &told).unwrap();
    writer.submit(vec![entry(1)], Priority::Ordinary, done).unwrap();
    assert_eq!(numbers(&outcomes), [(2, 2)]);
}

#[test]
fn what_is_too_large_is_refused_before_it_is_queued() {
    let writer = start(&Memory::default());
    let large = |length| Entry { kind: 0, at_ms: 0, payload: vec![0; length] };
    let refuse = |batch| writer.submit(batch, Priority::Urgent, |_| ()).unwrap_err();
    let error = refuse(vec![large(1), large(MAX_PAYLOAD + 1)]);
    assert_eq!(error, SubmitError::TooLarge { index: 1, length: MAX_PAYLOAD + 1 });
    let error = refuse(vec![large(MAX_PAYLOAD); 16]);
    assert!(matches!(error, SubmitError::BatchTooLarge { bytes } if bytes > MAX_BATCH_BYTES), "{error:?}");
}

#[test]
fn on_a_full_disk_nothing_is_told_until_there_is_room_and_then_in_order() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    store.set_fault(Some(Fault::Full));
    for n in 1..=4 {
        submit(&writer, n, Priority::Ordinary, &told).unwrap();
    }
    wait_until(&writer, |health| matches!(health, Health::Waiting { error: AppendError::Full, .. }));
    assert_eq!(
        submit(&writer, 5, Priority::Ordinary, &told),
        Err(SubmitError::QueueFull),
        "what waits for room is held"
    );
    submit(&writer, 6, Priority::Urgent, &told).unwrap();
    assert_eq!(store.commits(), 0);
    assert!(outcomes.try_recv().is_err(), "a caller was told too early");

    store.set_fault(None);
    let (n, first) = outcomes.recv().unwrap();
    assert_eq!((n, first.unwrap()), (1, Position(1)));
    wait_until(&writer, |health| matches!(health, Health::Healthy));
    drop((writer, told));
    assert_eq!(numbers(&outcomes), [(2, 2), (3, 3), (4, 4), (6, 5)]);
}

#[test]
fn closing_on_a_full_disk_gives_up_what_is_held() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    store.set_fault(Some(Fault::Full));
    for n in 1..=3 {
        submit(&writer, n, Priority::Ordinary, &told).unwrap();
    }
    writer.close();
    drop(told);
    let outcomes: Vec<_> = outcomes.iter().collect();
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|(_, outcome)| matches!(outcome, Err(AppendError::Full))), "{outcomes:?}");
    assert_eq!(store.head().unwrap(), Head::EMPTY);
}

#[test]
fn a_broken_engine_fails_all_that_waits_and_all_that_comes() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    let release = hold(&writer);
    store.set_fault(Some(Fault::Broken));
    submit(&writer, 1, Priority::Ordinary, &told).unwrap();
    submit(&writer, 2, Priority::Urgent, &told).unwrap();
    drop(release);
    for n in 1..=2 {
        let outcome = outcomes.recv().unwrap();
        assert!(matches!(outcome, (told, Err(AppendError::Broken(_))) if told == n), "{outcome:?}");
    }
    assert!(matches!(writer.health(), Health::Broken(AppendError::Broken(_))));

    store.set_fault(None);
    submit(&writer, 3, Priority::Urgent, &told).unwrap();
    let outcome = outcomes.recv().unwrap();
    assert!(matches!(outcome, (3, Err(AppendError::Poisoned))), "{outcome:?}");
    assert!(matches!(writer.health(), Health::Broken(AppendError::Broken(_))), "the first cause is kept");
}

#[test]
fn closing_drains_and_then_refuses() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    let release = hold(&writer);
    submit(&writer, 1, Priority::Ordinary, &told).unwrap();
    drop(release);
    writer.close();
    assert_eq!(store.head().unwrap().position, Position(2));
    assert_eq!(submit(&writer, 2, Priority::Urgent, &told), Err(SubmitError::Closed));
    drop(told);
    assert_eq!(numbers(&outcomes), [(1, 2)]);
}

#[test]
fn the_last_writer_may_go_in_a_completion() {
    let store = Memory::default();
    let writer = Arc::new(start(&store));
    let (told, outcomes) = channel();
    let last = Arc::clone(&writer);
    let (go, wait) = channel::<()>();
    let done = move |outcome: Outcome| {
        let _ = wait.recv();
        drop(last);
        told.send((1, outcome)).unwrap();
    };
    writer.submit(vec![entry(1)], Priority::Ordinary, done).unwrap();
    drop(writer);
    drop(go);
    assert_eq!(numbers(&outcomes), [(1, 1)]);
}

#[test]
fn a_caller_that_panics_takes_no_other_with_it() {
    let store = Memory::default();
    let writer = start(&store);
    let (told, outcomes) = channel();
    writer.submit(vec![entry(1)], Priority::Ordinary, |_| panic!("a completion of a test")).unwrap();
    submit(&writer, 2, Priority::Ordinary, &told).unwrap();
    drop((writer, told));
    assert_eq!(numbers(&outcomes), [(2, 2)]);
}

/// An engine with a defect.
struct Panics;

impl Source for Panics {
    fn read(&self, _: Position, _: usize) -> Result<Vec<Stored>, ReadError> {
        Ok(vec![])
    }

    fn head(&self) -> Result<Head, ReadError> {
        Ok(Head::EMPTY)
    }
}

impl Engine for Panics {
    fn append(&mut self, _: &[Entry]) -> Outcome {
        panic!("an engine of a test")
    }

    fn durability(&self) -> Durability {
        Durability::Memory
    }
}

#[test]
fn an_engine_that_panics_leaves_no_caller_waiting() {
    let writer = Writer::start(Panics, LIMITS).unwrap();
    let (told, outcomes) = channel();
    submit(&writer, 1, Priority::Ordinary, &told).unwrap();
    let outcome = outcomes.recv().unwrap();
    assert!(matches!(outcome, (1, Err(AppendError::Poisoned))), "{outcome:?}");
    wait_until(&writer, |health| matches!(health, Health::Broken(_)));
    assert_eq!(submit(&writer, 2, Priority::Urgent, &told), Err(SubmitError::Closed));
}

/// The disk engine in two hands: the writer's, and the test's, which makes room.
#[derive(Clone)]
struct Shared(Arc<Mutex<Sqlite>>);

impl Source for Shared {
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError> {
        self.0.lock().unwrap().read(from, limit)
    }

    fn head(&self) -> Result<Head, ReadError> {
        self.0.lock().unwrap().head()
    }
}

impl Engine for Shared {
    fn append(&mut self, batch: &[Entry]) -> Outcome {
        self.0.lock().unwrap().append(batch)
    }

    fn durability(&self) -> Durability {
        self.0.lock().unwrap().durability()
    }
}

#[test]
fn a_file_without_room_keeps_what_fits_in_order_and_goes_on_when_there_is_room() {
    const COUNT: u64 = 64;
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    let shared = Shared(Arc::new(Mutex::new(Sqlite::open(&path).unwrap())));
    shared.0.lock().unwrap().set_quota_bytes(100 * 1024).unwrap();
    let writer = Writer::start(shared.clone(), Limits { batches: 100, ..LIMITS }).unwrap();
    let (told, outcomes) = channel();
    let release = hold(&writer);
    for n in 0..COUNT {
        let told = told.clone();
        let large = Entry { kind: 1, at_ms: n, payload: vec![1; 8 * 1024] };
        writer.submit(vec![large], Priority::Ordinary, move |outcome| told.send((n, outcome)).unwrap()).unwrap();
    }
    drop(release);
    let fits: Vec<_> = outcomes.iter().take(5).map(|(n, outcome)| (n, outcome.unwrap().0)).collect();
    assert_eq!(fits, [(0, 2), (1, 3), (2, 4), (3, 5), (4, 6)], "what the quota has room for is not kept waiting");
    wait_until(&writer, |health| matches!(health, Health::Waiting { error: AppendError::Full, .. }));

    shared.0.lock().unwrap().set_quota_bytes(u64::MAX).unwrap();
    drop(told);
    assert_eq!(numbers(&outcomes), (5..COUNT).map(|n| (n, n + 2)).collect::<Vec<_>>());
    drop(writer);
    let reader = Reader::open(&path).unwrap();
    assert_eq!(all(&reader).len() as u64, COUNT + 1);
    assert_eq!(verify_all(&reader, shared.head().unwrap()).unwrap().entries, COUNT + 1);
}
