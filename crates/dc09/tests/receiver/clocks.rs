//! A wrong clock hides no hold-up and calms nobody.

use core::time::Duration;

use keng_dc09::{Answer, Dialler, EARLY_MS, LATE_MS, Refusal, Reply, Trust, Verdict};

use crate::{NOW, SECOND, clear, key, keyed, name, reported};

#[test]
fn a_hold_up_with_a_wrong_clock_is_told_at_once_and_the_panel_asked_for_the_time() {
    let (mut receiver, mut panel) = keyed();
    let wrong = NOW - Duration::from_secs(3600);
    let report = reported(receiver.handle(NOW, &panel.sia(wrong, "NHA1")));
    assert_eq!((report.trust, report.clock.off_ms), (Trust::Replayable, Some(-3_600_000)));
    let Answer::AtOnce(nak) = report.answer else { panic!("the NAK waits for the disk") };
    assert_eq!(panel.reply(&nak), Some(Reply::Nak(Some(NOW))));
    // The panel sets its clock and sends the same event: the proof that it was no replay.
    let mut corrected = Dialler::new(name(), Some(key()));
    let verdict = receiver.handle(NOW + SECOND, &corrected.sia(NOW, "NHA1"));
    assert!(matches!(verdict, Verdict::Repeat { key, trust: Trust::Fresh, .. } if key == report.key));
}

#[test]
fn a_panel_whose_clock_cannot_be_set_gets_its_ack_the_second_time() {
    let (mut receiver, mut panel) = keyed();
    let wrong = NOW - Duration::from_secs(3600);
    let first = panel.sia(wrong, "NHA1");
    assert!(matches!(reported(receiver.handle(NOW, &first)).answer, Answer::AtOnce(_)));
    let Verdict::Repeat { answer, trust, .. } = receiver.handle(NOW + SECOND, &first) else { panic!("told twice") };
    assert_eq!((panel.reply(answer.octets()), trust), (Some(Reply::Ack), Trust::Replayable));
    assert!(matches!(reported(receiver.handle(NOW + SECOND, &panel.sia(wrong, "NHA2"))).answer, Answer::OnceStored(_)));
}

#[test]
fn what_calms_must_be_fresh() {
    let late = Duration::from_millis(LATE_MS.unsigned_abs());
    let early = Duration::from_millis(EARLY_MS.unsigned_abs());
    for data in ["NHR1", "NCL1", "NOP1", "NRP", "NBC1", "NHB1"] {
        let (mut receiver, mut panel) = keyed();
        for out in [NOW - late - SECOND, NOW + early + SECOND] {
            let verdict = receiver.handle(NOW, &panel.sia(out, data));
            let Verdict::Refused { reason: Refusal::ClockOff { .. }, claims, answer, .. } = verdict else {
                panic!("{data}: {verdict:?}")
            };
            assert_eq!(claims.len(), 1, "an operator sees what was refused");
            assert_eq!(panel.reply(&answer.unwrap()), Some(Reply::Nak(Some(NOW))));
        }
        for within in [NOW - late, NOW + early] {
            assert_eq!(reported(receiver.handle(NOW, &panel.sia(within, data))).trust, Trust::Fresh);
        }
    }
}

#[test]
fn an_old_link_test_does_not_prove_that_a_panel_lives() {
    let (mut receiver, panel) = keyed();
    let poll = panel.link_test(NOW);
    let Verdict::LinkTest { answer, trust: Trust::Fresh, .. } = receiver.handle(NOW, &poll) else { panic!("refused") };
    assert_eq!(panel.reply(&answer), Some(Reply::Ack));
    let verdict = receiver.handle(NOW + 41 * SECOND, &poll);
    assert!(matches!(verdict, Verdict::Refused { reason: Refusal::ClockOff { off_ms: -41_000 }, .. }));
}

#[test]
fn a_clear_frame_is_taken_whatever_its_clock_says() {
    let (mut receiver, mut panel) = clear();
    let report = reported(receiver.handle(NOW, &panel.sia(NOW - Duration::from_secs(25_200), "NCL1")));
    assert_eq!((report.trust, report.clock.off_ms), (Trust::Clear, Some(-25_200_000)));
}
