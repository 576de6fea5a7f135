//! The store, open for writing: by one process at a time.

use std::fs::{self, File, TryLockError};
use std::ops::{Deref, Range};
use std::path::Path;

use keng_ledger::{Checkpoint, Entry, Log, RedactionReason, Role, Salt, SigningKey};
use keng_training::{PersonId, Record, Retraction, Rules};
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use super::{DATABASE, LAYOUT, LOG, RULES, Row, Store, StoreError, encoded, file, put, put_secret};

/// How many leaves are hashed into tiles at a time; bounds the memory of a checkpoint after a large import.
const BATCH: u64 = 65_536;

/// A store with the lock on it.
#[derive(Debug)]
pub(crate) struct Writer {
    store: Store,
    /// Held until the process ends or this is dropped; the operating system gives it back after a crash.
    _lock: File,
}

/// What an append did.
#[derive(Debug)]
pub(crate) struct Appended {
    /// The new indexes.
    pub(crate) indexes: Range<u64>,
    /// How many records were there before, octet for octet, and were left out.
    pub(crate) known: u64,
}

impl Deref for Writer {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Writer {
    /// Opens a store for writing.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let store = Store::open(folder)?;
        Ok(Self { store, _lock: lock(folder)? })
    }

    /// Makes a store: keys, rules, an empty log and its first checkpoint.
    pub(crate) fn create(folder: &Path, origin: &str, rules: &str) -> Result<Self, StoreError> {
        if folder.join(DATABASE).exists() {
            return Err(StoreError::Exists(folder.to_owned()));
        }
        Rules::parse(rules).map_err(|source| StoreError::Rules { path: RULES.into(), source })?;
        fs::create_dir_all(folder.join(LOG)).map_err(|source| file("cannot make the folder", folder, source))?;
        let lock = lock(folder)?;
        let key = SigningKey::new(Role::Log, origin, &random()?);
        let key = key.map_err(|source| StoreError::Key { path: "--origin".into(), source })?;
        let badge = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, random()?);
        let secrets = [("keys/log.key", key.to_text()), ("keys/badge.key", zeroize::Zeroizing::new(badge))];
        for (name, text) in secrets {
            let path = folder.join(name);
            put_secret(&path, &text).map_err(|source| file("cannot write the key", &path, source))?;
        }
        for (name, text) in [("log/log.pub", key.verifier().to_text() + "\n"), (RULES, rules.to_owned())] {
            let path = folder.join(name);
            put(&path, text.as_bytes()).map_err(|source| file("cannot write", &path, source))?;
        }
        let db = Connection::open(folder.join(DATABASE))?;
        db.execute_batch(include_str!("schema.sql"))?;
        db.execute("INSERT INTO meta (name, value) VALUES ('mark key', ?1)", params![random()?])?;
        db.pragma_update(None, "user_version", LAYOUT)?;
        let store = Store { folder: folder.to_owned(), db };
        store.prepare()?;
        let mut writer = Self { store, _lock: lock };
        writer.checkpoint(|_| ())?;
        Ok(writer)
    }

    /// Adds records, all of them or none. When it returns they are on the disk. What is there already, octet for octet, is left out.
    pub(crate) fn append(&mut self, records: &[Record]) -> Result<Appended, StoreError> {
        let first = self.len()?;
        let mut appended = Appended { indexes: first..first, known: 0 };
        let mark_key = self.mark_key()?;
        let transaction = self.store.db.transaction()?;
        {
            let mut insert = transaction.prepare(
                "INSERT INTO entry (idx, leaf, kind, subject, salt, body, mark) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            let mut find = transaction.prepare("SELECT 1 FROM entry WHERE mark = ?1")?;
            for record in records {
                let (body, salt) = (encoded(record)?, random()?);
                let mark = mark(&mark_key, &body);
                if find.exists(params![mark])? {
                    appended.known += 1;
                    continue;
                }
                let index = appended.indexes.end;
                let leaf = Entry::seal(index, &Salt::new(salt), &body).encode();
                let subject = record.subject().map(|subject| &subject.0);
                insert.execute(params![signed(index), leaf, record.kind(), subject, salt, body, mark])?;
                appended.indexes.end += 1;
            }
        }
        transaction.commit()?;
        Ok(appended)
    }

    /// Marks a record as wrong. It stays in the ledger and counts no longer.
    pub(crate) fn retract(&mut self, of: u64, why: &str) -> Result<u64, StoreError> {
        let entry = self.entry(of)?.filter(|row| row.opened.is_some() && row.kind.as_deref() != Some("retraction"));
        entry.ok_or(StoreError::NotRetractable(of))?;
        if self.retracted()?.contains(&of) {
            return Err(StoreError::Retracted(of));
        }
        let appended = self.append(&[Record::Retraction(Retraction { of, why: why.to_owned() })])?;
        Ok(appended.indexes.start)
    }

    /// Deletes every record of a person with its salt, and appends a redaction for each, in one transaction; then rewrites the database, so that no
    /// page of it keeps what was deleted. Returns the erased indexes.
    pub(crate) fn erase(
        &mut self,
        person: &PersonId,
        at: u64,
        reason: RedactionReason,
    ) -> Result<Vec<u64>, StoreError> {
        let rows: Vec<u64> = self.of_person(person)?.iter().map(|row| row.index).collect();
        let first = self.len()?;
        let transaction = self.store.db.transaction()?;
        for (of, index) in rows.iter().zip(first..) {
            let cleared =
                "UPDATE entry SET kind = NULL, subject = NULL, salt = NULL, body = NULL, mark = NULL WHERE idx = ?1";
            transaction.execute(cleared, params![signed(*of)])?;
            let leaf = Entry::Redaction { of: *of, at, reason }.encode();
            transaction.execute(
                "INSERT INTO entry (idx, leaf, kind) VALUES (?1, ?2, 'redaction')",
                params![signed(index), leaf],
            )?;
        }
        transaction.commit()?;
        self.store.db.execute_batch("VACUUM")?;
        Ok(rows)
    }

    /// Hashes what is new into tiles and signs a checkpoint, unless nothing is new. `seen` is told how many entries are in the tiles.
    pub(crate) fn checkpoint(&mut self, mut seen: impl FnMut(u64)) -> Result<Vec<u8>, StoreError> {
        let last = self.store.checkpoint()?;
        let size = self.len()?;
        if let Some((checkpoint, note)) = &last
            && checkpoint.size() == size
        {
            return Ok(note.clone());
        }
        let last = last.map(|(checkpoint, _)| checkpoint);
        let mut log = match &last {
            Some(last) if last.size() <= size => Log::open_at(self.log_folder(), last)?,
            // Shorter than what was signed: let the signing say so.
            _ => Log::open(self.log_folder(), 0)?,
        };
        while log.size() < size {
            let until = size.min((log.size() / BATCH + 1) * BATCH);
            log.append(&self.leaves(log.size()..until)?)?;
            seen(until);
        }
        let note = Checkpoint::sign(&log, last.as_ref(), &self.log_key()?)?;
        // The history first: if the newest is there, so are all before it.
        for name in [format!("checkpoints/{size}"), "checkpoint".to_owned()] {
            let path = log.tiles().0.join(name);
            put(&path, &note).map_err(|source| file("cannot write the checkpoint", &path, source))?;
        }
        Ok(note)
    }

    /// Puts a checkpoint of the same tree that others have cosigned in the place of the newest one.
    pub(crate) fn accept(&mut self, note: &[u8]) -> Result<Checkpoint, StoreError> {
        let checkpoint = self.policy()?.trust(note)?.checkpoint;
        Log::open_at(self.log_folder(), &checkpoint)?;
        let newest = self.store.checkpoint()?.is_some_and(|(newest, _)| newest == checkpoint);
        let mut names = vec![format!("checkpoints/{}", checkpoint.size())];
        names.extend(newest.then(|| "checkpoint".to_owned()));
        for name in names {
            let path = self.log_folder().0.join(name);
            put(&path, note).map_err(|source| file("cannot write the checkpoint", &path, source))?;
        }
        Ok(checkpoint)
    }

    fn leaves(&self, indexes: Range<u64>) -> Result<Vec<Entry>, StoreError> {
        let mut statement = self.db.prepare("SELECT idx, leaf FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx")?;
        let rows = statement.query_map(params![signed(indexes.start), signed(indexes.end)], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        rows.map(|row| {
            let (index, leaf) = row?;
            Entry::decode(&leaf).map_err(|_| StoreError::Changed { index: index.unsigned_abs() })
        })
        .collect()
    }
}

impl Store {
    pub(super) fn mark(&self, body: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(mark(&self.mark_key()?, body))
    }

    fn mark_key(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.db.query_row("SELECT value FROM meta WHERE name = 'mark key'", [], |row| row.get(0))?)
    }
}

impl Row {
    /// Whether the record was erased.
    pub(crate) const fn is_erased(&self) -> bool {
        self.opened.is_none() && matches!(self.leaf, Entry::Sealed(_))
    }
}

fn mark(key: &[u8], body: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(key).chain_update(body).finalize().to_vec()
}

/// Only one process writes. The lock is the operating system's: it is gone with the process, however that ends.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let lock = File::options().create(true).write(true).truncate(false).open(&path);
    let lock = lock.map_err(|source| file("cannot open the lock", &path, source))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(file("cannot lock", &path, source)),
    }
}

fn random() -> Result<[u8; 32], StoreError> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets)?;
    Ok(octets)
}

fn signed(index: u64) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}
