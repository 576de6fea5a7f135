//! Who is on duty, and what one shift tells the next.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::Console;
use crate::deed::{Deed, MAX_NOTE, What};
use crate::guard::{Actor, Typed, Who, problem};
use crate::signer::now;

/// How many notes are shown, the newest.
const NOTES: usize = 50;

/// What one shift tells the next.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handover {
    /// 1 to 2000 octets, not only space.
    #[schemars(length(min = 1, max = MAX_NOTE), pattern(r"\S"))]
    note: String,
}

/// Who is on duty, and the handover notes: a desk sees its own, a province all.
pub(crate) async fn shift(State(console): State<Console>, who: Who) -> Json<Value> {
    let (desk, sees_all) = (who.0.operator.desk, who.scope().is_all());
    let on_duty: Vec<Value> = {
        let sessions = console.0.sessions();
        let seen = sessions.iter().filter(|session| sees_all || session.operator.desk == desk);
        seen.map(|session| {
            let since = session.began.elapsed().as_millis();
            let since = now().millis().saturating_sub(u64::try_from(since).unwrap_or_default());
            let operator = &session.operator;
            json!({
                "operator": operator.name, "desk": operator.desk.to_string(), "role": operator.role, "since": since,
                "listening": console.0.handle.is_listening(&session.key),
            })
        })
        .collect()
    };
    let acts = console.0.handle.acts();
    let notes = acts.iter().rev().filter_map(|act| match Deed::read(act)? {
        Deed { operator, desk: at, what: What::Handover { note } } if sees_all || at == Some(desk.to_string()) => {
            Some(json!({ "at": act.at.millis(), "operator": operator, "desk": at, "note": note }))
        }
        _ => None,
    });
    Json(json!({ "on_duty": on_duty, "notes": notes.take(NOTES).collect::<Vec<_>>() }))
}

/// Writes something down for the next shift.
pub(crate) async fn hand_over(
    State(console): State<Console>,
    Actor(session): Actor,
    Typed(Handover { note }): Typed<Handover>,
) -> Response {
    if note.trim().is_empty() || note.len() > MAX_NOTE {
        let detail = format!("a note has 1 to {MAX_NOTE} octets");
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "note", &detail);
    }
    let operator = &session.operator;
    match Deed::of(&operator.name, operator.desk, What::Handover { note }).write(&console.0.handle).await {
        Ok(()) => shift(State(console), Who(session)).await.into_response(),
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, "not_stored", &error.to_string()),
    }
}
