//! A refused configuration says file, line, field, what is wrong and what to write instead.

use serde_json::Value;

use crate::program::{Folder, ended, refused};

#[test]
fn every_problem_is_told_at_once_with_its_line_and_what_to_write_instead() {
    let folder = Folder::empty();
    let text = r#"[station]
id = "too short"
key_number = 300
colour = "red"
data = "data"
[listen]
tls = "everywhere"
http_tls = 1
[[dc09]]
account = "1234"
[[token]]
sha256 = "00"
all = true
[network]
"#;
    std::fs::write(folder.path("keng.toml"), text).unwrap();
    let said = refused(&folder.keng(["check"]), 78);
    let expected = [
        "keng.toml:1: station.key: is missing\n    instead: key = \"keys/station.key\"",
        "keng.toml:1: station.directory: is missing\n    instead: directory = \"directory.toml\"",
        "keng.toml:2: station.id: is not 16 hexadecimal digits in double quotes\n    instead: id = \"00112233aabbccdd\"",
        "keng.toml:3: station.key_number: is not a number from 0 to 255\n    instead: key_number = 0",
        "keng.toml:4: station.colour: there is no such field\n    instead: one of id, key, key_number",
        "keng.toml:7: listen.tls: is not an address with a port\n    instead: tls = \"0.0.0.0:7410\"",
        "keng.toml:8: listen.http_tls: is not true or false\n    instead: http_tls = true",
        "keng.toml:9: dc09: must say how the panel speaks, once\n    instead: either key_file = ",
        "keng.toml:12: token.sha256: is not 64 hexadecimal digits in double quotes\n    instead: sha256 = ",
        "keng.toml:14: network: there is no such section\n    instead: one of station, listen",
        "webhook.key: is missing",
    ];
    for problem in expected {
        assert!(said.contains(problem), "missing: {problem}\nin: {said}");
    }
    assert!(said.contains(&format!("{} problems", expected.len())), "{said}");
}

#[test]
fn a_line_that_is_no_toml_is_named() {
    let folder = Folder::initialised();
    folder.change("keng.toml", "key_number = 0", "key_number 0");
    let line = 1 + folder.text("keng.toml").lines().position(|line| line == "key_number 0").unwrap();
    let said = refused(&folder.keng(["serve"]), 78);
    assert!(said.contains(&format!("keng.toml:{line}: not TOML")), "{said}");
}

#[test]
fn a_configuration_that_is_not_there_is_exit_code_78_everywhere() {
    let folder = Folder::empty();
    for command in [&["serve"][..], &["check"], &["journal", "verify"], &["incident", "list"]] {
        let said = refused(&folder.keng(command.iter().copied()), 78);
        assert!(said.contains("keng.toml: cannot be read") && said.contains("keng-receiver init"), "{said}");
    }
}

#[test]
fn a_key_that_others_can_read_is_refused_with_the_command_to_run() {
    let folder = Folder::initialised();
    let file = folder.path("keys/station.key");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let said = refused(&folder.keng(["check"]), 78);
    assert!(said.contains("station.key: ") && said.contains("(mode 0640)"), "{said}");
    assert!(said.contains("instead: chmod 600 keys/station.key"), "{said}");
}

#[test]
fn a_key_in_the_wrong_place_is_never_repeated() {
    let folder = Folder::initialised();
    let key = folder.text("keys/station.key").trim().to_owned();
    folder.change("keng.toml", "key = \"keys/station.key\"", &format!("key = \"{key}\""));
    folder.change("keng.toml", "data = \"data\"", &format!("data = \"{key}\""));
    let said = refused(&folder.keng(["check"]), 78);
    assert!(said.contains("station.key: is a key itself") && said.contains("station.data: is a key itself"), "{said}");
    assert!(!said.contains(&key));
}

#[test]
fn a_key_file_that_holds_no_key_is_refused_without_its_content() {
    let folder = Folder::initialised();
    std::fs::write(folder.path("keys/webhook.key"), "hunter2\n").unwrap();
    let said = refused(&folder.keng(["check"]), 78);
    assert!(said.contains("keys/webhook.key does not hold an Ed25519 key") && !said.contains("hunter2"), "{said}");
}

#[test]
fn a_directory_that_was_changed_must_be_signed_again() {
    let folder = Folder::initialised();
    folder.change("directory.toml", "version = 1\n", "version = 2\n");
    let said = refused(&folder.keng(["check"]), 78);
    assert!(said.contains("directory.toml:") && said.contains("keng-receiver sign-directory"), "{said}");
    ended(&folder.keng(["sign-directory", "--authority-key", "keys/authority.key"]), 0);
    ended(&folder.keng(["check"]), 0);
}

#[test]
fn a_directory_in_which_a_level_has_nobody_is_refused() {
    let folder = Folder::initialised();
    folder.change("directory.toml", "areas = [\"31\"]", "areas = []");
    let said = refused(&folder.keng(["sign-directory", "--authority-key", "keys/authority.key"]), 78);
    assert!(said.contains("site \"pgd-01\"") && said.contains("nobody at level 2"), "{said}");
    refused(&folder.keng(["check"]), 78);
}

#[test]
fn a_receiver_that_hears_nobody_or_shows_everything_is_noted() {
    let folder = Folder::initialised();
    for listener in ["tls", "udp", "dc09_tcp", "dc09_udp"] {
        folder.change("keng.toml", &format!("\n{listener} = "), &format!("\n# {listener} = "));
    }
    folder.change("keng.toml", "\nhttp = \"127.0.0.1:0\"", "\nhttp = \"0.0.0.0:0\"");
    let said = ended(&folder.keng(["check"]), 0);
    assert!(said.contains("nothing for panels") && said.contains("the API on 0.0.0.0:0 is in clear"), "{said}");
}

#[test]
fn a_site_whose_account_has_no_key_is_refused() {
    let folder = Folder::initialised();
    folder.change(
        "directory.toml",
        "plan = [",
        "dc09 = [{ account = \"12AB\", device = \"00112233aabbccdd\" }]\nplan = [",
    );
    ended(&folder.keng(["sign-directory", "--authority-key", "keys/authority.key"]), 0);
    let said = refused(&folder.keng(["check"]), 78);
    assert!(said.contains("the DC-09 account 12AB") && said.contains("[[dc09]] with account = \"12AB\""), "{said}");
}

#[test]
fn a_data_folder_that_is_not_there_is_refused_by_serve_too() {
    let folder = Folder::initialised();
    folder.change("keng.toml", "data = \"data\"", "data = \"elsewhere\"");
    let said = refused(&folder.keng(["serve"]), 78);
    assert!(said.contains("station.data: elsewhere cannot be written"), "{said}");
}

#[test]
fn a_certificate_that_has_ended_is_noted_and_stops_nobody() {
    let folder = Folder::initialised();
    let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2020, 1, 31);
    let key = rcgen::KeyPair::generate().unwrap();
    std::fs::write(folder.path("tls/certificate.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(folder.path("tls/key.pem"), key.serialize_pem()).unwrap();
    let said = ended(&folder.keng(["check"]), 0);
    assert!(said.contains("note: tls/certificate.pem: the certificate has ended"), "{said}");
}

#[test]
fn a_certificate_and_another_key_are_refused() {
    let (folder, other) = (Folder::initialised(), Folder::initialised());
    std::fs::copy(other.path("tls/key.pem"), folder.path("tls/key.pem")).unwrap();
    let said = refused(&folder.keng(["check"]), 78);
    assert!(said.contains("tls.key: certificate and key cannot be used together"), "{said}");
}

#[test]
fn scripts_read_problems_as_json() {
    let folder = Folder::initialised();
    folder.change("keng.toml", "key_number = 0", "key_number = -1");
    let output = folder.keng(["check", "--json"]);
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(78));
    assert_eq!(said.pointer("/ok"), Some(&Value::Bool(false)));
    assert_eq!(said.pointer("/problems/0/field").and_then(Value::as_str), Some("station.key_number"));
    assert!(said.pointer("/problems/0/line").and_then(Value::as_u64).is_some_and(|line| line > 1), "{said}");
}
