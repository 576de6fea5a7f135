//! No octets make the splitter, the parser or the receiver panic, and what is built is read back.
#![expect(clippy::unwrap_used, reason = "a broken claim is a failed test")]

use keng_dc09::{
    Account, AccountName, Dialler, Frame, Key, MAX_FRAME, Piece, Receiver, Reply, Splitter, Trust, Verdict,
};
use keng_protocol::Timestamp;
use proptest::prelude::*;

fn name(digits: &str) -> AccountName {
    digits.parse().unwrap()
}

fn receiver() -> Receiver {
    Receiver::new([Account::clear(name("1409")), Account::keyed(name("5A5A"), Key::new(&[7; 16]).unwrap())])
}

/// Octets that look like frames: cut from a real one and spoiled.
fn nearly_frames() -> impl Strategy<Value = Vec<u8>> {
    let real = prop_oneof![
        Just(b"\nDC530046\"SIA-DCS\"9876R579BDFL789ABC#12345A[#12345A|NFA129]_13:14:15,02-15-2006\r".to_vec()),
        Just(b"\n0n003D\"ADM-CID\"0002R1L1#9413[#9413|1602 99 999]_23:05:30,08-30-2023\r".to_vec()),
        Just(
            b"\n76D80055\"*NULL\"0000R0L0#AAAB[B4BC8B40D0E6D959D6BEA78E88CC0B2155741A3C44FBB96D476A3E557CAD64D9\r"
                .to_vec()
        ),
    ];
    (real, prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6)).prop_map(|(mut bytes, changes)| {
        for (at, to) in changes {
            let at = at.index(bytes.len());
            bytes.splice(at..=at, [to]);
        }
        bytes
    })
}

proptest! {
    #[test]
    fn any_octets_in_any_pieces_are_judged_without_panic(
        chunks in prop::collection::vec(prop_oneof![prop::collection::vec(any::<u8>(), 0..200), nearly_frames()], 0..20),
        now in any::<u64>(),
    ) {
        let (mut splitter, mut receiver) = (Splitter::default(), receiver());
        let mut pieces: Vec<Piece> = chunks.iter().flat_map(|chunk| splitter.feed(chunk)).collect();
        pieces.extend(splitter.finish());
        for piece in pieces {
            if let Piece::Frame(frame) = piece {
                prop_assert!(frame.len() <= MAX_FRAME);
                receiver.handle(Timestamp::from_millis(now), &frame);
            }
        }
    }

    #[test]
    fn how_a_stream_is_cut_does_not_change_its_frames(frames in prop::collection::vec(nearly_frames(), 1..6), cuts in prop::collection::vec(1..40_usize, 1..40)) {
        let stream = frames.concat();
        let mut whole = Splitter::default();
        let mut expected = whole.feed(&stream);
        expected.extend(whole.finish());
        let (mut cut, mut rest, mut pieces) = (Splitter::default(), stream.as_slice(), Vec::new());
        for length in cuts.into_iter().cycle() {
            let (head, tail) = rest.split_at(length.min(rest.len()));
            pieces.extend(cut.feed(head));
            rest = tail;
            if rest.is_empty() { break }
        }
        pieces.extend(cut.finish());
        prop_assert_eq!(pieces, expected);
    }

    #[test]
    fn any_sealed_content_under_the_right_account_is_judged_without_panic(blocks in prop::collection::vec(any::<[u8; 16]>(), 0..6)) {
        let digits: String = blocks.concat().iter().map(|octet| format!("{octet:02X}")).collect();
        let inside = format!("\"*SIA-DCS\"0001L0#5A5A[{digits}");
        let bytes = format!("{:04X}{:04X}{inside}", keng_dc09::crc16(inside.as_bytes()), inside.len());
        receiver().handle(Timestamp::from_millis(0), bytes.as_bytes());
    }

    #[test]
    fn what_a_dialler_sends_is_reported_and_its_ack_is_accepted(
        length in prop_oneof![Just(0_usize), Just(16), Just(24), Just(32)],
        zone in 0..=9999_u16,
        millis in 1_500_000_000_000..4_000_000_000_000_u64,
        skew_s in 0..=58_u64,
    ) {
        let key = || Key::new(&vec![9; length]).ok();
        let mut receiver = Receiver::new([Account { key: key(), ..Account::clear(name("ABC")) }]);
        let mut panel = Dialler::new(name("ABC"), key());
        let now = Timestamp::from_millis(millis);
        // From 39 s late to 19 s early; the frame's time is cut to the second.
        let theirs = Timestamp::from_millis(millis - 39_000 + skew_s * 1000);
        let frame = panel.sia(theirs, &format!("Nri1/HA{zone:04}"));
        let Verdict::Report(report) = receiver.handle(now, &frame) else { panic!("not reported") };
        prop_assert_eq!(report.events[0].zone, Some(zone));
        prop_assert_eq!(report.trust, if length == 0 { Trust::Clear } else { Trust::Fresh });
        prop_assert_eq!(panel.reply(report.answer.octets()), Some(Reply::Ack));
    }

    #[test]
    fn a_parsed_frame_keeps_its_fields(sequence in 0..=9999_u16, receiver in "R[0-9A-F]{1,6}|", line in "L[0-9A-F]{0,6}|", account in "[0-9A-F]{3,16}") {
        let inside = format!("\"NULL\"{sequence:04}{receiver}{line}#{account}[]");
        let bytes = format!("\n{:04x}{:04x}{inside}\r", keng_dc09::crc16(inside.as_bytes()), inside.len());
        let frame = Frame::parse(bytes.as_bytes()).unwrap();
        prop_assert_eq!(frame.sequence, format!("{sequence:04}"));
        prop_assert_eq!(frame.receiver.as_deref(), receiver.strip_prefix('R'));
        prop_assert_eq!(frame.line.as_deref(), line.strip_prefix('L'));
        prop_assert_eq!(frame.account, Some(account));
    }
}
