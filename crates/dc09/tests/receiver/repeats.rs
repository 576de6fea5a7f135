//! The same event twice is one event, and no event is lost for it.

use core::time::Duration;

use keng_dc09::{Answer, Dialler, REPEAT_SLOTS, REPEAT_WINDOW, Verdict};

use crate::{NOW, SECOND, clear, key, keyed, name, reported};

#[test]
fn a_repeat_is_acknowledged_under_the_key_of_the_first() {
    let (mut receiver, mut panel) = keyed();
    let first = reported(receiver.handle(NOW, &panel.sia(NOW, "NHA1")));
    // Another path, another second, so other octets: the same sequence and data.
    let mut again = Dialler::new(name(), Some(key()));
    let Verdict::Repeat { key, answer, .. } = receiver.handle(NOW + SECOND, &again.sia(NOW + SECOND, "NHA1")) else {
        panic!("told twice")
    };
    assert_eq!(key, first.key);
    assert!(matches!(answer, Answer::OnceStored(_)));
    assert_ne!(
        reported(receiver.handle(NOW, &again.sia(NOW, "NHA1"))).key,
        first.key,
        "the next sequence is the next event"
    );
}

#[test]
fn behind_the_repeat_window_the_same_frame_is_an_event_again() {
    let (mut receiver, mut panel) = clear();
    let frame = panel.sia(NOW, "NHA1");
    reported(receiver.handle(NOW, &frame));
    assert!(matches!(receiver.handle(NOW + REPEAT_WINDOW, &frame), Verdict::Repeat { .. }));
    reported(receiver.handle(NOW + REPEAT_WINDOW + Duration::from_millis(1), &frame));
}

#[test]
fn other_data_under_the_same_sequence_is_an_event() {
    let (mut receiver, mut panel) = clear();
    reported(receiver.handle(NOW, &panel.sia(NOW, "NRP")));
    let mut restarted = Dialler::new(name(), None);
    reported(receiver.handle(NOW, &restarted.sia(NOW, "NHA1")));
}

#[test]
fn an_event_that_could_not_be_stored_is_reported_again() {
    let (mut receiver, mut panel) = clear();
    let frame = panel.sia(NOW, "NHA1");
    let report = reported(receiver.handle(NOW, &frame));
    receiver.forget(&report.account, report.key);
    assert_eq!(reported(receiver.handle(NOW, &frame)).key, report.key);
}

#[test]
fn what_was_stored_before_a_restart_is_a_repeat_after_it() {
    let (mut receiver, mut panel) = clear();
    let frame = panel.sia(NOW, "NHA1");
    let report = reported(receiver.handle(NOW, &frame));
    let (mut restarted, _) = clear();
    restarted.remember(&report.account, report.key, NOW);
    assert!(matches!(restarted.handle(NOW + SECOND, &frame), Verdict::Repeat { .. }));
}

#[test]
fn a_flood_of_events_forgets_the_oldest_and_loses_none() {
    let (mut receiver, mut panel) = clear();
    let first = panel.sia(NOW, "NHA1");
    reported(receiver.handle(NOW, &first));
    for _ in 0..REPEAT_SLOTS {
        reported(receiver.handle(NOW, &panel.sia(NOW, "NHA1")));
    }
    reported(receiver.handle(NOW, &first));
}
