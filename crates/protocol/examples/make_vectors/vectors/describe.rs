//! A verified message in the words of SPEC 4, and an error by its name.

use keng_protocol::message::{
    Alarm, Answer, Cancel, Descriptors, Drill, Enrolment, Heard, Heartbeat, Noted, Notice, OpenClose, Progress,
    Receipt, Revocation, Rotation, Suspicion, Test, Update, Vouched,
};
use keng_protocol::{Message, Verified, WeakKey};
use serde_json::{Map, Value, json};

use super::forge::hex;

/// What a vector expects of an accepted frame.
pub(crate) fn accepted(verified: &Verified<Message>) -> Value {
    let header = &verified.header;
    let mut said = Said::default();
    message(&mut said, verified.message());
    json!({
        "header": {
            "kind": header.kind.code(),
            "sender": header.sender.to_string(),
            "key": header.key,
            "epoch": header.epoch,
            "sequence": header.sequence,
            "time": header.time.millis(),
        },
        "frame": verified.frame.to_string(),
        "message": header.kind.to_string(),
        "fields": said.fields,
        "labels": said.labels,
        "unknown_fields": verified.unknown_fields,
    })
}

/// The name of a key's fault.
pub(crate) fn weak_key(weak: WeakKey) -> String {
    format!("WeakKey::{}", variant(&weak))
}

/// The bare name of an error.
pub(crate) fn variant(error: &impl std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// Fields by name, and the codes among them in print.
#[derive(Default)]
struct Said {
    fields: Map<String, Value>,
    labels: Map<String, Value>,
}

impl Said {
    fn put(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    fn maybe(&mut self, name: &str, value: Option<impl Into<Value>>) -> &mut Self {
        if let Some(value) = value {
            self.put(name, value);
        }
        self
    }

    fn flag(&mut self, name: &str, set: bool) -> &mut Self {
        if set { self.put(name, true) } else { self }
    }

    fn code(&mut self, name: &str, number: u8, label: &impl ToString) -> &mut Self {
        self.labels.insert(name.to_owned(), label.to_string().into());
        self.put(name, number)
    }
}

/// Puts a code if it is there.
macro_rules! maybe_code {
    ($said:ident, $name:literal, $code:expr) => {
        if let Some(code) = $code {
            $said.code($name, code.code(), &code);
        }
    };
}

fn message(said: &mut Said, message: &Message) {
    match message {
        Message::Alarm(it) => alarm(said, it),
        Message::Suspicion(it) => suspicion(said, it),
        Message::Update(it) => update(said, it),
        Message::Heartbeat(it) => heartbeat(said, it),
        Message::OpenClose(OpenClose { opened, user }) => {
            said.flag("opened", *opened).maybe("user", *user);
        }
        Message::Test(Test { path }) => {
            said.put("path", *path);
        }
        Message::Drill(Drill { begins }) => {
            said.flag("begins", *begins);
        }
        Message::Cancel(Cancel { code, user }) => {
            said.code("code", code.code(), code).maybe("user", *user);
        }
        Message::Noted(Noted { notice, user }) => {
            said.put("notice", notice.to_string()).maybe("user", *user);
        }
        Message::Receipt(Receipt { frame, position, durability }) => {
            said.put("frame", frame.to_string()).put("position", *position).put("durability", durability.copies());
        }
        Message::Heard(Heard { frame }) => {
            said.put("frame", frame.to_string());
        }
        Message::Progress(Progress { incident, level, act }) => {
            said.put("incident", incident.to_string()).put("level", *level).code("act", act.code(), act);
        }
        Message::Notice(it) => notice(said, it),
        Message::Vouched(Vouched { device, alarm: it, evidence }) => {
            alarm(said, it);
            said.put("device", device.to_string()).put("evidence", hex(evidence));
        }
        Message::Answer(it) => answer(said, it),
        Message::Enrolment(it) => enrolment(said, it),
        Message::Rotation(it) => rotation(said, it),
        Message::Revocation(Revocation { device, number, reason }) => {
            said.put("device", device.to_string()).maybe("number", *number).code("reason", reason.code(), reason);
        }
        Message::Unknown { body, .. } => {
            said.put("body", hex(body));
        }
    }
}

fn alarm(said: &mut Said, alarm: &Alarm) {
    said.code("kind", alarm.kind.code(), &alarm.kind)
        .flag("silent", alarm.silent)
        .flag("drill", alarm.drill)
        .maybe("zone", alarm.zone)
        .maybe("mark", alarm.place.mark)
        .maybe("position_e7", alarm.place.position_e7.map(|(latitude, longitude)| vec![latitude, longitude]));
}

fn descriptors(said: &mut Said, seen: &Descriptors) {
    maybe_code!(said, "weapon", seen.weapon);
    maybe_code!(said, "face", seen.face);
    maybe_code!(said, "vehicle", seen.vehicle);
    maybe_code!(said, "colour", seen.colour);
    maybe_code!(said, "heading", seen.heading);
    said.maybe("offenders", seen.offenders)
        .maybe("plate", seen.plate.as_ref().map(|plate| plate.as_str()))
        .flag("plate_false", seen.plate_false)
        .maybe("left_s_ago", seen.left_s_ago);
}

fn suspicion(said: &mut Said, suspicion: &Suspicion) {
    said.flag("drill", suspicion.drill).maybe("mark", suspicion.mark);
    descriptors(said, &suspicion.seen);
}

fn update(said: &mut Said, update: &Update) {
    said.maybe("about", update.about.map(|octets| hex(&octets)))
        .maybe("hostages", update.hostages)
        .maybe("injured", update.injured);
    descriptors(said, &update.seen);
}

fn heartbeat(said: &mut Said, heartbeat: &Heartbeat) {
    said.put("events", heartbeat.events)
        .maybe("last", heartbeat.last.map(|octets| hex(&octets)))
        .code("power", heartbeat.power.code(), &heartbeat.power)
        .flag("tamper", heartbeat.tamper)
        .put("configured", heartbeat.paths.configured)
        .put("good", heartbeat.paths.good);
}

fn notice(said: &mut Said, notice: &Notice) {
    said.put("until", notice.until.millis()).maybe("text", notice.text.as_deref()).flag("asks", notice.asks);
    descriptors(said, &notice.seen);
}

fn answer(said: &mut Said, answer: &Answer) {
    maybe_code!(said, "reason", answer.reason);
    maybe_code!(said, "disposition", answer.disposition);
    said.put("incident", answer.incident.to_string())
        .code("act", answer.act.code(), &answer.act)
        .put("operator", answer.operator.as_str())
        .maybe("note", answer.note.as_deref());
}

fn enrolment(said: &mut Said, enrolment: &Enrolment) {
    said.put("device", enrolment.device.to_string())
        .code("role", enrolment.role.code(), &enrolment.role)
        .put("number", enrolment.number)
        .put("key", hex(&enrolment.key))
        .put("from", enrolment.from.millis())
        .maybe("to", enrolment.to.map(|to| to.millis()));
}

fn rotation(said: &mut Said, rotation: &Rotation) {
    said.put("device", rotation.device.to_string())
        .put("old", rotation.old)
        .put("number", rotation.number)
        .put("key", hex(&rotation.key))
        .put("from", rotation.from.millis())
        .put("old_until", rotation.old_until.millis());
}
