//! Both engines keep the contract.

use crate::scratch::{Scratch, all, verify_all};
use keng_journal::sqlite::Sqlite;
use keng_journal::{Engine, Entry, Fault, Head, Memory, Position, Source, conformance};
use proptest::prelude::*;

#[test]
fn memory_keeps_the_contract() {
    conformance::check(|| {
        let store = Memory::default();
        move || store.clone()
    });
}

#[test]
fn sqlite_keeps_the_contract() {
    conformance::check(|| {
        let scratch = Scratch::new();
        move || Sqlite::open(scratch.path("journal.db")).unwrap()
    });
}

#[test]
fn memory_fails_as_the_contract_says() {
    conformance::check_faults(&[Fault::Full, Fault::Locked, Fault::Broken], || {
        let store = Memory::default();
        (move || store.clone(), |engine: &mut Memory, fault| engine.set_fault(fault))
    });
}

#[test]
fn sqlite_without_room_fails_as_the_contract_says() {
    conformance::check_faults(&[Fault::Full], || {
        let scratch = Scratch::new();
        let inject = |engine: &mut Sqlite, fault: Option<Fault>| {
            engine.set_quota_bytes(if fault.is_some() { 0 } else { u64::MAX }).unwrap();
        };
        (move || Sqlite::open(scratch.path("journal.db")).unwrap(), inject)
    });
}

#[test]
fn sqlite_that_breaks_fails_as_the_contract_says() {
    conformance::check_faults(&[Fault::Broken], || {
        let scratch = Scratch::new();
        let path = scratch.path("journal.db");
        // Another program has written where the next entry belongs, and takes it back later.
        let inject = move |engine: &mut Sqlite, fault: Option<Fault>| {
            let next = engine.head().unwrap().position.next().0.cast_signed();
            let db = rusqlite::Connection::open(&path).unwrap();
            match fault {
                Some(_) => db.execute("INSERT INTO entry VALUES (?1, 0, 0, x'', x'')", [next]).unwrap(),
                None => db.execute("DELETE FROM entry WHERE position = ?1", [next]).unwrap(),
            };
        };
        (move || Sqlite::open(scratch.path("journal.db")).unwrap(), inject)
    });
}

#[test]
fn sqlite_that_is_locked_fails_as_the_contract_says() {
    conformance::check_faults(&[Fault::Locked], || {
        let scratch = Scratch::new();
        let path = scratch.path("journal.db");
        let mut others = vec![];
        let inject = move |_: &mut Sqlite, fault: Option<Fault>| {
            others.clear();
            if fault.is_some() {
                let other = rusqlite::Connection::open(&path).unwrap();
                other.execute_batch("BEGIN IMMEDIATE").unwrap();
                others.push(other);
            }
        };
        (move || Sqlite::open(scratch.path("journal.db")).unwrap(), inject)
    });
}

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Entry>),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let payload = prop::collection::vec(any::<u8>(), 0..5000);
    let entry = (any::<u16>(), any::<u64>(), payload).prop_map(|(kind, at_ms, payload)| Entry { kind, at_ms, payload });
    prop_oneof![4 => prop::collection::vec(entry, 0..6).prop_map(Step::Append), 1 => Just(Step::Reopen)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sqlite_is_a_list_of_entries(steps in prop::collection::vec(step(), 1..12)) {
        let scratch = Scratch::new();
        let path = scratch.path("journal.db");
        let mut model: Vec<Entry> = vec![];
        let mut head = Head::EMPTY;
        let mut engine = Sqlite::open(&path).unwrap();
        for step in steps {
            match step {
                Step::Append(batch) => {
                    let first = engine.append(&batch).unwrap();
                    prop_assert_eq!(first, Position(model.len() as u64 + 1));
                    head = batch.iter().fold(head, |head, entry| head.then(entry));
                    model.extend(batch);
                }
                Step::Reopen => {
                    drop(engine);
                    engine = Sqlite::open(&path).unwrap();
                }
            }
            prop_assert_eq!(engine.head().unwrap(), head);
        }
        prop_assert!(all(&engine).iter().map(|stored| &stored.entry).eq(&model));
        prop_assert_eq!(verify_all(&engine, head).unwrap().head, head);
    }
}
