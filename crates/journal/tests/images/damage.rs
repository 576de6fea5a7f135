//! Files that went bad while nobody wrote: each octet changed in turn, and each file cut off at each length.
//!
//! Whatever it is, nothing panics, and either the opening or the verification says what is wrong, or nothing is. A log that went
//! bad ends where it did, as one does that was torn: that this cut off entries shows against a head that is remembered, and only there.

use std::path::Path;

use keng_journal::sqlite::{OpenError, Reader, Sqlite};
use keng_journal::{Engine, Entry, Head, Position, Source, entries, verify};

use crate::disk::Image;
use crate::run::{JOURNAL, entry};
use crate::witness::{lay_down, open};
use crate::{Folder, is_all, say};

const LOG: &str = "journal.db-wal";

/// What a log of two pages takes: behind them lies what it held before it was begun anew, which nobody reads.
const LOG_OCTETS: usize = 32 + 2 * (24 + 8192);

/// The files of a small journal, with what was appended.
struct Sound {
    image: Image,
    appended: Vec<Entry>,
    /// After each batch.
    heads: Vec<Head>,
}

/// As a crash leaves it: some is in the file, and some in the log only.
fn crashed() -> Sound {
    let folder = Folder::new();
    let path = folder.0.join(JOURNAL);
    let (mut appended, mut heads, mut image) = (vec![], vec![Head::EMPTY], Image::new());
    for batches in [[1, 3], [2, 1]] {
        let mut engine = Sqlite::open(&path).unwrap();
        for count in batches {
            let from = appended.len() as u64 + 1;
            let batch: Vec<_> = (from..from + count).map(|place| entry(1, place, 300)).collect();
            engine.append(&batch).unwrap();
            appended.extend(batch);
            heads.push(engine.head().unwrap());
        }
        image = [JOURNAL, LOG].map(|name| (name.to_owned(), std::fs::read(folder.0.join(name)).unwrap())).into();
    }
    image.get_mut(LOG).unwrap().truncate(LOG_OCTETS);
    Sound { image, appended, heads }
}

/// After a clean close: all is in the file, which is kept alone.
fn closed() -> Sound {
    let (sound, folder) = (crashed(), Folder::new());
    lay_down(&folder.0, &sound.image);
    drop(open(&folder.0).unwrap());
    let file = std::fs::read(folder.0.join(JOURNAL)).unwrap();
    Sound { image: [(JOURNAL.to_owned(), file)].into(), ..sound }
}

impl Sound {
    /// Whether somebody who remembers the last head is told that the image is not sound; fails if what is wrong goes unseen.
    fn is_found(&self, image: &Image, folder: &Path, what: &str) -> bool {
        let head = *self.heads.last().unwrap();
        lay_down(folder, image);
        let found_by_reader =
            Reader::open(folder.join(JOURNAL)).map_or(true, |reader| self.is_unsound(&reader, head, what));
        lay_down(folder, image);
        let Ok(mut engine) = open(folder) else { return true };
        let found = self.is_unsound(&engine, head, what);
        assert!(found || !found_by_reader, "{what}: an opening for writing made what is wrong look sound");
        if found {
            return true;
        }
        // Damage to what holds the entries together may show when the next one is to be put there.
        let Ok(first) = engine.append(&[entry(2, 8, 9)]) else { return true };
        let verified = verify(&engine, head, Head::EMPTY, |_| ());
        assert!(first == Position(8) && verified.is_ok(), "{what}: an append after it: {verified:?}");
        false
    }

    fn is_unsound(&self, source: &impl Source, head: Head, what: &str) -> bool {
        let is_whole = |verified: keng_journal::Verified| self.heads.contains(&verified.head);
        if verify(source, Head::EMPTY, head, |_| ()).is_err() {
            // Without the head: an error, or whole batches from the first on.
            assert!(
                verify(source, Head::EMPTY, Head::EMPTY, |_| ()).is_ok_and(is_whole) || is_telling(source),
                "{what}"
            );
            return true;
        }
        let there = entries(source, Position::FIRST).map(|stored| stored.unwrap().entry);
        assert!(there.eq(self.appended.iter().cloned()), "{what}: it verifies, and is not what was appended");
        false
    }

    /// Damages a file in one way at each so many octets, and returns how often that was found, and how often it was tried.
    fn check(&self, name: &str, step: usize, damage: impl Fn(&mut Vec<u8>, usize)) -> (usize, usize) {
        let folder = Folder::new();
        let mut image = self.image.clone();
        let (mut found, mut tried) = (0, 0);
        for at in (0..self.image[name].len()).step_by(step) {
            image.insert(name.to_owned(), self.image[name].clone());
            damage(image.get_mut(name).unwrap(), at);
            found += usize::from(self.is_found(&image, &folder.0, &format!("{name}, octet {at}")));
            tried += 1;
        }
        say(&format!(
            "{name}, damaged at each of {step} octets: {found} of {tried} found, and nothing was changed by the others"
        ));
        (found, tried)
    }
}

fn is_telling(source: &impl Source) -> bool {
    verify(source, Head::EMPTY, Head::EMPTY, |_| ()).is_err()
}

#[test]
fn an_untouched_journal_is_sound() {
    for sound in [crashed(), closed()] {
        assert!(!sound.is_found(&sound.image, &Folder::new().0, "untouched"));
    }
}

#[test]
fn no_bad_octet_of_a_closed_file_passes_for_sound() {
    let sound = closed();
    let (found, _) = sound.check(JOURNAL, step(7), |file, at| file[at] ^= 0x41);
    let written: usize = sound.appended.iter().map(|entry| entry.payload.len() + 32).sum();
    assert!(found > written / step(7), "{found} were found");
}

#[test]
fn no_bad_octet_of_a_file_beside_its_log_passes_for_sound() {
    let (found, tried) = crashed().check(JOURNAL, step(29), |file, at| file[at] ^= 0x41);
    assert!(found < tried, "what the log has anew is not read from the file");
}

#[test]
fn no_bad_octet_of_the_log_passes_for_sound() {
    let (found, tried) = crashed().check(LOG, step(23), |log, at| log[at] ^= 0x41);
    assert_eq!(found, tried, "the log has nothing that is not checked");
}

#[test]
fn no_cut_of_a_file_passes_for_sound() {
    let (found, tried) = closed().check(JOURNAL, step(31), |file, at| file.truncate(at));
    assert_eq!(found, tried);
}

#[test]
fn no_cut_of_the_log_passes_for_sound() {
    let (found, tried) = crashed().check(LOG, step(53), |log, at| log.truncate(at));
    assert_eq!(found, tried);
}

/// SQLite would take it for a new one, and remove the log with what is in it only.
#[test]
fn a_log_whose_file_is_lost_is_kept_and_the_opening_refused() {
    let (mut image, folder) = (crashed().image, Folder::new());
    for file in [Some(vec![]), None] {
        image.remove(JOURNAL);
        image.extend(file.map(|file| (JOURNAL.to_owned(), file)));
        lay_down(&folder.0, &image);
        assert!(matches!(Sqlite::open(folder.0.join(JOURNAL)), Err(OpenError::Headless)));
        assert!(matches!(Reader::open(folder.0.join(JOURNAL)), Err(OpenError::Headless)));
        assert_eq!(std::fs::read(folder.0.join(LOG)).unwrap(), image[LOG]);
    }
}

fn step(default: usize) -> usize {
    if is_all() { 1 } else { default }
}
