//! What every call passes: who it is, whether the page itself made it, and the headers that keep the page whole.

use std::time::Instant;

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use keng_station::{Caller, Scope};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::console::Console;
use crate::session::{Cookie, Session};

/// Nothing but what the receiver itself serves; no frame, no form, no plug-in, no inline script or style.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
/// The session's token, which no other site can read or send.
const CSRF: HeaderName = HeaderName::from_static("keng-csrf");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub(crate) struct Who(pub(crate) Session);

/// Somebody who may change something.
pub(crate) struct Actor(pub(crate) Session);

impl Who {
    pub(crate) fn scope(&self) -> Scope {
        self.0.operator.role.scope(self.0.operator.desk)
    }
}

impl FromRequestParts<Console> for Who {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Console) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(no_session)
    }
}

/// What somebody may see who is logged in, or has shown a token of the station's API.
pub(crate) struct Sees(pub(crate) Scope);

impl FromRequestParts<Console> for Sees {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let Caller { scope, .. } = Caller::from_request_parts(parts, &console.0.handle).await?;
        Ok(Self(scope))
    }
}

impl FromRequestParts<Console> for Actor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let Who(session) = Who::from_request_parts(parts, console).await?;
        if session.operator.role.may_act() {
            return Ok(Self(session));
        }
        Err(problem(StatusCode::FORBIDDEN, "reader", "this login looks on and changes nothing"))
    }
}

/// The body of a call, as JSON; what is none is refused in the shape of every refusal.
pub(crate) struct Typed<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Console> for Typed<T> {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        let read = Json::<T>::from_request(request, console).await;
        read.map(|Json(body)| Self(body)).map_err(|refused| problem(refused.status(), "body", &refused.body_text()))
    }
}

/// What stands behind the question mark of a call; what cannot be read is refused in the shape of every refusal.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Console> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        let read = Query::<T>::from_request_parts(parts, console).await;
        read.map(|Query(asked)| Self(asked)).map_err(|refused| problem(refused.status(), "query", &refused.body_text()))
    }
}

/// Stands before everything that is served.
pub(crate) async fn guard(State(console): State<Console>, mut request: Request, next: Next) -> Response {
    let mut response = match admit(&console, &mut request) {
        None => next.run(request).await,
        Some(refusal) => refusal,
    };
    harden(response.headers_mut());
    response
}

/// Lets a call through, with who makes it, or says why not.
fn admit(console: &Console, request: &mut Request) -> Option<Response> {
    let headers = request.headers();
    let (method, path) = (request.method(), request.uri().path());
    let changes = !matches!(*method, Method::GET | Method::HEAD);
    if let Some(session) = cookie(headers).and_then(|cookie| console.0.sessions().of(&cookie.key(), Instant::now())) {
        if !is_own_page(headers) || changes && headers.get(CSRF).is_none_or(|shown| !same(shown, &session.csrf)) {
            return Some(problem(StatusCode::FORBIDDEN, "not_the_page", "only the page itself may call this"));
        }
        let who = Who(session);
        request.extensions_mut().insert(Caller { token: who.0.key, scope: who.scope() });
        request.extensions_mut().insert(who);
        return None;
    }
    let is_login = path == "/api/v1/login" && is_own_page(headers);
    let is_page = !changes && (path == "/" || path.starts_with("/assets/") || path == "/livez");
    // A token is for the station's API to judge; it opens nothing of the console's own.
    if is_login || is_page || headers.contains_key(header::AUTHORIZATION) {
        return None;
    }
    Some(no_session())
}

/// The cookie's name: under TLS one that no other host and no page in clear can set.
pub(crate) const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-keng" } else { "keng" }
}

fn cookie(headers: &HeaderMap) -> Option<Cookie> {
    let shown = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = shown.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == cookie_name(true) || *name == cookie_name(false))
        .map(|(_, value)| Cookie(value.to_owned()))
}

/// Whether the browser says that the receiver's own page makes this call. Programs that say nothing of it are no browser, and carry no cookie
/// that another site could use.
fn is_own_page(headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).is_none_or(|site| site == "same-origin" || site == "none");
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let own = origin.is_none_or(|origin| origin.split_once("://").is_some_and(|(_, from)| from == host));
    site && (own || host.is_empty())
}

/// Whether two texts are the same, in a time that says nothing about where they differ.
fn same(shown: &HeaderValue, known: &str) -> bool {
    let (shown, known) = (shown.as_bytes(), known.as_bytes());
    shown.len() == known.len() && shown.iter().zip(known).fold(0, |differ, (one, other)| differ | (one ^ other)) == 0
}

fn harden(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn no_session() -> Response {
    problem(StatusCode::UNAUTHORIZED, "unauthorized", "log in")
}

/// An error in the shape of the station's API.
pub(crate) fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    (status, Json(json!({ "error": code, "detail": detail }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_the_receivers_own_page_is_its_own_page() {
        let host = ("host", "desk.example:7480");
        assert!(is_own_page(&headers(&[host])));
        assert!(is_own_page(&headers(&[
            host,
            ("origin", "https://desk.example:7480"),
            ("sec-fetch-site", "same-origin")
        ])));
        assert!(!is_own_page(&headers(&[host, ("origin", "https://evil.example")])));
        assert!(!is_own_page(&headers(&[host, ("origin", "null")])));
        assert!(!is_own_page(&headers(&[host, ("sec-fetch-site", "cross-site")])));
        assert!(!is_own_page(&headers(&[host, ("sec-fetch-site", "same-site")])));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = cookie(&headers(&[("cookie", "a=b; keng=0123; c=d")])).unwrap();
        assert_eq!(found.0, "0123");
        assert!(cookie(&headers(&[("cookie", "keng2=0123")])).is_none());
    }
}
