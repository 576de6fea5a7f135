//! The API of desks and operators: JSON over HTTP, described in the crate's `API.md`.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::sse::{Event as Line, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use futures_util::Stream;
use keng_protocol::{IncidentId, MAX_FRAME};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::call::{Call, Operation};
use crate::feed::{Caller, Event, Subscription};
use crate::handle::{Handle, Submission};

/// How often a stream that has nothing to say shows that it lives.
const ALIVE_EVERY: Duration = Duration::from_secs(5);
/// How many deliveries of one stream may wait to be reported.
const REPORTS: usize = 1024;

/// The whole API over a station's handle; it can be called without a socket.
pub fn router(handle: Handle) -> Router {
    let routes = calls().into_iter().fold(Router::new(), |router, call| router.route(call.path, call.route));
    routes.layer(DefaultBodyLimit::max(MAX_FRAME)).with_state(handle)
}

/// Every call of the API.
pub fn calls() -> Vec<Call<Handle>> {
    const OF_ONE: &[u16] = &[400, 401, 404, 503];
    const OWNERS: &[u16] = &[401, 403, 503];
    let say = Operation::new;
    let frame = json!({ "type": "string", "format": "binary" });
    vec![
        Call::at("/livez").get(livez, say("200 while the driver turns").gives("text/plain").others(&[503]).open()),
        Call::at("/readyz").get(readyz, say("200 while alarms can be stored").gives("text/plain")),
        Call::at("/metrics").get(
            metrics,
            say("OpenMetrics").gives("application/openmetrics-text; version=1.0.0; charset=utf-8").others(&[401, 403]),
        ),
        Call::at("/api/v1/health").get(health, say("How the station is").others(OWNERS)),
        Call::at("/api/v1/refusals").get(refusals, say("The latest refusals, newest first").others(OWNERS)),
        Call::at("/api/v1/incidents").get(incidents, say("The incidents that the caller may see")),
        Call::at("/api/v1/incidents/{id}").get(incident, say("One incident").others(OF_ONE)),
        Call::at("/api/v1/stream").get(
            stream,
            say("What happens, as server-sent events").gives("text/event-stream").with(&[(
                "header",
                "Last-Event-ID",
                "string",
            )]),
        ),
        Call::at("/api/v1/frames").post(
            frames,
            say("Takes one signed frame")
                .takes("application/octet-stream", frame)
                .others(&[202, 400, 401, 403, 409, 413, 422, 503]),
        ),
    ]
}

/// A caller has shown a token, or was let in by what stands before this API; without that there is only `/livez`.
impl FromRequestParts<Handle> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, handle: &Handle) -> Result<Self, Response> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(*caller);
        }
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|value| value.strip_prefix("Bearer "));
        token.and_then(|token| handle.caller(token)).ok_or_else(|| {
            problem(StatusCode::UNAUTHORIZED, "unauthorized", "send the desk's token: Authorization: Bearer <token>")
        })
    }
}

/// The owner of the receiver, who sees everything.
struct Owner;

impl FromRequestParts<Handle> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, handle: &Handle) -> Result<Self, Response> {
        if Caller::from_request_parts(parts, handle).await?.scope.is_all() {
            return Ok(Self);
        }
        Err(problem(StatusCode::FORBIDDEN, "forbidden", "only the receiver's operator sees this"))
    }
}

/// 200 while the driver turns; a process that fails this should be started again.
async fn livez(State(handle): State<Handle>) -> Response {
    if handle.is_live().await { "live\n".into_response() } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
}

/// 200 while alarms can be stored; one that fails this still tells the desks, so it must not be started again for it.
async fn readyz(State(handle): State<Handle>, _: Caller) -> Response {
    match handle.journal_fault() {
        None => "ready\n".into_response(),
        Some(fault) => (StatusCode::SERVICE_UNAVAILABLE, format!("{fault}\n")).into_response(),
    }
}

async fn metrics(State(handle): State<Handle>, _: Owner) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], handle.metrics_text()).into_response()
}

async fn health(State(handle): State<Handle>, _: Owner) -> Response {
    answer(handle.health().await)
}

async fn refusals(State(handle): State<Handle>, _: Owner) -> Response {
    answer(handle.refusals().await)
}

async fn incidents(State(handle): State<Handle>, Caller { scope, .. }: Caller) -> Response {
    answer(handle.incidents(scope).await)
}

async fn incident(State(handle): State<Handle>, Caller { scope, .. }: Caller, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<IncidentId>() else {
        return problem(StatusCode::BAD_REQUEST, "bad_id", "an incident's id has 32 hexadecimal digits");
    };
    match handle.incident(scope, id).await {
        Some(Value::Null) | None => {
            problem(StatusCode::NOT_FOUND, "not_found", "no such incident was told to this desk")
        }
        found => answer(found),
    }
}

/// Takes one signed frame, and answers when it is stored.
async fn frames(State(handle): State<Handle>, _: Caller, octets: Bytes) -> Response {
    match handle.submit(octets.to_vec()).await {
        Submission::Stored { frame, position, receipt, objection } => {
            let mut body = json!({ "frame": frame.to_string(), "position": position, "receipt": receipt });
            let status = if objection.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
            if let (Some(error), Value::Object(body)) = (objection, &mut body) {
                body.insert("error".to_owned(), json!(error));
                body.insert("detail".to_owned(), json!(error.to_string()));
            }
            (status, Json(body)).into_response()
        }
        Submission::Taken => {
            let body =
                json!({ "stored": false, "detail": "taken and told, not stored yet: send it again for a receipt" });
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
        Submission::Refused(reason) => problem(StatusCode::UNPROCESSABLE_ENTITY, "refused", &reason.to_string()),
        Submission::Stopped => problem(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the receiver is stopping"),
    }
}

async fn stream(State(handle): State<Handle>, caller: Caller, headers: HeaderMap) -> Response {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let Some(subscription) = handle.subscribe(caller, last) else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "too_many_streams", "too many streams are open");
    };
    let snapshot = if subscription.gap { handle.incidents(caller.scope).await } else { None };
    let lines = lines(handle, subscription, snapshot);
    Sse::new(lines).keep_alive(KeepAlive::new().interval(ALIVE_EVERY).text("alive")).into_response()
}

/// What stands on a stream: a snapshot when there is a gap, then what was missed, then what comes.
fn lines(
    handle: Handle,
    stream: Subscription,
    snapshot: Option<Value>,
) -> impl Stream<Item = Result<Line, Infallible>> {
    let Subscription { scope, missed, gap, newest, coming } = stream;
    let first = gap.then(|| Line::default().id(newest.to_string()).event("snapshot").data(text(snapshot.as_ref())));
    let start = (first, missed.into_iter(), coming, reports(handle));
    futures_util::stream::unfold(start, move |(first, mut missed, mut coming, reports)| async move {
        if let Some(first) = first {
            return Some((Ok(first), (None, missed, coming, reports)));
        }
        let event: Event = match missed.next() {
            Some(event) => event,
            None => coming.recv().await?,
        };
        if let Some(notice) = event.delivered_by(scope) {
            // A report that finds no room is lost: the telling then counts as one of which nobody knows whether it arrived.
            reports.try_send(notice).unwrap_or_default();
        }
        let line = Line::default().id(event.number.to_string()).event(event.what.name()).data(event.json());
        Some((Ok(line), (None, missed, coming, reports)))
    })
}

/// Tells the driver what a stream has taken, beside the stream: no alarm waits on it until the driver has heard of the one before.
fn reports(handle: Handle) -> mpsc::Sender<u64> {
    let (report, mut reports) = mpsc::channel(REPORTS);
    tokio::spawn(async move {
        let mut notices = Vec::new();
        while reports.recv_many(&mut notices, REPORTS).await > 0 {
            handle.delivered(notices.drain(..)).await;
        }
    });
    report
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "[]".to_owned(), Value::to_string)
}

fn answer(value: Option<Value>) -> Response {
    match value {
        Some(value) => Json(value).into_response(),
        None => problem(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the receiver is stopping"),
    }
}

/// An error in one shape: `{"error": code, "detail": what to do}`.
fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    (status, Json(json!({ "error": code, "detail": detail }))).into_response()
}
