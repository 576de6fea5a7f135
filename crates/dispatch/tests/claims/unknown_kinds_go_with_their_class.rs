//! A kind from a newer version is handled like its neighbours; what cannot be placed is taken for the worst.

use keng_dispatch::policy::Matter;
use keng_protocol::message::{AlarmKind, Message};

use crate::support::*;

#[test]
fn each_class_has_its_default() {
    let cases = [
        (9, Matter::Attack, 3),
        (200, Matter::Attack, 3),
        (40, Matter::Premises, 2),
        (70, Matter::Life, 2),
        (100, Matter::Fault, 1),
    ];
    for (code, matter, told) in cases {
        let mut station = Station::new();
        let id = station.says(BANK, of_kind(AlarmKind::from(code)));
        assert_eq!((station.view(id).facts.matter, station.tellings.len()), (matter, told), "kind {code}");
    }
}

#[test]
fn a_panels_message_of_an_unknown_kind_is_told_like_a_suspicion() {
    let mut station = Station::new();
    station.says(BANK, Message::Unknown { kind: 20, body: vec![0x80] });
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon"]);
}
