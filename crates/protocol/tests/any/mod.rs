//! A strategy: any message that a sender can mean.

use keng_protocol::message::*;
use keng_protocol::{DeviceId, FrameId, IncidentId, Message, NoticeId, Timestamp};
use proptest::option::of;
use proptest::prelude::*;

/// Any message of any kind, known or not.
pub(crate) fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        alarm().prop_map(Message::from),
        (any::<bool>(), of(any::<u16>()), descriptors()).prop_map(|(drill, mark, seen)| Suspicion {
            drill,
            mark,
            seen
        }
        .into()),
        (of(any::<[u8; 8]>()), descriptors(), of(any::<u8>()), of(any::<u8>()))
            .prop_map(|(about, seen, hostages, injured)| Update { about, seen, hostages, injured }.into()),
        heartbeat(),
        (any::<bool>(), of(any::<u16>())).prop_map(|(opened, user)| OpenClose { opened, user }.into()),
        (0..8u8).prop_map(|path| Test { path }.into()),
        any::<bool>().prop_map(|begins| Drill { begins }.into()),
        (any::<[u8; 8]>(), of(any::<u16>())).prop_map(|(notice, user)| Noted { notice: NoticeId(notice), user }.into()),
        (any::<u8>(), of(any::<u16>())).prop_map(|(code, user)| Cancel { code: code.into(), user }.into()),
        (any::<[u8; 32]>(), any::<u64>(), 1..=u8::MAX).prop_map(|(frame, position, copies)| {
            Receipt { frame: FrameId(frame), position, durability: Durability::on(copies).unwrap() }.into()
        }),
        any::<[u8; 32]>().prop_map(|frame| Heard { frame: FrameId(frame) }.into()),
        (any::<[u8; 16]>(), any::<u8>(), any::<u8>()).prop_map(|(id, level, act)| Progress {
            incident: IncidentId(id),
            level,
            act: act.into()
        }
        .into()),
        (time(), descriptors(), of("\\PC{0,70}"), any::<bool>()).prop_map(|(until, seen, text, asks)| Notice {
            until,
            seen,
            text,
            asks
        }
        .into()),
        (any::<[u8; 8]>(), alarm(), any::<[u8; 32]>()).prop_map(|(id, alarm, evidence)| Vouched {
            device: DeviceId(id),
            alarm,
            evidence
        }
        .into()),
        answer(),
        enrolment(),
        rotation(),
        (any::<[u8; 8]>(), of(any::<u8>()), any::<u8>()).prop_map(|(id, number, reason)| {
            Revocation { device: DeviceId(id), number, reason: reason.into() }.into()
        }),
        (99..=127u8, 0..16u8).prop_map(|(kind, fields)| Message::Unknown { kind, body: flat_body(fields) }),
    ]
}

fn flat_body(fields: u8) -> Vec<u8> {
    std::iter::once(0x80 | fields).chain((0..fields).flat_map(|key| [key, key])).collect()
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0..1u64 << 48).prop_map(Timestamp::from_millis)
}

fn alarm() -> impl Strategy<Value = Alarm> {
    let place = (of(any::<u16>()), of(any::<(i32, i32)>()));
    (any::<u8>(), any::<bool>(), any::<bool>(), of(any::<u16>()), place).prop_map(
        |(kind, silent, drill, zone, place)| Alarm {
            kind: kind.into(),
            silent,
            drill,
            zone,
            place: Place { mark: place.0, position_e7: place.1 },
        },
    )
}

fn descriptors() -> impl Strategy<Value = Descriptors> {
    let codes = (of(any::<u8>()), of(any::<u8>()), of(any::<u8>()), of(any::<u8>()), of(any::<u8>()));
    let others = (of(any::<u8>()), of("[0-9A-ZĐ-]{0,6}"), any::<bool>(), of(any::<u16>()));
    (codes, others).prop_map(
        |((weapon, face, vehicle, colour, heading), (offenders, plate, plate_false, left_s_ago))| Descriptors {
            offenders,
            weapon: weapon.map(Weapon::from),
            face: face.map(Face::from),
            vehicle: vehicle.map(Vehicle::from),
            colour: colour.map(Colour::from),
            plate: plate.and_then(|text| Plate::new(&text)),
            plate_false,
            heading: heading.map(Heading::from),
            left_s_ago,
        },
    )
}

fn heartbeat() -> impl Strategy<Value = Message> {
    (any::<u32>(), of(any::<[u8; 8]>()), any::<u8>(), any::<bool>(), any::<(u8, u8)>()).prop_map(
        |(events, last, power, tamper, (configured, good))| {
            Heartbeat { events, last, power: power.into(), tamper, paths: PathStates { configured, good } }.into()
        },
    )
}

fn answer() -> impl Strategy<Value = Message> {
    (any::<[u8; 16]>(), any::<u8>(), of(any::<u8>()), of(any::<u8>()), "\\PC{0,8}", of("\\PC{0,70}")).prop_map(
        |(id, act, reason, disposition, operator, note)| {
            Answer {
                reason: reason.map(Reason::from),
                disposition: disposition.map(Disposition::from),
                note,
                ..Answer::new(IncidentId(id), act.into(), &operator)
            }
            .into()
        },
    )
}

fn enrolment() -> impl Strategy<Value = Message> {
    (any::<[u8; 8]>(), any::<u8>(), any::<u8>(), any::<[u8; 32]>(), time(), of(time())).prop_map(
        |(id, role, number, key, from, to)| {
            Enrolment { device: DeviceId(id), role: role.into(), number, key, from, to }.into()
        },
    )
}

fn rotation() -> impl Strategy<Value = Message> {
    (any::<[u8; 8]>(), any::<u8>(), time(), any::<u8>(), any::<[u8; 32]>(), time()).prop_map(
        |(id, old, old_until, number, key, from)| {
            Rotation { device: DeviceId(id), old, old_until, number, key, from }.into()
        },
    )
}
