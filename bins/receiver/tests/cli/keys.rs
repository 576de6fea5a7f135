//! Keys come and go by the authority's signed word, with or without a running receiver.

use crate::program::{Folder, ended, mode, refused};

const DEVICE: &str = "00112233aabbccdd";

#[test]
fn keygen_keeps_the_private_key_to_its_file() {
    let folder = Folder::empty();
    let said = ended(&folder.keng(["keygen", "--out", "panel.key"]), 0);
    let private = folder.text("panel.key");
    assert_eq!((private.trim().len(), mode(&folder.path("panel.key"))), (64, 0o600));
    assert!(!said.contains(private.trim()));
    refused(&folder.keng(["keygen", "--out", "panel.key"]), 1);
    refused(&folder.keng(["keygen", "--out", "-"]), 2);
    assert!(!folder.path("-").exists());
    assert_eq!(folder.text("panel.key"), private);
}

#[test]
fn without_a_running_receiver_a_device_is_enrolled_in_the_journal() {
    let folder = Folder::initialised();
    let key = public_key(&folder);
    let said = ended(&folder.keng(enroll(&key)), 0);
    assert_eq!(said, "stored at position 5 of the journal\n");
    let tail = ended(&folder.keng(["journal", "tail", "-n", "1", "--json"]), 0);
    assert!(tail.contains("\"verified\":true") && tail.contains(DEVICE) && tail.contains(&key), "{tail}");
}

#[test]
fn a_statement_from_a_machine_without_network_is_handed_over() {
    let folder = Folder::initialised();
    let key = public_key(&folder);
    let frame = folder.keng(enroll(&key).into_iter().chain(["--out", "-"]));
    assert_eq!(frame.status.code(), Some(0));
    let unchanged = ended(&folder.keng(["journal", "verify"]), 0);
    assert!(unchanged.contains("4 entries"), "{unchanged}");

    let said = ended(&folder.keng_fed(["enroll", "--frame", "-"], &frame.stdout), 0);
    assert_eq!(said, "stored at position 5 of the journal\n");
    assert!(refused(&folder.keng_fed(["enroll", "--frame", "-"], &frame.stdout), 1).contains("already"));
}

#[test]
fn a_forged_statement_is_refused() {
    let folder = Folder::initialised();
    let key = public_key(&folder);
    let mut frame = folder.keng(enroll(&key).into_iter().chain(["--out", "-"])).stdout;
    *frame.last_mut().unwrap() ^= 1;
    let said = refused(&folder.keng_fed(["enroll", "--frame", "-"], &frame), 1);
    assert!(said.contains("the statement is refused") && said.contains("the signature is wrong"), "{said}");
}

#[test]
fn a_key_that_is_no_authority_s_signs_nothing() {
    let folder = Folder::initialised();
    let key = public_key(&folder);
    let arguments = enroll(&key).map(|argument| argument.replace("keys/authority.key", "keys/station.key"));
    let said = refused(&folder.keng(arguments.iter().map(String::as_str)), 2);
    assert!(said.contains("--authority ID"), "{said}");
}

#[test]
fn a_weak_public_key_is_refused_before_it_is_signed() {
    let folder = Folder::initialised();
    let said = refused(&folder.keng(enroll(&"0".repeat(64)).into_iter().chain(["--out", "weak.frame"])), 1);
    assert!(said.contains("the public key cannot be enrolled"), "{said}");
    assert!(!folder.path("weak.frame").exists());
}

#[test]
fn a_key_that_ends_before_it_begins_is_not_signed() {
    let folder = Folder::initialised();
    let key = public_key(&folder);
    let said = refused(&folder.keng(enroll(&key).into_iter().chain(["--from", "2027-02-01", "--to", "2027-01-31"])), 2);
    assert!(said.contains("--to must be later than --from"), "{said}");
}

#[test]
fn a_machine_without_configuration_must_name_the_authority() {
    let (folder, elsewhere) = (Folder::initialised(), Folder::empty());
    std::fs::copy(folder.path("keys/authority.key"), elsewhere.path("authority.key")).unwrap();
    let arguments =
        enroll(&public_key(&folder)).map(|argument| argument.replace("keys/authority.key", "authority.key"));
    let said = refused(&elsewhere.keng(arguments.iter().map(String::as_str).chain(["--out", "-"])), 2);
    assert!(said.contains("keng.toml is not there") && said.contains("--authority ID"), "{said}");
}

#[test]
fn a_key_is_rotated_and_revoked() {
    let folder = Folder::initialised();
    let by = ["--authority-key", "keys/authority.key", "--device", DEVICE];
    let (one, two) = (public_key(&folder), second_public_key(&folder));
    ended(&folder.keng(enroll(&one)), 0);
    let rotate = ["rotate", "--old", "0", "--number", "1", "--old-until", "2027-01-31", "--key", &two];
    ended(&folder.keng(rotate.into_iter().chain(by)), 0);
    ended(&folder.keng(["revoke", "--reason", "lost"].into_iter().chain(by)), 0);
    let tail = ended(&folder.keng(["journal", "tail", "-n", "2", "--json"]), 0);
    assert!(tail.contains("\"kind\":\"rotation\"") && tail.contains("2027-01-31T00:00:00.000Z"), "{tail}");
    assert!(tail.contains("\"kind\":\"revocation\"") && tail.contains("\"reason\":\"lost\""), "{tail}");
}

fn enroll(key: &str) -> [&str; 9] {
    ["enroll", "--authority-key", "keys/authority.key", "--device", DEVICE, "--role", "panel", "--key", key]
}

fn public_key(folder: &Folder) -> String {
    made(folder, "one.key")
}

fn second_public_key(folder: &Folder) -> String {
    made(folder, "two.key")
}

fn made(folder: &Folder, file: &str) -> String {
    let said = ended(&folder.keng(["keygen", "--json", "--device", DEVICE, "--out", file]), 0);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    said.get("public_key").and_then(serde_json::Value::as_str).unwrap().to_owned()
}
