//! Logging in and out.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{Extensions, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::code::Codes;
use crate::console::Console;
use crate::deed::{Deed, End, What};
use crate::guard::{Typed, Who, cookie_name, problem};
use crate::operators::{MAX_NAME, Operator};
use crate::password::is_right;
use crate::session::{Cookie, LONGEST, random};
use crate::signer::now;
use crate::throttle::Try;

/// How long a login waits for its turn to have its password checked.
const TURN_WITHIN: Duration = Duration::from_secs(5);

/// What is typed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    name: String,
    password: String,
    #[serde(default)]
    code: Option<String>,
}

/// Checks login, password and code, and begins a session.
pub(crate) async fn login(
    State(console): State<Console>,
    extensions: Extensions,
    Typed(typed): Typed<Credentials>,
) -> Response {
    let address = address(&extensions);
    let operators = console.0.operators();
    let operator = operators.named(&typed.name).cloned().map(Arc::new);
    let name = typed.name.get(..MAX_NAME).unwrap_or(&typed.name).to_owned();
    let tried = Try { name: &name, address, is_known_there: console.0.is_known(&name, address) };
    if let Some(wait) = console.0.throttle().wait(tried, Instant::now()) {
        return later(wait);
    }
    let Some(is_right) = check(&console, operator.clone(), typed.password).await else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many log in at once: try again");
    };
    let Some(operator) = operator.filter(|_| is_right) else { return failed(&console, None, tried) };
    match (&operator.totp, typed.code.as_deref().filter(|code| !code.is_empty())) {
        (Some(_), None) => return problem(StatusCode::UNAUTHORIZED, "code_needed", "type the one-time code, too"),
        (Some(secret), Some(code)) if !is_code(&console, &operator.name, secret, code) => {
            return failed(&console, Some(&operator), tried);
        }
        _ => {}
    }
    console.0.remember(&operator.name, address);
    begin(&console, &operator)
}

/// Ends the session.
pub(crate) async fn logout(State(console): State<Console>, Who(session): Who) -> Response {
    let ended = console.0.sessions().end(&session.key);
    if let Some(session) = ended {
        console.0.dismiss(&session, End::Logout);
    }
    let gone = format!("{}=; {}; Max-Age=0", cookie_name(console.0.secure), attributes(console.0.secure));
    with_cookie(json!({}), &gone)
}

/// Who is logged in.
pub(crate) async fn me(State(console): State<Console>, Who(session): Who) -> Json<Value> {
    let left = LONGEST.saturating_sub(session.began.elapsed());
    Json(described(&console, &session.operator, &session.csrf, left))
}

/// `None` when no turn came in time.
async fn check(console: &Console, operator: Option<Arc<Operator>>, password: String) -> Option<bool> {
    let _turn = tokio::time::timeout(TURN_WITHIN, console.0.hashing.acquire()).await.ok()?.ok()?;
    let password = zeroize::Zeroizing::new(password);
    let work = move || is_right(&password, operator.as_ref().map(|operator| &operator.password));
    tokio::task::spawn_blocking(work).await.ok()
}

fn is_code(console: &Console, name: &str, secret: &str, code: &str) -> bool {
    let step = Codes::of(secret).and_then(|codes| codes.step(code, now().millis() / 1000));
    step.is_some_and(|step| console.0.use_up(name, step))
}

fn begin(console: &Console, operator: &Arc<Operator>) -> Response {
    let (Some(cookie), Some(csrf)) = (Cookie::new(), random()) else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "no_randomness", "the machine gives no randomness");
    };
    console.0.begin(cookie.key(), csrf.clone(), Arc::clone(operator));
    Deed::of(&operator.name, operator.desk, What::Login).write_beside(console.0.handle.clone());
    let set = format!("{}={}; {}", cookie_name(console.0.secure), cookie.0, attributes(console.0.secure));
    with_cookie(described(console, operator, &csrf, LONGEST), &set)
}

/// One answer for a wrong login, password or code: nothing says which it was.
fn failed(console: &Console, operator: Option<&Operator>, tried: Try<'_>) -> Response {
    console.0.throttle().failed(tried, Instant::now());
    let known = operator.map(|operator| operator.name.clone());
    let known = known.or_else(|| console.0.operators().named(tried.name).map(|operator| operator.name.clone()));
    let what = What::LoginFailed { address: tried.address.to_string() };
    Deed { operator: known, desk: None, what }.write_beside(console.0.handle.clone());
    problem(StatusCode::UNAUTHORIZED, "wrong", "login, password or code is wrong")
}

fn later(wait: Duration) -> Response {
    let seconds = wait.as_secs().saturating_add(1);
    let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "later", &format!("too many failures: wait {seconds} s"));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn described(console: &Console, operator: &Operator, csrf: &str, left: Duration) -> Value {
    let directory = console.0.handle.directory();
    let ids = console.0.authorities(&directory, operator.desk);
    let authorities = ids.iter().filter_map(|id| directory.authorities.get(id).map(|authority| (id, authority)));
    let authorities =
        authorities.map(|(id, authority)| json!({ "id": id, "names": authority.names, "level": authority.level }));
    json!({
        "operator": operator.name,
        "desk": operator.desk.to_string(),
        "role": operator.role,
        "authorities": authorities.collect::<Vec<_>>(),
        "may_act": operator.role.may_act() && console.0.signer(operator.desk).is_some(),
        "is_police": console.0.is_police(operator.desk),
        "sees_all": operator.role.scope(operator.desk).is_all(),
        "csrf": csrf,
        "ends_in_s": left.as_secs(),
        "now": now().millis(),
    })
}

fn attributes(secure: bool) -> &'static str {
    if secure { "Path=/; HttpOnly; SameSite=Strict; Secure" } else { "Path=/; HttpOnly; SameSite=Strict" }
}

fn with_cookie(body: Value, cookie: &str) -> Response {
    let mut response = Json(body).into_response();
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// From where a call came; without a socket, as in a test, from nowhere.
fn address(extensions: &Extensions) -> IpAddr {
    extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(peer)| peer.ip())
}
