//! The protocol's messages as JSON: the fields' names of SPEC 4, codes by their names, what is absent left out.

use keng_protocol::Message;
use keng_protocol::message::{Alarm, Answer, Descriptors, Enrolment, Heartbeat, Notice, Revocation, Rotation};
use serde_json::{Value, json};

use crate::hex;

/// A message; of a kind from a newer version only its number.
pub(super) fn read(message: &Message) -> Value {
    let value = match message {
        Message::Alarm(said) => alarm(said),
        Message::Suspicion(said) => merge(json!({ "drill": said.drill, "mark": said.mark }), descriptors(&said.seen)),
        Message::Update(said) => merge(
            json!({ "about": said.about.map(|id| hex::encode(&id)), "hostages": said.hostages, "injured": said.injured }),
            descriptors(&said.seen),
        ),
        Message::Heartbeat(said) => heartbeat(said),
        Message::OpenClose(said) => json!({ "opened": said.opened, "user": said.user }),
        Message::Test(said) => json!({ "path": said.path }),
        Message::Drill(said) => json!({ "begins": said.begins }),
        Message::Cancel(said) => json!({ "code": said.code.to_string(), "user": said.user }),
        Message::Noted(said) => json!({ "notice": said.notice.to_string(), "user": said.user }),
        Message::Receipt(said) => json!({
            "frame": said.frame.to_string(), "position": said.position, "copies": said.durability.copies(),
        }),
        Message::Heard(said) => json!({ "frame": said.frame.to_string() }),
        Message::Progress(said) => json!({
            "incident": said.incident.to_string(), "level": said.level, "act": said.act.to_string(),
        }),
        Message::Notice(said) => notice(said),
        Message::Vouched(said) => merge(
            json!({ "device": said.device.to_string(), "evidence": hex::encode(&said.evidence) }),
            alarm(&said.alarm),
        ),
        Message::Answer(said) => answer(said),
        Message::Enrolment(said) => enrolment(said),
        Message::Rotation(said) => rotation(said),
        Message::Revocation(said) => revocation(said),
        Message::Unknown { kind, body } => json!({ "unknown_kind": kind, "body": hex::encode(body) }),
    };
    without_nulls(value)
}

fn alarm(said: &Alarm) -> Value {
    json!({
        "kind": said.kind.to_string(),
        "silent": said.silent,
        "drill": said.drill,
        "zone": said.zone,
        "mark": said.place.mark,
        "position_e7": said.place.position_e7,
    })
}

fn descriptors(seen: &Descriptors) -> Value {
    json!({
        "offenders": seen.offenders,
        "weapon": seen.weapon.map(|weapon| weapon.to_string()),
        "face": seen.face.map(|face| face.to_string()),
        "vehicle": seen.vehicle.map(|vehicle| vehicle.to_string()),
        "colour": seen.colour.map(|colour| colour.to_string()),
        "plate": seen.plate.as_ref().map(|plate| plate.as_str()),
        "plate_false": seen.plate_false.then_some(true),
        "heading": seen.heading.map(|heading| heading.to_string()),
        "left_s_ago": seen.left_s_ago,
    })
}

fn heartbeat(said: &Heartbeat) -> Value {
    json!({
        "events": said.events,
        "last": said.last.map(|id| hex::encode(&id)),
        "power": said.power.to_string(),
        "tamper": said.tamper,
        "paths_configured": said.paths.configured,
        "paths_good": said.paths.good,
    })
}

fn notice(said: &Notice) -> Value {
    merge(json!({ "until": said.until.to_string(), "text": said.text }), descriptors(&said.seen))
}

fn answer(said: &Answer) -> Value {
    json!({
        "incident": said.incident.to_string(),
        "act": said.act.to_string(),
        "reason": said.reason.map(|reason| reason.to_string()),
        "disposition": said.disposition.map(|disposition| disposition.to_string()),
        "operator": said.operator,
        "note": said.note,
    })
}

fn enrolment(said: &Enrolment) -> Value {
    json!({
        "device": said.device.to_string(),
        "role": said.role.to_string(),
        "number": said.number,
        "key": hex::encode(&said.key),
        "from": said.from.to_string(),
        "to": said.to.map(|to| to.to_string()),
    })
}

fn rotation(said: &Rotation) -> Value {
    json!({
        "device": said.device.to_string(),
        "old": said.old,
        "old_until": said.old_until.to_string(),
        "number": said.number,
        "key": hex::encode(&said.key),
        "from": said.from.to_string(),
    })
}

fn revocation(said: &Revocation) -> Value {
    json!({ "device": said.device.to_string(), "number": said.number, "reason": said.reason.to_string() })
}

/// All fields of both.
fn merge(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut fields), Value::Object(more)) => {
            fields.extend(more);
            fields.into()
        }
        (one, _) => one,
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}
