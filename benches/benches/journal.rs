//! Durable append by many writers, beside a raw preallocated log that the same thread commits; and verification, beside bare
//! SHA-256 of the same octets.
//!
//! After Criterion's figures it prints the ratios of the two, from interleaved rounds: they are what carries over to another
//! machine. The goal is at least 0.8 for the append by 64 and 1024 writers, each of which is a thread that waits for its own entry. Where one thread
//! hands in for all, nothing is left but the two engines: that ratio is the harder one, and is printed too.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a benchmark tells people, and ends where it cannot")]

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use keng_journal::sqlite::{Reader, Sqlite};
use keng_journal::{
    AppendError, Durability, Engine, Entry, Head, Limits, Position, Priority, ReadError, Source, Stored, Writer, verify,
};
use sha2::{Digest, Sha256};

const PAYLOAD_BYTES: usize = 128;
const WRITERS: [u64; 3] = [1, 64, 1024];
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(400);
const VERIFIED_ENTRIES: u64 = 200_000;

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-journal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    appends(&mut criterion, &folder);
    verification(&mut criterion, &folder);
    criterion.final_summary();
    if !std::env::args().any(|argument| argument == "--test") {
        ratios(&folder);
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

fn appends(criterion: &mut Criterion, folder: &Path) {
    for writers in WRITERS {
        let mut group = criterion.benchmark_group(format!("append/{writers}"));
        group.throughput(Throughput::Elements(1));
        for (name, writer) in contenders(folder) {
            group.bench_function(name, |bencher| bencher.iter_custom(|count| append(&writer, writers, count)));
        }
    }
}

fn verification(criterion: &mut Criterion, folder: &Path) {
    let path = filled(folder);
    let reader = Reader::open(&path).expect("a reader");
    let mut group = criterion.benchmark_group("verify");
    group.throughput(Throughput::Elements(VERIFIED_ENTRIES));
    group.bench_function("sqlite", |bencher| bencher.iter(|| verify_all(&reader)));
    group.bench_function("sha256", |bencher| bencher.iter(hash_all));
}

/// Prints, for each number of writers, the median of the rounds' ratios.
fn ratios(folder: &Path) {
    println!("\nSQLite journal / raw preallocated log, median of {ROUNDS} interleaved rounds:");
    for writers in WRITERS {
        let [(_, sqlite), (_, raw)] = contenders(folder);
        let rounds = (0..ROUNDS).map(|_| (rate_of_threads(&sqlite, writers), rate_of_threads(&raw, writers))).collect();
        print_ratio(&format!("append, {writers:>4} writers"), rounds);
        let rounds = (0..ROUNDS).map(|_| (rate(&sqlite, writers), rate(&raw, writers))).collect();
        print_ratio(&format!("append, {writers:>4} handed in by one thread"), rounds);
    }
    let reader = Reader::open(filled(folder)).expect("a reader");
    let count = f64::from(u32::try_from(VERIFIED_ENTRIES).expect("a few"));
    let timed = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        count / start.elapsed().as_secs_f64()
    };
    let rounds = (0..ROUNDS).map(|_| (timed(&|| verify_all(&reader)), timed(&|| _ = black_box(hash_all())))).collect();
    println!("Verification / bare SHA-256:");
    print_ratio("verify", rounds);
}

fn print_ratio(name: &str, rounds: Vec<(f64, f64)>) {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().expect("a round")
    };
    let ours = median(rounds.iter().map(|round| round.0).collect());
    let anchor = median(rounds.iter().map(|round| round.1).collect());
    let ratio = median(rounds.iter().map(|round| round.0 / round.1).collect());
    println!("  {name}: {ours:.0}/s against {anchor:.0}/s, ratio {ratio:.2}");
}

/// The journal and its anchor, each with files of its own and the same thread of the journal.
fn contenders(folder: &Path) -> [(&'static str, Writer); 2] {
    // Both are measured as they are after a while of running: the raw log's file and the journal's write-ahead log exist, and
    // are overwritten.
    let mut sqlite = Sqlite::open(fresh(folder, "journal.db")).expect("a journal");
    fill(&mut sqlite, 100_000);
    let raw = RawLog::create(&fresh(folder, "raw.log")).expect("a raw log");
    let start = |writer: io::Result<Writer>| writer.expect("a thread");
    [
        ("sqlite", start(Writer::start(sqlite, Limits::default()))),
        ("raw preallocated log", start(Writer::start(raw, Limits::default()))),
    ]
}

fn fresh(folder: &Path, name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    folder.join(format!("{}-{name}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

fn rate(writer: &Writer, writers: u64) -> f64 {
    let (mut count, mut elapsed) = (0, Duration::ZERO);
    while elapsed < ROUND {
        elapsed += append(writer, writers, writers * 16);
        count += writers * 16;
    }
    f64::from(u32::try_from(count).expect("a few")) / elapsed.as_secs_f64()
}

/// Appends a second by so many threads, of which each hands in its next entry when the one before is durable.
fn rate_of_threads(writer: &Writer, writers: u64) -> f64 {
    let (count, start) = (AtomicU32::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                while start.elapsed() < ROUND {
                    append(writer, 1, 1);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    f64::from(count.load(Ordering::Relaxed)) / start.elapsed().as_secs_f64()
}

/// The time until `count` appends are durable, with so many of them handed in and not acknowledged at any moment.
fn append(writer: &Writer, writers: u64, count: u64) -> Duration {
    let (told, outcomes) = channel();
    let submit = |at_ms| {
        let told = told.clone();
        let done = move |first: Result<Position, AppendError>| told.send(first).expect("the bench waits");
        writer.submit(vec![entry(at_ms)], Priority::Ordinary, done).expect("room in the queue");
    };
    let start = Instant::now();
    (0..count.min(writers)).for_each(submit);
    for next in writers..writers + count {
        outcomes.recv().expect("an answer").expect("an append");
        if next < count {
            submit(next);
        }
    }
    start.elapsed()
}

fn entry(at_ms: u64) -> Entry {
    Entry { kind: 1, at_ms, payload: vec![0xA5; PAYLOAD_BYTES] }
}

fn filled(folder: &Path) -> PathBuf {
    let path = fresh(folder, "filled.db");
    let mut engine = Sqlite::open(&path).expect("a journal");
    fill(&mut engine, VERIFIED_ENTRIES);
    path
}

fn fill(engine: &mut Sqlite, count: u64) {
    let batch: Vec<_> = (0..count).map(entry).collect();
    for part in batch.chunks(10_000) {
        engine.append(part).expect("an append");
    }
}

fn verify_all(reader: &Reader) {
    let verified = verify(reader, Head::EMPTY, Head::EMPTY, |_| ()).expect("a sound journal");
    assert_eq!(verified.entries, VERIFIED_ENTRIES);
}

/// As many octets as the chain hashes, from memory.
fn hash_all() -> [u8; 32] {
    let mut previous = [0; 32];
    for _ in 0..VERIFIED_ENTRIES {
        let hasher = Sha256::new_with_prefix(previous);
        previous = hasher.chain_update([0xA5; 22 + PAYLOAD_BYTES]).finalize().into();
    }
    previous
}

/// A file of zeros that is overwritten from its start and flushed: the least that a durable log can do.
struct RawLog {
    file: File,
    offset: u64,
    next: Position,
    buffer: Vec<u8>,
}

impl RawLog {
    const BYTES: u64 = 64 * 1024 * 1024;

    fn create(path: &Path) -> io::Result<Self> {
        let file = File::create(path)?;
        let zeros = vec![0; 1024 * 1024];
        for offset in (0..Self::BYTES).step_by(zeros.len()) {
            file.write_all_at(&zeros, offset)?;
        }
        file.sync_all()?;
        Ok(Self { file, offset: 0, next: Position::FIRST, buffer: Vec::new() })
    }
}

impl Source for RawLog {
    fn read(&self, _: Position, _: usize) -> Result<Vec<Stored>, ReadError> {
        Ok(Vec::new())
    }

    fn head(&self) -> Result<Head, ReadError> {
        Ok(Head::EMPTY)
    }
}

impl Engine for RawLog {
    fn append(&mut self, batch: &[Entry]) -> Result<Position, AppendError> {
        self.buffer.clear();
        for entry in batch {
            self.buffer.extend_from_slice(&entry.kind.to_be_bytes());
            self.buffer.extend_from_slice(&entry.at_ms.to_be_bytes());
            self.buffer.extend_from_slice(&entry.payload);
        }
        if self.offset + self.buffer.len() as u64 > Self::BYTES {
            self.offset = 0;
        }
        self.file.write_all_at(&self.buffer, self.offset).expect("a write");
        self.file.sync_data().expect("a flush");
        self.offset += self.buffer.len() as u64;
        let first = self.next;
        self.next = Position(first.0 + batch.len() as u64);
        Ok(first)
    }

    fn durability(&self) -> Durability {
        Durability::Disk
    }
}
