//! Rule 1: every alarm fits one SMS, and what police ask first fits one, too.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ed25519_dalek::SigningKey;
use keng_protocol::message::{
    Alarm, AlarmKind, Colour, Descriptors, Durability, Face, Heading, Heartbeat, Noted, PathStates, Place, Plate,
    Power, Receipt, Suspicion, Update, Vehicle, Weapon,
};
use keng_protocol::{DeviceId, FrameId, Header, Kind, Message, NoticeId, Timestamp, seal};

/// Octets of one binary SMS (3GPP TS 23.040: 140 octets of user data).
const BINARY_SMS: usize = 140;
/// Letters of one text SMS in the GSM 7-bit alphabet, which holds every letter of base64.
const TEXT_SMS: usize = 160;

#[test]
fn the_longest_alarm_has_at_most_120_octets_and_fits_one_text_sms() {
    let longest = Alarm {
        kind: AlarmKind::Unknown(255),
        silent: true,
        drill: true,
        zone: Some(u16::MAX),
        place: Place { mark: Some(u16::MAX), position_e7: Some((i32::MIN, i32::MIN)) },
    };
    let octets = length(longest.into());
    println!("longest alarm: {octets} octets, {} letters of base64", base64_letters(octets));
    assert!(octets <= 120);
    assert!(base64_letters(octets) <= TEXT_SMS);
}

#[test]
fn a_suspicion_with_the_common_descriptors_fits_one_binary_sms() {
    let octets = length(Suspicion { drill: true, mark: Some(u16::MAX), seen: common() }.into());
    println!("suspicion with the common descriptors: {octets} octets");
    assert!(octets <= BINARY_SMS);
}

#[test]
fn an_update_with_the_common_descriptors_fits_one_binary_sms() {
    let update = Update { about: Some([0xff; 8]), seen: common(), hostages: Some(127), injured: Some(127) };
    let octets = length(update.into());
    println!("update with the common descriptors, hostages and injured: {octets} octets");
    assert!(octets <= BINARY_SMS);
}

#[test]
fn the_longest_heartbeat_and_receipt_fit_one_binary_sms() {
    let paths = PathStates { configured: 255, good: 255 };
    let power = Power::Unknown(255);
    let heartbeat = Heartbeat { events: u32::MAX, last: Some([0xff; 8]), power, tamper: true, paths };
    let durability = Durability::on(255).unwrap();
    let receipt = Receipt { frame: FrameId([0xff; 32]), position: u64::MAX, durability };
    assert!(length(heartbeat.into()) <= BINARY_SMS);
    assert!(length(receipt.into()) <= BINARY_SMS);
}

#[test]
fn the_longest_word_that_a_notice_was_read_fits_one_text_sms() {
    let octets = length(Noted { notice: NoticeId([0xff; 8]), user: Some(u16::MAX) }.into());
    println!("noted with everything: {octets} octets");
    assert_eq!(octets, 105, "as the specification's table says");
    assert!(base64_letters(octets) <= TEXT_SMS);
}

#[test]
fn no_known_weapon_face_vehicle_colour_or_heading_takes_a_second_octet() {
    let codes = [Weapon::ALL.iter().map(|it| it.code()).max(), Face::ALL.iter().map(|it| it.code()).max()];
    let more = [Vehicle::ALL.iter().map(|it| it.code()).max(), Colour::ALL.iter().map(|it| it.code()).max()];
    let last = [Heading::ALL.iter().map(|it| it.code()).max()];
    assert!(codes.iter().chain(&more).chain(&last).all(|most| most.unwrap() < 128));
}

/// Every descriptor, with a plate of ten octets and no more than 127 offenders.
fn common() -> Descriptors {
    Descriptors {
        offenders: Some(127),
        weapon: Some(Weapon::Gun),
        face: Some(Face::Helmet),
        vehicle: Some(Vehicle::Motorbike),
        colour: Some(Colour::Red),
        plate: Some(Plate::new("34B3-12345").unwrap()),
        plate_false: true,
        heading: Some(Heading::North),
        left_s_ago: Some(u16::MAX),
    }
}

fn length(message: Message) -> usize {
    let header = Header {
        kind: Kind::Alarm,
        sender: DeviceId([0xff; 8]),
        key: u8::MAX,
        epoch: u32::MAX,
        sequence: u32::MAX,
        time: Timestamp::MAX,
    };
    seal(&header, &message, &SigningKey::from_bytes(&[1; 32])).unwrap().len()
}

fn base64_letters(octets: usize) -> usize {
    octets.div_ceil(3) * 4
}
