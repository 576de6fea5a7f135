//! What the staff see, and what a robber must not be able to tell.

use core::time::Duration;

use keng_protocol::message::{Act, Alarm, AlarmKind, Cancel, CancelCode, Descriptors, Noted, Notice, Progress};
use keng_protocol::panel::{Indication, Input, Output};
use keng_protocol::{FrameId, Kind, Message, Refusal, Timestamp};

use super::site::*;

#[test]
fn not_received_is_shown_on_site_once_when_the_time_has_passed() {
    let mut site = Site::new();
    let frame = first_frame(&site.say(press()));
    let told: Vec<(Timestamp, Indication)> = shown_at(site.pass(Duration::from_secs(600)));
    let what = Indication::NotReceived { frame, kind: Kind::Alarm, since: START };
    assert_eq!(told, [(START + Duration::from_secs(20), what)]);
}

#[test]
fn received_in_time_is_never_shown_as_not_received() {
    let mut site = Site::new();
    let frame = first_frame(&site.say(press()));
    site.pass(Duration::from_secs(19));
    site.hear(0, receipt(frame));
    assert!(shown_at(site.pass(Duration::from_secs(600))).is_empty());
}

#[test]
fn duress_cancel_looks_like_all_clear() {
    let [clear, duress] = [CancelCode::AllClear, CancelCode::Duress].map(|code| {
        let mut site = Site::new();
        let mut seen = site.say(Cancel { code, user: Some(4) });
        let frame = first_frame(&seen);
        seen.extend(without_time(site.pass(Duration::from_secs(60))));
        seen.extend(site.hear(0, receipt(frame)));
        seen.iter().map(appearance).collect::<Vec<_>>()
    });
    assert_eq!(clear, duress);
    assert!(clear.len() > 10, "compares retries, the missing receipt and the receipt: {clear:?}");
}

#[test]
fn silent_alarm_is_shown_discreetly_and_an_audible_one_openly() {
    let audible = Alarm { silent: false, ..press() };
    let fire = Alarm { silent: false, ..Alarm::silent(AlarmKind::Fire) };
    let cases: [(Message, bool); 4] =
        [(press().into(), true), (audible.into(), false), (fire.into(), false), (opening(1).into(), false)];
    for (message, expected) in cases {
        let mut site = Site::new();
        let mut outputs = site.say(message);
        let frame = first_frame(&outputs);
        outputs.extend(without_time(site.pass(Duration::from_secs(30))));
        outputs.extend(site.hear(0, receipt(frame)));
        let discreet: Vec<bool> = outputs.iter().filter_map(discreet).collect();
        assert_eq!(discreet, [expected; 3], "sending, not received, received");
    }
}

#[test]
fn answer_of_a_person_is_shown_discreetly_and_once() {
    let mut site = Site::new();
    let incident = first_frame(&site.say(press())).incident();
    let word = site.answer(Progress { incident, level: 2, act: Act::UnitsSent });
    let what = Indication::Answered { incident, level: 2, act: Act::UnitsSent, at: START };
    let outputs = site.input(Input::Frame { path: 0, octets: &word });
    assert!(outputs.contains(&Output::Show { discreet: true, what }));
    assert!(site.input(Input::Frame { path: 1, octets: &word }).is_empty(), "the second path brings nothing new");
}

#[test]
fn old_answer_is_refused_and_an_overtaken_one_is_shown() {
    let mut site = Site::new();
    let words: Vec<Vec<u8>> = (0..200).map(|n| site.answer(notice(n))).collect();
    let mut hear = |n: usize| site.input(Input::Frame { path: 0, octets: &words[n] });
    assert_eq!(shown(&hear(180)).len(), 1);
    assert_eq!(shown(&hear(100)).len(), 1);
    assert_eq!(hear(10), [Output::Refused { path: Some(0), reason: Refusal::Stale }]);
}

#[test]
fn vigilance_is_shown_as_police_wrote_it() {
    let mut site = Site::new();
    let word = site.answer(notice(5));
    let outputs = site.input(Input::Frame { path: 0, octets: &word });
    let id = FrameId::of(&word).notice();
    assert_eq!(shown(&outputs), [Indication::Vigilance { id, notice: notice(5) }]);
}

#[test]
fn a_notice_that_was_read_is_said_by_one_path_and_again_until_its_receipt() {
    let mut site = Site::new();
    let word = site.answer(Notice { asks: true, ..notice(5) });
    let outputs = site.input(Input::Frame { path: 0, octets: &word });
    let [Indication::Vigilance { id, notice }] = &shown(&outputs)[..] else { panic!("{outputs:?}") };
    assert!(notice.asks);
    let said = site.say(Noted { notice: *id, user: Some(7) });
    assert_eq!(said.iter().filter(|output| matches!(output, Output::Send { .. })).count(), 1);
    let received = site.hear(0, receipt(first_frame(&said)));
    assert!(matches!(shown(&received)[..], [Indication::Received { kind: Kind::Noted, .. }]));
}

#[test]
fn what_no_panel_says_is_refused() {
    let mut site = Site::new();
    let receipt: Message = receipt(FrameId([1; 32])).into();
    assert_eq!(site.say(receipt), [Output::Refused { path: None, reason: Refusal::WrongRole }]);
}

fn notice(n: u64) -> Notice {
    Notice { until: Timestamp::from_millis(n), seen: Descriptors::default(), text: None, asks: false }
}

/// What somebody on the site or on the line can tell of an output.
fn appearance(output: &Output) -> String {
    match output {
        Output::Send { path, octets } => format!("{path} {} {}", octets.len(), kind(octets)),
        Output::Persist(record) => format!("{}", record.to_octets().len()),
        Output::Show { discreet, what } => {
            let mut text = format!("{discreet} {what:?}");
            if let Indication::Sending { frame, .. }
            | Indication::Received { frame, .. }
            | Indication::NotReceived { frame, .. } = what
            {
                text = text.replace(&frame.to_string(), "frame");
            }
            text
        }
        other => format!("{other:?}"),
    }
}

fn discreet(output: &Output) -> Option<bool> {
    if let Output::Show { discreet, .. } = output { Some(*discreet) } else { None }
}

fn shown_at(outputs: Vec<(Timestamp, Output)>) -> Vec<(Timestamp, Indication)> {
    let show = |(at, output)| if let Output::Show { what, .. } = output { Some((at, what)) } else { None };
    outputs.into_iter().filter_map(show).collect()
}
