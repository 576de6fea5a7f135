//! At every bound something named happens, and a hold-up always gets in.

use keng_dispatch::record::What;
use keng_dispatch::{Input, Limits};
use keng_protocol::message::{Act, AlarmKind, Answer};

use crate::support::*;

fn small() -> Limits {
    Limits {
        open: 8,
        closed: 4,
        frames: 16,
        notices: 16,
        tellings: 3,
        acts: 3,
        evidence: 2,
        sources: 8,
        ..Limits::default()
    }
}

fn stranger(number: usize) -> String {
    format!("ff{number:014x}")
}

#[test]
fn the_oldest_that_is_no_attack_goes_after_it_was_told() {
    let mut station = Station::with(directory(), small());
    for number in 0..100 {
        station.says(&stranger(number), of_kind(AlarmKind::Intrusion));
        assert!(station.dispatcher.incidents().len() <= 8);
    }
    assert_eq!(station.tellings.len(), 100);
    assert_eq!(station.count(|what| matches!(what, What::Dropped)), 92);
}

#[test]
fn a_hold_up_always_gets_in_and_is_never_dropped() {
    let mut station = Station::with(directory(), small());
    let presses: Vec<_> = (0..20).map(|number| station.says(&stranger(number), hold_up())).collect();
    for number in 20..40 {
        station.says(&stranger(number), drill());
    }
    assert!(presses.iter().all(|id| station.dispatcher.incident(*id).is_some()));
    assert_eq!(station.tellings.len(), 40);
    assert_eq!(station.dispatcher.incidents().len(), 20);
}

#[test]
fn an_incident_keeps_the_last_of_what_its_view_shows() {
    let mut station = Station::with(directory(), small());
    let id = station.says(GOLD, hold_up());
    station.pass(secs(3600));
    for words in 0..10 {
        let note = Answer { note: Some(format!("{words}")), ..Answer::new(id, Act::Note, "an") };
        station.answers(WARD, note);
    }
    let view = station.view(id);
    assert_eq!(view.acts.iter().map(|act| act.note.clone().unwrap().0).collect::<Vec<_>>(), ["7", "8", "9"]);
    assert!(view.levels.iter().flat_map(|level| &level.authorities).all(|authority| authority.tellings.len() == 3));
}

#[test]
fn closed_incidents_are_forgotten_oldest_first() {
    let mut station = Station::with(directory(), small());
    let ids: Vec<_> = (0..10)
        .map(|_| {
            station.pass(secs(60));
            let id = station.says(BANK, of_kind(AlarmKind::Intrusion));
            station.closes(WARD, "an", id, keng_protocol::message::Disposition::FalsePress);
            id
        })
        .collect();
    let known: Vec<_> = ids.iter().map(|id| station.dispatcher.incident(*id).is_some()).collect();
    assert_eq!(known, [false, false, false, false, false, false, true, true, true, true]);
}

#[test]
fn a_report_on_a_forgotten_telling_is_ignored() {
    let mut station = Station::new();
    station.input(Input::Delivered { notice: 12_345 });
    station.input(Input::Undelivered { notice: 12_345, code: 1 });
    assert_eq!((station.records.len(), station.tellings.len()), (0, 0));
}
