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
/// Below how many percent the journal's disk counts as low, and as full; and below how many octets as full.
const LOW_PERCENT: u64 = 10;
const FULL_PERCENT: u64 = 3;
const FULL_BYTES: u64 = 512 << 20;
/// After how long the last look through the journal is too long ago, in milliseconds.
const UNVERIFIED_MS: u64 = 3_600_000;

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
    disk: Option<Disk>,
    verified: Option<Verified>,
    unverified: Option<Unverified>,
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

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Disk {
    free: u64,
    total: u64,
}

#[derive(Serialize, Deserialize)]
struct Verified {
    position: u64,
    at: u64,
    whole: u64,
}

#[derive(Serialize, Deserialize)]
struct Unverified {
    changed: bool,
    position: Option<u64>,
    at: u64,
    why: String,
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
    count: Option<u64>,
    percent: Option<u64>,
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
        faults.extend(self.disk.and_then(Disk::fault));
        faults.extend(self.unverified.as_ref().map(Unverified::fault));
        faults.extend(self.verified.as_ref().and_then(Verified::fault));
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

impl Disk {
    /// Little room is left: for the journal, and for whatever else is on its disk.
    fn fault(self) -> Option<Fault> {
        let percent = self.free.saturating_mul(100).checked_div(self.total)?;
        let grave = percent < FULL_PERCENT || self.free < FULL_BYTES;
        let (count, percent) = (Some(self.free >> 20), Some(percent));
        (grave || percent < Some(LOW_PERCENT)).then(|| Fault { count, percent, ..Fault::of("disk_low", grave) })
    }
}

impl Unverified {
    fn fault(&self) -> Fault {
        let code = if self.changed { "journal_changed" } else { "journal_unread" };
        let why = Some(self.why.clone());
        Fault { at: Some(self.at), count: self.position, why, ..Fault::of(code, self.changed) }
    }
}

impl Verified {
    /// Nobody has looked for so long.
    fn fault(&self) -> Option<Fault> {
        let is_old = now().millis().saturating_sub(self.at) > UNVERIFIED_MS;
        is_old.then(|| Fault { at: Some(self.at), count: Some(self.position), ..Fault::of("journal_old", false) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_low_by_its_part_and_full_by_its_part_or_octets() {
        let code = |free, total| Disk { free, total }.fault().map(|fault| (fault.grave, fault.percent));
        let gib = 1 << 30;
        assert_eq!(code(50 * gib, 100 * gib), None);
        assert_eq!(code(9 * gib, 100 * gib), Some((false, Some(9))));
        assert_eq!(code(2 * gib, 100 * gib), Some((true, Some(2))));
        assert_eq!(code(gib / 4, gib), Some((true, Some(25))));
        assert_eq!(code(0, 0), None, "a disk that says nothing of itself");
    }
}
