//! What is in the journal's file of one incident, read beside the journal's own thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keng_dispatch::record::Record;
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

fn records(journal: &impl Source, id: IncidentId, from_ms: u64, to_ms: u64) -> Result<Vec<Record>, ReadError> {
    let mut found = Vec::new();
    let name = id.to_string();
    for stored in entries(journal, since(journal, from_ms)?) {
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
    use keng_dispatch::record::What;
    use keng_journal::{Engine as _, Entry, Memory};
    use keng_protocol::Timestamp;

    use super::*;

    #[test]
    fn only_the_incidents_own_records_of_its_own_time_are_read() {
        let (mine, other) = (IncidentId([1; 16]), IncidentId([2; 16]));
        let record = |number: u64, incident| {
            let at = Timestamp::from_millis(1000 * number);
            let record = Record { number, at, incident: Some(incident), frame: None, source: None, what: What::Passed };
            Entry { kind: RECORD, at_ms: at.millis(), payload: record.encode() }
        };
        let mut journal = Memory::default();
        let entries: Vec<_> =
            (1..=9).map(|number| record(number, if number % 2 == 0 { mine } else { other })).collect();
        journal.append(&entries).unwrap();
        let found = records(&journal, mine, 3000, 7000).unwrap();
        assert_eq!(found.iter().map(|record| record.number).collect::<Vec<_>>(), [4, 6]);
    }
}
