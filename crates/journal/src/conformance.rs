//! The suite that every engine passes.
//!
//! A new engine calls [`check`] from a test of its own, and [`check_faults`] if the test can make its store fail. They panic at
//! the first thing that is not as the contract of [`Engine`] says, which is their purpose.
//!
//! ```
//! use keng_journal::{Memory, conformance};
//!
//! conformance::check(|| {
//!     let store = Memory::default();
//!     move || store.clone()
//! });
//! ```

#![expect(clippy::expect_used, reason = "a suite tells by panicking")]

use crate::{AppendError, Engine, Entry, Fault, Glance, Head, MAX_PAYLOAD, Position, Source, Stored, entries, verify};

/// Checks all that needs no fault.
///
/// `fresh` makes a new, empty store and returns what opens it. An opening is dropped before the next one of the same store.
pub fn check<E: Engine, O: FnMut() -> E>(mut fresh: impl FnMut() -> O) {
    an_empty_journal_reads_as_nothing(&mut fresh()());
    places_begin_at_one_without_a_gap(&mut fresh()());
    what_is_read_is_what_was_appended(&mut fresh()());
    an_empty_batch_writes_nothing(&mut fresh()());
    one_entry_too_large_refuses_its_whole_batch(&mut fresh()());
    pages_begin_and_end_where_they_are_told_to(&mut fresh()());
    pages_of_large_entries_lose_none(&mut fresh()());
    a_reopened_journal_goes_on(&mut fresh());
}

/// Checks what an engine does when its store fails.
///
/// `fresh` makes a new, empty store, and returns what opens it and what makes the opening that is open meet a fault from then on
/// (or none), which fails with the matching [`AppendError`].
pub fn check_faults<E: Engine, O: FnMut() -> E, F: FnMut(&mut E, Option<Fault>)>(
    faults: &[Fault],
    mut fresh: impl FnMut() -> (O, F),
) {
    for fault in faults {
        let (mut open, mut inject) = fresh();
        match fault {
            Fault::Full | Fault::Locked => what_may_pass_writes_nothing(&mut open(), *fault, &mut inject),
            Fault::Broken => a_broken_engine_takes_nothing_until_it_is_reopened(&mut open, &mut inject),
        }
    }
}

fn an_empty_journal_reads_as_nothing(engine: &mut impl Engine) {
    assert_eq!(head(engine), Head::EMPTY);
    assert_eq!(page(engine, Position(0), 10), []);
    assert_eq!(page(engine, Position::FIRST, 10), []);
    assert_eq!(page(engine, Position(u64::MAX), 10), []);
}

fn places_begin_at_one_without_a_gap(engine: &mut impl Engine) {
    let firsts: Vec<_> = [1, 3, 2].into_iter().map(|count| append(engine, &batch(0, count))).collect();
    assert_eq!(firsts, [Position(1), Position(2), Position(5)]);
    let places: Vec<_> = all(engine).into_iter().map(|stored| stored.position.0).collect();
    assert_eq!(places, [1, 2, 3, 4, 5, 6]);
    assert_eq!(head(engine).position, Position(6));
}

fn what_is_read_is_what_was_appended(engine: &mut impl Engine) {
    let batch = [
        Entry { kind: 0, at_ms: 0, payload: vec![] },
        Entry { kind: u16::MAX, at_ms: u64::MAX, payload: (0..=u8::MAX).collect() },
        Entry { kind: 1, at_ms: 1, payload: vec![0; MAX_PAYLOAD] },
        Entry { kind: 1, at_ms: 1 << 63, payload: vec![0] },
    ];
    append(engine, &batch);
    let stored = all(engine);
    assert!(stored.iter().map(|stored| &stored.entry).eq(&batch), "an entry came back changed");
    assert_eq!(scanned(engine, Position::FIRST), batch, "a scan shows something else");
    assert_eq!(scanned(engine, Position(3)), batch[2..], "a scan begins where it is told to");

    let mut expected = Head::EMPTY;
    for stored in stored {
        expected = expected.then(&stored.entry);
        assert_eq!(stored.head(), expected, "the chain is not the one of the format");
    }
    assert_eq!(head(engine), expected);
    assert_sound(engine);
}

fn an_empty_batch_writes_nothing(engine: &mut impl Engine) {
    assert_eq!(append(engine, &[]), Position(1));
    append(engine, &batch(0, 2));
    let before = head(engine);
    assert_eq!(append(engine, &[]), Position(3));
    assert_eq!(head(engine), before);
}

fn one_entry_too_large_refuses_its_whole_batch(engine: &mut impl Engine) {
    append(engine, &batch(0, 1));
    let before = head(engine);
    let mut bad = batch(1, 3);
    bad.push(Entry { kind: 0, at_ms: 0, payload: vec![0; MAX_PAYLOAD + 1] });
    let error = engine.append(&bad).expect_err("a payload over the bound was taken");
    assert!(matches!(error, AppendError::TooLarge { index: 3, length } if length == MAX_PAYLOAD + 1), "{error:?}");
    assert_eq!(head(engine), before);
    assert_eq!(all(engine).len(), 1);
    assert_eq!(append(engine, &batch(1, 1)), Position(2));
}

fn pages_begin_and_end_where_they_are_told_to(engine: &mut impl Engine) {
    append(engine, &batch(0, 5));
    let places = |from, limit| -> Vec<u64> {
        page(engine, Position(from), limit).into_iter().map(|stored| stored.position.0).collect()
    };
    assert_eq!(places(0, 2), [1, 2]);
    assert_eq!(places(1, 2), [1, 2]);
    assert_eq!(places(3, 2), [3, 4]);
    assert_eq!(places(5, 2), [5]);
    assert_eq!(places(6, 2), []);
    assert_eq!(places(4, usize::MAX), [4, 5]);
    assert_eq!(places(2, 0), [2], "a limit of 0 counts as 1, as nothing means the end");
}

fn pages_of_large_entries_lose_none(engine: &mut impl Engine) {
    const COUNT: u64 = 150;
    for at_ms in 0..COUNT {
        append(engine, &[Entry { kind: 0, at_ms, payload: vec![7; MAX_PAYLOAD] }]);
    }
    let times: Vec<_> = all(engine).into_iter().map(|stored| stored.entry.at_ms).collect();
    assert!(times.into_iter().eq(0..COUNT));
}

fn a_reopened_journal_goes_on<E: Engine>(open: &mut impl FnMut() -> E) {
    let mut expected = vec![];
    for round in 0..3 {
        let mut engine = open();
        assert_eq!(all(&engine), expected, "a reopened journal is not what it was");
        append(&mut engine, &batch(round * 10, 2));
        expected = all(&engine);
    }
    let engine = open();
    assert_eq!(head(&engine).position, Position(6));
    assert_sound(&engine);
}

fn what_may_pass_writes_nothing<E: Engine>(
    engine: &mut E,
    fault: Fault,
    inject: &mut impl FnMut(&mut E, Option<Fault>),
) {
    append(engine, &batch(0, 2));
    let (before, head_before) = (all(engine), head(engine));
    inject(engine, Some(fault));
    for _ in 0..2 {
        let error = engine.append(&large_batch()).expect_err("a fault was injected");
        assert!(error.may_pass(), "{error:?}");
        assert!(matches!(error, AppendError::Full) == (fault == Fault::Full), "{error:?}");
        assert_eq!(all(engine), before, "a batch without room left something behind");
        assert_eq!(head(engine), head_before);
    }
    inject(engine, None);
    assert_eq!(append(engine, &large_batch()), Position(3), "there was room again");
    assert_sound(engine);
}

fn a_broken_engine_takes_nothing_until_it_is_reopened<E: Engine>(
    open: &mut impl FnMut() -> E,
    inject: &mut impl FnMut(&mut E, Option<Fault>),
) {
    let mut engine = open();
    append(&mut engine, &batch(0, 2));
    let before = all(&engine);
    inject(&mut engine, Some(Fault::Broken));
    let error = engine.append(&batch(2, 1)).expect_err("a fault was injected");
    assert!(matches!(error, AppendError::Broken(_)), "{error:?}");
    inject(&mut engine, None);
    for _ in 0..2 {
        let error = engine.append(&batch(2, 1)).expect_err("the engine is poisoned");
        assert!(matches!(error, AppendError::Poisoned), "{error:?}");
    }
    drop(engine);

    let mut engine = open();
    let after = all(&engine);
    assert!(after.starts_with(&before), "what was durable was lost");
    append(&mut engine, &batch(9, 1));
    assert_sound(&engine);
}

/// A few small entries, each another one.
fn batch(from: u64, count: u64) -> Vec<Entry> {
    (from..from + count)
        .map(|n| Entry { kind: 3, at_ms: 1_790_000_000_000 + n, payload: n.to_be_bytes().to_vec() })
        .collect()
}

/// More than any quota of a test leaves.
fn large_batch() -> Vec<Entry> {
    (0..16).map(|at_ms| Entry { kind: 4, at_ms, payload: vec![4; MAX_PAYLOAD] }).collect()
}

fn append(engine: &mut impl Engine, batch: &[Entry]) -> Position {
    engine.append(batch).expect("nothing keeps this batch out")
}

fn head(source: &impl Source) -> Head {
    source.head().expect("the head can be read")
}

fn page(source: &impl Source, from: Position, limit: usize) -> Vec<Stored> {
    source.read(from, limit).expect("the journal can be read")
}

fn all(source: &impl Source) -> Vec<Stored> {
    entries(source, Position::FIRST).collect::<Result<_, _>>().expect("the journal can be read")
}

fn scanned(source: &impl Source, from: Position) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut keep = |seen: Glance<'_>| {
        assert_eq!(seen.position.0, from.0 + entries.len() as u64, "a scan shows all, in order");
        entries.push(Entry { kind: seen.kind, at_ms: seen.at_ms, payload: seen.payload.to_vec() });
    };
    source.scan(from, &mut keep).expect("the journal can be read");
    entries
}

fn assert_sound(source: &impl Source) {
    let verified = verify(source, Head::EMPTY, head(source), |_| ()).expect("the journal verifies");
    assert_eq!(verified.head, head(source));
}
