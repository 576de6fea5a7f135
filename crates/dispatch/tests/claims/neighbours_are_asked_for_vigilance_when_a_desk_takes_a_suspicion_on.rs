//! The sites near a suspicion are named in its record; their panels are asked for vigilance when a person takes it on, once.

use keng_dispatch::Output;
use keng_protocol::message::{Act, Descriptors, Suspicion, Vehicle};

use crate::support::*;

fn vigilance(station: &Station) -> Vec<&Output> {
    station.others.iter().filter(|output| matches!(output, Output::Vigilance { .. })).collect()
}

#[test]
fn neighbours_are_asked_once_and_told_what_was_seen() {
    let mut station = Station::new();
    let seen = Descriptors { vehicle: Some(Vehicle::Motorbike), ..Descriptors::default() };
    let id = station.says(BANK, Suspicion { seen: seen.clone(), ..Suspicion::default() });
    assert_eq!(station.view(id).neighbours, ["tiem-vang-kim-mon".into(), "pgd-song-kinh-2".into()]);
    assert!(vigilance(&station).is_empty());
    station.acts(WARD, id, Act::Accepted);
    station.acts(CENTRE, id, Act::Accepted);
    let asked = vigilance(&station);
    let Output::Vigilance { devices, notice } = asked[0] else { panic!("vigilance") };
    assert_eq!(asked.len(), 1);
    assert_eq!(*devices, [device(GOLD), device(BANK_2)]);
    assert_eq!((&notice.seen, notice.until), (&seen, start() + secs(7200)));
}

#[test]
fn a_drill_asks_nobody() {
    let mut station = Station::new();
    let id = station.says(BANK, Suspicion { drill: true, ..Suspicion::default() });
    station.acts(WARD, id, Act::Accepted);
    assert!(vigilance(&station).is_empty());
}
