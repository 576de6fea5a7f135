//! Rule 11 and the house: errors and debug output name rules and numbers, never people, plates or keys.

use keng_protocol::message::{Act, Answer, Descriptors, Enrolment, Notice, Plate, Role, Suspicion};
use keng_protocol::{DeviceId, IncidentId, Message, PublicKey, Timestamp};

const SECRET: &str = "34B3-12345";

#[test]
fn debug_output_shows_no_plate_person_note_or_key() {
    let plate = Descriptors { plate: Plate::new(SECRET), ..Descriptors::default() };
    let mut answer = Answer::new(IncidentId([0; 16]), Act::Note, SECRET);
    answer.note = Some(SECRET.to_owned());
    let messages: [Message; 4] = [
        Suspicion { seen: plate.clone(), ..Suspicion::default() }.into(),
        Notice { until: Timestamp::MAX, seen: plate, text: Some(SECRET.to_owned()), asks: false }.into(),
        answer.into(),
        Message::Unknown { kind: 30, body: SECRET.as_bytes().to_vec() },
    ];
    for message in messages {
        let printed = format!("{message:?}");
        assert!(!printed.contains(SECRET), "{printed}");
        assert!(!printed.contains("51, 52, 66"), "{printed}");
    }
}

#[test]
fn debug_output_shows_no_key() {
    let key = [0xfe; 32];
    let device = DeviceId([0; 8]);
    let enrolment = Enrolment { device, role: Role::Panel, number: 1, key, from: Timestamp::MAX, to: None };
    assert!(!format!("{:?}", Message::from(enrolment)).contains("254"));
    let good = ed25519_dalek::SigningKey::from_bytes(&[1; 32]).verifying_key();
    assert_eq!(format!("{:?}", PublicKey::new(good.as_bytes()).unwrap()), "PublicKey(..)");
}
