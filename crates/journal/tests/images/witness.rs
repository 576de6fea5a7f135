//! What a run said of its entries, and whether an image keeps to it.

use std::collections::BTreeSet;
use std::path::Path;

use keng_journal::sqlite::{OpenError, Sqlite};
use keng_journal::{Engine, Entry, Head, Position, entries, verify};

use crate::disk::{Image, digest, is_index};
use crate::run::{JOURNAL, entry};

/// The number of the run that appends to an image to see whether that works.
const PROBE: u16 = u16::MAX;

/// What must be in the journal, and what may be.
#[derive(Clone)]
pub(crate) struct Witness {
    /// All that was handed in, in order.
    handed: Vec<Entry>,
    /// So many of them were acknowledged.
    pub(crate) acknowledged: usize,
    /// How many there are after each batch.
    ends: BTreeSet<usize>,
}

impl Witness {
    pub(crate) fn new() -> Self {
        Self { handed: vec![], acknowledged: 0, ends: BTreeSet::from([0]) }
    }

    /// Takes in what the run says.
    pub(crate) fn hear(&mut self, said: &str) -> Result<(), String> {
        let words: Vec<_> = said.split(' ').collect();
        let number = |index: usize| words[index].parse::<usize>().unwrap();
        match words[0] {
            // What was seen there is durable from then on; what was not is gone for good.
            "opened" => {
                self.accepts(number(1))?;
                self.handed.truncate(number(1));
                self.ends.retain(|&end| end <= number(1));
                self.acknowledged = number(1);
            }
            "handed" => {
                let run = u16::try_from(number(1)).unwrap();
                for _ in 0..number(2) {
                    self.handed.push(entry(run, self.handed.len() as u64 + 1, number(3)));
                }
                self.ends.insert(self.handed.len());
            }
            "acknowledged" => self.acknowledged = number(1),
            other => panic!("the run says {other}"),
        }
        Ok(())
    }

    /// Opens an image as the receiver does, and says what is wrong with it.
    pub(crate) fn check(&self, folder: &Path, image: &Image) -> Result<(), String> {
        lay_down(folder, image);
        let mut engine = open(folder)?;
        let head = self.check_entries(&engine)?;
        let next = head.position.next();
        let first = engine.append(&[entry(PROBE, next.0, 40)]).map_err(|error| format!("no append: {error:?}"))?;
        let probed = verify(&engine, head, Head::EMPTY, |_| ()).map_err(|error| format!("after an append: {error}"))?;
        if (first, probed.entries) != (next, 1) {
            return Err(format!("the append to {head:?} went to {first:?}, and then {probed:?} was there"));
        }
        Ok(())
    }

    fn check_entries(&self, engine: &Sqlite) -> Result<Head, String> {
        let verified = verify(engine, Head::EMPTY, Head::EMPTY, |_| ()).map_err(|error| error.to_string())?;
        let count = usize::try_from(verified.entries).unwrap();
        self.accepts(count)?;
        let stored = entries(engine, Position::FIRST).map(|stored| stored.unwrap().entry);
        match stored.eq(self.handed[..count].iter().cloned()) {
            true => Ok(verified.head),
            false => Err("an entry is there that was not handed in".to_owned()),
        }
    }

    fn accepts(&self, count: usize) -> Result<(), String> {
        if count < self.acknowledged {
            return Err(format!("{count} entries are there, and {} were acknowledged", self.acknowledged));
        }
        match self.ends.contains(&count) {
            true => Ok(()),
            false => Err(format!("{count} entries are there, which is no whole number of batches: {:?}", self.ends)),
        }
    }

    /// What an image is checked for, as a number: the same image need not be checked for the same thing twice.
    pub(crate) fn claim(&self) -> (usize, usize) {
        (self.acknowledged, self.handed.len())
    }
}

pub(crate) fn open(folder: &Path) -> Result<Sqlite, String> {
    loop {
        match Sqlite::open(folder.join(JOURNAL)) {
            // A program that another test starts has all our files open, and so our lock, until it is itself.
            Err(OpenError::InUse) => std::thread::yield_now(),
            result => return result.map_err(|error| format!("it does not open: {error:?}")),
        }
    }
}

/// Puts an image into a folder, with nothing else in it; to every other image an index of the log that is full of nonsense.
pub(crate) fn lay_down(folder: &Path, image: &Image) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if !image.contains_key(path.file_name().unwrap().to_str().unwrap()) {
            std::fs::remove_file(path).unwrap();
        }
    }
    for (name, content) in image {
        assert!(!is_index(name));
        std::fs::write(folder.join(name), content).unwrap();
    }
    if digest(image)[0].is_multiple_of(2) {
        std::fs::write(folder.join(format!("{JOURNAL}-shm")), [0x4B; 32 * 1024]).unwrap();
    }
}
