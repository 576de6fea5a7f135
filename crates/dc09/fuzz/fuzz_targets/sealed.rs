//! Any events behind a good cipher, and any octets behind none: what a panel of the account says is judged, and its answer reads back.
#![no_main]

use keng_dc09::{Account, AccountName, Answer, Dialler, Frame, Key, Piece, Receiver, Splitter, Token, Verdict};
use keng_protocol::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u32, u8, u8, &str)| {
    let (ahead, how, at, events) = input;
    let now = Timestamp::from_millis(1 << 40);
    let mut panel = Dialler::new(name(), key(how));
    let mut receiver =
        Receiver::new([key(how).map_or_else(|| Account::clear(name()), |key| Account::keyed(name(), key))]);
    let sent = match how % 2 {
        0 => panel.sia(Timestamp::from_millis((1 << 40) - 30_000 + u64::from(ahead % 60_000)), events),
        _ => panel.contact_id(now, events),
    };
    // One frame, however the events are written: nothing in them ends it early.
    for piece in Splitter::datagram(&sent) {
        let Piece::Frame(frame) = piece else { continue };
        judge(&panel, &receiver.handle(now, &frame));
        // The same frame is no new event.
        assert!(!matches!(receiver.handle(now, &frame), Verdict::Report(_)));
        let mut changed = frame;
        if let Some(octet) = changed.get_mut(usize::from(at)) {
            *octet ^= 1 + how / 2;
        }
        judge(&panel, &receiver.handle(now, &changed));
    }
});

/// An answer is a frame, and an ACK for events waits for the disk. Who sent the event can read it.
fn judge(panel: &Dialler, verdict: &Verdict) {
    let (answer, promises) = match verdict {
        Verdict::Report(report) => (report.answer.octets(), matches!(report.answer, Answer::OnceStored(_))),
        Verdict::Repeat { answer, .. } => (answer.octets(), matches!(answer, Answer::OnceStored(_))),
        Verdict::LinkTest { answer, .. } => (answer.as_slice(), true),
        Verdict::Refused { answer: Some(answer), .. } => (answer.as_slice(), false),
        Verdict::Refused { answer: None, .. } => return,
    };
    let token = Frame::parse(answer).expect("a frame").token;
    assert!(token.is_answer() && (token == Token::Ack) == promises);
    let _ = panel.reply(answer);
}

fn name() -> AccountName {
    "1409".parse().expect("an account")
}

fn key(how: u8) -> Option<Key> {
    (how & 2 == 0).then(|| Key::new(&[b'A'; 16]).expect("a key"))
}
