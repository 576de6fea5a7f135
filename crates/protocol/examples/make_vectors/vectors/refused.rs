//! Frames that every reader refuses. Where the fault is in the body, the signature is good, so that only the body can be at fault.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::Signer;
use keng_protocol::{DeviceId, Header, Kind};
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

use super::forge::{RING, forge, forge_usual, header, header_octets, hex, signed};

/// The order of the group, least octet first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// A silent hold-up at zone 12: a body to break.
const BODY: [u8; 7] = [0x83, 1, 1, 2, 0xc3, 4, 12];

/// All of them.
pub(crate) fn vectors() -> Vec<Value> {
    [lengths(), flips(), contexts(), signatures(), senders(), shape(), spelling(), forbidden(), map_keys(), fields()]
        .concat()
}

fn vector(name: &str, why: &str, octets: &[u8], expect: Value) -> Value {
    json!({ "name": name, "why": why, "bytes": hex(octets), "expect": expect })
}

fn error(name: &str) -> Value {
    json!({ "error": name })
}

fn at(name: &str, field: u8) -> Value {
    json!({ "error": name, "field": field })
}

/// An alarm with this body, well signed.
fn body(name: &str, why: &str, octets: &[u8], expect: Value) -> Value {
    vector(name, why, &forge_usual(Kind::Alarm, octets), expect)
}

fn good() -> Vec<u8> {
    forge_usual(Kind::Alarm, &BODY)
}

fn lengths() -> Vec<Value> {
    let too_long = forge_usual(Kind::Alarm, &[&[0x82, 1, 1, 40, 0xc5, 0x03, 0xa1][..], &[0; 929]].concat());
    let good = good();
    vec![
        vector("no_octets", "nothing at all", &[], error("Malformed::TooShort")),
        vector("one_octet", "a version and nothing else", &good[..1], error("Malformed::TooShort")),
        vector(
            "header_only",
            "25 octets are a header without body and signature",
            &good[..25],
            error("Malformed::TooShort"),
        ),
        vector("too_short_by_one", "89 octets leave no room for a body", &good[..89], error("Malformed::TooShort")),
        vector(
            "cut_by_one",
            "the last octet is missing: the signature is read from the wrong place",
            &good[..good.len() - 1],
            error("BadSignature"),
        ),
        vector(
            "too_long_by_one",
            "1,025 octets, well signed: refused before anything is read",
            &too_long,
            error("Malformed::TooLong"),
        ),
        vector("very_long", "4,096 octets of nothing", &[0; 4096], error("Malformed::TooLong")),
        vector("octet_appended", "one octet more than was signed", &[&good[..], &[0]].concat(), error("BadSignature")),
    ]
}

fn flips() -> Vec<Value> {
    let length = good().len();
    let flip = |region: &str, position: usize, bit: u8, expect: Value| {
        let mut octets = good();
        octets[position] ^= 1 << bit;
        vector(
            &format!("flip_in_{region}"),
            &format!("bit {bit} of octet {position} is another than was signed"),
            &octets,
            expect,
        )
    };
    vec![
        flip("version", 0, 1, json!({ "error": "Malformed::Version", "version": 3 })),
        flip("kind", 1, 1, error("BadSignature")),
        flip("sender", 2, 0, error("UnknownDevice")),
        flip("key", 10, 0, error("UnknownKey")),
        flip("epoch", 14, 0, error("BadSignature")),
        flip("sequence", 18, 7, error("BadSignature")),
        flip("time", 24, 0, error("BadSignature")),
        flip("body_first", 25, 0, error("BadSignature")),
        flip("body_last", length - 65, 0, error("BadSignature")),
        flip("r", length - 64, 0, error("BadSignature")),
        flip("r_sign", length - 33, 7, error("BadSignature")),
        flip("s", length - 32, 0, error("BadSignature")),
        flip("s_highest", length - 1, 7, error("BadSignature")),
    ]
}

fn contexts() -> Vec<Value> {
    let unsigned = [header_octets(&header(Kind::Alarm)), BODY.to_vec()].concat();
    let with = |name: &str, why: &str, context: &[u8]| {
        let signature = RING[0].signer().sign(&[context, &unsigned].concat());
        vector(name, why, &[&unsigned[..], &signature.to_bytes()].concat(), error("BadSignature"))
    };
    vec![
        with("context_of_another_kind", "signed as a suspicion, sent as an alarm", b"keng/1/002\0"),
        with("context_absent", "signed without any context", b""),
        with("context_without_zeros", "the kind stands with fewer than three digits", b"keng/1/1\0"),
        with("context_without_end", "the octet 0 at the end of the context is missing", b"keng/1/001"),
        with("context_of_another_version", "signed for version 2", b"keng/2/001\0"),
    ]
}

/// Signatures that a less strict verifier would accept.
fn signatures() -> Vec<Value> {
    let good = good();
    let unsigned = &good[..good.len() - 64];
    let forged = |name: &str, why: &str, signature: [u8; 64]| {
        vector(name, why, &[unsigned, &signature[..]].concat(), error("BadSignature"))
    };
    let (r, s) = good[good.len() - 64..].split_at(32);
    let wide = add(s, &ORDER);
    let wider = add(&wide, &ORDER);
    let neutral = EIGHT_TORSION[0];
    vec![
        forged("s_plus_order", "S is L too high: the equation holds, the spelling is not the only one", join(r, &wide)),
        forged("s_plus_twice_order", "S is 2 L too high", join(r, &wider)),
        forged("s_is_order", "S is L, R is the point that S = 0 would ask for", join(r, &ORDER)),
        forged("signature_of_zeros", "64 octets 0", [0; 64]),
        forged("signature_of_ones", "64 octets 0xff: R is no point", [0xff; 64]),
        forged(
            "r_neutral",
            "R is the neutral point and the equation holds: a signer that shows its secret",
            by_hand(unsigned, Scalar::ZERO, neutral),
        ),
        forged(
            "r_order_8",
            "R has order 8 and the equation holds only when multiplied by 8",
            by_hand(unsigned, Scalar::ZERO, EIGHT_TORSION[1]),
        ),
        forged(
            "r_mixed_order",
            "R has a component of order 8: the equation holds only when multiplied by 8",
            by_hand(unsigned, Scalar::from(12345u64), EIGHT_TORSION[1]),
        ),
        forged("r_not_canonical", "R is a second spelling of the neutral point: y is p + 1", not_canonical_r(unsigned)),
    ]
}

fn senders() -> Vec<Value> {
    let plain = header(Kind::Alarm);
    let from = |name: &str, why: &str, header: Header, seed: usize, expect: &str| {
        vector(name, why, &forge(&header, &BODY, &RING[seed].signer()), error(expect))
    };
    let answer = [0x83, 1, 0xc4, 16, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 1, 5, 0xa0];
    let role = |name: &str, why: &str, kind: Kind, entry: usize, body: &[u8]| {
        let header = Header { sender: RING[entry].device, ..header(kind) };
        vector(name, why, &forge(&header, body, &RING[entry].signer()), error("WrongRole"))
    };
    vec![
        from(
            "device_of_nobody",
            "well signed by a device that nobody enrolled",
            Header { sender: DeviceId([0; 8]), ..plain },
            0,
            "UnknownDevice",
        ),
        from("key_of_nobody", "the device has no key of this number", Header { key: 1, ..plain }, 0, "UnknownKey"),
        from(
            "device_swapped",
            "one panel's key under another panel's id",
            Header { sender: RING[2].device, ..plain },
            0,
            "BadSignature",
        ),
        from("key_swapped", "signed with key 0, sent as key 7", Header { key: 7, ..plain }, 0, "BadSignature"),
        role("panel_as_desk", "a panel may not answer for the police", Kind::Answer, 0, &answer),
        role("desk_as_panel", "a desk may not raise an alarm", Kind::Alarm, 4, &BODY),
        role(
            "panel_as_station",
            "a panel may not acknowledge",
            Kind::Heard,
            0,
            &[&[0x81, 1, 0xc4, 32][..], &[0; 32]].concat(),
        ),
        role(
            "station_as_authority",
            "a station may not revoke keys",
            Kind::Revocation,
            3,
            &[0x82, 1, 0xc4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1],
        ),
        role("kind_of_no_role", "no role sends kinds from 128 on", Kind::Unknown(200), 0, &[0x80]),
    ]
}

fn shape() -> Vec<Value> {
    let truncated = error("Malformed::Truncated");
    let deep = error("Malformed::TooDeep");
    vec![
        body("body_array", "an array instead of a map", &[0x91, 1], error("Malformed::NotAMap")),
        body("body_integer", "a number instead of a map", &[1], error("Malformed::NotAMap")),
        body("body_nil", "nil instead of a map", &[0xc0], error("Malformed::NotAMap")),
        body("body_no_value", "a key without a value", &[0x81, 1], truncated.clone()),
        body("body_too_few", "two fields are promised, one is there", &[0x82, 1, 1], truncated.clone()),
        body("body_head_cut", "the map's own length is cut off", &[0xde, 0], truncated.clone()),
        body(
            "body_four_billion_fields",
            "4,294,967,295 fields are promised: nothing may be allocated for them",
            &[0xdf, 0xff, 0xff, 0xff, 0xff, 1, 1],
            truncated.clone(),
        ),
        body(
            "value_four_gigabytes",
            "an octet string claims 4 GiB",
            &[0x82, 1, 1, 40, 0xc6, 0xff, 0xff, 0xff, 0xff],
            truncated.clone(),
        ),
        body(
            "value_array_of_billions",
            "an array claims 4,294,967,295 values",
            &[0x82, 1, 1, 40, 0xdd, 0xff, 0xff, 0xff, 0xff, 1],
            truncated.clone(),
        ),
        body(
            "value_integer_cut",
            "an integer of four octets has two",
            &[0x82, 1, 1, 40, 0xce, 1, 0],
            truncated.clone(),
        ),
        body("value_text_cut", "a text of three octets has two", &[0x82, 1, 1, 40, 0xa3, b'a', b'b'], truncated),
        body("body_trailing", "an octet after the map", &[0x81, 1, 1, 0], error("Malformed::TrailingBytes")),
        body("body_two_maps", "a second map after the first", &[0x81, 1, 1, 0x80], error("Malformed::TrailingBytes")),
        body("nested_five_arrays", "a fifth level", &[0x82, 1, 1, 40, 0x91, 0x91, 0x91, 0x91, 1], deep.clone()),
        body(
            "nested_five_maps",
            "a fifth level, of maps",
            &[0x82, 1, 1, 40, 0x81, 0, 0x81, 0, 0x81, 0, 0x80],
            deep.clone(),
        ),
        body(
            "nested_900_arrays",
            "as deep as a frame has room for",
            &[&[0x82, 1, 1, 40][..], &[0x91; 900]].concat(),
            deep,
        ),
    ]
}

fn spelling() -> Vec<Value> {
    let shortest = |name: &str, value: &[u8]| {
        let octets = [&[0x82, 1, 1, 40][..], value].concat();
        body(
            &format!("not_shortest_{name}"),
            "a shorter form of the same value exists",
            &octets,
            error("Malformed::NotShortest"),
        )
    };
    let text = |octet: u8, length: usize| vec![octet; length];
    vec![
        body(
            "not_shortest_known_field",
            "the alarm's kind with one octet too many",
            &[0x81, 1, 0xcc, 1],
            error("Malformed::NotShortest"),
        ),
        body(
            "not_shortest_body",
            "the map's length with two octets where half of one is enough",
            &[0xde, 0, 1, 1, 1],
            error("Malformed::NotShortest"),
        ),
        body(
            "not_shortest_body_wide",
            "the map's length with four octets",
            &[0xdf, 0, 0, 0, 1, 1, 1],
            error("Malformed::NotShortest"),
        ),
        body(
            "not_shortest_key",
            "a key with a marker where it needs none",
            &[0x81, 0xcc, 1, 1],
            error("Malformed::NotShortest"),
        ),
        shortest("u8", &[0xcc, 0x7f]),
        shortest("u16", &[0xcd, 0, 0xff]),
        shortest("u32", &[0xce, 0, 0, 0xff, 0xff]),
        shortest("u64", &[0xcf, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
        shortest("i8", &[0xd0, 0xe0]),
        shortest("i8_positive", &[0xd0, 0x7f]),
        shortest("i16", &[0xd1, 0xff, 0x80]),
        shortest("i16_positive", &[0xd1, 0x7f, 0xff]),
        shortest("i32", &[0xd2, 0xff, 0xff, 0x80, 0]),
        shortest("i64", &[0xd3, 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0]),
        shortest("i64_positive", &[0xd3, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        shortest("text_8", &[vec![0xd9, 31], text(b'k', 31)].concat()),
        shortest("text_16", &[vec![0xda, 0, 255], text(b'k', 255)].concat()),
        shortest("text_32", &[vec![0xdb, 0, 0, 0, 1], text(b'k', 1)].concat()),
        shortest("octets_16", &[vec![0xc5, 0, 255], text(0, 255)].concat()),
        shortest("octets_32", &[0xc6, 0, 0, 0, 1, 0]),
        shortest("array_16", &[vec![0xdc, 0, 15], text(0, 15)].concat()),
        shortest("array_32", &[0xdd, 0, 0, 0, 1, 0]),
        shortest("map_16", &[0xde, 0, 1, 0, 0]),
        shortest("map_32", &[0xdf, 0, 0, 0, 1, 0, 0]),
        body(
            "text_overlong_utf8",
            "an overlong form is not UTF-8",
            &[0x82, 1, 1, 40, 0xa2, 0xc0, 0x80],
            error("Malformed::NotUtf8"),
        ),
        body(
            "text_surrogate",
            "a surrogate is not UTF-8",
            &[0x82, 1, 1, 40, 0xa3, 0xed, 0xa0, 0x80],
            error("Malformed::NotUtf8"),
        ),
        body("text_cut_letter", "half a letter", &[0x82, 1, 1, 40, 0xa1, 0xc4], error("Malformed::NotUtf8")),
    ]
}

fn forbidden() -> Vec<Value> {
    let markers = [0xc0, 0xc1, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8];
    markers
        .into_iter()
        .map(|marker: u8| {
            body(
                &format!("forbidden_{marker:02x}"),
                "nil, floats, extensions and the reserved marker are used in no field, known or not",
                &[&[0x82, 1, 1, 40, marker][..], &[0; 18]].concat(),
                json!({ "error": "Malformed::ForbiddenType", "marker": marker }),
            )
        })
        .collect()
}

fn map_keys() -> Vec<Value> {
    let key_type = || error("Malformed::KeyType");
    vec![
        body("key_text", "a name where a number belongs", &[0x81, 0xa1, b'k', 1], key_type()),
        body("key_negative", "a negative key", &[0x81, 0xff, 1], key_type()),
        body("key_128", "128 in its shortest form, one above the highest key", &[0x81, 0xcc, 0x80, 1], key_type()),
        body("key_true", "true as a key", &[0x81, 0xc3, 1], key_type()),
        body(
            "key_twice",
            "a field twice: readers could choose another one",
            &[0x82, 1, 1, 1, 33],
            at("Malformed::DuplicateKey", 1),
        ),
        body(
            "key_twice_unknown",
            "also in fields that are not known",
            &[0x83, 1, 1, 40, 0, 40, 0],
            at("Malformed::DuplicateKey", 40),
        ),
        body("key_order", "a lower key after a higher one", &[0x82, 2, 0xc3, 1, 1], at("Malformed::KeyOrder", 1)),
        body(
            "key_order_inside",
            "also in a map within",
            &[0x82, 1, 1, 40, 0x82, 2, 0, 1, 0],
            at("Malformed::KeyOrder", 1),
        ),
        body(
            "key_twice_inside",
            "also in a map within",
            &[0x82, 1, 1, 40, 0x82, 2, 0, 2, 0],
            at("Malformed::DuplicateKey", 2),
        ),
    ]
}

fn fields() -> Vec<Value> {
    let wrong =
        |name: &str, why: &str, field: u8, octets: &[u8]| body(name, why, octets, at("Malformed::WrongType", field));
    let of = |name: &str, why: &str, kind: Kind, octets: &[u8], expect: Value| {
        vector(name, why, &forge_usual(kind, octets), expect)
    };
    let long_plate = [&[0x81, 21, 0xad][..], &[b'9'; 13]].concat();
    let answer =
        |operator: &[u8], note: &[u8]| [&[0x84, 1, 0xc4, 16][..], &[7; 16], &[2, 1, 5], operator, &[6], note].concat();
    let long_operator = answer(&[&[0xd9, 33][..], &[b'k'; 33]].concat(), &[0xa0]);
    let long_note = answer(&[0xa0], &[&[0xda, 1, 25][..], &[b'k'; 281]].concat());
    let notice = [&[0x82, 1, 0, 32, 0xda, 1, 25][..], &[b'k'; 281]].concat();
    let receipt = |durability: u8| [&[0x83, 1, 0xc4, 32][..], &[0; 32], &[2, 1, 3, durability]].concat();
    let late = [0x81, 1, 0xcf, 0, 1, 0, 0, 0, 0, 0, 0];
    vec![
        body("field_missing", "an alarm without its kind", &[0x81, 2, 0xc3], at("Malformed::MissingField", 1)),
        body("field_missing_all", "an alarm that says nothing", &[0x80], at("Malformed::MissingField", 1)),
        body(
            "flag_false",
            "false is a second spelling of absence",
            &[0x82, 1, 1, 2, 0xc2],
            at("Malformed::FalseFlag", 2),
        ),
        body("flag_drill_false", "also in the drill flag", &[0x82, 1, 1, 3, 0xc2], at("Malformed::FalseFlag", 3)),
        wrong("flag_number", "a flag is true, not 1", 2, &[0x82, 1, 1, 2, 1]),
        wrong("code_text", "a code is a number", 1, &[0x81, 1, 0xa1, b'1']),
        wrong("code_wide", "256 is no code", 1, &[0x81, 1, 0xcd, 1, 0]),
        wrong("code_negative", "-1 is no code", 1, &[0x81, 1, 0xff]),
        wrong("zone_wide", "65,536 is no zone", 4, &[0x82, 1, 1, 4, 0xce, 0, 1, 0, 0]),
        wrong("position_one", "a position has two numbers", 6, &[0x82, 1, 1, 6, 0x91, 1]),
        wrong("position_three", "a position has two numbers", 6, &[0x82, 1, 1, 6, 0x93, 1, 2, 3]),
        wrong("position_wide", "2^31 is no latitude", 6, &[0x82, 1, 1, 6, 0x92, 0xce, 0x80, 0, 0, 0, 1]),
        wrong("position_text", "a latitude is a number", 6, &[0x82, 1, 1, 6, 0x92, 0xa1, b'1', 1]),
        wrong("position_flag", "a latitude is a number", 6, &[0x82, 1, 1, 6, 0x92, 0xc3, 1]),
        wrong("position_array", "a latitude is a number", 6, &[0x82, 1, 1, 6, 0x92, 0x91, 1, 1]),
        of("plate_long", "13 octets of a plate", Kind::Suspicion, &long_plate, at("Malformed::OutOfRange", 21)),
        of(
            "plate_octets",
            "a plate is a text, not octets",
            Kind::Suspicion,
            &[0x81, 21, 0xc4, 1, b'9'],
            at("Malformed::WrongType", 21),
        ),
        of(
            "about_short",
            "an incident is named by eight octets",
            Kind::Update,
            &[0x81, 1, 0xc4, 7, 0, 0, 0, 0, 0, 0, 0],
            at("Malformed::WrongType", 1),
        ),
        of(
            "about_text",
            "eight octets, not a text",
            Kind::Update,
            &[0x81, 1, 0xa8, 0, 0, 0, 0, 0, 0, 0, 0],
            at("Malformed::WrongType", 1),
        ),
        of("path_8", "the highest path is 7", Kind::Test, &[0x81, 1, 8], at("Malformed::OutOfRange", 1)),
        of("operator_long", "33 octets of an operator", Kind::Answer, &long_operator, at("Malformed::OutOfRange", 5)),
        of("note_long", "281 octets of a note", Kind::Answer, &long_note, at("Malformed::OutOfRange", 6)),
        of("notice_long", "281 octets of a notice", Kind::Notice, &notice, at("Malformed::OutOfRange", 32)),
        of("notice_late", "2^48 ms are beyond a frame's clock", Kind::Notice, &late, at("Malformed::WrongType", 1)),
        of(
            "durability_none",
            "there is no durability of none",
            Kind::Receipt,
            &receipt(0),
            at("Malformed::WrongType", 3),
        ),
        of(
            "unknown_kind_not_shortest",
            "the one encoding holds in a kind that is not known, too",
            Kind::Unknown(31),
            &[0x81, 1, 0xcc, 1],
            error("Malformed::NotShortest"),
        ),
    ]
}

/// A signature of panel-01 with a chosen nonce and something added to R, so that 8 S B = 8 R + 8 k A in every case.
fn by_hand(unsigned: &[u8], nonce: Scalar, added: EdwardsPoint) -> [u8; 64] {
    let r = (ED25519_BASEPOINT_POINT * nonce + added).compress().0;
    join(&r, (nonce + challenge(&r, unsigned) * secret()).as_bytes())
}

fn not_canonical_r(unsigned: &[u8]) -> [u8; 64] {
    let mut r = [0xff; 32];
    (r[0], r[31]) = (0xee, 0x7f);
    join(&r, (challenge(&r, unsigned) * secret()).as_bytes())
}

fn challenge(r: &[u8], unsigned: &[u8]) -> Scalar {
    let public = RING[0].signer().verifying_key().to_bytes();
    let octets = [r, &public, &signed(Kind::Alarm.code(), unsigned)].concat();
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(octets).into())
}

fn secret() -> Scalar {
    RING[0].signer().to_scalar()
}

fn join(r: &[u8], s: &[u8]) -> [u8; 64] {
    [r, s].concat().try_into().expect("32 and 32 octets")
}

/// The sum of two numbers of 32 octets, least octet first; what does not fit is cut off.
fn add(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    left.iter()
        .zip(right)
        .map(|(&left, &right)| {
            let [low, high] = (u16::from(left) + u16::from(right) + carry).to_le_bytes();
            carry = u16::from(high);
            low
        })
        .collect()
}
