//! What the panel's parts print names no person, no car and no key.

use keng_protocol::message::{Descriptors, Notice, Plate, Suspicion};
use keng_protocol::panel::Input;
use keng_protocol::{Message, Timestamp};

use super::site::*;

const SECRET: &str = "34B3-12345";

#[test]
fn debug_output_shows_neither_plates_nor_octets_that_hold_them() {
    let mut site = Site::new();
    let seen = Descriptors { plate: Plate::new(SECRET), ..Descriptors::default() };
    let suspicion: Message = Suspicion { seen: seen.clone(), ..Suspicion::default() }.into();
    let word = site.answer(Notice { until: Timestamp::MAX, seen, text: Some(SECRET.to_owned()), asks: false });

    let mut printed = format!("{:?} {:?}", Input::Say(suspicion.clone()), Input::Frame { path: 0, octets: &word });
    printed += &format!("{:?}", site.say(suspicion));
    printed += &format!("{:?}", site.input(Input::Frame { path: 0, octets: &word }));
    printed += &format!("{:?}", site.panel);
    let octets = format!("{:?}", SECRET.as_bytes());
    assert!(printed.len() > 200);
    assert!(!printed.contains(SECRET) && !printed.contains(octets.trim_matches(['[', ']'])), "{printed}");
}
