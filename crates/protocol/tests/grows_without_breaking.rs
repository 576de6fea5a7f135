//! Rules 4 and 9: a newer message is read by an older reader and the reverse, and a code that nobody knows yet survives.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../examples/make_vectors/vectors/forge.rs"]
#[expect(dead_code, reason = "the generator uses all of it")]
mod forge;

use forge::{forge_usual, header, sender_of};
use keng_protocol::message::{
    Act, Alarm, AlarmClass, AlarmKind, CancelCode, Colour, Disposition, Face, Heading, Power, Reason, RevocationReason,
    Role, Suspicion, Vehicle, Weapon,
};
use keng_protocol::{Frame, Kind, Message, PublicKey, Refusal, Verified, seal};

#[test]
fn an_old_reader_accepts_a_new_message_keeps_its_octets_and_says_so() {
    // An alarm of a version to come: field 7 is a text, field 30 a list, field 31 a map.
    let octets =
        forge_usual(Kind::Alarm, &[0x85, 1, 1, 2, 0xc3, 7, 0xa2, b'h', b'i', 30, 0x92, 1, 2, 31, 0x81, 0, 0xc2]);
    let frame = Frame::decode(&octets).unwrap();
    let verified = read(&octets).unwrap();
    assert_eq!(verified.message(), &Alarm::silent(AlarmKind::HoldUp).into());
    assert_eq!(verified.unknown_fields, 3);
    assert_eq!(frame.octets(), octets, "the octets stay as they came, so that others can verify them");
}

#[test]
fn a_new_reader_accepts_an_old_message_that_lacks_every_later_field() {
    let verified = read(&forge_usual(Kind::Suspicion, &[0x80])).unwrap();
    assert_eq!(verified.message(), &Suspicion::default().into());
}

#[test]
fn a_field_left_out_never_moves_its_value_into_another() {
    let with_zone = Alarm { zone: Some(9), ..Alarm::silent(AlarmKind::HoldUp) };
    let mut with_mark = Alarm::silent(AlarmKind::HoldUp);
    with_mark.place.mark = Some(9);
    for alarm in [with_zone, with_mark] {
        let octets = seal(&header(Kind::Alarm), &alarm.clone().into(), &sender_of(Kind::Alarm).signer()).unwrap();
        assert_eq!(read(&octets).unwrap().message(), &alarm.into());
    }
}

#[test]
fn a_kind_from_a_newer_version_is_authentic_and_keeps_its_number_and_body() {
    let octets = forge_usual(Kind::Unknown(20), &[0x81, 1, 5]);
    let verified = read(&octets).unwrap();
    assert_eq!(verified.message(), &Message::Unknown { kind: 20, body: vec![0x81, 1, 5] });
    assert_eq!(verified.header.kind.to_string(), "0x14");
    let again = seal(&verified.header, verified.message(), &sender_of(Kind::Unknown(20)).signer()).unwrap();
    assert_eq!(again, octets);
}

#[test]
fn an_alarm_kind_from_a_newer_version_is_handled_by_its_class_and_taken_for_the_worst_outside_all() {
    let classes =
        [(31, AlarmClass::Attack), (63, AlarmClass::Premises), (95, AlarmClass::Life), (127, AlarmClass::Technical)];
    for (code, class) in classes {
        assert_eq!(AlarmKind::from(code).class(), class);
    }
    assert_eq!(AlarmKind::from(0).class(), AlarmClass::Attack);
    assert_eq!(AlarmKind::from(200).class(), AlarmClass::Attack);
}

#[test]
fn an_unknown_code_survives_the_way_there_and_back_and_prints_as_its_number() {
    let alarm = Alarm::silent(AlarmKind::Unknown(0xc8));
    let octets = seal(&header(Kind::Alarm), &alarm.clone().into(), &sender_of(Kind::Alarm).signer()).unwrap();
    let verified = read(&octets).unwrap();
    assert_eq!(verified.message(), &alarm.into());
    assert_eq!(AlarmKind::from(0xc8).to_string(), "0xc8");
}

/// For each table: every number comes back as itself, known ones have a word, all others print in hexadecimal.
macro_rules! every_number_survives {
    ($($test:ident: $table:ty;)+) => {$(
        #[test]
        fn $test() {
            for number in 0..=u8::MAX {
                let code = <$table>::from(number);
                assert_eq!(code.code(), number);
                let known = <$table>::ALL.contains(&code);
                assert_eq!(code.to_string() == format!("0x{number:02x}"), !known);
            }
        }
    )+};
}

every_number_survives! {
    every_kind_survives: Kind;
    every_alarm_kind_survives: AlarmKind;
    every_cancel_code_survives: CancelCode;
    every_weapon_survives: Weapon;
    every_face_survives: Face;
    every_vehicle_survives: Vehicle;
    every_colour_survives: Colour;
    every_heading_survives: Heading;
    every_power_survives: Power;
    every_act_survives: Act;
    every_reason_survives: Reason;
    every_disposition_survives: Disposition;
    every_role_survives: Role;
    every_revocation_reason_survives: RevocationReason;
}

fn read(octets: &[u8]) -> Result<Verified<Message>, Refusal> {
    let key = PublicKey::new(sender_of(Kind::from(octets[1])).signer().verifying_key().as_bytes()).unwrap();
    Frame::decode(octets)?.verify(&key)
}
