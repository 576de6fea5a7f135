//! What the journal commands prove and what they hand out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keng_journal::{Entry, Position, format};
use serde_json::Value;

use crate::program::{Folder, ended, mode, refused};

#[test]
fn verify_finds_a_changed_byte_and_says_where() {
    let folder = Folder::initialised();
    let said = ended(&folder.keng(["journal", "verify"]), 0);
    assert!(said.contains("4 entries, none changed") && said.contains("head: position 4, hash "), "{said}");

    alter(&folder, "UPDATE entry SET payload = CAST(x'07' || substr(payload, 2) AS BLOB) WHERE position = 3");
    let output = folder.keng(["journal", "verify", "--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((said.get("ok"), said.get("position")), (Some(&Value::Bool(false)), Some(&Value::from(3))));
    assert!(refused(&output, 1).contains("entry 3 was changed"));
}

#[test]
fn a_remembered_head_proves_that_nothing_was_cut_off() {
    let folder = Folder::initialised();
    let head = ended(&folder.keng(["journal", "verify", "--json"]), 0);
    ended(&folder.keng_fed(["journal", "verify", "--head", "-"], head.as_bytes()), 0);
    alter(&folder, "DELETE FROM entry WHERE position = 4");
    ended(&folder.keng(["journal", "verify"]), 0);
    let said = refused(&folder.keng_fed(["journal", "verify", "--head", "-"], head.as_bytes()), 1);
    assert!(said.contains("ends at 3"), "{said}");
}

#[test]
fn an_exported_journal_can_be_proven_without_the_file() {
    let folder = Folder::initialised();
    let mut previous = format::GENESIS;
    for line in lines(&ended(&folder.keng(["journal", "export"]), 0)) {
        let payload = STANDARD.decode(text(&line, "/payload")).unwrap();
        let number = |pointer| line.pointer(pointer).and_then(Value::as_u64).unwrap();
        let kind = u16::try_from(number("/kind")).unwrap();
        let entry = Entry { kind, at_ms: number("/at_ms"), payload };
        previous = format::hash(&previous, Position(number("/position")), &entry);
        assert_eq!(hex(&previous), text(&line, "/hash"));
        assert_eq!(line.pointer("/content/verified"), Some(&Value::Bool(true)));
        assert_eq!(text(&line, "/content/header/kind"), "enrolment");
    }
    assert_ne!(previous, format::GENESIS);
}

#[test]
fn without_the_authority_s_key_an_export_believes_no_frame() {
    let folder = Folder::initialised();
    for line in lines(&ended(&folder.keng(["journal", "export", "--journal", "data/journal.db"]), 0)) {
        assert_eq!(line.pointer("/content/verified"), Some(&Value::Bool(false)));
        assert_eq!(line.pointer("/content/message"), Some(&Value::Null));
    }
}

#[test]
fn an_export_goes_from_one_position_to_another_and_over_no_file() {
    let folder = Folder::initialised();
    let export = ["journal", "export", "--from", "2", "--to", "3", "--output", "part.jsonl"];
    ended(&folder.keng(export), 0);
    let positions: Vec<_> =
        lines(&folder.text("part.jsonl")).iter().map(|line| line.get("position").cloned()).collect();
    assert_eq!(positions, [Some(Value::from(2)), Some(Value::from(3))]);
    assert_eq!(mode(&folder.path("part.jsonl")), 0o600);
    refused(&folder.keng(export), 1);
    refused(&folder.keng(["journal", "export", "--from", "3", "--to", "2"]), 2);
}

#[test]
fn tail_prints_the_last_entries() {
    let folder = Folder::initialised();
    let said = ended(&folder.keng(["journal", "tail", "-n", "2"]), 0);
    assert_eq!(said.lines().count(), 2);
    assert!(said.lines().all(|line| line.contains("admitted") && line.contains("enrolment")), "{said}");
    let last = lines(&ended(&folder.keng(["journal", "tail", "-n", "1", "--json"]), 0));
    assert_eq!(last.first().and_then(|line| line.get("position")), Some(&Value::from(4)));
}

fn alter(folder: &Folder, statement: &str) {
    let journal = rusqlite::Connection::open(folder.path("data/journal.db")).unwrap();
    assert_eq!(journal.execute(statement, []).unwrap(), 1);
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text<'a>(line: &'a Value, pointer: &str) -> &'a str {
    line.pointer(pointer).and_then(Value::as_str).unwrap()
}
