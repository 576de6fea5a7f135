//! What a power cut may leave of the writes of a run.
//!
//! What was flushed is there. Of what was written since, any part may be there, in sectors of 512 octets; so may any name that was made
//! or removed since its folder was flushed; and a file that grew may have its new length, or its old one, or end with its last
//! sector that got through.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};

use crate::trace::Event;

/// What is written as one, at a place that is a multiple of it.
const SECTOR: usize = 512;

/// The files of a folder, by their names.
pub(crate) type Image = BTreeMap<String, Vec<u8>>;

/// A disk with a cache that forgets.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    /// What a power cut leaves for certain.
    durable: State,
    /// What is not flushed, in order.
    pending: Vec<Change>,
    /// The files by the names that a program sees.
    names: BTreeMap<String, usize>,
    files: usize,
}

#[derive(Clone, Default)]
struct State {
    names: BTreeMap<String, usize>,
    /// By their numbers: a file may have no name.
    contents: BTreeMap<usize, Vec<u8>>,
}

#[derive(Clone)]
enum Change {
    Name { name: String, file: usize },
    Unname(String),
    Write { file: usize, offset: usize, octets: Vec<u8> },
    Cut { file: usize, length: usize },
}

/// How many images of a moment are made.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// All subsets of this many sectors (or of this many whole writes) or fewer; of more, a choice.
    pub(crate) all_of: usize,
    /// Of more: the first so many and no others, one left out, and one alone, each for at most this many places.
    pub(crate) singles: usize,
    /// Of more: this many subsets by chance.
    pub(crate) random: usize,
}

/// What got through of what was not flushed.
#[derive(Clone)]
pub(crate) struct Part {
    through: Vec<usize>,
    of: usize,
    unit: &'static str,
    growth: Growth,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} of {}, growth: {:?}", self.unit, self.through, self.of, self.growth)
    }
}

impl Part {
    /// How many sectors, or whole writes, are missing.
    pub(crate) fn missing(&self) -> usize {
        self.of - self.through.len()
    }
}

/// What an image has of the length that a file gained.
#[derive(Clone, Copy, Debug)]
enum Growth {
    /// To the end of the last sector that got through.
    Natural,
    /// All of it, with zeros where no sector got through.
    Whole,
    /// Nothing: what was written beyond the old end is not there.
    None,
}

impl Disk {
    /// A disk on which all of an image is durable.
    pub(crate) fn holding(image: &Image) -> Self {
        let names: BTreeMap<_, _> = image.keys().cloned().zip(0..).collect();
        let contents = image.values().cloned().enumerate().collect();
        Self { durable: State { names: names.clone(), contents }, pending: vec![], names, files: image.len() }
    }

    /// Does what a run did. `None` for what is no matter of the disk.
    pub(crate) fn follow(&mut self, event: &Event) {
        match event {
            Event::Opened(name) if !self.names.contains_key(name) && !is_index(name) => {
                let file = self.files;
                self.files += 1;
                self.names.insert(name.clone(), file);
                self.durable.contents.insert(file, vec![]);
                self.pending.push(Change::Name { name: name.clone(), file });
            }
            Event::Wrote { file, offset, octets } => {
                if let Some(&file) = self.names.get(file) {
                    self.pending.push(Change::Write { file, offset: *offset, octets: octets.clone() });
                }
            }
            Event::Cut { file, length } => {
                if let Some(&file) = self.names.get(file) {
                    self.pending.push(Change::Cut { file, length: *length });
                }
            }
            Event::Removed(name) => {
                self.names.remove(name);
                self.pending.push(Change::Unname(name.clone()));
            }
            Event::Flushed(name) => {
                if let Some(&number) = self.names.get(name) {
                    self.flush(|change| change.file() == Some(number));
                }
            }
            Event::FlushedFolder => self.flush(|change| change.file().is_none()),
            Event::Opened(_) | Event::Told(_) => {}
        }
    }

    fn flush(&mut self, is_flushed: impl Fn(&Change) -> bool) {
        let (flushed, pending) = std::mem::take(&mut self.pending).into_iter().partition(is_flushed);
        self.pending = pending;
        let flushed: Vec<Change> = flushed;
        flushed.iter().for_each(|change| self.durable.apply(change));
    }

    /// Calls `visit` with each image that a power cut may leave now.
    pub(crate) fn images(&self, effort: Effort, seed: u64, visit: &mut impl FnMut(Image, Part)) {
        let sectors = self.sectors();
        for (changes, unit) in [(&self.pending, "writes"), (&sectors, "sectors")] {
            for through in self.sets(changes, effort, seed) {
                for growth in [Growth::Natural, Growth::Whole, Growth::None] {
                    let image = self.image(changes, &through, growth);
                    visit(image, Part { through: through.clone(), of: changes.len(), unit, growth });
                }
            }
        }
    }

    /// What is pending in pieces of a sector each, without those that change nothing.
    fn sectors(&self) -> Vec<Change> {
        let mut all = self.durable.clone();
        let mut sectors = vec![];
        for change in &self.pending {
            let Change::Write { file, offset, octets } = change else {
                all.apply(change);
                sectors.push(change.clone());
                continue;
            };
            let mut start = 0;
            while start < octets.len() {
                let end = octets.len().min(start + SECTOR - (offset + start) % SECTOR);
                let piece = Change::Write { file: *file, offset: offset + start, octets: octets[start..end].to_vec() };
                if all.is_changed_by(*file, offset + start, &octets[start..end]) {
                    sectors.push(piece);
                }
                start = end;
            }
            all.apply(change);
        }
        sectors
    }

    /// Which subsets of the changes are tried, each as the indices of what got through.
    fn sets(&self, changes: &[Change], effort: Effort, seed: u64) -> BTreeSet<Vec<usize>> {
        let count = changes.len();
        if count <= effort.all_of {
            return (0..1_usize << count).map(|mask| (0..count).filter(|bit| mask >> bit & 1 == 1).collect()).collect();
        }
        let step = count.div_ceil(effort.singles);
        let mut sets = BTreeSet::from([vec![], (0..count).collect()]);
        for at in (0..count).step_by(step) {
            sets.insert((0..at).collect());
            sets.insert((0..count).filter(|&index| index != at).collect());
            sets.insert(vec![at]);
        }
        let mut chance = seed;
        for _ in 0..effort.random {
            sets.insert((0..count).filter(|_| toss(&mut chance)).collect());
        }
        sets
    }

    fn image(&self, changes: &[Change], set: &[usize], growth: Growth) -> Image {
        let mut state = self.durable.clone();
        set.iter().for_each(|&index| state.apply(&changes[index]));
        for (file, content) in &mut state.contents {
            let old = self.durable.contents[file].len();
            match growth {
                Growth::Natural => {}
                Growth::Whole => grow(content, self.written_length(*file)),
                Growth::None => content.truncate(old),
            }
        }
        let file = |number: &usize| state.contents[number].clone();
        state.names.iter().map(|(name, number)| (name.clone(), file(number))).collect()
    }

    /// How long a file is to a program that looks now.
    fn written_length(&self, file: usize) -> usize {
        self.pending.iter().filter(|change| change.file() == Some(file)).fold(
            self.durable.contents[&file].len(),
            |length, change| match change {
                Change::Write { offset, octets, .. } => length.max(offset + octets.len()),
                Change::Cut { length, .. } => *length,
                Change::Name { .. } | Change::Unname(_) => length,
            },
        )
    }
}

impl State {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Name { name, file } => _ = self.names.insert(name.clone(), *file),
            Change::Unname(name) => _ = self.names.remove(name),
            Change::Write { file, offset, octets } => {
                let content = self.contents.get_mut(file).unwrap();
                grow(content, offset + octets.len());
                content[*offset..offset + octets.len()].copy_from_slice(octets);
            }
            Change::Cut { file, length } => {
                let content = self.contents.get_mut(file).unwrap();
                content.truncate(*length);
                grow(content, *length);
            }
        }
    }

    /// Whether these octets, there, are others than what is there or would be if the file only grew.
    fn is_changed_by(&self, file: usize, offset: usize, octets: &[u8]) -> bool {
        let there = self.contents[&file].get(offset..).unwrap_or_default();
        let (over, beyond) = octets.split_at(octets.len().min(there.len()));
        over != &there[..over.len()] || beyond.iter().any(|&octet| octet != 0)
    }
}

impl Change {
    /// The file whose flush makes this durable; none if it is the folder's.
    fn file(&self) -> Option<usize> {
        match self {
            Self::Write { file, .. } | Self::Cut { file, .. } => Some(*file),
            Self::Name { .. } | Self::Unname(_) => None,
        }
    }
}

/// The index of the log is mapped memory, of which nothing is promised: SQLite makes it anew when nobody has it open.
pub(crate) fn is_index(name: &str) -> bool {
    name.ends_with("-shm")
}

/// What tells an image from others.
pub(crate) fn digest(image: &Image) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for (name, content) in image {
        hasher.update(format!("{name} {} ", content.len()));
        hasher.update(content);
    }
    hasher.finalize().into()
}

/// Lengthens a file with zeros, in one piece: octet by octet it takes long in a debug build.
fn grow(content: &mut Vec<u8>, length: usize) {
    content.extend_from_slice(&vec![0; length.saturating_sub(content.len())]);
}

fn toss(chance: &mut u64) -> bool {
    *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *chance >> 63 == 1
}
