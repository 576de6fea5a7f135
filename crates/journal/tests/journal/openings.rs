//! One writer, and as many readers as there are.

use keng_journal::sqlite::{OpenError, Reader, Sqlite};
use keng_journal::{Durability, Engine, Position, Source};

use crate::scratch::{Scratch, all, batch, verify_all};

#[test]
fn a_second_writer_is_refused_until_the_first_is_gone() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    let first = Sqlite::open(&path).unwrap();
    assert!(matches!(Sqlite::open(&path), Err(OpenError::InUse)));
    drop(first);
    assert!(Sqlite::open(&path).is_ok());
}

#[cfg(unix)]
#[test]
fn a_second_writer_by_another_name_is_refused() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    let _first = Sqlite::open(&path).unwrap();
    std::os::unix::fs::symlink(&path, scratch.path("link.db")).unwrap();
    assert!(matches!(Sqlite::open(scratch.path("link.db")), Err(OpenError::InUse)));
}

#[test]
fn a_reader_sees_each_append_at_once_and_holds_up_none() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    let mut engine = Sqlite::open(&path).unwrap();
    let reader = Reader::open(&path).unwrap();
    for count in 1..=3 {
        engine.append(&batch(1)).unwrap();
        assert_eq!(reader.head().unwrap(), engine.head().unwrap());
        assert_eq!(all(&reader).len(), count);
    }
    assert_eq!(verify_all(&reader, engine.head().unwrap()).unwrap().entries, 3);
}

#[test]
fn a_reader_works_without_a_writer() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    Sqlite::open(&path).unwrap().append(&batch(2)).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!(all(&reader).len(), 2);
    let mut engine = Sqlite::open(&path).unwrap();
    assert_eq!(engine.append(&batch(1)).unwrap(), Position(3));
    assert_eq!(all(&reader).len(), 3);
}

#[test]
fn a_reader_can_go_to_another_thread() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    Sqlite::open(&path).unwrap().append(&batch(2)).unwrap();
    let reader = Reader::open(&path).unwrap();
    assert_eq!(std::thread::spawn(move || all(&reader).len()).join().unwrap(), 2);
}

#[test]
fn the_disk_engine_says_that_it_is_durable() {
    let scratch = Scratch::new();
    assert_eq!(Sqlite::open(scratch.path("journal.db")).unwrap().durability(), Durability::Disk);
}

#[test]
fn a_clean_close_leaves_the_log_in_place_and_a_file_that_is_whole_without_it() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    let mut engine = Sqlite::open(&path).unwrap();
    engine.append(&batch(5)).unwrap();
    let head = engine.head().unwrap();
    drop(engine);
    // On a full disk nobody could make these again, and the next start needs them.
    assert!(scratch.path("journal.db-wal").exists() && scratch.path("journal.db-shm").exists());
    std::fs::copy(&path, scratch.path("copy.db")).unwrap();
    assert_eq!(verify_all(&Reader::open(scratch.path("copy.db")).unwrap(), head).unwrap().entries, 5);
}
