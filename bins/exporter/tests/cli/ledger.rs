//! The way of a record to a proof, and what is noticed when somebody changes something.

use std::fs;

use rusqlite::Connection;

use crate::program::{Folder, certificate, person};

/// Two people with two certificates, a checkpoint that police have cosigned.
fn cosigned() -> Folder {
    let folder = Folder::with_store();
    folder.add(&[person("NV-1", "A", "1"), certificate("NV-1", "fitness", "SK-1", "ab")]);
    folder.add(&[certificate("NV-1", "guard-company", "BV-1", "cd")]);
    folder.good(["checkpoint"]);
    folder.good(["keygen", "--name", "police.example/km", "--out", "police"]);
    fs::copy(folder.path("keng-guards/log/log.pub"), folder.path("log.pub")).unwrap();
    folder.good(COSIGN);
    folder.good(["checkpoint", "--accept", "cosigned"]);
    folder
}

const COSIGN: [&str; 11] = [
    "cosign",
    "--log",
    "keng-guards/log",
    "--log-key",
    "log.pub",
    "--key",
    "police.key",
    "--seen",
    "seen",
    "--out",
    "cosigned",
];
const VERIFY: [&str; 10] = [
    "verify",
    "proof.tlog-proof",
    "--record",
    "proof.json",
    "--log-key",
    "log.pub",
    "--cosigner",
    "police.pub",
    "--quorum",
    "1",
];

#[test]
fn a_record_is_proven_with_nothing_but_files_and_keys() {
    let folder = cosigned();
    folder.good(["prove", "2", "--out", "proof"]);
    fs::remove_dir_all(folder.path("keng-guards")).unwrap();
    let said = folder.good(VERIFY);
    assert!(said.contains("entry 2") && said.contains("police.example/km"), "{said}");
    let record = fs::read_to_string(folder.path("proof.json")).unwrap();
    fs::write(folder.path("proof.json"), record.replace("2026-05-20", "2026-05-21")).unwrap();
    folder.ends(1, VERIFY);
}

#[test]
fn a_record_that_was_rewritten_in_the_database_is_noticed() {
    let folder = cosigned();
    folder.good(["verify"]);
    let db = Connection::open(folder.path("keng-guards/store.db")).unwrap();
    let changed =
        "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '2026-05-20', '2026-06-20') AS BLOB) WHERE idx = 2";
    assert_eq!(db.execute(changed, []).unwrap(), 1);
    for command in [["verify"].as_slice(), &["status"], &["prove", "2", "--out", "x"]] {
        let refused = folder.ends(1, command.iter().copied());
        assert!(String::from_utf8_lossy(&refused.stderr).contains("record 2"));
    }
    // The database itself refuses to change a leaf, to delete one, or to give an index twice.
    assert!(db.execute("UPDATE entry SET leaf = x'00' WHERE idx = 2", []).is_err());
    assert!(db.execute("DELETE FROM entry WHERE idx = 2", []).is_err());
    assert!(db.execute("INSERT INTO entry (idx, leaf) VALUES (7, x'00')", []).is_err());
}

#[test]
fn a_truncated_or_forked_log_is_neither_signed_nor_cosigned() {
    let folder = cosigned();
    let copy = |from: &str, to: &str| {
        let status = std::process::Command::new("cp").args(["-r", from, to]).current_dir(folder.path("")).status();
        assert!(status.unwrap().success());
    };
    copy("keng-guards", "fork");
    let fork = |command: &[&'static str]| folder.good(command.iter().copied().chain(["--store", "fork"]));

    // The honest log grows, police see it.
    folder.add(&[certificate("NV-1", "fire", "PC-1", "ef")]);
    folder.good(["checkpoint"]);
    assert!(folder.good(COSIGN).contains("3 → 4"));

    // The copy grows otherwise, with the same key: a valid signature over another history.
    fs::write(folder.path("other.jsonl"), certificate("NV-1", "fire", "PC-2", "00").to_string()).unwrap();
    fork(&["add", "other.jsonl"]);
    fork(&["checkpoint"]);
    let forked = COSIGN.map(|argument| if argument == "keng-guards/log" { "fork/log" } else { argument });
    let refused = folder.ends(1, forked);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("fork"), "{refused:?}");
    folder.ends(1, ["verify", "fork/log", "--log-key", "log.pub", "--since", "cosigned"]);

    // A database that lost its newest entry: its log is shorter than what was signed.
    let db = Connection::open(folder.path("keng-guards/store.db")).unwrap();
    db.execute_batch("DROP TRIGGER entry_stays; DELETE FROM entry WHERE idx = 3").unwrap();
    drop(db);
    for command in [["checkpoint"], ["verify"]] {
        folder.ends(1, command);
    }
}

#[test]
fn a_retraction_stays_beside_what_it_retracts() {
    let folder = cosigned();
    assert!(folder.good(["status", "NV-1", "--skill", "guard", "--at", "2026-06-01"]).contains("qualified"));
    folder.good(["retract", "2", "--why", "wrong person"]);
    folder.ends(1, ["status", "NV-1", "--skill", "guard", "--at", "2026-06-01"]);
    folder.ends(65, ["retract", "2", "--why", "again"]);
    folder.ends(65, ["retract", "99", "--why", "nothing there"]);
    folder.good(["checkpoint"]);
    folder.good(["prove", "2", "--out", "proof"]);
}
