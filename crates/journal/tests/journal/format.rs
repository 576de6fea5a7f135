//! The file and the hashes are those of FORMAT.md.

use crate::scratch::{Scratch, all, batch};
use keng_journal::sqlite::{OpenError, Reader, Sqlite};
use keng_journal::{Engine, Entry, ReadError, Source, format};
use rusqlite::Connection;

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn hashes_are_those_of_the_document() {
    let scratch = Scratch::new();
    let mut engine = Sqlite::open(scratch.path("journal.db")).unwrap();
    engine.append(&[Entry { kind: 1, at_ms: 1_790_000_000_000, payload: b"keng".to_vec() }]).unwrap();
    engine.append(&[Entry { kind: u16::MAX, at_ms: 1_790_000_000_001, payload: vec![] }]).unwrap();
    for stored in all(&engine) {
        let row = format!("| {} | {} | {} |", stored.position, stored.entry.at_ms, stored.entry.kind);
        let line = include_str!("../../FORMAT.md").lines().find(|line| line.starts_with(&row)).unwrap();
        assert!(line.ends_with(&format!("`{}` |", hex(&stored.hash))), "{line}");
    }
}

#[test]
fn header_is_the_one_of_the_document() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    drop(Sqlite::open(&path).unwrap());
    let file = std::fs::read(&path).unwrap();
    assert_eq!(&file[..16], b"SQLite format 3\0");
    assert_eq!(&file[68..72], b"KENG");
    assert_eq!(&file[60..64], [0, 0, 0, 1]);
    assert!(include_str!("../../FORMAT.md").contains(format::SCHEMA));
}

/// Makes a database with SQL, and says how the engine refuses it, for writing and for reading.
fn refused(sql: &str) -> (OpenError, OpenError) {
    let scratch = Scratch::new();
    let path = scratch.path("other.db");
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let before = std::fs::read(&path).unwrap();
    let refusals = (Sqlite::open(&path).unwrap_err(), Reader::open(&path).unwrap_err());
    assert_eq!(std::fs::read(&path).unwrap(), before, "a file that was refused was touched");
    refusals
}

#[test]
fn another_programs_file_is_refused_and_not_touched() {
    let both = refused("CREATE TABLE notes (text)");
    assert!(matches!(both, (OpenError::Foreign { application_id: 0 }, OpenError::Foreign { .. })), "{both:?}");
    let both = refused("PRAGMA application_id = 77; CREATE TABLE notes (text)");
    assert!(matches!(both, (OpenError::Foreign { application_id: 77 }, OpenError::Foreign { .. })), "{both:?}");
}

#[test]
fn newer_format_is_refused_and_not_touched() {
    let both = refused(&format!("PRAGMA application_id = {}; PRAGMA user_version = 2", format::APPLICATION_ID));
    assert!(matches!(both, (OpenError::Version { found: 2 }, OpenError::Version { found: 2 })), "{both:?}");
}

#[test]
fn another_table_is_refused_and_not_touched() {
    let ours = format!("PRAGMA application_id = {}; PRAGMA user_version = 1;", format::APPLICATION_ID);
    let no_table = refused(&ours);
    assert!(matches!(no_table, (OpenError::Schema, OpenError::Schema)), "{no_table:?}");
    let trigger =
        "CREATE TRIGGER forget AFTER INSERT ON entry BEGIN DELETE FROM entry WHERE position = new.position; END";
    let with_trigger = refused(&format!("{ours} {}; {trigger}", format::SCHEMA));
    assert!(matches!(with_trigger, (OpenError::Schema, OpenError::Schema)), "{with_trigger:?}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_not_touched() {
    let scratch = Scratch::new();
    let path = scratch.path("letter.txt");
    let letter = "This is a letter, and it is longer than the header of a database. ".repeat(99);
    std::fs::write(&path, &letter).unwrap();
    let error = Sqlite::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::Foreign { application_id: 0 }), "{error:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
}

#[test]
fn a_missing_file_is_not_made_by_a_reader() {
    let scratch = Scratch::new();
    assert!(matches!(Reader::open(scratch.path("journal.db")), Err(OpenError::Engine(_))));
    assert!(!scratch.path("journal.db").exists());
}

/// What a value of a wrong form is read as. Strictness is switched off, as whoever tampers would.
#[test]
fn a_value_of_a_wrong_form_is_a_typed_error() {
    for (column, value) in [
        ("position", "-7"),
        ("position", "0"),
        ("kind", "70000"),
        ("kind", "-1"),
        ("hash", "x'00'"),
        ("hash", "zeroblob(33)"),
        ("payload", "zeroblob(65537)"),
        ("payload", "'text'"),
        ("at", "'text'"),
        ("at", "1.5"),
    ] {
        let scratch = Scratch::new();
        let path = scratch.path("journal.db");
        Sqlite::open(&path).unwrap().append(&batch(3)).unwrap();
        let db = Connection::open(&path).unwrap();
        let loosen = format!(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(replace(sql, 'INTEGER NOT', 'ANY NOT'), 'BLOB', 'ANY');
             PRAGMA writable_schema = RESET;
             UPDATE entry SET {column} = {value} WHERE position = 2;
             PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = '{}';",
            format::SCHEMA
        );
        db.execute_batch(&loosen).unwrap();
        drop(db);
        let reader = Reader::open(&path).unwrap();
        let error = reader.read(keng_journal::Position::FIRST, 10).unwrap_err();
        let found = matches!(error, ReadError::Malformed { column: found, .. } if found == column);
        assert!(found, "{column} = {value}: {error:?}");
    }
}
