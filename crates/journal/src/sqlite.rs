//! The embedded engine: one SQLite file, which any SQLite tool can open and copy.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior};

use crate::engine::{PAGE, PAGE_BYTES, check_payloads, weight};
use crate::format::{APPLICATION_ID, SCHEMA, VERSION};
use crate::{
    AppendError, Cause, Durability, Engine, Entry, Glance, Head, MAX_PAYLOAD, Position, ReadError, Source, Stored,
};

/// How long an operation waits for another program that holds a lock of the file.
const LOCK_WAIT: Duration = Duration::from_millis(500);

/// The octets of a page of a new file.
const PAGE_OCTETS: u32 = 8192;

/// After about this many octets the write-ahead log is copied into the file. It keeps the log under the 4,000 pages that its
/// index has room for from the start, so that an append does not have to grow the index on a full disk.
const CHECKPOINT_BYTES: usize = 8 * 1024 * 1024;

/// What a commit adds to the write-ahead log beside its entries: the page that the ones before began.
const COMMIT_BYTES: usize = PAGE_OCTETS as usize;

const INSERT: &str = "INSERT INTO entry (position, at, kind, payload, hash) VALUES (?1, ?2, ?3, ?4, ?5)";
/// Without LIMIT: for a bound one SQLite prepares the statement anew at each page. Whoever reads stops by itself.
const SELECT: &str = "SELECT position, at, kind, payload, hash FROM entry WHERE position >= ?1 ORDER BY position";
/// Without the hash, which only [`verify`](crate::verify) looks at.
const SCAN: &str = "SELECT position, at, kind, payload FROM entry WHERE position >= ?1 ORDER BY position";
const SELECT_LAST: &str = "SELECT position, at, kind, payload, hash FROM entry ORDER BY position DESC LIMIT 1";

/// A journal file, opened by its one writer.
///
/// An append is one transaction in the write-ahead log, flushed (`synchronous = FULL`) before it returns.
#[derive(Debug)]
pub struct Sqlite {
    db: Connection,
    head: Head,
    /// About what the write-ahead log holds that the file does not.
    log_bytes: usize,
    /// Why the last checkpoint failed, until the next append tells.
    fault: Option<Cause>,
    poisoned: bool,
    /// Keeps a second writer out for as long as it is open.
    _lock: File,
}

/// A journal file, opened to be read, while its writer runs or does not. Each read sees what was durable when it began.
#[derive(Debug)]
pub struct Reader {
    db: Connection,
}

/// Why a journal file was not opened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another part of this one, has it open for writing.
    #[error("the journal is in use by another receiver")]
    InUse,
    /// The file is there, and is not a journal. It was not touched.
    #[error("the file is not a journal (application id {application_id:#010x})")]
    Foreign {
        /// The application id in its header; 0 if it has none, or is not a SQLite file.
        application_id: i32,
    },
    /// The file is a journal of another version of the format. It was not touched.
    #[error("the journal has format {found}, and this program reads format {VERSION}")]
    Version {
        /// The version in its header.
        found: i32,
    },
    /// The file says that it is a journal, but its table is not the one of the format.
    #[error("the journal's table is not the one of its format")]
    Schema,
    /// The file is not there, or is empty, and a write-ahead log beside it is not: there was a journal, and some of its entries may
    /// be in the log only. Neither was touched; SQLite would begin anew, and remove the log.
    #[error("the journal's file is missing or empty beside a write-ahead log that is not")]
    Headless,
    /// The file system cannot keep a write-ahead log, as some network file systems cannot.
    #[error("the file system cannot keep the journal's write-ahead log")]
    NoLog,
    /// The file, its folder or its lock cannot be opened, or are damaged.
    #[error("the journal cannot be opened")]
    Engine(#[source] Cause),
    /// The last entry cannot be read.
    #[error("the journal's last entry cannot be read")]
    Head(#[source] ReadError),
}

impl Sqlite {
    /// Opens a journal to append to it, and creates it if there is no file. Beside the file its writer keeps a lock (`.lock`), and
    /// SQLite its write-ahead log (`-wal`) and its index (`-shm`).
    ///
    /// # Errors
    ///
    /// [`OpenError`]; a file that is not a journal stays as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = real_path(path.as_ref())?;
        let lock = lock(&path)?;
        let mut db = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let is_new = identify(&db)? == Identity::Empty;
        prepare(&db)?;
        // Closing must leave the log and its index where they are: on a full disk nobody could make them again.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        if is_new {
            create(&mut db)?;
        } else {
            supersede(&db)?;
        }
        sync_folder(&path)?;
        // What a log holds after a crash may be in the page cache only. This writes it to the file and flushes that, before
        // anybody is told that an entry is there. A full disk must not keep the receiver from starting.
        checkpoint(&db)?;
        let head = last(&db).map_err(OpenError::Head)?;
        Ok(Self { db, head, log_bytes: 0, fault: None, poisoned: false, _lock: lock })
    }

    /// Keeps the file from growing over this many octets (rounded down to whole pages, and never under what it has now): an
    /// append over it is [`AppendError::Full`]. For this opening only.
    ///
    /// # Errors
    ///
    /// [`ReadError::Engine`].
    pub fn set_quota_bytes(&mut self, bytes: u64) -> Result<(), ReadError> {
        let pages = u32::try_from(bytes / u64::from(PAGE_OCTETS)).unwrap_or(u32::MAX - 1).max(1);
        self.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).map_err(unreadable)
    }

    /// Moves the write-ahead log into the file when it has grown. The entries are durable either way: a failure here breaks
    /// the appends that follow, not the one that was just made.
    fn bound_log(&mut self, batch: &[Entry]) {
        self.log_bytes += COMMIT_BYTES + weight(batch);
        if self.log_bytes >= CHECKPOINT_BYTES {
            self.log_bytes = 0;
            self.fault = checkpoint(&self.db).err().map(|error| Arc::new(error) as Cause);
        }
    }

    /// What a failed transaction means. It may pass only if SQLite has rolled it back.
    fn failed(&mut self, error: rusqlite::Error) -> AppendError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) if self.db.is_autocommit() => AppendError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) if self.db.is_autocommit() => AppendError::Locked,
            _ => self.poison(Arc::new(error)),
        }
    }

    fn poison(&mut self, cause: Cause) -> AppendError {
        self.poisoned = true;
        AppendError::Broken(cause)
    }
}

impl Drop for Sqlite {
    /// Leaves a file that is whole without its log, as far as that can be done: people copy the file alone.
    fn drop(&mut self) {
        if !self.poisoned {
            drop(checkpoint(&self.db));
        }
    }
}

impl Engine for Sqlite {
    fn append(&mut self, batch: &[Entry]) -> Result<Position, AppendError> {
        if self.poisoned {
            return Err(AppendError::Poisoned);
        }
        if let Some(cause) = self.fault.take() {
            return Err(self.poison(cause));
        }
        check_payloads(batch)?;
        let first = self.head.position.next();
        if !batch.is_empty() {
            self.head = commit(&mut self.db, self.head, batch).map_err(|error| self.failed(error))?;
            self.bound_log(batch);
        }
        Ok(first)
    }

    fn durability(&self) -> Durability {
        Durability::Disk
    }
}

impl Source for Sqlite {
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError> {
        read(&self.db, from, limit)
    }

    fn scan(&self, from: Position, each: &mut dyn FnMut(Glance<'_>)) -> Result<(), ReadError> {
        scan(&self.db, from, each)
    }

    fn head(&self) -> Result<Head, ReadError> {
        Ok(self.head)
    }
}

impl Reader {
    /// Opens a journal to read it. The file must be there; SQLite needs to be able to write its index (`-shm`) beside it, or to
    /// find the one of a running writer.
    ///
    /// # Errors
    ///
    /// [`OpenError`], but never `InUse`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let db = connect(&real_path(path.as_ref())?, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match identify(&db)? {
            Identity::Journal => Ok(Self { db }),
            Identity::Empty => Err(OpenError::Foreign { application_id: 0 }),
        }
    }

    /// Writes a copy into a new file, with everything that is in the journal at this moment, and flushes it. A writer goes on meanwhile; its
    /// write-ahead log grows by what it writes until the copy is there.
    ///
    /// The copy is whole without a log beside it. Whether it is what was written is for [`verify`](crate::verify) to say.
    ///
    /// # Errors
    ///
    /// [`CopyError`]; what was begun is taken away again.
    pub fn copy_to(&self, path: impl AsRef<Path>) -> Result<(), CopyError> {
        let path = path.as_ref();
        // Made here, so that nothing is ever written over; SQLite takes an empty file.
        match File::create_new(path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(CopyError::Exists),
            Err(error) => return Err(CopyError::Write(Arc::new(error))),
            Ok(_) => {}
        }
        let copied = self.db.execute("VACUUM INTO ?1", (path.to_string_lossy(),));
        let copied = copied.map_err(|error| CopyError::Write(Arc::new(error))).and_then(|_| {
            let flushed = File::open(path).and_then(|file| file.sync_all()).and_then(|()| sync_folder(path));
            flushed.map_err(|error| CopyError::Write(Arc::new(error)))
        });
        if copied.is_err() {
            let _ = std::fs::remove_file(path);
        }
        copied
    }
}

/// Why a journal was not copied.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CopyError {
    /// There is a file of this name. It was not touched.
    #[error("a file of this name is there already")]
    Exists,
    /// The journal cannot be read, or the copy cannot be written.
    #[error("the copy cannot be written")]
    Write(#[source] Cause),
}

impl Source for Reader {
    fn read(&self, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError> {
        read(&self.db, from, limit)
    }

    fn scan(&self, from: Position, each: &mut dyn FnMut(Glance<'_>)) -> Result<(), ReadError> {
        scan(&self.db, from, each)
    }

    fn head(&self) -> Result<Head, ReadError> {
        last(&self.db)
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign { application_id: 0 },
            _ => Self::Engine(Arc::new(error)),
        }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        Self::Engine(Arc::new(error))
    }
}

#[derive(PartialEq, Eq)]
enum Identity {
    /// A new file, or one whose creation did not come to its end.
    Empty,
    Journal,
}

/// The path without links, so that one file has one lock; absolute, so that SQLite takes no name for a URI.
fn real_path(path: &Path) -> Result<PathBuf, std::io::Error> {
    path.canonicalize().or_else(|_| std::path::absolute(path))
}

/// A file of its own: a lock on the journal itself would be lost whenever anything in this process opened and closed it.
fn lock(path: &Path) -> Result<File, OpenError> {
    let file = File::options().create(true).truncate(false).write(true).open(beside(path, ".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, OpenError> {
    let is_empty = |path: &Path| path.metadata().map_or(true, |file| file.len() == 0);
    if is_empty(path) && !is_empty(&beside(path, "-wal")) {
        return Err(OpenError::Headless);
    }
    let db = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(LOCK_WAIT)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "cell_size_check", true)?;
    Ok(db)
}

/// Tells a journal from other files before anything is written.
fn identify(db: &Connection) -> Result<Identity, OpenError> {
    let application_id = db.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut statement = db.prepare("SELECT sql FROM sqlite_schema")?;
    let schema: Vec<Option<String>> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    match (application_id, version) {
        (0, 0) if schema.is_empty() => Ok(Identity::Empty),
        (APPLICATION_ID, VERSION) if schema == [Some(SCHEMA.to_owned())] => Ok(Identity::Journal),
        (APPLICATION_ID, VERSION) => Err(OpenError::Schema),
        (APPLICATION_ID, found) => Err(OpenError::Version { found }),
        (application_id, _) => Err(OpenError::Foreign { application_id }),
    }
}

fn prepare(db: &Connection) -> Result<(), OpenError> {
    // For a new file only. A larger page makes a large transaction cheaper, as SQLite writes page by page.
    db.pragma_update(None, "page_size", PAGE_OCTETS)?;
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::NoLog);
    }
    db.pragma_update(None, "synchronous", "full")?;
    // On macOS a plain flush leaves the octets in the disk's own cache.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    // SQLite's own checkpoints hide their errors; `bound_log` does not.
    db.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    Ok(())
}

fn create(db: &mut Connection) -> Result<(), rusqlite::Error> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Commits a transaction that changes nothing.
///
/// A batch that a power cut took may lie in the log, whole but for a sector. SQLite may write the next one over it under the same salt, and
/// a second power cut may let through just what makes the first one whole: a batch would be back of which a restart had said that it
/// is not there. So something else takes its place first, before anybody is told what is there; after that and a checkpoint the
/// log begins with another salt. On a disk without room for that the risk is taken: it is that of an entry too many.
fn supersede(db: &Connection) -> Result<(), rusqlite::Error> {
    match db.pragma_update(None, "user_version", VERSION) {
        Err(error) if matches!(error.sqlite_error_code(), Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy)) => {
            Ok(())
        }
        result => result,
    }
}

/// Flushes the folder, without which a power cut may lose the name of a file that was just made.
fn sync_folder(path: &Path) -> Result<(), std::io::Error> {
    match path.parent() {
        Some(here) if cfg!(unix) && here.as_os_str().is_empty() => File::open(".")?.sync_all(),
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Copies the write-ahead log into the file, as far as readers let it, and flushes both. A disk without room for that is no
/// error: the log still has everything, and is copied at a later time.
fn checkpoint(db: &Connection) -> Result<(), rusqlite::Error> {
    match db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Ok(()),
        result => result,
    }
}

fn commit(db: &mut Connection, mut head: Head, batch: &[Entry]) -> Result<Head, rusqlite::Error> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut insert = transaction.prepare_cached(INSERT)?;
    for entry in batch {
        head = head.then(entry);
        let (position, at) = (head.position.0.cast_signed(), entry.at_ms.cast_signed());
        insert.execute((position, at, entry.kind, entry.payload.as_slice(), head.hash.as_slice()))?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(head)
}

fn read(db: &Connection, from: Position, limit: usize) -> Result<Vec<Stored>, ReadError> {
    let Some(from) = row(from) else { return Ok(Vec::new()) };
    let limit = limit.clamp(1, PAGE);
    let mut select = db.prepare_cached(SELECT).map_err(unreadable)?;
    let mut rows = select.query((from,)).map_err(unreadable)?;
    let (mut page, mut octets) = (Vec::new(), 0);
    while page.len() < limit
        && octets < PAGE_BYTES
        && let Some(row) = rows.next().map_err(unreadable)?
    {
        let stored = decode(row)?;
        octets += stored.entry.payload.len();
        page.push(stored);
    }
    Ok(page)
}

fn scan(db: &Connection, from: Position, each: &mut dyn FnMut(Glance<'_>)) -> Result<(), ReadError> {
    let Some(from) = row(from) else { return Ok(()) };
    let mut select = db.prepare_cached(SCAN).map_err(unreadable)?;
    let mut rows = select.query((from,)).map_err(unreadable)?;
    while let Some(row) = rows.next().map_err(unreadable)? {
        each(glance(row)?);
    }
    Ok(())
}

/// Where a reading begins; none after all that a journal can hold. Rows before the first place are none of the journal's: whoever
/// reads from the start meets them as an error.
fn row(from: Position) -> Option<i64> {
    if from <= Position::FIRST { Some(i64::MIN) } else { i64::try_from(from.0).ok() }
}

fn last(db: &Connection) -> Result<Head, ReadError> {
    let mut select = db.prepare_cached(SELECT_LAST).map_err(unreadable)?;
    let last = select.query_row([], |row| Ok(decode(row))).optional().map_err(unreadable)?;
    last.map_or(Ok(Head::EMPTY), |stored| stored.map(|stored| stored.head()))
}

fn decode(row: &Row<'_>) -> Result<Stored, ReadError> {
    let Glance { position, at_ms, kind, payload } = glance(row)?;
    let malformed = ReadError::Malformed { position: position.0.cast_signed(), column: "hash" };
    let hash = blob(row, 4).and_then(|hash| hash.try_into().ok()).ok_or(malformed)?;
    Ok(Stored { position, entry: Entry { kind, at_ms, payload: payload.to_vec() }, hash })
}

fn glance<'a>(row: &'a Row<'_>) -> Result<Glance<'a>, ReadError> {
    let position = integer(row, 0).unwrap_or(0);
    let malformed = |column| ReadError::Malformed { position, column };
    let place = u64::try_from(position).ok().filter(|place| *place > 0).ok_or(malformed("position"))?;
    let at_ms = integer(row, 1).ok_or(malformed("at"))?.cast_unsigned();
    let kind = integer(row, 2).and_then(|kind| u16::try_from(kind).ok()).ok_or(malformed("kind"))?;
    let payload = blob(row, 3).filter(|payload| payload.len() <= MAX_PAYLOAD).ok_or(malformed("payload"))?;
    Ok(Glance { position: Position(place), at_ms, kind, payload })
}

fn integer(row: &Row<'_>, column: usize) -> Option<i64> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(value)) => Some(value),
        _ => None,
    }
}

fn blob<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a [u8]> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(value)) => Some(value),
        _ => None,
    }
}

fn unreadable(error: rusqlite::Error) -> ReadError {
    ReadError::Engine(Arc::new(error))
}
