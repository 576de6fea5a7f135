//! Frames that every reader accepts: each kind at its least and its most, each code, and what a newer version may add.

use keng_protocol::message::{
    Act, Alarm, AlarmKind, Answer, Cancel, CancelCode, Colour, Descriptors, Disposition, Drill, Durability, Enrolment,
    Face, Heading, Heard, Heartbeat, Noted, Notice, OpenClose, PathStates, Place, Plate, Power, Progress, Reason,
    Receipt, Revocation, RevocationReason, Role, Rotation, Suspicion, Test, Update, Vehicle, Vouched, Weapon,
};
use keng_protocol::{
    DeviceId, Frame, FrameId, Header, IncidentId, Kind, Message, NoticeId, PublicKey, Timestamp, seal,
};
use serde_json::{Value, json};

use super::forge::{RING, RingEntry, forge_usual, header, hex, sender_of};
use super::{describe, keys};

/// A long text in the language of the place: 280 octets of UTF-8, the most a note may have.
const LONGEST_TEXT: &str = "Hai người đi xe máy đỏ, đội mũ bảo hiểm kín mặt, cầm vật giống súng, chạy về hướng Bắc qua cầu; biển số nghi giả. \
    Đã báo các chốt gần nhất, đề nghị không đuổi theo một mình, giữ liên lạc bộ đàm, chờ thêm";

/// All of them.
pub(crate) fn vectors() -> Vec<Value> {
    [least(), most(), codes(), headers(), newer(), sizes()].concat()
}

fn vector(name: &str, why: &str, octets: &[u8], entry: &RingEntry) -> Value {
    let key = PublicKey::new(entry.signer().verifying_key().as_bytes()).expect("a test key is a good key");
    let verified = Frame::decode(octets).expect("a good frame").verify(&key).expect("a good frame");
    json!({ "name": name, "why": why, "bytes": hex(octets), "expect": { "valid": describe::accepted(&verified) } })
}

fn said(name: &str, why: &str, message: impl Into<Message>) -> Value {
    let message = message.into();
    let entry = sender_of(message.kind());
    let octets = seal(&header(message.kind()), &message, &entry.signer()).expect("a message that can be written");
    vector(name, why, &octets, entry)
}

fn least() -> Vec<Value> {
    let incident = IncidentId([0; 16]);
    let why = "only the fields that must be there, each at its least";
    vec![
        said("alarm_least", why, alarm(AlarmKind::HoldUp)),
        said("suspicion_least", why, Suspicion::default()),
        said("update_least", why, Update::default()),
        said("heartbeat_least", why, heartbeat(Power::Mains)),
        said("open_close_least", "an absent flag says closed", OpenClose { opened: false, user: None }),
        said("test_least", why, Test { path: 0 }),
        said("drill_least", "an absent flag says that the drill ends", Drill { begins: false }),
        said("cancel_least", why, Cancel { code: CancelCode::AllClear, user: None }),
        said("noted_least", why, Noted { notice: NoticeId([0; 8]), user: None }),
        said("receipt_least", why, Receipt { frame: FrameId([0; 32]), position: 0, durability: Durability::DISK }),
        said("heard_least", why, Heard { frame: FrameId([0; 32]) }),
        said("progress_least", why, Progress { incident, level: 0, act: Act::Accepted }),
        said(
            "notice_least",
            why,
            Notice { until: Timestamp::default(), seen: Descriptors::default(), text: None, asks: false },
        ),
        said("vouched_least", why, vouched(alarm(AlarmKind::HoldUp), 0)),
        said("answer_least", "an operator's name may be empty", Answer::new(incident, Act::Accepted, "")),
        said("enrolment_least", why, enrolment(Role::Panel, 0, None)),
        said("rotation_least", why, rotation(0, Timestamp::default())),
        said(
            "revocation_least",
            "no number: every key of the device",
            Revocation { device: DeviceId([0; 8]), number: None, reason: RevocationReason::Compromised },
        ),
    ]
}

fn most() -> Vec<Value> {
    let incident = IncidentId([0xff; 16]);
    let why = "every field, each at its most";
    let receipt = Receipt { frame: FrameId([0xff; 32]), position: u64::MAX, durability: most_durable() };
    let answer = Answer {
        reason: Some(Reason::Unknown(255)),
        disposition: Some(Disposition::Unknown(255)),
        note: Some(LONGEST_TEXT.to_owned()),
        ..Answer::new(incident, Act::Unknown(255), "Đồn trưởng Nguyễn Văn A")
    };
    vec![
        said("alarm_most", "every field at its most: the longest alarm there is", longest_alarm()),
        said("suspicion_most", why, Suspicion { drill: true, mark: Some(u16::MAX), seen: every_descriptor() }),
        said(
            "suspicion_common",
            "what is seen from a counter, in one SMS",
            Suspicion { seen: common(), ..Suspicion::default() },
        ),
        said("update_most", why, update(every_descriptor(), u8::MAX)),
        said("update_common", "what is seen in a robbery, in one SMS", update(common(), 3)),
        said(
            "heartbeat_most",
            why,
            Heartbeat {
                events: u32::MAX,
                last: Some([0xff; 8]),
                power: Power::Unknown(255),
                tamper: true,
                paths: PathStates { configured: 255, good: 255 },
            },
        ),
        said("open_close_most", why, OpenClose { opened: true, user: Some(u16::MAX) }),
        said("test_most", why, Test { path: 7 }),
        said("drill_most", why, Drill { begins: true }),
        said("cancel_most", why, Cancel { code: CancelCode::Duress, user: Some(u16::MAX) }),
        said("noted_most", why, Noted { notice: NoticeId([0xff; 8]), user: Some(u16::MAX) }),
        said("receipt_most", why, receipt),
        said("heard_most", why, Heard { frame: FrameId([0xff; 32]) }),
        said("progress_most", why, Progress { incident, level: 255, act: Act::Unknown(255) }),
        said(
            "notice_most",
            why,
            Notice { until: Timestamp::MAX, seen: every_descriptor(), text: Some(LONGEST_TEXT.to_owned()), asks: true },
        ),
        said("vouched_most", why, vouched(longest_alarm(), 0xff)),
        said("answer_most", "every field; the note is 280 octets of UTF-8, which are fewer letters", answer),
        said("enrolment_most", why, enrolment(Role::Desk, 255, Some(Timestamp::MAX))),
        said("rotation_most", why, rotation(255, Timestamp::MAX)),
        said(
            "revocation_most",
            why,
            Revocation { device: DeviceId([0xff; 8]), number: Some(255), reason: RevocationReason::Unknown(255) },
        ),
    ]
}

/// One vector for each code of each table, and one for a code that nobody knows yet.
fn codes() -> Vec<Value> {
    let incident = IncidentId([7; 16]);
    let seen = |seen: Descriptors| Suspicion { seen, ..Suspicion::default() };
    let nothing = Descriptors::default;
    [
        each("alarm_kind", AlarmKind::ALL, |kind| alarm(kind).into()),
        each("cancel_code", CancelCode::ALL, |code| Cancel { code, user: None }.into()),
        each("weapon", Weapon::ALL, |code| seen(Descriptors { weapon: Some(code), ..nothing() }).into()),
        each("face", Face::ALL, |code| seen(Descriptors { face: Some(code), ..nothing() }).into()),
        each("vehicle", Vehicle::ALL, |code| seen(Descriptors { vehicle: Some(code), ..nothing() }).into()),
        each("colour", Colour::ALL, |code| seen(Descriptors { colour: Some(code), ..nothing() }).into()),
        each("heading", Heading::ALL, |code| seen(Descriptors { heading: Some(code), ..nothing() }).into()),
        each("power", Power::ALL, |power| heartbeat(power).into()),
        each("act", Act::ALL, |act| Answer::new(incident, act, "113").into()),
        each("reason", Reason::ALL, |code| {
            Answer { reason: Some(code), ..Answer::new(incident, Act::Rejected, "113") }.into()
        }),
        each("disposition", Disposition::ALL, |code| {
            Answer { disposition: Some(code), ..Answer::new(incident, Act::Closed, "113") }.into()
        }),
        each("role", Role::ALL, |role| enrolment(role, 1, None).into()),
        each("revocation_reason", RevocationReason::ALL, |reason| {
            Revocation { device: DeviceId([7; 8]), number: Some(1), reason }.into()
        }),
    ]
    .concat()
}

fn each<C: Copy + From<u8> + std::fmt::Display>(table: &str, all: &[C], message: impl Fn(C) -> Message) -> Vec<Value> {
    let known = all.iter().map(|&code| {
        let name = format!("{table}_{}", code.to_string().replace([' ', '-'], "_"));
        said(&name, "a code of the table", message(code))
    });
    let unknown = [0, 120, 200].map(|number| {
        said(
            &format!("{table}_{number}_of_nobody"),
            "a code that no table has yet: it is kept, printed as its number and handled by its class",
            message(C::from(number)),
        )
    });
    known.chain(unknown).collect()
}

fn headers() -> Vec<Value> {
    let message: Message = alarm(AlarmKind::HoldUp).into();
    let with = |name: &str, why: &str, header: Header, entry: &RingEntry| {
        vector(name, why, &seal(&header, &message, &entry.signer()).expect("a message that can be written"), entry)
    };
    let plain = header(Kind::Alarm);
    let zero = Header { epoch: 0, sequence: 0, time: Timestamp::default(), ..plain };
    let most = Header { epoch: u32::MAX, sequence: u32::MAX, time: Timestamp::MAX, ..plain };
    let ascending =
        Header { epoch: 0x0102_0304, sequence: 0x0506_0708, time: Timestamp::from_millis(0x090a_0b0c_0d0e), ..plain };
    vec![
        with("header_zero", "epoch, sequence and time at their least", zero, &RING[0]),
        with("header_most", "epoch, sequence and time at their most", most, &RING[0]),
        with("header_octet_order", "every number stands with its highest octet first", ascending, &RING[0]),
        with(
            "header_second_key",
            "the header's key number chooses among the keys of one device",
            Header { key: 7, ..plain },
            &RING[1],
        ),
        with(
            "header_second_panel",
            "two devices may use the same key number",
            Header { sender: RING[2].device, ..plain },
            &RING[2],
        ),
    ]
}

fn newer() -> Vec<Value> {
    let body =
        |name: &str, why: &str, kind: Kind, body: &[u8]| vector(name, why, &forge_usual(kind, body), sender_of(kind));
    let unsigned = [0x84, 1, 1, 40, 0x7f, 41, 0xcc, 0x80, 42, 0xcd, 1, 0];
    let wide = [0x83, 1, 1, 40, 0xce, 0, 1, 0, 0, 41, 0xcf, 0, 0, 0, 1, 0, 0, 0, 0];
    let negative = [0x84, 1, 1, 40, 0xe0, 41, 0xd0, 0xdf, 42, 0xd1, 0xff, 0x7f];
    let negative_wide =
        [0x83, 1, 1, 40, 0xd2, 0xff, 0xff, 0x7f, 0xff, 41, 0xd3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff];
    let deep = [0x82, 1, 1, 100, 0x81, 0, 0x91, 0x91, 0xc2];
    let long_text = [&[0x82, 1, 1, 40, 0xd9, 32][..], &[b'k'; 32]].concat();
    let longer_text = [&[0x82, 1, 1, 40, 0xda, 1, 0][..], &[b'k'; 256]].concat();
    let long_octets = [&[0x83, 1, 1, 40, 0xc4, 0, 41, 0xc5, 1, 0][..], &[0xff; 256]].concat();
    let long_array = [&[0x82, 1, 1, 40, 0xdc, 0, 16][..], &[0xc3; 16]].concat();
    let many: Vec<u8> = [0xde, 0, 16, 1, 1].into_iter().chain((40..55).flat_map(|key| [key, 0])).collect();
    vec![
        body(
            "newer_fields",
            "an old reader, a new message: fields it does not know are counted and skipped",
            Kind::Alarm,
            &[0x84, 1, 1, 2, 0xc3, 7, 5, 127, 0xa1, b'x'],
        ),
        body(
            "newer_fields_between",
            "a new field may stand between two old ones",
            Kind::Update,
            &[0x83, 2, 9, 25, 1, 27, 0x90],
        ),
        body(
            "newer_false",
            "false is refused in a flag of this version only: what a newer field means is not known",
            Kind::Alarm,
            &[0x82, 1, 1, 40, 0xc2],
        ),
        body("newer_unsigned", "unknown fields in each unsigned form", Kind::Alarm, &unsigned),
        body("newer_unsigned_wide", "unknown fields in the wide unsigned forms", Kind::Alarm, &wide),
        body("newer_negative", "unknown fields in the signed forms", Kind::Alarm, &negative),
        body("newer_negative_wide", "unknown fields in the wide signed forms", Kind::Alarm, &negative_wide),
        body("newer_deep", "four levels, the outermost map included, are as deep as a body may be", Kind::Alarm, &deep),
        body("newer_text_32", "a text with one octet of length", Kind::Alarm, &long_text),
        body("newer_text_256", "a text with two octets of length", Kind::Alarm, &longer_text),
        body("newer_octets", "octet strings with one and with two octets of length", Kind::Alarm, &long_octets),
        body("newer_array_16", "an array with two octets of length", Kind::Alarm, &long_array),
        body("newer_map_16", "a body with two octets of length", Kind::Alarm, &many),
        body(
            "newer_kind_of_panel",
            "a kind of nobody yet, in the panels' range: authentic, kept, shown with its number",
            Kind::Unknown(31),
            &[0x81, 1, 5],
        ),
        body("newer_kind_of_station", "a kind of nobody yet, in the stations' range", Kind::Unknown(63), &[0x80]),
        body("newer_kind_of_desk", "a kind of nobody yet, in the desks' range", Kind::Unknown(65), &[0x80]),
        body("newer_kind_of_authority", "a kind of nobody yet, in the authorities' range", Kind::Unknown(127), &[0x80]),
        body(
            "newer_kind_0",
            "kind 0 belongs to the panels, too; its context has three digits like every other",
            Kind::Unknown(0),
            &[0x80],
        ),
    ]
}

fn sizes() -> Vec<Value> {
    let kind = Kind::Unknown(30);
    let filled = [&[0x81, 1, 0xc5, 0x03, 0xa2][..], &[0; 930]].concat();
    vec![vector(
        "longest_frame",
        "1,024 octets are as many as a frame may have",
        &forge_usual(kind, &filled),
        sender_of(kind),
    )]
}

fn alarm(kind: AlarmKind) -> Alarm {
    Alarm { silent: false, ..Alarm::silent(kind) }
}

/// The longest alarm: every field, every number in its widest form.
fn longest_alarm() -> Alarm {
    Alarm {
        kind: AlarmKind::Unknown(255),
        silent: true,
        drill: true,
        zone: Some(u16::MAX),
        place: Place { mark: Some(u16::MAX), position_e7: Some((i32::MIN, i32::MAX)) },
    }
}

fn common() -> Descriptors {
    Descriptors {
        offenders: Some(2),
        weapon: Some(Weapon::LooksLikeWeapon),
        face: Some(Face::FullClothing),
        vehicle: Some(Vehicle::Motorbike),
        colour: Some(Colour::Red),
        plate: Plate::new("34B3-12345"),
        plate_false: true,
        heading: Some(Heading::NorthWest),
        left_s_ago: Some(3600),
    }
}

fn every_descriptor() -> Descriptors {
    Descriptors {
        offenders: Some(255),
        weapon: Some(Weapon::Unknown(255)),
        face: Some(Face::Unknown(255)),
        vehicle: Some(Vehicle::Unknown(255)),
        colour: Some(Colour::Unknown(255)),
        plate: Plate::new("34-LĐ 12345"),
        plate_false: true,
        heading: Some(Heading::Unknown(255)),
        left_s_ago: Some(u16::MAX),
    }
}

fn update(seen: Descriptors, people: u8) -> Update {
    Update { about: Some([0xab; 8]), seen, hostages: Some(people), injured: Some(people) }
}

fn heartbeat(power: Power) -> Heartbeat {
    Heartbeat { events: 0, last: None, power, tamper: false, paths: PathStates::default() }
}

fn vouched(alarm: Alarm, octet: u8) -> Vouched {
    Vouched { device: DeviceId([octet; 8]), alarm, evidence: [octet; 32] }
}

fn enrolment(role: Role, number: u8, to: Option<Timestamp>) -> Enrolment {
    Enrolment { device: DeviceId(*b"panel-03"), role, number, key: keys::spare(), from: Timestamp::default(), to }
}

fn rotation(number: u8, at: Timestamp) -> Rotation {
    Rotation { device: DeviceId(*b"panel-01"), old: number, old_until: at, number, key: keys::spare(), from: at }
}

fn most_durable() -> Durability {
    Durability::on(255).expect("255 is not none")
}
