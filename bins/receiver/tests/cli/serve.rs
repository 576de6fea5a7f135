//! A running receiver and its signals.

use crate::program::{Folder, Running, ended, refused};

#[test]
fn sigterm_ends_it_with_exit_code_0() {
    let running = Running::start(&Folder::initialised());
    running.signal("TERM");
    assert_eq!(running.code(), Some(0));
}

#[test]
fn a_second_receiver_on_the_same_journal_is_refused() {
    let folder = Folder::initialised();
    let _running = Running::start(&folder);
    let said = refused(&folder.keng(["serve"]), 1);
    assert!(said.contains("the journal is in use by another receiver"), "{said}");
}

#[test]
fn the_journal_is_read_while_the_receiver_runs() {
    let folder = Folder::initialised();
    let _running = Running::start(&folder);
    let said = ended(&folder.keng(["journal", "verify"]), 0);
    assert!(said.contains("none changed"), "{said}");
    ended(&folder.keng(["check"]), 0);
}

#[test]
fn a_running_receiver_enrolls_by_its_api_and_only_with_a_token() {
    let folder = Folder::initialised();
    let running = Running::start(&folder);
    let key = ended(&folder.keng(["keygen", "--json", "--out", "panel.key"]), 0);
    let key: serde_json::Value = serde_json::from_str(&key).unwrap();
    let key = key.get("public_key").and_then(serde_json::Value::as_str).unwrap();
    let enroll = ["enroll", "--authority-key", "keys/authority.key", "--device", "00112233aabbccdd", "--role", "desk"];
    let enroll = enroll.into_iter().chain(["--key", key]);
    let said = refused(&folder.keng(enroll.clone()), 2);
    assert!(said.contains("--token-file"), "{said}");

    std::fs::copy(folder.path("keys/panel-1.key"), folder.path("wrong.token")).unwrap();
    let with = |token| enroll.clone().chain(["--url", running.api(), "--token-file", token]);
    let said = refused(&folder.keng(with("wrong.token")), 1);
    assert!(said.contains("401"), "{said}");
    let said = ended(&folder.keng(with("tokens/operator.token")), 0);
    assert!(said.starts_with("stored at position "), "{said}");
}

#[test]
fn a_test_and_a_drill_show_that_a_new_receiver_works() {
    let folder = Folder::initialised();
    let running = Running::start(&folder);
    let directory = std::fs::read_to_string(folder.path("directory.toml")).unwrap();
    let device = directory.lines().find_map(|line| line.strip_prefix("devices = [{ id = \"")).unwrap();
    let device = device.split('"').next().unwrap();
    let test = ["test", "--key", "keys/panel-1.key", "--device", device, "--address", running.tls()];
    let said = ended(&folder.keng(test), 0);
    assert!(said.starts_with("the test is stored at position "), "{said}");
    assert!(!ended(&folder.keng(["incident", "list"]), 0).contains("DRILL"), "a test is only written down");
    let said = ended(&folder.keng(test.into_iter().chain(["--drill"])), 0);
    assert!(said.starts_with("the drill is stored at position "), "{said}");
    let said = ended(&folder.keng(["incident", "list"]), 0);
    assert!(said.contains("DRILL"), "{said}");
}

#[test]
fn sighup_takes_a_good_directory_and_refuses_a_bad_one() {
    let folder = Folder::initialised();
    let mut running = Running::start(&folder);
    folder.change("directory.toml", "version = 1\n", "version = 2\n");
    running.signal("HUP");
    running.logged("not read anew: what was in use stays in use");

    ended(&folder.keng(["sign-directory", "--authority-key", "keys/authority.key"]), 0);
    running.signal("HUP");
    assert!(running.logged("read anew").contains("directory=2"));

    folder.change("directory.toml", "version = 2\n", "version = 1\n");
    ended(&folder.keng(["sign-directory", "--authority-key", "keys/authority.key"]), 0);
    running.signal("HUP");
    running.logged("is another directory with version 1, and version 2 is in use");
    running.signal("TERM");
    assert_eq!(running.code(), Some(0));
    let tail = ended(&folder.keng(["journal", "export"]), 0);
    assert!(tail.contains("\"kind\":\"adopted\",\"version\":2"), "{tail}");
}
