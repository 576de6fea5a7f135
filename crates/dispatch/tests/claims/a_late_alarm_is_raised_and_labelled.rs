//! Authentic but late, or with a wrong clock, or merely vouched for: raised like any other, and what is known of it is said.

use keng_dispatch::Input;
use keng_dispatch::incident::Sure;
use keng_protocol::message::{Role, Vouched};
use keng_protocol::receiver::Labels;

use crate::support::*;

#[test]
fn labels_are_told_and_kept() {
    let mut station = Station::new();
    let mut press = station.accepted(BANK, Role::Panel, hold_up().into());
    press.labels = Labels {
        clock_off_ms: Some(-7_200_000),
        late: true,
        key_out_of_time: true,
        number_reused: true,
        maybe_seen: true,
    };
    station.input(Input::Accepted(&press));
    assert_eq!(station.tellings.len(), 3);
    let again = Station::restarted(&station.records, 2, station.now);
    for labels in [station.tellings[0].facts.labels, again.view(press.said.frame.incident()).facts.labels] {
        assert_eq!(labels.clock_off_ms, Some(-7_200_000));
        assert!(labels.late && labels.key_out_of_time && labels.number_reused && labels.maybe_seen && !labels.newer);
    }
}

#[test]
fn an_alarm_of_another_dialect_is_told_as_vouched_for() {
    let mut station = Station::new();
    let vouched = Vouched { device: device(BANK), alarm: hold_up(), evidence: [1; 32] };
    let accepted = station.accepted("5000000000000001", Role::Station, vouched.into());
    station.input(Input::Accepted(&accepted));
    assert_eq!(station.told(), ["tt-song-kinh", "ca-kinh-mon", "tt-113"]);
    assert_eq!(station.tellings[0].facts.sure, Sure::Vouched);
    assert_eq!(station.tellings[0].facts.device, device(BANK));
}
