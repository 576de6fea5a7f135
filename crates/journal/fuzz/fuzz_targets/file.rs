//! Any octets in the place of a journal's file and its write-ahead log, or a good journal with some octets changed: opening, reading,
//! verifying and appending end with a value or a typed error, and what verifies against its remembered head is what was written.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use keng_journal::sqlite::{Reader, Sqlite};
use keng_journal::{Engine, Entry, Head, Source, entries, verify};
use libfuzzer_sys::fuzz_target;

/// More entries than a good journal here has: a broken one may well have more, and a run stays short.
const MOST: usize = 64;

/// What the folders are called, before the number of the process.
const NAME: &str = "keng-journal-fuzz-";

/// A folder in memory, one for each process; its files are written anew for each run. Those of processes that have ended are cleared away,
/// since nothing is called when libFuzzer ends.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let around = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    for left in std::fs::read_dir(&around).expect("a folder that can be read").flatten() {
        let name = left.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = std::fs::remove_dir_all(left.path());
        }
    }
    let folder = around.join(format!("{NAME}{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
});

/// A journal as its writer left it: closed, or in the middle of its work.
struct Image {
    file: Vec<u8>,
    log: Vec<u8>,
    written: Vec<Entry>,
    head: Head,
}

static IMAGES: LazyLock<[Image; 2]> = LazyLock::new(|| [Image::new(true), Image::new(false)]);

fuzz_target!(|octets: &[u8]| {
    let Some((&how, rest)) = octets.split_first() else { return };
    let image = &IMAGES[usize::from(how & 1)];
    match how >> 1 & 3 {
        0 => {
            // Nothing of it is good.
            let (file, log) = rest.split_at(rest.len() - rest.len() / 4);
            put(file, log);
            look(&[], None);
        }
        1 => {
            // The header says that it is a journal, and what follows is anything.
            let head = &image.file[..image.file.len().min(100)];
            put(&[head, rest].concat(), &[]);
            look(&[], None);
        }
        _ => {
            let (mut file, mut log) = (image.file.clone(), image.log.clone());
            change(&mut file, &mut log, rest);
            put(&file, &log);
            look(&image.written, Some(image.head));
        }
    }
    if how >> 3 & 7 == 0 {
        write();
    }
});

/// Each three octets are a place and what stands there instead; the odd places are the log's.
fn change(file: &mut Vec<u8>, log: &mut Vec<u8>, changes: &[u8]) {
    for change in changes.chunks_exact(3) {
        let &[high, low, octet] = change else { return };
        let place = usize::from(u16::from_be_bytes([high, low]));
        let into = if place % 2 == 1 && !log.is_empty() { &mut *log } else { &mut *file };
        let length = into.len();
        match into.get_mut(place) {
            Some(changed) => *changed ^= octet,
            // Beyond the end stands where it ends.
            None => into.truncate(length - usize::from(octet).min(length)),
        }
    }
}

fn path() -> PathBuf {
    FOLDER.join("journal.db")
}

fn beside(suffix: &str) -> PathBuf {
    FOLDER.join(format!("journal.db{suffix}"))
}

fn put(file: &[u8], log: &[u8]) {
    for left in ["-shm", "-wal", "-journal", ".lock"] {
        let _ = std::fs::remove_file(beside(left));
    }
    std::fs::write(path(), file).expect("room in memory");
    if !log.is_empty() {
        std::fs::write(beside("-wal"), log).expect("room in memory");
    }
}

/// Reads what is there, as far as it goes. What verifies against the head that is remembered is what was written.
fn look(written: &[Entry], head: Option<Head>) {
    let reader = match Reader::open(path()) {
        Ok(reader) => reader,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let end = reader.head();
    let read: Vec<_> = entries(&reader, keng_journal::Position::FIRST).take(MOST).collect();
    assert!(read.iter().rev().skip(1).all(Result::is_ok), "the entries end with the first error");
    let verified = verify(&reader, Head::EMPTY, head.unwrap_or(Head::EMPTY), |_| ());
    let (Ok(verified), Some(head)) = (verified, head) else { return };
    assert!(verified.head.position >= head.position);
    // A page may be read well from one side and be found damaged from the other; but there is only one last entry.
    if let Ok(end) = end {
        assert_eq!(end, verified.head);
    }
    let read: Vec<Entry> = read.into_iter().filter_map(|stored| Some(stored.ok()?.entry)).collect();
    assert_eq!(read.get(..written.len()), Some(written), "what verifies is what was written");
}

/// The writer's opening, and one append: what it says is there can be read.
fn write() {
    let Ok(mut engine) = Sqlite::open(path()) else { return };
    let before = engine.head().expect("an open engine knows its head");
    let entry = entry(99);
    let Ok(position) = engine.append(std::slice::from_ref(&entry)) else { return };
    assert_eq!(position, before.position.next());
    if let Ok(stored) = engine.read(position, 1) {
        assert_eq!(stored.first().map(|stored| (&stored.entry, stored.head())), Some((&entry, before.then(&entry))));
    }
}

fn entry(number: u64) -> Entry {
    Entry {
        kind: 0x0103,
        at_ms: 1_790_000_000_000 + number,
        payload: format!("payload of entry {number}").into_bytes(),
    }
}

impl Image {
    fn new(closed: bool) -> Self {
        put(&[], &[]);
        let mut engine = Sqlite::open(path()).expect("a new journal");
        let written: Vec<Entry> = (1..=5).map(entry).collect();
        for entry in &written {
            engine.append(std::slice::from_ref(entry)).expect("room in memory");
        }
        let head = engine.head().expect("a head");
        let mut engine = Some(engine);
        if closed {
            engine.take();
        }
        let log = if closed { Vec::new() } else { std::fs::read(beside("-wal")).expect("a log") };
        Self { file: std::fs::read(path()).expect("a file"), log, written, head }
    }
}
