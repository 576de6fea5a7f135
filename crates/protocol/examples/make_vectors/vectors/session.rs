//! What a station answers to frames in their order (SPEC 6). Each session begins with a station that knows nobody but the authority.

use keng_protocol::message::{
    Act, Alarm, AlarmKind, Answer, Cancel, CancelCode, Enrolment, Heard, Heartbeat, OpenClose, PathStates, Power,
    Revocation, RevocationReason, Role, Rotation, Suspicion, Test, Update,
};
use keng_protocol::{DeviceId, FrameId, Header, IncidentId, Kind, Message, Timestamp, seal};
use serde_json::{Value, json};

use super::forge::{RING, RingEntry, hex};
use super::keys;

/// How far a clock may differ before a message is labelled.
pub(crate) const CLOCK_TOLERANCE_MS: u64 = 60_000;
/// When every session begins.
const START: u64 = 1_795_334_700_000;

const PANEL: &RingEntry = &RING[0];
const PANEL_NEXT_KEY: &RingEntry = &RING[1];
const OTHER_PANEL: &RingEntry = &RING[2];
const STATION: &RingEntry = &RING[3];
const DESK: &RingEntry = &RING[4];
const ROOT: &RingEntry = &RING[5];

/// All of them.
pub(crate) fn vectors() -> Vec<Value> {
    vec![
        enrolled(),
        repeated(),
        window(),
        epochs(),
        lost_store(),
        recorded(),
        heartbeats(),
        clocks(),
        rotated(),
        revoked(),
        all_revoked(),
        weak(),
        roles(),
        full(),
    ]
}

/// A session in the making: a clock that goes on by a second with each step, and the authority's next number.
struct Session {
    steps: Vec<Value>,
    now: u64,
    orders: u32,
}

impl Session {
    fn new() -> Self {
        Self { steps: Vec::new(), now: START, orders: 0 }
    }

    /// A session in which this key speaks.
    fn with(entry: &RingEntry) -> Self {
        let mut session = Self::new();
        session.enrol(entry);
        session
    }

    fn enrol(&mut self, entry: &RingEntry) {
        let order = enrolment(entry);
        self.order(order, accepted());
    }

    /// The authority says something.
    fn order(&mut self, message: impl Into<Message>, expect: Value) {
        self.orders += 1;
        let octets = self.say(ROOT, 1, self.orders, message);
        self.step(&octets, expect);
    }

    /// Somebody says something in time.
    fn say(&self, entry: &RingEntry, epoch: u32, sequence: u32, message: impl Into<Message>) -> Vec<u8> {
        self.say_at(self.now, entry, epoch, sequence, message)
    }

    fn say_at(&self, time: u64, entry: &RingEntry, epoch: u32, sequence: u32, message: impl Into<Message>) -> Vec<u8> {
        let time = Timestamp::from_millis(time);
        let header = Header { kind: Kind::Alarm, sender: entry.device, key: entry.number, epoch, sequence, time };
        seal(&header, &message.into(), &entry.signer()).expect("a message that can be written")
    }

    fn alarm(&mut self, entry: &RingEntry, epoch: u32, sequence: u32, expect: Value) -> Vec<u8> {
        let octets = self.say(entry, epoch, sequence, Alarm::silent(AlarmKind::HoldUp));
        self.step(&octets, expect);
        octets
    }

    fn opening(&mut self, entry: &RingEntry, epoch: u32, sequence: u32, expect: Value) {
        let octets = self.say(entry, epoch, sequence, OpenClose { opened: true, user: None });
        self.step(&octets, expect);
    }

    fn step(&mut self, octets: &[u8], expect: Value) {
        self.steps.push(json!({ "at": self.now, "bytes": hex(octets), "expect": expect }));
        self.now += 1000;
    }

    fn end(self, name: &str, why: &str) -> Value {
        json!({ "name": name, "why": why, "steps": self.steps })
    }
}

fn accepted() -> Value {
    json!({ "verdict": "accepted" })
}

fn labelled(labels: Value) -> Value {
    json!({ "verdict": "accepted", "labels": labels })
}

fn late() -> Value {
    labelled(json!({ "late": true }))
}

fn maybe_seen() -> Value {
    labelled(json!({ "late": true, "maybe_seen": true }))
}

fn again() -> Value {
    json!({ "verdict": "again" })
}

fn heard() -> Value {
    json!({ "verdict": "heard" })
}

fn error(name: &str) -> Value {
    json!({ "error": name })
}

fn enrolment(entry: &RingEntry) -> Enrolment {
    Enrolment {
        device: entry.device,
        role: entry.role,
        number: entry.number,
        key: entry.signer().verifying_key().to_bytes(),
        from: Timestamp::default(),
        to: None,
    }
}

fn enrolled() -> Value {
    let mut it = Session::new();
    let early = it.alarm(PANEL, 1, 1, error("UnknownDevice"));
    it.enrol(PANEL);
    it.step(&early, accepted());
    it.alarm(PANEL_NEXT_KEY, 1, 2, error("UnknownKey"));
    it.alarm(OTHER_PANEL, 1, 1, error("UnknownDevice"));
    it.end(
        "enrolled",
        "a panel speaks from its enrolment on; a frame that was refused before is accepted when it comes again",
    )
}

fn repeated() -> Value {
    let mut it = Session::with(PANEL);
    let first = it.alarm(PANEL, 1, 1, accepted());
    it.step(&first, again());
    it.alarm(PANEL, 1, 2, accepted());
    it.step(&first, again());
    let mut flipped = first.clone();
    flipped[25] ^= 0x80;
    it.step(&flipped, error("BadSignature"));
    let other = it.say(PANEL, 1, 1, Alarm::silent(AlarmKind::Panic));
    it.step(&other, labelled(json!({ "late": true, "number_reused": true })));
    it.step(&other, again());
    it.step(&first, again());
    it.end("repeated", "the same octets again are evidence of a second path; other octets with the same number are another alarm, and labelled")
}

fn window() -> Value {
    let mut it = Session::with(PANEL);
    it.alarm(PANEL, 1, 5000, accepted());
    it.alarm(PANEL, 1, 5000 - 1024, late());
    it.opening(PANEL, 1, 5000 - 1025, error("Stale"));
    it.alarm(PANEL, 1, 5000 - 1025, maybe_seen());
    it.alarm(PANEL, 1, 4999, late());
    it.opening(PANEL, 1, 0, error("Stale"));
    it.alarm(PANEL, 1, u32::MAX, accepted());
    it.opening(PANEL, 1, 5001, error("Stale"));
    it.alarm(PANEL, 1, 5001, maybe_seen());
    it.end("window", "a number may come up to 1,024 below the highest; below that nobody can tell whether it was seen: a hold-up is labelled, an opening refused")
}

fn epochs() -> Value {
    let mut it = Session::with(PANEL);
    it.alarm(PANEL, 5, 1, accepted());
    it.alarm(PANEL, 4, 900, late());
    it.alarm(PANEL, 3, 1, late());
    it.alarm(PANEL, 2, 1, late());
    it.opening(PANEL, 1, 1, error("Stale"));
    it.alarm(PANEL, 1, 1, maybe_seen());
    it.opening(PANEL, 2, 2, late());
    it.alarm(PANEL, 6, 1, accepted());
    it.opening(PANEL, 2, 3, error("Stale"));
    it.alarm(PANEL, 2, 3, maybe_seen());
    it.alarm(PANEL, 3, 2, late());
    it.end(
        "epochs",
        "each boot counts from the start; what waited in the outbox of the last boots still counts, four boots in all; an older hold-up is raised and moves none of them out",
    )
}

fn lost_store() -> Value {
    let mut it = Session::with(PANEL);
    for epoch in 7..=10 {
        it.alarm(PANEL, epoch, 1, accepted());
    }
    let mut sequence = 0;
    let mut say = |it: &mut Session, message: Message, expect: Value| {
        sequence += 1;
        let octets = it.say(PANEL, 1, sequence, message);
        it.step(&octets, expect);
        octets
    };
    let (hold_up, cancel) = (Alarm::silent(AlarmKind::HoldUp), |code| Cancel { code, user: None });
    let paths = PathStates { configured: 3, good: 3 };
    let beat = Heartbeat { events: 0, last: None, power: Power::Mains, tamper: false, paths };
    let first = say(&mut it, hold_up.clone().into(), maybe_seen());
    it.step(&first, again());
    for raised in [
        Alarm::silent(AlarmKind::Unknown(200)).into(),
        Alarm::silent(AlarmKind::Intrusion).into(),
        Alarm::silent(AlarmKind::Fire).into(),
        cancel(CancelCode::AllClear).into(),
        cancel(CancelCode::Duress).into(),
        Message::Unknown { kind: 20, body: vec![0x80] },
    ] {
        say(&mut it, raised, maybe_seen());
    }
    for refused in [
        Alarm { drill: true, ..hold_up }.into(),
        Alarm::silent(AlarmKind::LineFault).into(),
        OpenClose { opened: true, user: None }.into(),
        Test { path: 0 }.into(),
        Suspicion::default().into(),
        Update::default().into(),
    ] {
        say(&mut it, refused, error("Stale"));
    }
    let octets = it.say(PANEL, 10, 1, beat.clone());
    it.step(&octets, heard());
    say(&mut it, beat.into(), error("Stale"));
    let mut flipped = first.clone();
    flipped[25] ^= 0x80;
    it.step(&flipped, error("BadSignature"));
    let foreign = it.say(PANEL, 1, 99, Message::Unknown { kind: 40, body: vec![0x80] });
    it.step(&foreign, error("Stale"));
    it.step(&first, again());
    it.end("lost_store", "a panel that has lost its count and begins again is heard when people may be in danger; the rest is refused, its heartbeats too")
}

fn recorded() -> Value {
    let mut it = Session::with(PANEL);
    let honest = it.alarm(PANEL, 9, 2000, accepted());
    let old: Vec<_> = (1..=16).map(|sequence| it.alarm(PANEL, 9, sequence, maybe_seen())).collect();
    let next = it.alarm(PANEL, 9, 17, maybe_seen());
    it.step(&next, maybe_seen());
    it.step(&old[0], again());
    it.step(&honest, again());
    it.alarm(PANEL, 9, 1, maybe_seen());
    it.now += 60_000;
    it.step(&next, labelled(json!({ "clock_off_ms": -65_000, "late": true, "maybe_seen": true })));
    it.step(&next, again());
    it.step(&honest, again());
    it.step(&old[1], again());
    it.alarm(PANEL, 9, 2001, accepted());
    it.end("recorded", "sixteen old frames are remembered, each for at least a minute; one more is told each time it comes, and none pushes an honest one out")
}

fn heartbeats() -> Value {
    let mut it = Session::with(PANEL);
    let beat = |it: &Session, epoch, sequence| {
        let paths = PathStates { configured: 3, good: 3 };
        it.say(PANEL, epoch, sequence, Heartbeat { events: 1, last: None, power: Power::Mains, tamper: false, paths })
    };
    it.alarm(PANEL, 1, 1, accepted());
    let first = beat(&it, 1, 1);
    it.step(&first, heard());
    it.step(&first, heard());
    let second = beat(&it, 1, 2);
    it.step(&second, heard());
    it.step(&first, error("Stale"));
    let next_boot = beat(&it, 2, 1);
    it.step(&next_boot, heard());
    let old_boot = beat(&it, 1, 3);
    it.step(&old_boot, error("Stale"));
    it.alarm(PANEL, 1, 2, late());
    it.end("heartbeats", "heartbeats count on their own and only forwards: an old one proves nothing; only the last one is answered again")
}

fn clocks() -> Value {
    let mut it = Session::with(PANEL);
    let mut sequence = 0;
    let mut at = |it: &mut Session, time: u64, expect: Value| {
        sequence += 1;
        let octets = it.say_at(time, PANEL, 1, sequence, Alarm::silent(AlarmKind::HoldUp));
        it.step(&octets, expect);
    };
    let off = |ms: i64| labelled(json!({ "clock_off_ms": ms }));
    let before = it.now - CLOCK_TOLERANCE_MS;
    at(&mut it, before, accepted());
    let before = it.now - CLOCK_TOLERANCE_MS - 1;
    at(&mut it, before, off(-60_001));
    let after = it.now + CLOCK_TOLERANCE_MS;
    at(&mut it, after, accepted());
    let after = it.now + CLOCK_TOLERANCE_MS + 1;
    at(&mut it, after, off(60_001));
    let from_zero = 0i64.wrapping_sub_unsigned(it.now);
    at(&mut it, 0, off(from_zero));
    let to_the_end = Timestamp::MAX.millis() - it.now;
    at(&mut it, Timestamp::MAX.millis(), off(0i64.wrapping_add_unsigned(to_the_end)));
    it.end("clocks", "an authentic alarm is never refused for its time: the difference is a label")
}

fn rotated() -> Value {
    let mut it = Session::with(PANEL);
    let order = |it: &Session, number, key| Rotation {
        device: PANEL.device,
        old: 0,
        old_until: Timestamp::from_millis(it.now + 3000),
        number,
        key,
        from: Timestamp::from_millis(it.now + 2000),
    };
    let next = PANEL_NEXT_KEY.signer().verifying_key().to_bytes();
    let message = order(&it, 0, next);
    it.order(message, error("KeyTaken"));
    let message = order(&it, 7, next);
    it.order(message, accepted());
    it.alarm(PANEL_NEXT_KEY, 1, 1, labelled(json!({ "key_out_of_time": true })));
    it.alarm(PANEL_NEXT_KEY, 1, 2, accepted());
    it.alarm(PANEL, 1, 3, accepted());
    it.alarm(PANEL, 1, 4, labelled(json!({ "key_out_of_time": true })));
    it.alarm(PANEL_NEXT_KEY, 1, 5, accepted());
    it.end("rotated", "a key before or after its time labels a frame, it refuses none; both keys count in one sequence")
}

fn revoked() -> Value {
    let mut it = Session::with(PANEL);
    it.enrol(PANEL_NEXT_KEY);
    let first = it.alarm(PANEL, 1, 1, accepted());
    let revocation = Revocation { device: PANEL.device, number: Some(0), reason: RevocationReason::Lost };
    it.order(Revocation { number: Some(3), ..revocation }, error("UnknownKey"));
    it.order(revocation, accepted());
    it.alarm(PANEL, 1, 2, error("Revoked"));
    it.step(&first, error("Revoked"));
    it.alarm(PANEL_NEXT_KEY, 1, 2, accepted());
    it.order(enrolment(PANEL), error("KeyTaken"));
    it.order(Enrolment { key: keys::spare(), ..enrolment(PANEL) }, error("KeyTaken"));
    it.order(Enrolment { number: 1, ..enrolment(PANEL) }, error("KeyTaken"));
    it.order(Enrolment { number: 1, key: keys::spare(), ..enrolment(PANEL) }, accepted());
    it.order(Revocation { device: OTHER_PANEL.device, ..revocation }, error("UnknownDevice"));
    it.end("revoked", "a revoked key speaks no more, also not in frames that were accepted before; neither its number nor its octets come back")
}

fn all_revoked() -> Value {
    let mut it = Session::with(PANEL);
    it.enrol(PANEL_NEXT_KEY);
    it.order(Revocation { device: PANEL.device, number: None, reason: RevocationReason::Retired }, accepted());
    it.alarm(PANEL, 1, 1, error("Revoked"));
    it.alarm(PANEL_NEXT_KEY, 1, 1, error("Revoked"));
    it.end("all_revoked", "a revocation without a number ends every key of the device")
}

fn weak() -> Value {
    let mut it = Session::new();
    for vector in keys::vectors() {
        if let Some(error) = vector.pointer("/expect/error").filter(|_| worth_a_step(&vector)) {
            let key = keys::octets(&vector);
            it.order(Enrolment { key, ..enrolment(PANEL) }, json!({ "error": error }));
        }
    }
    it.alarm(PANEL, 1, 1, error("UnknownDevice"));
    it.end("weak_keys", "an enrolment of a weak key is refused whole: nobody is enrolled by it")
}

/// One key of each fault is enough; the others stand in `keys.json`.
fn worth_a_step(vector: &Value) -> bool {
    let names = ["small_order_1", "mixed_order_1", "not_canonical_y_1_7f", "no_point_y_2"];
    vector.get("name").and_then(Value::as_str).is_some_and(|name| names.contains(&name))
}

fn roles() -> Value {
    let mut it = Session::new();
    for entry in [PANEL, DESK, STATION] {
        it.enrol(entry);
    }
    let answer = || Answer::new(IncidentId([7; 16]), Act::Accepted, "113");
    let octets = it.say(DESK, 1, 1, answer());
    it.step(&octets, accepted());
    let octets = it.say(PANEL, 1, 1, answer());
    it.step(&octets, error("WrongRole"));
    it.alarm(DESK, 1, 2, error("WrongRole"));
    let octets = it.say(PANEL, 1, 1, enrolment(OTHER_PANEL));
    it.step(&octets, error("WrongRole"));
    let octets = it.say(STATION, 1, 1, Heard { frame: FrameId([7; 32]) });
    it.step(&octets, error("WrongRole"));
    it.order(Enrolment { role: Role::Authority, ..enrolment(OTHER_PANEL) }, error("WrongRole"));
    it.order(Enrolment { role: Role::Unknown(9), ..enrolment(OTHER_PANEL) }, error("WrongRole"));
    it.order(Enrolment { number: 1, ..enrolment(ROOT) }, error("WrongRole"));
    it.order(Enrolment { role: Role::Desk, number: 1, key: keys::spare(), ..enrolment(PANEL) }, error("WrongRole"));
    it.alarm(PANEL, 1, 1, accepted());
    it.end("roles", "each role says its own kinds only; nobody enrols an authority, and a device keeps its role; what was refused uses no number up")
}

fn full() -> Value {
    let mut it = Session::with(PANEL);
    for number in 1..=4u8 {
        let key = ed25519_dalek::SigningKey::from_bytes(&[0x40 + number; 32]).verifying_key().to_bytes();
        let expect = if number < 4 { accepted() } else { error("KeyTaken") };
        it.order(Enrolment { number, key, ..enrolment(PANEL) }, expect);
    }
    it.order(enrolment(PANEL), accepted());
    let stranger = Enrolment { device: DeviceId([0; 8]), ..enrolment(PANEL) };
    it.order(stranger, accepted());
    it.end(
        "full",
        "four keys of a device speak at a time; the same enrolment again changes nothing; two devices may have one key",
    )
}
