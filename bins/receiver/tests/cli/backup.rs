//! A copy of a journal that is being written, and the way back.

use serde_json::Value;

use crate::program::{Folder, Running, ended, refused};

#[test]
fn a_running_receiver_is_copied_and_the_copy_restores_what_was_stored() {
    let folder = Folder::initialised();
    let running = Running::start(&folder);
    let proof: Value =
        serde_json::from_str(&ended(&folder.keng(["journal", "backup", "copy.db", "--json"]), 0)).unwrap();
    let entries = proof["entries"].as_u64().unwrap();
    assert!(entries > 0 && proof["ok"] == true, "{proof}");
    std::fs::write(folder.path("head.json"), proof.to_string()).unwrap();
    let said = refused(&folder.keng(["journal", "restore", "copy.db"]), 1);
    assert!(said.contains("is there already"), "{said}");
    running.signal("TERM");
    assert_eq!(running.code(), Some(0));

    std::fs::rename(folder.path("data"), folder.path("lost")).unwrap();
    std::fs::create_dir(folder.path("data")).unwrap();
    ended(&folder.keng(["journal", "restore", "copy.db", "--head", "head.json"]), 0);
    let proof: Value = serde_json::from_str(&ended(&folder.keng(["journal", "verify", "--json"]), 0)).unwrap();
    assert_eq!(proof["entries"].as_u64(), Some(entries));
    let again = Running::start(&folder);
    again.signal("TERM");
    assert_eq!(again.code(), Some(0), "a restored journal is gone on with");
}

#[test]
fn a_copy_that_was_changed_is_not_restored() {
    let folder = Folder::initialised();
    drop(Running::start(&folder));
    ended(&folder.keng(["journal", "backup", "copy.db"]), 0);
    let said = refused(&folder.keng(["journal", "backup", "copy.db"]), 1);
    assert!(said.contains("is there already"), "nothing is written over: {said}");
    rusqlite::Connection::open(folder.path("copy.db"))
        .unwrap()
        .execute("UPDATE entry SET at = at + 1 WHERE position = 1", ())
        .unwrap();
    std::fs::rename(folder.path("data"), folder.path("lost")).unwrap();
    std::fs::create_dir(folder.path("data")).unwrap();
    for arguments in [vec!["journal", "restore", "copy.db", "--verify"], vec!["journal", "restore", "copy.db"]] {
        let said = refused(&folder.keng(arguments), 1);
        assert!(said.contains("entry 1 was changed"), "{said}");
    }
    assert!(!folder.path("data/journal.db").exists());
}
