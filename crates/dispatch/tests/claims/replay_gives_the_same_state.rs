//! Whoever has the records has the incident: applied in order they give the same views, through the journal's octets and through JSON.

use keng_dispatch::Input;
use keng_dispatch::record::{Record, What};
use keng_protocol::message::{Act, Descriptors, Disposition, Plate, Update, Weapon};
use keng_protocol::receiver::Supervision;

use crate::support::*;

fn lived() -> Station {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.pass(secs(17));
    let seen = Descriptors { weapon: Some(Weapon::Gun), plate: Plate::new("34-B1 123.45"), ..Descriptors::default() };
    station.says(BANK, Update { seen, hostages: Some(3), ..Update::default() });
    station.acts(WARD, id, Act::UnitsSent);
    station.pass(secs(100));
    station.acts(WARD, id, Act::OnScene);
    station.closes(WARD, "trực ban", id, Disposition::Attempted);
    station.says(BANK_2, drill());
    station
}

#[test]
fn records_through_the_journal_give_the_same_views() {
    let station = lived();
    let again = Station::restarted(&station.records, 2, station.now);
    assert_eq!(again.dispatcher.incidents(), station.dispatcher.incidents());
}

#[test]
fn a_record_reads_back_from_octets_and_from_json() {
    for record in lived().records {
        assert_eq!(Record::decode(&record.encode()).unwrap(), record);
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    }
}

#[test]
fn a_record_reads_the_same_with_its_fields_in_any_order() {
    let mut station = lived();
    station.input(Input::Supervision { device: device(BANK), event: Supervision::PathBroken(0) });
    station.input(Input::Supervision { device: device(BANK), event: Supervision::TamperOpen });
    assert!(station.records.iter().any(|record| matches!(record.what, What::FaultBegan(_))));
    for record in station.records {
        // By the alphabet, in which few fields come after `kind`.
        let sorted = serde_json::to_value(&record).unwrap();
        assert_eq!(Record::decode(&rmp_serde::to_vec(&sorted).unwrap()).unwrap(), record);
        assert_eq!(serde_json::from_value::<Record>(sorted).unwrap(), record);
    }
}

#[test]
fn fields_of_a_newer_version_are_passed_over() {
    for what in [r#"{"kind":"passed","later":[1,{"a":2}]}"#, r#"{"later":[1,{"a":2}],"kind":"passed"}"#] {
        let record: Record = serde_json::from_str(&format!(r#"{{"number":9,"at":5,"what":{what}}}"#)).unwrap();
        assert_eq!(record.what, What::Passed);
    }
    for what in ["{}", r#"{"notice":4}"#, r#"{"kind":"delivered"}"#, r#"{"kind":7}"#, r#""passed""#] {
        assert!(serde_json::from_str::<What>(what).is_err(), "{what} says nothing");
    }
}

#[test]
fn a_kind_of_a_newer_version_is_counted_and_changes_nothing() {
    let station = lived();
    let newer = r#"{"number":9,"at":5,"what":{"kind":"teleported","speed":3}}"#;
    let newer: Record = serde_json::from_str(newer).unwrap();
    assert_eq!(newer.what, What::Unknown);
    let records: Vec<Record> = station.records.iter().cloned().chain([newer]).collect();
    let again = Station::restarted(&records, 2, station.now);
    assert_eq!(again.dispatcher.unknown_records(), 1);
    assert_eq!(again.dispatcher.incidents(), station.dispatcher.incidents());
}

#[test]
fn octets_that_are_no_record_are_an_error() {
    assert!(Record::decode(b"\x81\xa1x\x01").is_err());
    assert!(Record::decode(&[]).is_err());
}

#[test]
fn nothing_of_a_person_stands_in_debug() {
    let station = lived();
    let text = format!("{:?} {:?} {:?}", station.records, station.tellings, station.dispatcher.incidents());
    for word in ["trực ban", "34-B1", "Nguyễn Văn A", "https://"] {
        assert!(!text.contains(word), "{word} is shown");
    }
}
