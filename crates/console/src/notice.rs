//! A police desk asks the sites around an incident for vigilance.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use keng_dispatch::SiteId;
use keng_dispatch::directory::{Directory, Position as Place};
use keng_dispatch::view::IncidentView;
use keng_geo::Position;
use keng_protocol::message::Notice;
use keng_station::Reading;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::console::Console;
use crate::deed::{Deed, What};
use crate::guard::{Actor, Typed, Who, problem};
use crate::incident::{not_found, visible};
use crate::signer::now;

/// How far a notice may reach, in metres, and how long it may last, in minutes.
const FARTHEST_M: u32 = 50_000;
const LONGEST_MIN: u32 = 24 * 60;
/// How many notices are shown, the newest.
const SHOWN: usize = 50;

/// A notice that is to be sent: what was seen at the incident goes with it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Around which incident.
    incident: String,
    /// To the sites within so many metres of it, 1 to 50000.
    #[schemars(range(min = 1, max = FARTHEST_M))]
    radius_m: u32,
    /// For how long, in minutes, 1 to 1440.
    #[schemars(range(min = 1, max = LONGEST_MIN))]
    minutes: u32,
    /// What else to say, at most 280 octets.
    text: Option<String>,
}

/// Sends a notice to the panels of the sites around an incident.
pub(crate) async fn send(
    State(console): State<Console>,
    Actor(session): Actor,
    Typed(wanted): Typed<Wanted>,
) -> Response {
    let operator = &session.operator;
    let scope = operator.role.scope(operator.desk);
    let Some(view) = visible(&console, scope, &wanted.incident).await else { return not_found() };
    if let Some(refusal) = wanted.refused(console.0.is_police(operator.desk), &view) {
        return refusal;
    }
    let Some(sites) = around(&console.0.handle.directory(), &view, wanted.radius_m) else {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "no_place", "the directory does not say where this is");
    };
    let until = now() + Duration::from_secs(60 * u64::from(wanted.minutes));
    let notice = Notice { until, seen: view.facts.seen.clone(), text: wanted.text.clone(), asks: true };
    let Some(sent) = console.0.handle.notify(&sites, notice).await else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the receiver is stopping");
    };
    let what = What::NoticeSent {
        incident: view.id.to_string(),
        notice: Some(sent.id.to_string()),
        sites: sites.iter().map(ToString::to_string).collect(),
        unreached: sites.iter().filter(|site| !sent.reached.contains(site)).map(ToString::to_string).collect(),
        until: until.millis(),
        text: wanted.text,
    };
    match Deed::of(&operator.name, operator.desk, what).write(&console.0.handle).await {
        Ok(()) => notices(State(console), Who(session)).await.into_response(),
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, "not_stored", &error.to_string()),
    }
}

/// The latest notices: a desk sees its own, a province all.
pub(crate) async fn notices(State(console): State<Console>, who: Who) -> Json<Value> {
    let (desk, sees_all) = (who.0.operator.desk.to_string(), who.scope().is_all());
    let directory = console.0.handle.directory();
    let acts = console.0.handle.acts();
    let sent = acts.iter().rev().filter_map(|act| {
        let Deed { operator, desk: at, what: What::NoticeSent { incident, notice, sites, unreached, until, text } } =
            Deed::read(act)?
        else {
            return None;
        };
        (sees_all || at.as_ref() == Some(&desk)).then(|| {
            let readings = notice.and_then(|id| console.0.handle.readings(id.parse().ok()?)).unwrap_or_default();
            let sites = sites.iter().map(|id| told(&directory, id, &unreached, &readings));
            json!({
                "at": act.at.millis(), "operator": operator, "desk": at, "incident": incident,
                "sites": sites.collect::<Vec<_>>(), "until": until, "text": text,
            })
        })
    });
    Json(sent.take(SHOWN).collect())
}

/// One site of a notice: whether a panel of it had a link, and when somebody there has read it.
fn told(directory: &Directory, id: &str, unreached: &[String], readings: &[Reading]) -> Value {
    let site = SiteId::from(id);
    let read = readings.iter().find(|reading| reading.site.as_ref() == Some(&site));
    json!({
        "id": id,
        "names": directory.sites.get(&site).map(|site| &site.names),
        "reached": !unreached.iter().any(|other| other == id),
        "read": read.map(|reading| reading.at.millis()),
        "by": read.and_then(|reading| reading.user),
    })
}

impl Wanted {
    /// Why it cannot be sent, if it cannot.
    fn refused(&self, is_police: bool, view: &IncidentView) -> Option<Response> {
        let too_long = self.text.as_ref().is_some_and(|text| text.len() > Notice::MAX_TEXT);
        if !(1..=FARTHEST_M).contains(&self.radius_m) || !(1..=LONGEST_MIN).contains(&self.minutes) || too_long {
            let most = Notice::MAX_TEXT;
            let detail = format!("1 to {FARTHEST_M} metres, 1 to {LONGEST_MIN} minutes, at most {most} octets of text");
            return Some(problem(StatusCode::UNPROCESSABLE_ENTITY, "out_of_range", &detail));
        }
        let detail = "only a police desk sends notices, and never of a drill";
        (!is_police || view.facts.drill).then(|| problem(StatusCode::FORBIDDEN, "not_here", detail))
    }
}

/// The other sites around an incident; `None` when nobody knows where it is.
fn around(directory: &Directory, view: &IncidentView, radius_m: u32) -> Option<Vec<SiteId>> {
    let centre = place(view.site.as_ref()?.position)?;
    let is_near = |at: Place| place(at).is_some_and(|at| centre.distance_m(at) <= f64::from(radius_m));
    let near = directory.sites.iter().filter(|(_, site)| is_near(site.position)).map(|(id, _)| id);
    Some(near.filter(|id| view.facts.site.as_ref() != Some(*id)).cloned().collect())
}

fn place(position: Place) -> Option<Position> {
    Position::new(position.lat, position.lon).ok()
}
