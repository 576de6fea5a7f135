//! A stream of any octets: it is cut, parsed and judged without panic, and the same way however the network cuts it.
#![no_main]

use keng_dc09::{Account, Frame, Key, MAX_FRAME, Piece, Receiver, Splitter, Verdict};
use keng_protocol::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, u8, &[u8])| {
    let (now, cut, stream) = input;
    let mut splitter = Splitter::default();
    let mut pieces: Vec<Piece> =
        stream.chunks(usize::from(cut).max(1)).flat_map(|chunk| splitter.feed(chunk)).collect();
    pieces.extend(splitter.finish());
    if stream.len() <= MAX_FRAME {
        assert_eq!(pieces, Splitter::datagram(stream));
    }
    let mut receiver = receiver();
    for piece in pieces {
        let Piece::Frame(frame) = piece else { continue };
        assert!(frame.len() <= MAX_FRAME);
        match receiver.handle(Timestamp::from_millis(now), &frame) {
            Verdict::Report(report) => answerable(report.answer.octets()),
            Verdict::LinkTest { answer, .. } => answerable(&answer),
            Verdict::Repeat { answer, .. } => answerable(answer.octets()),
            Verdict::Refused { answer, .. } => answer.iter().for_each(|answer| answerable(answer)),
        }
    }
});

/// Whatever came in, what goes out is a frame.
fn answerable(answer: &[u8]) {
    assert!(Frame::parse(answer).is_ok_and(|frame| frame.token.is_answer()));
}

fn receiver() -> Receiver {
    let clear = ["1409", "12345A", "AAA"].into_iter().filter_map(|name| Some(Account::clear(name.parse().ok()?)));
    let keyed = ["AAAB", "1111"]
        .into_iter()
        .filter_map(|name| Some(Account::keyed(name.parse().ok()?, Key::new(&[b'A'; 16]).ok()?)));
    Receiver::new(clear.chain(keyed))
}
