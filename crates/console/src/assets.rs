//! The page: hand-written files, embedded. Nothing in them is anybody's data.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::guard::problem;
use crate::words;

/// The one page.
pub(crate) const PAGE: &str = include_str!("../assets/index.html");

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! scripts {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, SCRIPT, include_str!(concat!("../assets/", $name)))),+]
    };
}

/// The page's modules.
const SCRIPTS: &[(&str, &str, &str)] = scripts![
    "main.js",
    "map.js",
    "notice.js",
    "api.js",
    "stream.js",
    "words.js",
    "dom.js",
    "state.js",
    "queue.js",
    "incident.js",
    "answer.js",
    "sound.js",
    "health.js",
    "shift.js",
    "tests.js",
    "login.js",
    "shapes.js",
    "time.js",
    "replay.js",
    "report.js",
];
const OTHERS: &[(&str, &str, &str)] = &[
    ("app.css", "text/css; charset=utf-8", include_str!("../assets/app.css")),
    ("icon.svg", "image/svg+xml", include_str!("../assets/icon.svg")),
];

/// The words of both languages, made once.
static WORDS: LazyLock<String> = LazyLock::new(words::catalogue);

/// One file of the page.
pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    if name == "words.json" {
        return ([(header::CONTENT_TYPE, "application/json")], WORDS.as_str()).into_response();
    }
    match SCRIPTS.iter().chain(OTHERS).find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => ([(header::CONTENT_TYPE, *kind)], *text).into_response(),
        None => problem(StatusCode::NOT_FOUND, "not_found", "the page has no such file"),
    }
}

/// The text of all modules and of the page, for the test of their words.
#[cfg(test)]
pub(crate) fn sources() -> impl Iterator<Item = &'static str> {
    SCRIPTS.iter().map(|(.., text)| *text).chain([PAGE])
}
