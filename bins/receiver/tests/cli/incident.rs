//! Incidents from the journal alone, after the receiver is gone.

use ed25519_dalek::SigningKey;
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::{DeviceId, FrameId, Header, IncidentId, Kind, Timestamp, seal};
use serde_json::Value;

use crate::program::{Folder, Running, ended, refused};

#[test]
fn a_hold_up_is_listed_shown_and_replayed() {
    let folder = Folder::initialised();
    let incident = hold_up(&folder);
    let id = incident.to_string();

    let list = ended(&folder.keng(["incident", "list"]), 0);
    assert!(list.starts_with(&id[..8]) && list.contains("hold-up  Transaction point 1, Bank of Example"), "{list}");
    assert!(list.contains("[nobody has answered]"), "{list}");

    let show = ended(&folder.keng(["incident", "show", &id[..8], "--lang", "vi"]), 0);
    for words in ["cướp, nút khẩn cấp", "kho tiền", "Công an phường, xã", "Trung tâm chỉ huy 113 thành phố", &id]
    {
        assert!(show.contains(words), "{words} is not in: {show}");
    }

    let replay = ended(&folder.keng(["incident", "replay", &id]), 0);
    assert!(replay.contains("+0.000 s  incident raised: hold-up"), "{replay}");
    for authority in ["Police of the ward", "Command centre 113", "Security centre"] {
        assert!(replay.lines().any(|line| line.contains(authority) && line.contains("told (new)")), "{replay}");
    }
}

#[test]
fn scripts_read_incidents_as_json_from_a_copy_of_the_journal() {
    let folder = Folder::initialised();
    let incident = hold_up(&folder).to_string();
    std::fs::rename(folder.path("keng.toml"), folder.path("gone.toml")).unwrap();
    let from = ["--journal", "data/journal.db", "--json"];
    let list: Value =
        serde_json::from_str(&ended(&folder.keng(["incident", "list"].into_iter().chain(from)), 0)).unwrap();
    assert_eq!(list.pointer("/0/id").and_then(Value::as_str), Some(incident.as_str()));
    let show = ended(&folder.keng(["incident", "show", &incident].into_iter().chain(from)), 0);
    assert_eq!(serde_json::from_str::<Value>(&show).unwrap().pointer("/facts/zone"), Some(&Value::from(2)));
    let replay = ended(&folder.keng(["incident", "replay", &incident].into_iter().chain(from)), 0);
    let first: Value = serde_json::from_str(replay.lines().next().unwrap()).unwrap();
    assert_eq!(first.pointer("/record/what/kind").and_then(Value::as_str), Some("raised"));
}

#[test]
fn an_incident_that_is_not_there_is_exit_code_1() {
    let folder = Folder::initialised();
    assert_eq!(ended(&folder.keng(["incident", "list", "--lang", "en"]), 0), "No incidents.\n");
    assert!(refused(&folder.keng(["incident", "show", "0123abcd"]), 1).contains("no incident 0123abcd"));
}

/// One press, taken by a receiver that is then stopped.
fn hold_up(folder: &Folder) -> IncidentId {
    let frame = pressed(folder);
    std::fs::write(folder.path("alarm.frame"), &frame).unwrap();
    let running = Running::start(folder);
    let hand = ["enroll", "--frame", "alarm.frame", "--token-file", "tokens/operator.token", "--url", running.api()];
    ended(&folder.keng(hand), 0);
    running.signal("TERM");
    assert_eq!(running.code(), Some(0));
    FrameId::of(&frame).incident()
}

/// What the panel of the example sends when the button at the vault is pressed.
fn pressed(folder: &Folder) -> Vec<u8> {
    let directory = folder.text("directory.toml");
    let (_, rest) = directory.split_once("devices = [{ id = \"").unwrap();
    let sender: DeviceId = rest.split('"').next().unwrap().parse().unwrap();
    let seed: FrameId = folder.text("keys/panel-1.key").trim().parse().unwrap();
    let time = Timestamp::from_millis(1_795_334_700_000);
    let header = Header { kind: Kind::Alarm, sender, key: 0, epoch: 1, sequence: 1, time };
    let alarm = Alarm { zone: Some(2), ..Alarm::silent(AlarmKind::HoldUp) };
    seal(&header, &alarm.into(), &SigningKey::from_bytes(&seed.0)).unwrap()
}
