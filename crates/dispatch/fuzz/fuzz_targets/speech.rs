//! What can be said to a dispatcher, signed and verified once: a run picks among it.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use ed25519_dalek::SigningKey;
use keng_protocol::entry::Path;
use keng_protocol::message::*;
use keng_protocol::receiver::{Accepted, Labels};
use keng_protocol::{DeviceId, Frame, Header, IncidentId, Sign, Timestamp, seal};

/// A bank's two panels, a gold shop's, one that the directory does not know; and the desks of the ward, the city and the bank's centre.
pub const DEVICES: [DeviceId; 4] = [DeviceId([1; 8]), DeviceId([2; 8]), DeviceId([3; 8]), DeviceId([9; 8])];
const DESKS: [DeviceId; 4] = [DeviceId([0xd1; 8]), DeviceId([0xd2; 8]), DeviceId([0xd0; 8]), DeviceId([0xd9; 8])];

/// So many answers are kept; beyond them all are forgotten.
const MOST: usize = 1 << 16;

/// One of 256 things that panels say.
pub fn spoken(number: u8) -> Accepted {
    static SPOKEN: LazyLock<Vec<Accepted>> = LazyLock::new(|| (0..=u8::MAX).map(say).collect());
    SPOKEN[usize::from(number)].clone()
}

/// What a desk does about an incident. Made when it is wanted first, as nobody knows all incidents beforehand.
pub fn answer(incident: IncidentId, how: u8) -> Accepted {
    static ANSWERS: LazyLock<Mutex<HashMap<(IncidentId, u8), Accepted>>> = LazyLock::new(Mutex::default);
    let mut answers = ANSWERS.lock().expect("one thread");
    if answers.len() >= MOST {
        answers.clear();
    }
    answers.entry((incident, how)).or_insert_with(|| act(incident, how)).clone()
}

fn say(number: u8) -> Accepted {
    let device = DEVICES[usize::from(number % 4)];
    let drill = number & 4 != 0;
    let kinds = [1, 1, 2, 3, 4, 32, 33, 64, 65, 96, 97, 40, 100, 5];
    let alarm = |at: u8| Alarm {
        drill,
        zone: Some(at.into()),
        ..Alarm::silent(AlarmKind::from(kinds[usize::from(at) % kinds.len()]))
    };
    let message: Message = match number / 8 {
        at @ 0..=17 => alarm(at).into(),
        18 => Suspicion { drill, ..Suspicion::default() }.into(),
        19 => Update { injured: Some(1), ..Update::default() }.into(),
        20 => Cancel { code: CancelCode::AllClear, user: None }.into(),
        21 => Cancel { code: CancelCode::Duress, user: None }.into(),
        22 => OpenClose { opened: drill, user: None }.into(),
        23 => Test { path: 0 }.into(),
        24 => Drill { begins: drill }.into(),
        25 => Message::Unknown { kind: 30, body: vec![0x80] },
        26 => Message::Unknown { kind: 200, body: vec![0x80] },
        at => {
            let vouched = Vouched { device, alarm: alarm(at), evidence: [at; 32] };
            return said(DeviceId([5; 8]), Role::Station, number.into(), vouched.into());
        }
    };
    said(device, Role::Panel, number.into(), message)
}

fn act(incident: IncidentId, how: u8) -> Accepted {
    let desk = DESKS[usize::from(how % 4)];
    let act = Act::from(1 + how / 4 % 7);
    let complete = how < 200;
    let answer = Answer {
        reason: complete.then_some(Reason::NoUnit),
        disposition: complete.then_some(Disposition::from(1 + how / 32)),
        note: complete.then(|| "một lời".to_owned()),
        ..Answer::new(incident, act, if how & 64 == 0 { "an" } else { "bình" })
    };
    said(desk, Role::Desk, how.into(), answer.into())
}

fn said(sender: DeviceId, role: Role, sequence: u32, message: Message) -> Accepted {
    let key = SigningKey::from_bytes(&[7; 32]);
    let received = Timestamp::from_millis(1_795_500_000_000);
    let header = Header { kind: message.kind(), sender, key: 0, epoch: 1, sequence, time: received };
    let octets = seal(&header, &message, &key).expect("a short frame");
    let said = Frame::decode(&octets).expect("a frame").verify(&key.public_key()).expect("a good one");
    Accepted { said, role, received, path: Path::Tls, labels: Labels::default() }
}
