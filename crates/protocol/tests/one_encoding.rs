//! Rule 3: a message has one encoding, and no octets whatever make the reader panic.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod any;
#[path = "../examples/make_vectors/vectors/forge.rs"]
#[expect(dead_code, reason = "the generator uses all of it")]
mod forge;

use forge::{forge_usual, header, sender_of};
use keng_protocol::message::{Descriptors, Notice};
use keng_protocol::{Frame, Kind, Malformed, Message, PublicKey, Refusal, Timestamp, Verified, seal};
use proptest::prelude::*;

/// Where a body begins and how much follows it.
const HEADER: usize = 25;
const SIGNATURE: usize = 64;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_comes_back_as_it_went(message in any::message()) {
        let read = read(&sealed(&message)).unwrap();
        prop_assert_eq!(read.unknown_fields, match &message { Message::Unknown { body, .. } => usize::from(body[0] & 0x0f), _ => 0 });
        prop_assert_eq!(read.message(), &message);
    }

    #[test]
    fn arbitrary_octets_never_panic(octets in prop::collection::vec(any::<u8>(), 0..1100)) {
        if let Ok(frame) = Frame::decode(&octets) {
            prop_assert_eq!(frame.verify(&public(Kind::Alarm)), Err(Refusal::BadSignature));
        }
    }

    /// The signature is good, so the body is read; whatever is accepted is written again in the very same octets.
    #[test]
    fn no_other_octets_say_the_same(kind in prop::sample::select(Kind::ALL), body in near_body()) {
        let octets = forge_usual(kind, &body);
        if let Ok(verified) = read(&octets) && verified.unknown_fields == 0 {
            let again = sealed(verified.message());
            prop_assert_eq!(&again[HEADER..again.len() - SIGNATURE], &body[..]);
        }
    }

    #[test]
    fn one_octet_more_or_less_in_a_good_body_never_says_the_same(message in any::message(), at in any::<prop::sample::Index>(), octet: u8) {
        let good = sealed(&message);
        let body = &good[HEADER..good.len() - SIGNATURE];
        let mut longer = body.to_vec();
        longer.insert(at.index(body.len() + 1), octet);
        let mut shorter = body.to_vec();
        shorter.remove(at.index(body.len()));
        for other in [longer, shorter] {
            prop_assume!(other != body && other.len() + HEADER + SIGNATURE <= 1024 && !other.is_empty());
            if let Ok(verified) = read(&forge_usual(message.kind(), &other)) {
                prop_assert_ne!(verified.message(), &message);
            }
        }
    }
}

#[test]
fn every_cut_of_a_body_is_refused() {
    let body = [0x84, 1, 1, 2, 0xc3, 4, 0xcd, 1, 0, 6, 0x92, 0xce, 0, 1, 0, 0, 0xe0];
    assert!(read(&forge_usual(Kind::Alarm, &body)).is_ok());
    for cut in 1..body.len() {
        let refusal = read(&forge_usual(Kind::Alarm, &body[..cut])).unwrap_err();
        assert_eq!(refusal, Refusal::Malformed(Malformed::Truncated), "cut to {cut} octets");
    }
}

#[test]
fn every_cut_of_a_frame_is_refused() {
    let octets = sealed(&longest());
    for cut in 0..octets.len() {
        assert!(read_as(&octets[..cut], Kind::Notice).is_err(), "cut to {cut} octets");
    }
}

fn sealed(message: &Message) -> Vec<u8> {
    seal(&header(message.kind()), message, &sender_of(message.kind()).signer()).unwrap()
}

fn read(octets: &[u8]) -> Result<Verified<Message>, Refusal> {
    read_as(octets, Kind::from(octets[1]))
}

fn read_as(octets: &[u8], kind: Kind) -> Result<Verified<Message>, Refusal> {
    Frame::decode(octets)?.verify(&public(kind))
}

fn public(kind: Kind) -> PublicKey {
    PublicKey::new(sender_of(kind).signer().verifying_key().as_bytes()).unwrap()
}

/// The longest message of a known kind.
fn longest() -> Message {
    Notice {
        until: Timestamp::MAX,
        seen: Descriptors::default(),
        text: Some("k".repeat(Notice::MAX_TEXT)),
        asks: false,
    }
    .into()
}

/// Bodies that often are well-formed: a map with ascending keys whose values are spelt in any way.
fn near_body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        8 => (0..0x80u8).prop_map(|it| vec![it]),
        4 => Just(vec![0xc3]),
        1 => any::<u8>().prop_map(|it| vec![it]),
        2 => any::<u8>().prop_map(|it| vec![0xcc, it]),
        2 => any::<[u8; 2]>().prop_map(|it| [&[0xcd][..], &it].concat()),
        1 => any::<[u8; 4]>().prop_map(|it| [&[0xce][..], &it].concat()),
        1 => any::<[u8; 8]>().prop_map(|it| [&[0xc4, 8][..], &it].concat()),
        1 => any::<[u8; 16]>().prop_map(|it| [&[0xc4, 16][..], &it].concat()),
        1 => any::<[u8; 32]>().prop_map(|it| [&[0xc4, 32][..], &it].concat()),
        1 => any::<(i8, i32)>().prop_map(|(a, b)| [&[0x92, a.to_be_bytes()[0], 0xd2][..], &b.to_be_bytes()].concat()),
        1 => "[a-z]{0,14}".prop_map(|it| [&[0xa0 | u8::try_from(it.len()).unwrap()], it.as_bytes()].concat()),
    ];
    prop::collection::btree_map(0..28u8, value, 0..12).prop_map(|fields| {
        let count = u8::try_from(fields.len()).unwrap();
        let entries = fields.into_iter().flat_map(|(key, value)| [vec![key], value].concat());
        std::iter::once(0x80 | count).chain(entries).collect()
    })
}
