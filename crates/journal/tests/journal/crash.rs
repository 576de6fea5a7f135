//! What a crash leaves: the file and its write-ahead log as they stood, copied from under the open engine.

use std::path::{Path, PathBuf};

use keng_journal::sqlite::{OpenError, Reader, Sqlite};
use keng_journal::{Engine, Head, Position, Source};

use crate::scratch::{Scratch, all, batch, entry, verify_all};

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

/// A journal after batches of 1, 2, 3 and 4 entries, its file and log as they are on the disk, and the heads on the way.
struct Image {
    file: Vec<u8>,
    log: Vec<u8>,
    heads: Vec<Head>,
}

fn image(scratch: &Scratch) -> Image {
    let path = scratch.path("live.db");
    let mut engine = Sqlite::open(&path).unwrap();
    let mut heads = vec![Head::EMPTY];
    for count in 1..=4 {
        engine.append(&batch(count)).unwrap();
        heads.push(engine.head().unwrap());
    }
    Image { file: std::fs::read(&path).unwrap(), log: std::fs::read(beside(&path, "-wal")).unwrap(), heads }
}

impl Image {
    /// Lays the image down with only the first octets of the log.
    fn lay_down(&self, path: &Path, log_octets: usize) {
        let _ = std::fs::remove_file(beside(path, "-shm"));
        std::fs::write(path, &self.file).unwrap();
        std::fs::write(beside(path, "-wal"), &self.log[..log_octets]).unwrap();
    }
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    let scratch = Scratch::new();
    let image = image(&scratch);
    let path = scratch.path("crashed.db");
    image.lay_down(&path, image.log.len());
    let mut engine = Sqlite::open(&path).unwrap();
    let head = *image.heads.last().unwrap();
    assert_eq!(verify_all(&engine, head).unwrap().head, head);
    assert_eq!(engine.append(&[entry(11)]).unwrap(), Position(11));
    assert!(verify_all(&engine, head).is_ok());
}

/// A page of the log is 8,216 octets: a cut each 97 octets falls into every part of many of them.
#[test]
fn a_log_cut_anywhere_leaves_whole_batches() {
    let scratch = Scratch::new();
    let image = image(&scratch);
    let path = scratch.path("cut.db");
    let mut seen = vec![];
    for cut in (0..image.log.len()).step_by(97).chain([image.log.len()]) {
        image.lay_down(&path, cut);
        let head = Reader::open(&path).map_or_else(
            |error| {
                assert!(matches!(error, OpenError::Foreign { application_id: 0 }), "{cut}: {error:?}");
                Head::EMPTY
            },
            |reader| verify_all(&reader, Head::EMPTY).unwrap().head,
        );
        assert!(image.heads.contains(&head), "{cut}: a batch is there in part");
        seen.push(head);
    }
    seen.dedup();
    assert_eq!(seen, image.heads, "a longer log never has fewer batches");
}

#[test]
fn a_log_with_a_bad_octet_leaves_whole_batches() {
    let scratch = Scratch::new();
    let image = image(&scratch);
    let path = scratch.path("bad.db");
    for at in (0..image.log.len()).step_by(61) {
        image.lay_down(&path, image.log.len());
        let mut log = image.log.clone();
        log[at] ^= 0x41;
        std::fs::write(beside(&path, "-wal"), log).unwrap();
        if let Ok(reader) = Reader::open(&path) {
            let head = verify_all(&reader, Head::EMPTY).unwrap().head;
            assert!(image.heads.contains(&head), "octet {at}");
        }
    }
}

/// The log is copied into the file after about 8 MiB: so that it does not grow for ever, and the next start is quick.
#[test]
fn the_log_is_bounded_and_nothing_is_lost_on_its_way_to_the_file() {
    let scratch = Scratch::new();
    let path = scratch.path("journal.db");
    let mut engine = Sqlite::open(&path).unwrap();
    let mut large = batch(64);
    large.iter_mut().for_each(|entry| entry.payload = vec![5; 16 * 1024]);
    for _ in 0..40 {
        engine.append(&large).unwrap();
    }
    let log = std::fs::metadata(beside(&path, "-wal")).unwrap().len();
    assert!(log < 16 * 1024 * 1024, "the log has {log} octets");
    assert_eq!(verify_all(&engine, engine.head().unwrap()).unwrap().entries, 40 * 64);
    assert_eq!(all(&Reader::open(&path).unwrap()).len(), 40 * 64);
}
