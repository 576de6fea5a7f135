//! What is wrong now, one entry for each fault; the page has a sentence and what to do for each code.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use keng_dispatch::AuthorityId;
use keng_dispatch::text::{Lang, Words as _};
use keng_dispatch::view::IncidentView;
use serde_json::{Value, json};

use crate::console::Console;
use crate::guard::Who;
use crate::signer::now;

/// After how long a channel that has delivered nothing counts as unproven, in milliseconds.
const UNPROVEN_MS: u64 = 24 * 3_600_000;
/// How far the wall clock may be from the receiver's own, in milliseconds.
const CLOCK_MS: u64 = 1000;

/// The faults that concern who asks, the figures, and the channels with their last proven delivery.
pub(crate) async fn condition(State(console): State<Console>, who: Who) -> Response {
    let handle = &console.0.handle;
    let (Some(health), Some(incidents)) = (handle.health().await, handle.views(who.scope()).await) else {
        return crate::guard::problem(
            axum::http::StatusCode::SERVICE_UNAVAILABLE,
            "stopped",
            "the receiver is stopping",
        );
    };
    let directory = handle.directory();
    let own = console.0.authorities(&directory, who.0.operator.desk);
    let is_seen = |id: &str| who.scope().is_all() || own.contains(&AuthorityId::from(id));
    let listed = health["channels"].as_array().cloned().unwrap_or_default();
    let channels: Vec<Value> = listed
        .into_iter()
        .filter(|channel| channel["authority"].as_str().is_some_and(is_seen))
        .map(|mut channel| {
            let id = AuthorityId::from(channel["authority"].as_str().unwrap_or_default());
            channel["names"] = json!(directory.authorities.get(&id).map(|authority| &authority.names));
            channel
        })
        .collect();
    let mut faults = receiver_faults(&health);
    if console.0.signer(who.0.operator.desk).is_none() {
        faults.push(json!({ "code": "no_desk_key", "grave": true }));
    }
    faults.extend(incidents.iter().flat_map(site_faults));
    faults.extend(channels.iter().filter_map(channel_fault));
    let visible = |site: &str| who.scope().is_all() || is_protected(&incidents, site);
    let on_test = health["on_test"].as_array().into_iter().flatten();
    let on_test = on_test.filter(|test| test["site"].as_str().is_some_and(visible)).cloned().map(|mut test| {
        let id = keng_dispatch::SiteId::from(test["site"].as_str().unwrap_or_default());
        test["names"] = json!(directory.sites.get(&id).map(|site| &site.names));
        test
    });
    Json(json!({
        "at": now().millis(),
        "faults": faults,
        "channels": channels,
        "on_test": on_test.collect::<Vec<_>>(),
        "devices": health["devices"],
        "devices_silent": health["devices_silent"],
        "links": health["links"],
        "clock_offset_ms": health["clock_offset_ms"],
        "journal": health["journal"],
        "refusals": health["refusals"],
        "directory": health["directory"],
    }))
    .into_response()
}

fn receiver_faults(health: &Value) -> Vec<Value> {
    let mut faults = Vec::new();
    match health["journal"]["state"].as_str() {
        Some("waiting") => faults.push(json!({
            "code": "journal_waiting", "grave": true, "for_s": health["journal"]["for_s"], "why": health["journal"]["why"],
        })),
        Some("broken") => {
            faults.push(json!({ "code": "journal_broken", "grave": true, "why": health["journal"]["why"] }));
        }
        _ => {}
    }
    if health["clock_offset_ms"].as_i64().is_some_and(|offset| offset.unsigned_abs() > CLOCK_MS) {
        faults.push(json!({ "code": "clock_off", "grave": false, "ms": health["clock_offset_ms"] }));
    }
    faults
}

/// A channel whose last telling failed, or that has delivered nothing for a day.
fn channel_fault(channel: &Value) -> Option<Value> {
    let at = |name: &str| channel[name].as_u64();
    let (proven, failed) = (at("proven"), at("failed"));
    let code = match (proven, failed) {
        (proven, Some(failed)) if proven.is_none_or(|proven| proven < failed) => "channel_failed",
        (None, _) => "channel_never",
        (Some(proven), _) if now().millis().saturating_sub(proven) > UNPROVEN_MS => "channel_unproven",
        _ => return None,
    };
    Some(json!({
        "code": code, "grave": code == "channel_failed", "names": channel["names"], "channel": channel["channel"],
        "at": failed.filter(|_| code == "channel_failed").or(proven),
    }))
}

/// The faults of a site that go on.
fn site_faults(view: &IncidentView) -> Vec<Value> {
    let names = view.site.as_ref().map(|site| &site.names);
    let open = view.facts.faults.iter().filter(|_| view.closed.is_none());
    open.map(|fault| {
        json!({
            "code": "site_fault", "grave": false, "names": names, "incident": view.id.to_string(),
            "at": fault.since.millis(), "what": { "vi": fault.fault.words(Lang::Vi), "en": fault.fault.words(Lang::En) },
        })
    })
    .collect()
}

fn is_protected(incidents: &[IncidentView], site: &str) -> bool {
    incidents.iter().any(|view| view.facts.site.as_ref().is_some_and(|known| known.0 == site))
}
