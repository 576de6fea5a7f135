//! What is in the journal's file of one incident, read beside the journal's own thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keng_dispatch::record::{Record, What};
use keng_dispatch::view::IncidentView;
use keng_journal::sqlite::Reader;
use keng_journal::{Position, ReadError, Source, Stored, entries};
use keng_protocol::IncidentId;
use tokio::sync::Semaphore;

use crate::entries::RECORD;

/// How many may read at once; one more waits, so that reading takes no processor from the alarms.
const READERS: usize = 1;
/// How far before an incident's own time its records are looked for: the clocks of two runs may overlap a little.
const BEFORE: Duration = Duration::from_secs(60);
/// How long after its end: notes may still be written then.
const AFTER: Duration = Duration::from_secs(24 * 3600);
/// The most records of one incident that are shown; the file has all.
const RECORDS: usize = 10_000;

/// The journal's file.
#[derive(Clone)]
pub(crate) struct Past {
    file: PathBuf,
    turns: Arc<Semaphore>,
}

impl Past {
    pub(crate) fn of(file: &Path) -> Self {
        Self { file: file.to_owned(), turns: Arc::new(Semaphore::new(READERS)) }
    }

    /// Every record of an incident, in the order of the journal.
    pub(crate) async fn records(&self, view: &IncidentView) -> Result<Vec<Record>, ReadError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let (id, file) = (view.id, self.file.clone());
        let from = view.facts.raised.millis().saturating_sub(u64::try_from(BEFORE.as_millis()).unwrap_or_default());
        let to = view.closed.map_or(u64::MAX, |closed| (closed + AFTER).millis());
        let read = tokio::task::spawn_blocking(move || {
            let reader = Reader::open(&file).map_err(|error| ReadError::Engine(Arc::new(error)))?;
            let found = records(&reader, id, from, to);
            drop(turn);
            found
        });
        read.await.unwrap_or_else(|_| Ok(Vec::new()))
    }
}

/// Where the clock was put back, times do not lead to the place: then the whole file is looked through.
fn records(journal: &impl Source, id: IncidentId, from_ms: u64, to_ms: u64) -> Result<Vec<Record>, ReadError> {
    let found = records_from(journal, id, since(journal, from_ms)?, to_ms)?;
    let is_whole = found.iter().any(|record| matches!(record.what, What::Raised { .. }));
    if is_whole { Ok(found) } else { records_from(journal, id, Position::FIRST, u64::MAX) }
}

fn records_from(journal: &impl Source, id: IncidentId, from: Position, to_ms: u64) -> Result<Vec<Record>, ReadError> {
    let mut found = Vec::new();
    let name = id.to_string();
    for stored in entries(journal, from) {
        let stored = stored?;
        if stored.entry.at_ms > to_ms || found.len() == RECORDS {
            break;
        }
        found.extend(of(&stored, &name, id));
    }
    Ok(found)
}

/// The first place whose time is not before `from_ms`, by halves.
fn since(journal: &impl Source, from_ms: u64) -> Result<Position, ReadError> {
    let (mut low, mut high) = (1, journal.head()?.position.0.saturating_add(1));
    while low < high {
        let middle = low + (high - low) / 2;
        let is_before = journal.read(Position(middle), 1)?.first().is_some_and(|stored| stored.entry.at_ms < from_ms);
        (low, high) = if is_before { (middle + 1, high) } else { (low, middle) };
    }
    Ok(Position(low))
}

/// The record of an entry, when it is one of this incident; most are not, and are not decoded for that.
fn of(stored: &Stored, name: &str, id: IncidentId) -> Option<Record> {
    let payload = &stored.entry.payload;
    let is_meant = stored.entry.kind == RECORD && payload.windows(name.len()).any(|octets| octets == name.as_bytes());
    let record = is_meant.then(|| Record::decode(payload).ok()).flatten()?;
    (record.incident == Some(id)).then_some(record)
}

#[cfg(test)]
mod tests {
    use keng_dispatch::incident::{Cause, Facts, Labels, Sure};
    use keng_dispatch::policy::Matter;
    use keng_journal::{Engine as _, Entry, Memory};
    use keng_protocol::message::{Descriptors, Place};
    use keng_protocol::{DeviceId, Timestamp};

    use super::*;

    fn record(number: u64, at_ms: u64, incident: IncidentId, what: What) -> Entry {
        let at = Timestamp::from_millis(at_ms);
        let record = Record { number, at, incident: Some(incident), frame: None, source: None, what };
        Entry { kind: RECORD, at_ms, payload: record.encode() }
    }

    fn raised() -> What {
        let facts = Facts {
            matter: Matter::Attack,
            cause: Cause::Suspicion,
            drill: false,
            silent: true,
            site: None,
            device: DeviceId([1; 8]),
            zone: None,
            place: Place::default(),
            sure: Sure::Signed,
            raised: Timestamp::from_millis(4000),
            said: None,
            path: None,
            labels: Labels::default(),
            on_test: false,
            confirmed: false,
            presses: 1,
            cancelled: None,
            faults: Vec::new(),
            seen: Descriptors::default(),
            hostages: None,
            injured: None,
            directory: 1,
        };
        What::Raised { facts: Box::new(facts), neighbours: Vec::new() }
    }

    fn numbers(journal: &Memory, id: IncidentId) -> Vec<u64> {
        records(journal, id, 3000, 7000).unwrap().iter().map(|record| record.number).collect()
    }

    #[test]
    fn only_the_incidents_own_records_of_its_own_time_are_read() {
        let (mine, other) = (IncidentId([1; 16]), IncidentId([2; 16]));
        let mut journal = Memory::default();
        let whose = |number| if number % 2 == 0 { mine } else { other };
        let what = |number| if number == 4 { raised() } else { What::Passed };
        let entries: Vec<_> =
            (1..=9).map(|number| record(number, 1000 * number, whose(number), what(number))).collect();
        journal.append(&entries).unwrap();
        assert_eq!(numbers(&journal, mine), [4, 6]);
    }

    #[test]
    fn an_incident_from_before_the_clock_was_put_back_is_found_all_the_same() {
        let (mine, other) = (IncidentId([1; 16]), IncidentId([2; 16]));
        let mut journal = Memory::default();
        let late = (1..=6).map(|number| record(number, 900, other, What::Passed));
        let entries: Vec<_> =
            [record(7, 4000, mine, raised()), record(8, 4100, mine, What::Passed)].into_iter().chain(late).collect();
        journal.append(&entries).unwrap();
        assert_eq!(numbers(&journal, mine), [7, 8]);
    }
}
