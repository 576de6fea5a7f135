//! A person's answer stops the telling of that level; the others are told until they answer themselves.

use keng_dispatch::Output;
use keng_dispatch::incident::Stage;
use keng_dispatch::record::Why;
use keng_protocol::message::{Act, Progress};

use crate::support::*;

#[test]
fn the_other_levels_are_told_again() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.acts(WARD, id, Act::Accepted);
    station.take();
    station.pass(secs(15));
    assert_eq!(station.seen(), [at(15, "tt-song-kinh", 1, Why::Again), at(15, "tt-113", 1, Why::Again)]);
}

#[test]
fn when_all_have_answered_nobody_is_told_again() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    for desk in [WARD, CITY, CENTRE] {
        station.acts(desk, id, Act::Accepted);
    }
    station.take();
    station.pass(secs(3600));
    assert_eq!(station.seen(), []);
    assert_eq!(station.view(id).next, None);
}

#[test]
fn an_answer_is_shown_on_every_panel_of_the_site() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.acts(WARD, id, Act::UnitsSent);
    let message = Progress { incident: id, level: 1, act: Act::UnitsSent };
    let shown = [BANK, BANK_OTHER].map(|panel| Output::Progress { device: device(panel), message });
    assert_eq!(station.others, shown);
    assert_eq!(station.view(id).stage, Stage::UnitsSent);
}

#[test]
fn a_note_is_no_answer() {
    let mut station = Station::new();
    let id = station.says(GOLD, hold_up());
    let note = keng_protocol::message::Answer {
        note: Some("đang xem camera".into()),
        ..keng_protocol::message::Answer::new(id, Act::Note, "trực ban")
    };
    station.answers(WARD, note);
    station.take();
    station.pass(secs(15));
    assert_eq!(station.told(), ["ca-kinh-mon", "tt-113"]);
    assert_eq!(station.view(id).stage, Stage::Raised);
}
