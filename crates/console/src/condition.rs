//! What is wrong now, one entry for each fault; the page has a sentence and what to do for each code.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use keng_dispatch::directory::Directory;
use keng_dispatch::text::Words as _;
use keng_dispatch::view::IncidentView;
use keng_dispatch::{AuthorityId, Names, SiteId};
use serde::{Deserialize, Serialize};

use crate::console::Console;
use crate::guard::{Who, problem};
use crate::signer::now;

/// After how long a channel that has delivered nothing counts as unproven, in milliseconds.
const UNPROVEN_MS: u64 = 24 * 3_600_000;
/// How far the wall clock may be from the receiver's own, in milliseconds.
const CLOCK_MS: u64 = 1000;

/// What the station says of itself; the fields are those of its `GET /api/v1/health`.
#[derive(Serialize, Deserialize)]
struct Condition {
    #[serde(default)]
    at: u64,
    #[serde(default)]
    faults: Vec<Fault>,
    channels: Vec<Channel>,
    on_test: Vec<OnTest>,
    devices: u64,
    devices_silent: u64,
    links: u64,
    clock_offset_ms: i64,
    journal: Journal,
    refusals: u64,
    directory: u64,
}

#[derive(Serialize, Deserialize)]
struct Channel {
    authority: AuthorityId,
    names: Option<Names>,
    channel: usize,
    proven: Option<u64>,
    failed: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct OnTest {
    site: SiteId,
    names: Option<Names>,
    until: String,
}

#[derive(Serialize, Deserialize)]
struct Journal {
    state: String,
    for_s: Option<u64>,
    why: Option<String>,
}

/// One fault: what it is, and the figures of its sentence.
#[derive(Default, Serialize, Deserialize)]
struct Fault {
    code: String,
    grave: bool,
    names: Option<Names>,
    channel: Option<usize>,
    at: Option<u64>,
    for_s: Option<u64>,
    ms: Option<i64>,
    why: Option<String>,
    what: Option<Names>,
    incident: Option<String>,
}

/// The faults that concern who asks, the figures, and the channels with their last proven delivery.
pub(crate) async fn condition(State(console): State<Console>, who: Who) -> Response {
    let handle = &console.0.handle;
    let stopped = || problem(StatusCode::SERVICE_UNAVAILABLE, "stopped", "the receiver is stopping");
    let (Some(health), Some(incidents)) = (handle.health().await, handle.views(who.scope()).await) else {
        return stopped();
    };
    let Ok(mut condition) = serde_json::from_value::<Condition>(health) else { return stopped() };
    condition.at = now().millis();
    let directory = handle.directory();
    if !who.scope().is_all() {
        let own = console.0.authorities(&directory, who.0.operator.desk);
        condition.channels.retain(|channel| own.contains(&channel.authority));
        let sites = directory.sites_of(&own, now());
        condition.on_test.retain(|test| sites.contains(&test.site));
    }
    condition.name(&directory);
    condition.judge(console.0.signer(who.0.operator.desk).is_some(), &incidents);
    Json(condition).into_response()
}

impl Condition {
    fn name(&mut self, directory: &Directory) {
        for channel in &mut self.channels {
            channel.names = directory.authorities.get(&channel.authority).map(|known| known.names.clone());
        }
        for test in &mut self.on_test {
            test.names = directory.sites.get(&test.site).map(|known| known.names.clone());
        }
    }

    fn judge(&mut self, can_sign: bool, incidents: &[IncidentView]) {
        let mut faults: Vec<Fault> = self.journal.fault().into_iter().collect();
        if self.clock_offset_ms.unsigned_abs() > CLOCK_MS {
            faults.push(Fault { ms: Some(self.clock_offset_ms), ..Fault::of("clock_off", false) });
        }
        if !can_sign {
            faults.push(Fault::of("no_desk_key", true));
        }
        faults.extend(incidents.iter().flat_map(site_faults));
        faults.extend(self.channels.iter().filter_map(Channel::fault));
        self.faults = faults;
    }
}

impl Journal {
    fn fault(&self) -> Option<Fault> {
        let code = match self.state.as_str() {
            "waiting" => "journal_waiting",
            "broken" => "journal_broken",
            _ => return None,
        };
        Some(Fault { for_s: self.for_s, why: self.why.clone(), ..Fault::of(code, true) })
    }
}

impl Channel {
    /// Its last telling failed, or it has delivered nothing for a day.
    fn fault(&self) -> Option<Fault> {
        let (code, grave, at) = match (self.proven, self.failed) {
            (proven, Some(failed)) if proven.is_none_or(|proven| proven < failed) => {
                ("channel_failed", true, Some(failed))
            }
            (None, _) => ("channel_never", false, None),
            (Some(proven), _) if now().millis().saturating_sub(proven) > UNPROVEN_MS => {
                ("channel_unproven", false, Some(proven))
            }
            _ => return None,
        };
        Some(Fault { names: self.names.clone(), channel: Some(self.channel), at, ..Fault::of(code, grave) })
    }
}

impl Fault {
    fn of(code: &str, grave: bool) -> Self {
        Self { code: code.to_owned(), grave, ..Self::default() }
    }
}

/// The faults of a site that go on.
fn site_faults(view: &IncidentView) -> Vec<Fault> {
    let open = view.facts.faults.iter().filter(|_| view.closed.is_none());
    open.map(|fault| {
        let (vi, en) = fault.fault.both();
        Fault {
            names: view.site.as_ref().map(|site| site.names.clone()),
            at: Some(fault.since.millis()),
            what: Some(Names { vi: vi.into_owned(), en: en.into_owned() }),
            incident: Some(view.id.to_string()),
            ..Fault::of("site_fault", false)
        }
    })
    .collect()
}
