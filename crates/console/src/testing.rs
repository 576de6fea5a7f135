//! Sites on test: begun at a desk, ended there or by time, and shown at every desk that is told of the site.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use keng_dispatch::SiteId;
use keng_dispatch::directory::Directory;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::Console;
use crate::deed::{Deed, What};
use crate::guard::{Actor, Typed, Who, problem};

/// A site that goes on test, or whose test ends.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Which.
    site: String,
    /// For how long, in minutes, at most what the directory allows; 0 ends it now.
    minutes: u32,
}

/// The sites that the caller's desk is told of, and those of them that are on test.
pub(crate) async fn tests(State(console): State<Console>, who: Who) -> Response {
    let Some(health) = console.0.handle.health().await else { return stopped() };
    let directory = console.0.handle.directory();
    let begun = begun(&console);
    let all = health.get("on_test").and_then(Value::as_array).into_iter().flatten();
    let on_test: BTreeMap<&str, &Value> =
        all.filter_map(|test| Some((test.get("site")?.as_str()?, test.get("until")?))).collect();
    let sites = own(&console, &who, &directory).into_iter().map(|id| {
        let until = on_test.get(id.as_str()).copied();
        json!({
            "id": id,
            "names": directory.sites.get(&id).map(|site| &site.names),
            "until": until,
            "by": until.and_then(|_| begun.get(id.as_str())),
        })
    });
    let longest = directory.policies.longest_test.as_secs() / 60;
    Json(json!({ "longest_min": longest, "sites": sites.collect::<Vec<_>>() })).into_response()
}

/// Puts a site on test, or ends that.
pub(crate) async fn set(
    State(console): State<Console>,
    Actor(session): Actor,
    Typed(Wanted { site, minutes }): Typed<Wanted>,
) -> Response {
    let handle = &console.0.handle;
    let (directory, who) = (handle.directory(), Who(session));
    let id = SiteId::from(site.as_str());
    if !own(&console, &who, &directory).contains(&id) {
        return problem(StatusCode::NOT_FOUND, "not_found", "this desk is told of no such site");
    }
    let asked = Duration::from_secs(60 * u64::from(minutes));
    if asked > directory.policies.longest_test {
        let most = directory.policies.longest_test.as_secs() / 60;
        let detail = format!("a test lasts at most {most} minutes");
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "too_long", &detail);
    }
    let until = handle.now() + asked;
    let operator = &who.0.operator;
    let what = if minutes == 0 { What::TestEnded { site } } else { What::TestBegan { site, until: until.millis() } };
    let deed = Deed::of(&operator.name, operator.desk, what);
    // Who has begun it is on disk before anything is kept from the desks; to end it waits for nothing.
    if minutes == 0 {
        deed.write_beside(handle.clone());
    } else if let Err(error) = deed.write(handle).await {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "not_stored", &error.to_string());
    }
    handle.put_on_test(id, until).await;
    tests(State(console), who).await
}

/// The sites that the caller's desk can be told of; all for who sees everything.
fn own(console: &Console, who: &Who, directory: &Directory) -> Vec<SiteId> {
    if who.scope().is_all() {
        return directory.sites.keys().cloned().collect();
    }
    directory.sites_of(&console.0.authorities(directory, who.0.operator.desk), console.0.handle.now())
}

/// Who has put which site on test last.
fn begun(console: &Console) -> BTreeMap<String, String> {
    let acts = console.0.handle.acts();
    let began = acts.iter().filter_map(|act| match Deed::read(act)? {
        Deed { operator, what: What::TestBegan { site, .. }, .. } => Some((site, operator?)),
        _ => None,
    });
    began.collect()
}

fn stopped() -> Response {
    problem(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the receiver is stopping")
}
