//! Looks after the journal's file beside everything else: whether each entry is still the one that was written, and how much room its disk has.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use keng_journal::sqlite::Reader;
use keng_journal::{Head, ReadError, VerifyError, verify};
use keng_protocol::Timestamp;
use serde_json::{Value, json};

use crate::clock::Clock;

/// How often it is looked; each time at the entries that are new since.
const EVERY: Duration = Duration::from_secs(20);
/// How often at all of them: what was true once may have been changed since.
const WHOLE_EVERY: Duration = Duration::from_secs(24 * 3600);
/// After how many entries it rests, and how much longer than it worked: so it takes a fifth of a processor at most.
const REST_AFTER: u64 = 1024;
const REST: u32 = 4;

/// What is known of the file. Cloning is cheap, and gives the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Audit(Arc<Mutex<Found>>);

#[derive(Debug, Default)]
struct Found {
    /// Octets that are free for the receiver, and all that the disk has.
    disk: Option<(u64, u64)>,
    verified: Option<Verified>,
    fault: Option<Fault>,
}

/// Up to where every entry is as it was written.
#[derive(Clone, Copy, Debug)]
struct Verified {
    head: Head,
    at: Timestamp,
    /// When all entries from the first on were looked at.
    whole: Timestamp,
}

#[derive(Debug)]
struct Fault {
    /// Something was changed; else it could not be read.
    changed: bool,
    position: Option<u64>,
    at: Timestamp,
    why: String,
}

impl Audit {
    /// Looks after a file, on a thread of its own, for as long as somebody has this.
    pub(crate) fn over(file: PathBuf, mut clock: Clock) -> Self {
        let audit = Self::default();
        let found = Arc::downgrade(&audit.0);
        let turn = move || {
            while let Some(found) = found.upgrade() {
                Self(found).look(&file, clock.now());
                std::thread::sleep(EVERY);
            }
        };
        if let Err(error) = std::thread::Builder::new().name("audit".to_owned()).spawn(turn) {
            tracing::error!(%error, "nobody looks after the journal's file: a thread cannot be started");
        }
        audit
    }

    /// Puts what is known into a health report.
    pub(crate) fn add_to(&self, health: &mut Value) {
        let found = self.found();
        let Value::Object(health) = health else { return };
        let disk = found.disk.map(|(free, total)| json!({ "free": free, "total": total }));
        let verified = found.verified.map(|verified| {
            let Verified { head, at, whole } = verified;
            json!({ "position": head.position.0, "at": at.millis(), "whole": whole.millis() })
        });
        let fault = found.fault.as_ref().map(|fault| {
            let Fault { changed, position, at, why } = fault;
            json!({ "changed": changed, "position": position, "at": at.millis(), "why": why })
        });
        health.insert("disk".to_owned(), json!(disk));
        health.insert("verified".to_owned(), json!(verified));
        health.insert("unverified".to_owned(), json!(fault));
    }

    /// Looks once. A journal that was found changed stays so until somebody has looked into it and started the receiver again.
    fn look(&self, file: &Path, now: Timestamp) {
        self.found().disk = room(file);
        if self.found().fault.as_ref().is_some_and(|fault| fault.changed) {
            return;
        }
        let known = self.found().verified.filter(|known| now.since(known.whole) < WHOLE_EVERY);
        let result = self.verify(file, known.map_or(Head::EMPTY, |known| known.head));
        let mut found = self.found();
        match result {
            Ok(head) => {
                let whole = known.map_or(now, |known| known.whole);
                (found.verified, found.fault) = (Some(Verified { head, at: now, whole }), None);
            }
            Err(error) => {
                tracing::error!(%error, "the journal's file does not verify");
                let changed = !matches!(error, VerifyError::Read(ReadError::Engine(_)));
                let position = error.position().map(|position| position.0);
                found.fault = Some(Fault { changed, position, at: now, why: error.to_string() });
            }
        }
    }

    fn verify(&self, file: &Path, trusted: Head) -> Result<Head, VerifyError> {
        let reader = Reader::open(file).map_err(|error| ReadError::Engine(Arc::new(error)))?;
        let (wanted, mut count, mut since): (Weak<_>, u64, _) = (Arc::downgrade(&self.0), 0, Instant::now());
        let verified = verify(&reader, trusted, trusted, |_| {
            count += 1;
            // Somebody besides this look still wants to know.
            if count.is_multiple_of(REST_AFTER) && wanted.strong_count() > 1 {
                std::thread::sleep(since.elapsed() * REST);
                since = Instant::now();
            }
        });
        Ok(verified?.head)
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is free on the disk of a file, and what it has.
fn room(file: &Path) -> Option<(u64, u64)> {
    let disk = rustix::fs::statvfs(file).ok()?;
    Some((disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize)))
}

#[cfg(test)]
mod tests {
    use keng_journal::sqlite::Sqlite;
    use keng_journal::{Engine as _, Entry};

    use super::*;

    fn journal(name: &str, entries: usize) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("keng-audit-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("journal.db");
        drop(std::fs::remove_file(&file));
        append(&file, entries);
        file
    }

    fn append(file: &Path, entries: usize) {
        let mut engine = Sqlite::open(file).unwrap();
        let entry = Entry { kind: 67, at_ms: 7, payload: b"what was written down then".to_vec() };
        engine.append(&vec![entry; entries]).unwrap();
    }

    fn health(audit: &Audit) -> Value {
        let mut health = json!({});
        audit.add_to(&mut health);
        health
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(1000 * seconds)
    }

    #[test]
    fn it_says_up_to_where_the_chain_holds_and_how_much_room_there_is() {
        let (file, audit) = (journal("holds", 3), Audit::default());
        assert_eq!(health(&audit)["verified"], Value::Null, "nobody has looked yet");
        audit.look(&file, at(10));
        assert_eq!(health(&audit)["verified"], json!({ "position": 3, "at": 10_000, "whole": 10_000 }));
        append(&file, 2);
        audit.look(&file, at(30));
        assert_eq!(health(&audit)["verified"], json!({ "position": 5, "at": 30_000, "whole": 10_000 }));
        let disk = &health(&audit)["disk"];
        assert!(disk["free"].as_u64().unwrap() <= disk["total"].as_u64().unwrap());
        std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    }

    #[test]
    fn an_entry_that_somebody_has_changed_is_found_and_stays_found() {
        let (file, audit) = (journal("changed", 3), Audit::default());
        audit.look(&file, at(10));
        let update = "UPDATE entry SET payload = x'00' WHERE position = 2";
        rusqlite::Connection::open(&file).unwrap().execute(update, []).unwrap();
        audit.look(&file, at(30));
        assert_eq!(health(&audit)["unverified"], Value::Null, "what was good is not looked at again at once");
        audit.look(&file, at(30 + 24 * 3600));
        let found = health(&audit)["unverified"].clone();
        assert_eq!((&found["changed"], &found["position"]), (&json!(true), &json!(2)));
        append(&file, 1);
        audit.look(&file, at(60 + 24 * 3600));
        assert_eq!(health(&audit)["unverified"], found);
        std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_fault_until_it_can() {
        let (file, audit) = (journal("unread", 1), Audit::default());
        let away = file.with_extension("away");
        std::fs::rename(&file, &away).unwrap();
        audit.look(&file, at(10));
        assert_eq!(health(&audit)["unverified"]["changed"], false);
        std::fs::rename(&away, &file).unwrap();
        audit.look(&file, at(30));
        assert_eq!(
            (health(&audit)["unverified"].clone(), health(&audit)["verified"]["position"].clone()),
            (Value::Null, json!(1))
        );
        std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
    }
}
