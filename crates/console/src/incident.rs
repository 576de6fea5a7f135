//! One incident at a desk: what was decided, what is answered, which steps of the plan are done.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use keng_dispatch::record::Record;
use keng_dispatch::text::{Lang, Words as _};
use keng_dispatch::view::IncidentView;
use keng_protocol::IncidentId;
use keng_protocol::message::{Act, Answer, Disposition, Reason};
use keng_station::{Scope, Submission};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::Console;
use crate::deed::{Deed, What};
use crate::guard::{Actor, Typed, Who, problem};

/// What an operator answers; the codes are the protocol's.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    act: u8,
    reason: Option<u8>,
    disposition: Option<u8>,
    note: Option<String>,
}

/// A step of the plan that is done now, or is not.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tick {
    step: usize,
    done: bool,
}

/// Every decision about an incident, in order, with its words.
pub(crate) async fn records(State(console): State<Console>, who: Who, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return not_found() };
    match console.0.handle.records(who.scope(), id).await {
        None => not_found(),
        Some(Err(_)) => problem(StatusCode::SERVICE_UNAVAILABLE, "unreadable", "the journal cannot be read"),
        Some(Ok(records)) => Json(records.iter().map(told).collect::<Vec<_>>()).into_response(),
    }
}

/// Signs an answer with the desk's key and hands it in.
pub(crate) async fn answer(
    State(console): State<Console>,
    Actor(session): Actor,
    Path(id): Path<String>,
    Typed(said): Typed<Said>,
) -> Response {
    let operator = &session.operator;
    let scope = operator.role.scope(operator.desk);
    let Some(view) = visible(&console, scope, &id).await else { return not_found() };
    let Some(signer) = console.0.signer(operator.desk) else {
        return problem(
            StatusCode::CONFLICT,
            "no_desk_key",
            "the receiver does not have this desk's key: add [[desk]]",
        );
    };
    let answer = Answer {
        reason: said.reason.map(Reason::from),
        disposition: said.disposition.map(Disposition::from),
        note: said.note.filter(|note| !note.trim().is_empty()),
        ..Answer::new(view.id, Act::from(said.act), &operator.name)
    };
    let Some(octets) = signer.sign(&console.0.handle, answer).await else {
        let most = format!("a note has at most {} octets", Answer::MAX_NOTE);
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "too_long", &most);
    };
    outcome(console.0.handle.submit(octets).await)
}

/// The plan's steps, and who did which when.
pub(crate) async fn plan(State(console): State<Console>, who: Who, Path(id): Path<String>) -> Response {
    match visible(&console, who.scope(), &id).await {
        None => not_found(),
        Some(view) => Json(steps(&console, &view)).into_response(),
    }
}

/// Ticks a step, or takes the tick away.
pub(crate) async fn tick(
    State(console): State<Console>,
    Actor(session): Actor,
    Path(id): Path<String>,
    Typed(Tick { step, done }): Typed<Tick>,
) -> Response {
    let operator = &session.operator;
    let scope = operator.role.scope(operator.desk);
    let Some(view) = visible(&console, scope, &id).await else { return not_found() };
    if view.site.as_ref().is_none_or(|site| step >= site.plan.len()) {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "no_such_step", "the site's plan has no such step");
    }
    let what = What::Ticked { incident: view.id.to_string(), step, done };
    match Deed::of(&operator.name, operator.desk, what).write(&console.0.handle).await {
        Ok(()) => Json(steps(&console, &view)).into_response(),
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, "not_stored", &error.to_string()),
    }
}

pub(crate) fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "not_found", "no such incident was told to this desk")
}

pub(crate) async fn visible(console: &Console, scope: Scope, id: &str) -> Option<IncidentView> {
    console.0.handle.view(scope, id.parse::<IncidentId>().ok()?).await
}

fn steps(console: &Console, view: &IncidentView) -> Value {
    let plan = view.site.as_ref().map(|site| site.plan.as_slice()).unwrap_or_default();
    let mut ticks: Vec<Option<Value>> = vec![None; plan.len()];
    let id = view.id.to_string();
    for act in console.0.handle.acts() {
        let Some(Deed { operator, what: What::Ticked { incident, step, done }, .. }) = Deed::read(&act) else {
            continue;
        };
        if let Some(tick) = ticks.get_mut(step).filter(|_| incident == id) {
            *tick = done.then(|| json!({ "by": operator, "at": act.at.millis() }));
        }
    }
    plan.iter().zip(ticks).map(|(words, done)| json!({ "words": words, "done": done })).collect()
}

fn told(record: &Record) -> Value {
    json!({ "record": record, "vi": record.what.words(Lang::Vi), "en": record.what.words(Lang::En) })
}

/// What became of an answer, as the station's `POST /api/v1/frames` says it.
fn outcome(submission: Submission) -> Response {
    match submission {
        Submission::Stored { position, objection: None, .. } => Json(json!({ "position": position })).into_response(),
        Submission::Stored { objection: Some(error), .. } => {
            let body = json!({ "error": error, "vi": error.words(Lang::Vi), "en": error.words(Lang::En) });
            (StatusCode::CONFLICT, Json(body)).into_response()
        }
        Submission::Taken => (StatusCode::ACCEPTED, Json(json!({ "stored": false }))).into_response(),
        Submission::Refused(reason) => {
            let body = json!({ "error": "refused", "vi": reason.words(Lang::Vi), "en": reason.words(Lang::En) });
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
        Submission::Stopped => problem(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the receiver is stopping"),
    }
}
