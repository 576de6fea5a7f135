//! Who may end an incident, and what is refused, each with its reason.

use keng_dispatch::Output;
use keng_dispatch::answer::AnswerError;
use keng_dispatch::incident::Stage;
use keng_dispatch::record::{What, Why};
use keng_protocol::IncidentId;
use keng_protocol::message::{Act, Answer, Disposition, Reason, Suspicion};

use crate::support::*;

fn refused(station: &mut Station, desk: &str, answer: Answer) -> Option<AnswerError> {
    station.others.clear();
    station.answers(desk, answer);
    station.others.iter().find_map(|output| match output {
        Output::AnswerRefused { error, .. } => Some(*error),
        _ => None,
    })
}

fn closing(id: IncidentId, operator: &str) -> Answer {
    Answer { disposition: Some(Disposition::FalsePress), ..Answer::new(id, Act::Closed, operator) }
}

#[test]
fn one_person_far_away_can_only_propose() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    assert_eq!(refused(&mut station, WARD, closing(id, "an")), Some(AnswerError::SecondPersonNeeded));
    assert_eq!(refused(&mut station, WARD, closing(id, "an")), Some(AnswerError::SecondPersonNeeded));
    assert_ne!(station.view(id).stage, Stage::Closed);
    station.take();
    station.pass(secs(15));
    assert_eq!(station.told(), ["tt-song-kinh", "tt-113"]);
}

#[test]
fn a_second_person_with_the_same_disposition_ends_it() {
    for (desk, operator) in [(WARD, "binh"), (CITY, "an")] {
        let mut station = Station::new();
        let id = station.says(BANK, hold_up());
        refused(&mut station, WARD, closing(id, "an"));
        station.take();
        assert_eq!(refused(&mut station, desk, closing(id, operator)), None);
        assert_eq!(station.view(id).stage, Stage::Closed);
        assert_eq!(station.view(id).disposition, Some(Disposition::FalsePress));
        assert!(station.tellings.iter().all(|telling| telling.why == Why::Closed));
        assert_eq!(station.tellings.len(), 3);
        station.take();
        station.pass(secs(3600));
        assert_eq!(station.take(), []);
    }
}

#[test]
fn two_people_who_disagree_do_not_end_it() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    refused(&mut station, WARD, closing(id, "an"));
    let other = Answer { disposition: Some(Disposition::Robbery), ..closing(id, "binh") };
    assert_eq!(refused(&mut station, CITY, other), Some(AnswerError::SecondPersonNeeded));
    assert_ne!(station.view(id).stage, Stage::Closed);
}

#[test]
fn after_a_report_from_the_scene_one_person_is_enough() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.acts(CITY, id, Act::OnScene);
    assert_eq!(refused(&mut station, WARD, closing(id, "an")), None);
    assert_eq!(station.view(id).stage, Stage::Closed);
}

#[test]
fn a_suspicion_is_ended_by_one_person() {
    let mut station = Station::new();
    let id = station.says(BANK, Suspicion::default());
    assert_eq!(refused(&mut station, WARD, closing(id, "an")), None);
}

#[test]
fn the_end_refuses_everything_but_a_note() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    station.acts(WARD, id, Act::OnScene);
    station.answers(WARD, closing(id, "an"));
    for act in [Act::Accepted, Act::UnitsSent, Act::OnScene] {
        assert_eq!(refused(&mut station, WARD, Answer::new(id, act, "an")), Some(AnswerError::AlreadyClosed));
    }
    let note = Answer { note: Some("đã trả hiện trường".into()), ..Answer::new(id, Act::Note, "an") };
    assert_eq!(refused(&mut station, WARD, note), None);
}

#[test]
fn what_is_missing_is_named() {
    let mut station = Station::new();
    let id = station.says(BANK, hold_up());
    let answer = |act| Answer::new(id, act, "an");
    let cases = [
        (answer(Act::Rejected), AnswerError::MissingReason),
        (answer(Act::Closed), AnswerError::MissingDisposition),
        (answer(Act::Note), AnswerError::MissingNote),
        (Answer { reason: Some(Reason::Other), ..answer(Act::Rejected) }, AnswerError::MissingNote),
        (Answer { disposition: Some(Disposition::Other), ..answer(Act::Closed) }, AnswerError::MissingNote),
        (Answer::new(IncidentId([9; 16]), Act::Accepted, "an"), AnswerError::UnknownIncident),
    ];
    for (answer, error) in cases {
        assert_eq!(refused(&mut station, WARD, answer), Some(error));
    }
    assert_eq!(refused(&mut station, BANK, answer(Act::Accepted)), Some(AnswerError::NotADesk));
    assert_eq!(refused(&mut station, "d000000000010714", answer(Act::Accepted)), Some(AnswerError::NotTold));
    assert_eq!(station.count(|what| matches!(what, What::AnswerRefused { .. })), 8);
    assert_eq!(station.view(id).stage, Stage::Raised);
}
