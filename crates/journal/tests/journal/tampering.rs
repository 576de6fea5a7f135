//! Verification finds every change, and says where it is.

use std::path::PathBuf;

use crate::scratch::{Scratch, all, batch, entry, verify_all};
use keng_journal::sqlite::{Reader, Sqlite};
use keng_journal::{Engine, Entry, Head, Position, ReadError, Source, Stored, Verified, VerifyError, verify};
use rusqlite::Connection;

/// A closed journal of five entries, and its head.
fn journal(scratch: &Scratch) -> (PathBuf, Head) {
    let path = scratch.path("journal.db");
    let mut engine = Sqlite::open(&path).unwrap();
    engine.append(&batch(5)).unwrap();
    let head = engine.head().unwrap();
    (path, head)
}

/// What verification says after this SQL.
fn after(sql: &str) -> Result<Verified, VerifyError> {
    let scratch = Scratch::new();
    let (path, head) = journal(&scratch);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    verify_all(&Reader::open(&path).unwrap(), head)
}

#[test]
fn an_untouched_journal_verifies() {
    assert_eq!(after("").unwrap().entries, 5);
}

#[test]
fn every_changed_bit_of_every_column_is_found() {
    let scratch = Scratch::new();
    let (path, head) = journal(&scratch);
    let stored = all(&Reader::open(&path).unwrap());
    let db = Connection::open(&path).unwrap();
    let reader = Reader::open(&path).unwrap();
    db.pragma_update(None, "synchronous", "off").unwrap();
    let set = |column: &str, place: u64, value: &dyn rusqlite::ToSql| {
        let sql = format!("UPDATE entry SET {column} = ?1 WHERE position = {place}");
        db.prepare_cached(&sql).unwrap().execute([value]).unwrap();
    };
    let assert_found = |place: u64| {
        let result = verify_all(&reader, head);
        assert!(matches!(result, Err(VerifyError::Changed { position }) if position.0 == place), "{place}: {result:?}");
    };
    for Stored { position, entry, hash } in &stored {
        let (place, at, kind) = (position.0, entry.at_ms.cast_signed(), entry.kind);
        for bit in 0..64 {
            set("at", place, &(at ^ (1 << bit)));
            assert_found(place);
        }
        set("at", place, &at);
        for bit in 0..16 {
            set("kind", place, &(kind ^ (1 << bit)));
            assert_found(place);
        }
        set("kind", place, &kind);
        for flipped in flips(&entry.payload) {
            set("payload", place, &flipped);
            assert_found(place);
        }
        set("payload", place, &entry.payload);
        for flipped in flips(hash) {
            set("hash", place, &flipped);
            assert_found(place);
        }
        set("hash", place, hash);
    }
    assert_eq!(verify_all(&reader, head).unwrap().head, head);
}

/// The octets with one bit changed, for every octet and each of two bits.
fn flips(octets: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..octets.len()).flat_map(|at| [0x01, 0x80].map(|bit| (at, bit))).map(|(at, bit)| {
        let mut flipped = octets.to_vec();
        flipped[at] ^= bit;
        flipped
    })
}

#[test]
fn a_shorter_or_longer_payload_is_found() {
    for value in ["x''", "payload || x'00'", "substr(payload, 2)"] {
        let result = after(&format!("UPDATE entry SET payload = CAST({value} AS BLOB) WHERE position = 3"));
        assert!(matches!(result, Err(VerifyError::Changed { position: Position(3) })), "{value}: {result:?}");
    }
}

#[test]
fn a_deleted_middle_entry_is_found() {
    let result = after("DELETE FROM entry WHERE position = 3");
    assert!(matches!(result, Err(VerifyError::Sequence { expected: Position(3), found: Position(4) })), "{result:?}");
}

#[test]
fn a_deleted_first_entry_is_found() {
    let result = after("DELETE FROM entry WHERE position = 1");
    assert!(matches!(result, Err(VerifyError::Sequence { expected: Position(1), found: Position(2) })), "{result:?}");
}

#[test]
fn a_deleted_entry_whose_gap_was_closed_is_found() {
    let result =
        after("DELETE FROM entry WHERE position = 3; UPDATE entry SET position = position - 1 WHERE position > 3");
    assert!(matches!(result, Err(VerifyError::Changed { position: Position(3) })), "{result:?}");
}

#[test]
fn swapped_entries_are_found() {
    let result = after(
        "UPDATE entry SET position = 99 WHERE position = 2;
         UPDATE entry SET position = 2 WHERE position = 4;
         UPDATE entry SET position = 4 WHERE position = 99",
    );
    assert!(matches!(result, Err(VerifyError::Changed { position: Position(2) })), "{result:?}");
}

#[test]
fn an_inserted_entry_is_found() {
    let result = after(
        "UPDATE entry SET position = -position - 1 WHERE position > 2;
         UPDATE entry SET position = -position WHERE position < 0;
         INSERT INTO entry SELECT 3, at, kind, payload, hash FROM entry WHERE position = 2",
    );
    assert!(matches!(result, Err(VerifyError::Changed { position: Position(3) })), "{result:?}");
}

#[test]
fn an_entry_slipped_in_before_the_first_is_found() {
    for place in ["0", "-1", "-9223372036854775808"] {
        let result = after(&format!("INSERT INTO entry SELECT {place}, at, kind, payload, hash FROM entry LIMIT 1"));
        let found = matches!(result, Err(VerifyError::Read(ReadError::Malformed { column: "position", .. })));
        assert!(found, "{place}: {result:?}");
    }
}

#[test]
fn an_entry_far_behind_the_last_is_found() {
    let result = after("INSERT INTO entry SELECT 9223372036854775807, at, kind, payload, hash FROM entry LIMIT 1");
    assert!(matches!(result, Err(VerifyError::Sequence { expected: Position(6), .. })), "{result:?}");
}

#[test]
fn a_cut_off_tail_shows_only_against_a_remembered_head() {
    let scratch = Scratch::new();
    let (path, head) = journal(&scratch);
    Connection::open(&path).unwrap().execute_batch("DELETE FROM entry WHERE position > 3").unwrap();
    let reader = Reader::open(&path).unwrap();
    let result = verify_all(&reader, head);
    assert!(matches!(result, Err(VerifyError::Truncated { end: Position(3), remembered: Position(5) })), "{result:?}");
    let result = verify(&reader, head, Head::EMPTY, |_| ());
    assert!(matches!(result, Err(VerifyError::Truncated { end: Position(3), remembered: Position(5) })), "{result:?}");
    assert_eq!(verify_all(&reader, Head::EMPTY).unwrap().entries, 3);
}

#[test]
fn a_journal_rewritten_with_sound_hashes_shows_only_against_a_remembered_head() {
    let scratch = Scratch::new();
    let (_, head) = journal(&scratch);
    let mut forged = Sqlite::open(scratch.path("forged.db")).unwrap();
    let mut entries = batch(5);
    entries[1] = Entry { kind: 9, ..entry(2) };
    entries.push(entry(6));
    forged.append(&entries).unwrap();
    assert!(verify_all(&forged, Head::EMPTY).is_ok());
    let result = verify_all(&forged, head);
    assert!(matches!(result, Err(VerifyError::Rewritten { position: Position(5) })), "{result:?}");
    let result = verify(&forged, head, Head::EMPTY, |_| ());
    assert!(matches!(result, Err(VerifyError::Rewritten { position: Position(5) })), "{result:?}");
}

#[test]
fn what_is_trusted_is_not_read_again() {
    let scratch = Scratch::new();
    let (path, head) = journal(&scratch);
    let trusted = all(&Reader::open(&path).unwrap())[2].head();
    Connection::open(&path).unwrap().execute_batch("UPDATE entry SET kind = 0 WHERE position = 1").unwrap();
    let mut told = vec![];
    let verified = verify(&Reader::open(&path).unwrap(), trusted, head, |place| told.push(place.0)).unwrap();
    assert_eq!((verified.entries, verified.head), (2, head));
    assert_eq!(told, [4, 5]);
}

/// Whatever octet of the file goes bad, nothing panics, and what verifies is what was written.
#[test]
fn no_bad_octet_of_the_file_goes_unseen() {
    let scratch = Scratch::new();
    let (path, head) = journal(&scratch);
    let stored = all(&Reader::open(&path).unwrap());
    let sound = std::fs::read(&path).unwrap();
    let bad_path = scratch.path("bad.db");
    let mut found = 0;
    // What is not used is zero; of that, one octet in 32 will do.
    for at in (0..sound.len()).filter(|&at| sound[at] != 0 || at % 32 == 0) {
        let mut bad = sound.clone();
        bad[at] ^= 0x41;
        std::fs::write(&bad_path, &bad).unwrap();
        let Ok(reader) = Reader::open(&bad_path) else {
            found += 1;
            continue;
        };
        match verify_all(&reader, head) {
            Ok(_) => assert_eq!(all(&reader), stored, "octet {at}"),
            Err(_) => found += 1,
        }
    }
    let written: usize = stored.iter().map(|stored| stored.entry.payload.len() + stored.hash.len()).sum();
    assert!(found > written, "{found} bad octets were found, and {written} are payloads and hashes alone");
}
