//! The console's own calls: one list, from which the router and the description for programs are made.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::console::Console;
use crate::{assets, condition, incident, login, map, shift};

/// One path of the console, and what answers there.
pub(crate) struct Call {
    pub(crate) path: &'static str,
    pub(crate) handler: MethodRouter<Console>,
}

/// All of them.
pub(crate) fn all() -> Vec<Call> {
    let at = |path, handler| Call { path, handler };
    vec![
        at("/", get(page)),
        at("/assets/{name}", get(assets::asset)),
        at("/api/v1/login", post(login::login)),
        at("/api/v1/logout", post(login::logout)),
        at("/api/v1/me", get(login::me)),
        at("/api/v1/incidents/{id}/records", get(incident::records)),
        at("/api/v1/incidents/{id}/answers", post(incident::answer)),
        at("/api/v1/incidents/{id}/plan", get(incident::plan).post(incident::tick)),
        at("/api/v1/incidents/{id}/map.svg", get(map::map)),
        at("/api/v1/condition", get(condition::condition)),
        at("/api/v1/shift", get(shift::shift).post(shift::hand_over)),
    ]
}

async fn page() -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], assets::PAGE).into_response()
}
