//! What is refused is shown.

use keng_dc09::{Account, Dialler, Frame, Refusal, Verdict, What};
use keng_protocol::message::AlarmKind;

use crate::{NOW, clear, framed, key, keyed, name};

#[test]
fn a_clear_hold_up_on_an_account_with_a_key_is_refused_and_shown() {
    let (mut receiver, _) = keyed();
    let verdict = receiver.handle(NOW, &Dialler::new(name(), None).sia(NOW, "NHA7"));
    let Verdict::Refused { reason: Refusal::ClearOnKeyedAccount, account, claims, answer } = verdict else {
        panic!("{verdict:?}")
    };
    assert_eq!(account.as_deref(), Some("1409"));
    assert_eq!((claims[0].what, claims[0].zone), (What::Alarm(AlarmKind::HoldUp), Some(7)));
    assert!(answer.unwrap().windows(3).any(|token| token == b"NAK"));
}

#[test]
fn an_unknown_account_is_refused_by_name() {
    let (mut receiver, _) = clear();
    let verdict = receiver.handle(NOW, &Dialler::new("BEEF".parse().unwrap(), None).sia(NOW, "NHA7"));
    assert!(
        matches!(verdict, Verdict::Refused { reason: Refusal::UnknownAccount, account: Some(name), .. } if name == "BEEF")
    );
}

#[test]
fn a_damaged_frame_still_names_its_panel() {
    let (mut receiver, mut panel) = clear();
    let mut frame = panel.sia(NOW, "NHA7");
    let at = frame.len() - 3;
    frame[at] ^= 1;
    let verdict = receiver.handle(NOW, &frame);
    assert!(
        matches!(verdict, Verdict::Refused { reason: Refusal::Unreadable(_), account: Some(name), .. } if name == "1409")
    );
}

#[test]
fn nothing_secret_is_printed() {
    let frame = framed("\"SIA-DCS\"0001L0#1409[#1409|NHA1^Tran Thi B^][K0123456789ABCDEF]");
    let (mut receiver, _) = clear();
    let shown =
        format!("{:?} {:?} {:?}", Frame::parse(&frame), receiver.handle(NOW, &frame), Account::keyed(name(), key()));
    for secret in ["0123456789ABCDEF", "Tran"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
