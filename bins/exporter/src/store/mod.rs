//! The store: a folder with a database of records and salts, a log of their seals that may be handed out, keys and rules.
//!
//! ```text
//! store.db      records, salts, leaves; the commit of a transaction here is what an acknowledgement means
//! lock          held by the one process that writes
//! rules.toml    the rules, to be edited
//! log/          tiles and checkpoints: SPEC.md of keng-ledger; nothing in it is about anybody
//! keys/         log.key signs checkpoints, badge.key signs badges and manifests
//! ```

mod error;
mod files;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use keng_ledger::{Checkpoint, Entry, Log, Policy, Salt, SigningKey, VerifierKey};
use keng_training::{Book, Dossier, PersonId, Record, Rules, retracts};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};

pub(crate) use error::StoreError;
pub(crate) use files::{LogFolder, put, put_secret};
pub(crate) use write::Writer;

/// The layout that this version writes.
const LAYOUT: i64 = 1;
const DATABASE: &str = "store.db";
const LOG: &str = "log";
const RULES: &str = "rules.toml";

/// A store that is open for reading.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    db: Connection,
}

/// One entry as it is stored.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) index: u64,
    pub(crate) leaf: Entry,
    pub(crate) kind: Option<String>,
    /// Nothing when it was erased, or is a redaction.
    pub(crate) opened: Option<(Salt, Vec<u8>)>,
}

impl Store {
    /// Opens a store for reading; others may read and one may write meanwhile.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE);
        if !path.is_file() {
            return Err(StoreError::NoStore(folder.to_owned()));
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        let store = Self { folder: folder.to_owned(), db };
        store.prepare()?;
        Ok(store)
    }

    fn prepare(&self) -> Result<(), StoreError> {
        self.db.busy_timeout(std::time::Duration::from_secs(10))?;
        // A rollback journal leaves no second copy of what was deleted; a commit waits for the disk; what is deleted is overwritten.
        self.db.pragma_update(None, "journal_mode", "DELETE")?;
        self.db.pragma_update(None, "synchronous", "EXTRA")?;
        self.db.pragma_update(None, "secure_delete", "ON")?;
        self.db.pragma_update(None, "temp_store", "MEMORY")?;
        let found: i64 = self.db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found == LAYOUT { Ok(()) } else { Err(StoreError::Layout { found, known: LAYOUT }) }
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> Result<u64, StoreError> {
        let count: i64 = self.db.query_row("SELECT COALESCE(MAX(idx) + 1, 0) FROM entry", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// The rules of this store.
    pub(crate) fn rules(&self) -> Result<Rules, StoreError> {
        let path = self.folder.join(RULES);
        let text = fs::read_to_string(&path).map_err(|source| file("cannot read the rules", &path, source))?;
        Rules::parse(&text).map_err(|source| StoreError::Rules { path, source })
    }

    /// All records put together, each compared with its leaf.
    pub(crate) fn book(&self) -> Result<Book, StoreError> {
        let mut book = Book::new(self.retracted()?);
        self.for_each("SELECT idx, leaf, kind, salt, body FROM entry WHERE body IS NOT NULL ORDER BY idx", |row| {
            let (index, record) = row.record()?;
            book.add(index, record);
            Ok::<_, StoreError>(())
        })?;
        Ok(book)
    }

    /// One dossier after the other, in the order of the persons' ids; only one is in memory.
    pub(crate) fn for_each_dossier<E: From<StoreError>>(
        &self,
        mut then: impl FnMut(&PersonId, &Dossier) -> Result<(), E>,
    ) -> Result<(), E> {
        let retracted = self.retracted()?;
        let mut current: Option<(PersonId, Dossier)> = None;
        let of_persons =
            "SELECT idx, leaf, kind, salt, body FROM entry WHERE subject IS NOT NULL ORDER BY subject, idx";
        self.for_each(of_persons, |row| {
            let (index, record) = row.record()?;
            let Some(subject) = record.subject().filter(|_| !retracted.contains(&index)).cloned() else {
                return Ok::<(), E>(());
            };
            if current.as_ref().is_none_or(|(id, _)| *id != subject)
                && let Some((id, dossier)) = current.replace((subject, Dossier::default()))
            {
                then(&id, &dossier)?;
            }
            if let Some((_, dossier)) = &mut current {
                dossier.add(index, record);
            }
            Ok(())
        })?;
        current.map_or(Ok(()), |(id, dossier)| then(&id, &dossier))
    }

    /// Every entry in the order of the ledger, erased ones too.
    pub(crate) fn for_each_entry<E: From<StoreError>>(&self, then: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        self.for_each("SELECT idx, leaf, kind, salt, body FROM entry ORDER BY idx", then)
    }

    /// All entries of one person.
    pub(crate) fn of_person(&self, person: &PersonId) -> Result<Vec<Row>, StoreError> {
        let mut statement =
            self.db.prepare("SELECT idx, leaf, kind, salt, body FROM entry WHERE subject = ?1 ORDER BY idx")?;
        let rows = statement.query_map([&person.0], raw)?;
        rows.map(|row| Row::new(row?)).collect()
    }

    /// One person's dossier.
    pub(crate) fn dossier(&self, person: &PersonId, retracted: &BTreeSet<u64>) -> Result<Dossier, StoreError> {
        let mut dossier = Dossier::default();
        for row in self.of_person(person)? {
            let (index, record) = row.record()?;
            if !retracted.contains(&index) {
                dossier.add(index, record);
            }
        }
        Ok(dossier)
    }

    /// Everybody who has a record of their own, in the order of the names as Vietnamese lists have them.
    pub(crate) fn people(&self) -> Result<Vec<PersonId>, StoreError> {
        let retracted = self.retracted()?;
        let mut names = BTreeMap::new();
        self.for_each(
            "SELECT idx, leaf, kind, salt, body FROM entry WHERE kind = 'person' AND body IS NOT NULL ORDER BY idx",
            |row| {
                if let (index, Record::Person(person)) = row.record()?
                    && !retracted.contains(&index)
                {
                    names.insert(person.id, person.name);
                }
                Ok::<_, StoreError>(())
            },
        )?;
        let collation = keng_export::collate::Collation::vietnamese();
        let mut people: Vec<_> = names.into_iter().collect();
        people.sort_by(|(a, one), (b, other)| collation.compare_names(one, other).then_with(|| a.cmp(b)));
        Ok(people.into_iter().map(|(id, _)| id).collect())
    }

    /// One entry.
    pub(crate) fn entry(&self, index: u64) -> Result<Option<Row>, StoreError> {
        let mut statement = self.db.prepare("SELECT idx, leaf, kind, salt, body FROM entry WHERE idx = ?1")?;
        let row = statement.query_row([i64::try_from(index).unwrap_or(i64::MAX)], raw).optional()?;
        row.map(Row::new).transpose()
    }

    /// The indexes that retractions name.
    pub(crate) fn retracted(&self) -> Result<BTreeSet<u64>, StoreError> {
        let mut retracted = BTreeSet::new();
        self.for_each(
            "SELECT idx, leaf, kind, salt, body FROM entry WHERE kind = 'retraction' AND body IS NOT NULL",
            |row| {
                retracted.extend(retracts(&row.record()?.1));
                Ok::<_, StoreError>(())
            },
        )?;
        Ok(retracted)
    }

    /// The folder of the log.
    pub(crate) fn log_folder(&self) -> LogFolder {
        LogFolder(self.folder.join(LOG))
    }

    /// The newest signed checkpoint, with its signature verified, when there is one.
    pub(crate) fn checkpoint(&self) -> Result<Option<(Checkpoint, Vec<u8>)>, StoreError> {
        let path = self.log_folder().0.join("checkpoint");
        match fs::read(&path) {
            Ok(note) => Ok(Some((self.policy()?.trust(&note)?.checkpoint, note))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(file("cannot read the checkpoint", &path, source)),
        }
    }

    /// The log as its newest checkpoint has it.
    pub(crate) fn log(&self) -> Result<Option<Signed>, StoreError> {
        let Some((checkpoint, note)) = self.checkpoint()? else {
            return Ok(None);
        };
        Ok(Some((Log::open_at(self.log_folder(), &checkpoint)?, note)))
    }

    /// Trusts this store's own log, and asks for no cosignature.
    pub(crate) fn policy(&self) -> Result<Policy, StoreError> {
        Ok(Policy { log: self.verifier()?, cosigners: Vec::new(), quorum: 0 })
    }

    /// The log's public key.
    pub(crate) fn verifier(&self) -> Result<VerifierKey, StoreError> {
        read_verifier(&self.log_folder().0.join("log.pub"))
    }

    /// The key of checkpoints.
    pub(crate) fn log_key(&self) -> Result<SigningKey, StoreError> {
        read_key(&self.folder.join("keys/log.key"))
    }

    /// The key of badges and manifests.
    pub(crate) fn badge_key(&self) -> Result<ed25519_dalek::SigningKey, StoreError> {
        read_badge_key(&self.folder.join("keys/badge.key"))
    }

    /// Whether a mark is already there.
    pub(crate) fn has(&self, record: &Record) -> Result<bool, StoreError> {
        let mark = self.mark(&encoded(record)?)?;
        let found = self.db.query_row("SELECT 1 FROM entry WHERE mark = ?1", params![mark], |_| Ok(())).optional()?;
        Ok(found.is_some())
    }

    fn for_each<E: From<StoreError>>(&self, sql: &str, mut then: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        let mut statement = self.db.prepare(sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            then(Row::new(raw(row).map_err(StoreError::from)?)?)?;
        }
        Ok(())
    }
}

impl Row {
    fn new((index, leaf, kind, salt, body): Raw) -> Result<Self, StoreError> {
        let index = index.unsigned_abs();
        let leaf = Entry::decode(&leaf).map_err(|_| StoreError::Changed { index })?;
        let opened = match (salt.and_then(|salt| salt.try_into().ok()), body) {
            (Some(salt), Some(body)) => Some((Salt::new(salt), body)),
            (None, None) => None,
            _ => return Err(StoreError::Changed { index }),
        };
        if opened.as_ref().is_some_and(|(salt, body)| !leaf.opens(index, salt, body)) {
            return Err(StoreError::Changed { index });
        }
        Ok(Self { index, leaf, kind, opened })
    }

    /// The record, with its index. For an erased one it is an error to ask.
    pub(crate) fn record(&self) -> Result<(u64, Record), StoreError> {
        let index = self.index;
        let (_, body) = self.opened.as_ref().ok_or(StoreError::Changed { index })?;
        Ok((index, Record::decode(body).map_err(|source| StoreError::Record { index, source })?))
    }
}

/// A log and the note that its newest checkpoint is in.
type Signed = (Log<LogFolder>, Vec<u8>);

type Raw = (i64, Vec<u8>, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>);

fn raw(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

fn encoded(record: &Record) -> Result<Vec<u8>, StoreError> {
    record.encode().map_err(|source| StoreError::Record { index: 0, source })
}

fn file(what: &'static str, path: &Path, source: std::io::Error) -> StoreError {
    StoreError::File { what, path: path.to_owned(), source }
}

/// Reads a log's or a cosigner's secret key.
pub(crate) fn read_key(path: &Path) -> Result<SigningKey, StoreError> {
    let text = fs::read_to_string(path).map_err(|source| file("cannot read the key", path, source))?;
    SigningKey::parse(&zeroize::Zeroizing::new(text))
        .map_err(|source| StoreError::Key { path: path.to_owned(), source })
}

/// Reads a log's or a cosigner's public key.
pub(crate) fn read_verifier(path: &Path) -> Result<VerifierKey, StoreError> {
    let text = fs::read_to_string(path).map_err(|source| file("cannot read the key", path, source))?;
    VerifierKey::parse(&text).map_err(|source| StoreError::Key { path: path.to_owned(), source })
}

fn read_badge_key(path: &Path) -> Result<ed25519_dalek::SigningKey, StoreError> {
    use base64::Engine as _;
    let text = fs::read_to_string(path).map_err(|source| file("cannot read the key", path, source))?;
    let text = zeroize::Zeroizing::new(text);
    let octets = base64::engine::general_purpose::STANDARD.decode(text.trim()).unwrap_or_default();
    let octets = zeroize::Zeroizing::new(octets);
    let seed = octets.as_slice().try_into();
    let seed: &[u8; 32] =
        seed.map_err(|_| StoreError::Key { path: path.to_owned(), source: keng_ledger::KeyError::Octets })?;
    Ok(ed25519_dalek::SigningKey::from_bytes(seed))
}
