//! The run that is recorded: this test program starts itself anew under `strace`, with a plan in its environment.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use keng_journal::sqlite::Sqlite;
use keng_journal::{Engine, Entry, Head, Position, Source};
use rusqlite::Connection;

/// Where the journal is, in the folder of a run.
pub(crate) const JOURNAL: &str = "journal.db";

/// Where the run says what it does, in the same folder, so that it stands in the trace among the writes, in order.
pub(crate) const TOLD: &str = "told";

/// What the environment of a recorded run holds.
pub(crate) const FOLDER: &str = "KENG_IMAGES_FOLDER";
pub(crate) const PLAN: &str = "KENG_IMAGES_PLAN";

/// The steps of a run, parted by spaces: `open`, `close`, `3x200` for a batch of three entries with 200
/// octets of payload, and `9*3x200` for nine of them. The first word is the run's number, which makes its entries differ from those of another run, and the second its [`Care`].
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) run: u16,
    pub(crate) care: Care,
    pub(crate) steps: &'static str,
}

/// How a run writes: as the journal does, or with a fault that must be found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// As the journal does.
    Sound,
    /// Tells that a batch is durable before it is handed to the journal.
    TellsFirst,
    /// Writes the same file with SQLite's `synchronous = NORMAL`, which flushes the log at checkpoints only.
    FlushesLate,
    /// Writes the same file with SQLite's `synchronous = OFF`.
    NeverFlushes,
}

impl Care {
    const ALL: [(&'static str, Self); 4] = [
        ("sound", Self::Sound),
        ("tells-first", Self::TellsFirst),
        ("flushes-late", Self::FlushesLate),
        ("never-flushes", Self::NeverFlushes),
    ];
}

impl Plan {
    pub(crate) fn to_environment(&self) -> String {
        let (care, _) = Care::ALL.iter().find(|(_, care)| *care == self.care).unwrap();
        format!("{} {care} {}", self.run, self.steps)
    }
}

/// What a run appends at a place: each octet depends on the run and the place.
pub(crate) fn entry(run: u16, place: u64, octets: usize) -> Entry {
    let mut state = place.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(run) << 48;
    let payload = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    Entry { kind: run, at_ms: place, payload: payload.take(octets).collect() }
}

/// Does what the plan in the environment says. Does nothing if there is none: then nobody records.
#[test]
fn the_recorded_run_keeps_to_its_plan() {
    let (Ok(folder), Ok(plan)) = (std::env::var(FOLDER), std::env::var(PLAN)) else { return };
    let folder = Path::new(&folder);
    let mut words = plan.split(' ');
    let run = words.next().unwrap().parse().unwrap();
    let care = words.next().and_then(|word| Care::ALL.iter().find(|(name, _)| *name == word)).unwrap().1;
    let mut told = File::create(folder.join(TOLD)).unwrap();
    let mut tell = |text: String| told.write_all(text.as_bytes()).unwrap();
    let mut engine: Option<Box<dyn Engine>> = None;
    for word in words {
        match word {
            "open" => {
                engine = Some(open(&folder.join(JOURNAL), care));
                tell(format!("opened {}", engine.as_ref().unwrap().head().unwrap().position));
            }
            "close" => engine = None,
            batches => {
                let (times, batch) = batches.split_once('*').unwrap_or(("1", batches));
                let (count, octets) = batch.split_once('x').unwrap();
                let (count, octets) = (count.parse().unwrap(), octets.parse().unwrap());
                for _ in 0..times.parse().unwrap() {
                    append(engine.as_mut().unwrap().as_mut(), &mut tell, (run, care), (count, octets));
                }
            }
        }
    }
}

fn append(
    engine: &mut dyn Engine,
    tell: &mut impl FnMut(String),
    (run, care): (u16, Care),
    (count, octets): (u64, usize),
) {
    let last = engine.head().unwrap().position.0 + count;
    let batch: Vec<_> = (last + 1 - count..=last).map(|place| entry(run, place, octets)).collect();
    tell(format!("handed {run} {count} {octets}"));
    if care == Care::TellsFirst {
        tell(format!("acknowledged {last}"));
    }
    engine.append(&batch).unwrap();
    tell(format!("acknowledged {last}"));
}

fn open(path: &Path, care: Care) -> Box<dyn Engine> {
    let sound = Sqlite::open(path).unwrap();
    let synchronous = match care {
        Care::Sound | Care::TellsFirst => return Box::new(sound),
        Care::FlushesLate => "normal",
        Care::NeverFlushes => "off",
    };
    let head = sound.head().unwrap();
    drop(sound);
    let db = Connection::open(path).unwrap();
    db.pragma_update(None, "synchronous", synchronous).unwrap();
    Box::new(Careless { db, head })
}

/// An engine that writes the same file with another setting of SQLite.
struct Careless {
    db: Connection,
    head: Head,
}

impl Source for Careless {
    fn read(&self, _: Position, _: usize) -> Result<Vec<keng_journal::Stored>, keng_journal::ReadError> {
        Ok(vec![])
    }

    fn head(&self) -> Result<Head, keng_journal::ReadError> {
        Ok(self.head)
    }
}

impl Engine for Careless {
    fn append(&mut self, batch: &[Entry]) -> Result<Position, keng_journal::AppendError> {
        let first = self.head.position.next();
        let transaction = self.db.transaction().unwrap();
        for entry in batch {
            self.head = self.head.then(entry);
            let row = (
                self.head.position.0.cast_signed(),
                entry.at_ms.cast_signed(),
                entry.kind,
                &entry.payload,
                &self.head.hash,
            );
            transaction.execute("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
        }
        transaction.commit().unwrap();
        Ok(first)
    }

    fn durability(&self) -> keng_journal::Durability {
        keng_journal::Durability::Disk
    }
}
