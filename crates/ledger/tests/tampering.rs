//! What somebody may do to a log, and how each of it is noticed.
#![expect(clippy::unwrap_used, reason = "a test's own helpers")]

use keng_ledger::{
    Checkpoint, CheckpointError, Consistency, Entry, Inclusion, Log, LogError, Memory, Policy, ProofError,
    RedactionReason, Role, Salt, SigningKey, Tiles, audit,
};

const SIZE: u64 = 700;

fn bank() -> SigningKey {
    SigningKey::new(Role::Log, "bank.example/guards", &[1; 32]).unwrap()
}

fn police() -> SigningKey {
    SigningKey::new(Role::Cosigner, "police.example/kinh-mon", &[2; 32]).unwrap()
}

fn policy(quorum: usize) -> Policy {
    Policy { log: bank().verifier(), cosigners: vec![police().verifier()], quorum }
}

fn salt(index: u64) -> Salt {
    Salt::new([u8::try_from(index % 251).unwrap(); 32])
}

fn entry(index: u64) -> Entry {
    Entry::seal(index, &salt(index), format!("record {index}").as_bytes())
}

fn log(size: u64, entry: impl Fn(u64) -> Entry) -> Log<Memory> {
    let mut log = Log::open(Memory::default(), 0).unwrap();
    log.append(&(0..size).map(entry).collect::<Vec<_>>()).unwrap();
    log
}

fn signed(log: &Log<Memory>) -> Vec<u8> {
    Checkpoint::sign(log, None, &bank()).unwrap()
}

fn proof(log: &Log<Memory>, index: u64) -> Inclusion {
    let hashes = log.inclusion(index, log.size()).unwrap();
    Inclusion { index, extra: Some(salt(index).as_octets().to_vec()), hashes, checkpoint: signed(log) }
}

#[test]
fn a_rewritten_entry_is_noticed_by_the_audit_by_the_next_checkpoint_and_by_the_witness() {
    let honest = log(SIZE, entry);
    let last = Checkpoint::peek(&signed(&honest)).unwrap();
    let other = Entry::seal(300, &salt(300), b"another record");

    // In the bundles alone: the audit hashes them anew.
    let mut copy = honest.tiles().clone();
    let bundle = copy.read("tile/entries/001").unwrap();
    let at = (300 - 256) * 35 + 2;
    let changed = [&bundle[..at], other.encode().as_slice(), &bundle[at + 33..]].concat();
    copy.write("tile/entries/001", &changed).unwrap();
    assert!(matches!(audit(&copy, &last, |_| ()), Err(LogError::Tree(_))));

    // In the bundles and all tiles: the tree is whole, and it is not the one that was signed.
    let rewritten = log(SIZE + 1, |index| if index == 300 { other } else { entry(index) });
    assert!(!rewritten.follows(&last).unwrap());
    let refused = Checkpoint::sign(&rewritten, Some(&last), &bank()).unwrap_err();
    assert!(matches!(refused, CheckpointError::Forked { signed: SIZE }));
    let proof = Consistency { old: SIZE, hashes: rewritten.consistency(SIZE, SIZE + 1).unwrap() };
    let seen = Some((&last, &proof));
    let refused = Checkpoint::cosign(&signed(&rewritten), &bank().verifier(), seen, &police(), 1).unwrap_err();
    assert!(matches!(refused, CheckpointError::Forked { signed: SIZE }));
}

#[test]
fn one_changed_octet_anywhere_in_the_tiles_never_gives_a_proof_that_verifies_for_something_else() {
    let honest = log(SIZE, entry);
    let last = Checkpoint::peek(&signed(&honest)).unwrap();
    for name in honest.tiles().0.keys().filter(|name| !name.contains("entries")) {
        let mut copy = honest.tiles().clone();
        let mut octets = copy.read(name).unwrap();
        let middle = octets.len() / 2;
        octets[middle] ^= 1;
        copy.write(name, &octets).unwrap();
        let opened = Log::open_at(copy, &last);
        let proofs = opened.map(|log| (0..SIZE).map(|index| log.inclusion(index, SIZE)).collect::<Result<Vec<_>, _>>());
        assert!(matches!(proofs, Err(LogError::Tree(_)) | Ok(Err(LogError::Tree(_)))), "{name}");
    }
}

#[test]
fn a_truncated_log_is_noticed() {
    let honest = log(SIZE, entry);
    let last = Checkpoint::peek(&signed(&honest)).unwrap();
    let cut = log(SIZE - 1, entry);
    let refused = Checkpoint::sign(&cut, Some(&last), &bank()).unwrap_err();
    assert!(matches!(refused, CheckpointError::Truncated { signed: SIZE, size: 699 }));
    let proof = Consistency { old: SIZE, hashes: vec![] };
    let refused = Checkpoint::cosign(&signed(&cut), &bank().verifier(), Some((&last, &proof)), &police(), 1);
    assert!(matches!(refused, Err(CheckpointError::Truncated { .. })));
    for missing in ["tile/entries/002.p/188", "tile/0/002.p/188", "tile/1/000.p/2"] {
        let mut copy = honest.tiles().clone();
        copy.0.remove(missing).unwrap_or_else(|| panic!("{missing} is not in {:?}", honest.tiles().0.keys()));
        let opened = Log::open_at(copy.clone(), &last).and_then(|_| audit(&copy, &last, |_| ()));
        assert!(opened.is_err(), "{missing}");
    }
}

#[test]
fn a_forked_checkpoint_has_no_proof_and_gets_no_cosignature() {
    let common = log(SIZE, entry);
    let seen = Checkpoint::peek(&signed(&common)).unwrap();
    let fork = log(SIZE + 5, |index| Entry::seal(index, &salt(index), b"fork"));
    let honest = log(SIZE + 5, entry);
    for (proving, signing, good) in [(&honest, &honest, true), (&fork, &fork, false), (&honest, &fork, false)] {
        let proof = Consistency { old: SIZE, hashes: proving.consistency(SIZE, SIZE + 5).unwrap() };
        let later = Checkpoint::peek(&signed(signing)).unwrap();
        assert_eq!(proof.verify(&seen, &later).is_ok(), good);
        let text = proof.to_text(&signed(signing));
        let (parsed, note) = Consistency::parse(&text).unwrap();
        assert_eq!(parsed, proof);
        let cosigned = Checkpoint::cosign(&note, &bank().verifier(), Some((&seen, &parsed)), &police(), 1_790_000_000);
        assert_eq!(cosigned.is_ok(), good);
    }
}

#[test]
fn a_swapped_proof_is_refused() {
    let log = log(SIZE, entry);
    let (mine, other) = (proof(&log, 10), proof(&log, 11));
    mine.verify_record(b"record 10", &policy(0)).unwrap();
    let wrong = |proof: Inclusion| proof.verify_record(b"record 10", &policy(0)).unwrap_err();
    assert!(matches!(wrong(other.clone()), ProofError::Inclusion { index: 11 }));
    assert!(matches!(wrong(Inclusion { hashes: other.hashes, ..mine.clone() }), ProofError::Inclusion { .. }));
    assert!(matches!(wrong(Inclusion { index: 11, ..mine.clone() }), ProofError::Inclusion { .. }));
    assert!(matches!(wrong(Inclusion { extra: None, ..mine.clone() }), ProofError::NoSalt));
    assert!(matches!(wrong(Inclusion { index: SIZE, ..mine }), ProofError::Inclusion { .. }));
}

#[test]
fn every_changed_octet_of_a_proof_text_is_refused() {
    let log = log(40, entry);
    let cosigned = Checkpoint::cosign(&signed(&log), &bank().verifier(), None, &police(), 1_790_000_000).unwrap();
    let text = Inclusion { checkpoint: cosigned, ..proof(&log, 23) }.to_text();
    let verifies = |text: &[u8]| Inclusion::parse(text).and_then(|proof| proof.verify_record(b"record 23", &policy(1)));
    assert_eq!(verifies(&text).unwrap().cosigned, [("police.example/kinh-mon".to_owned(), 1_790_000_000)]);
    for at in 0..text.len() {
        let mut changed = text.clone();
        changed[at] ^= 1;
        assert!(verifies(&changed).is_err(), "octet {at} of\n{}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn signatures_of_others_do_not_count() {
    let log = log(3, entry);
    let stranger = SigningKey::new(Role::Log, "bank.example/guards", &[8; 32]).unwrap();
    let by_stranger = Checkpoint::sign(&log, None, &stranger).unwrap();
    assert!(matches!(policy(0).trust(&by_stranger), Err(CheckpointError::Unsigned)));
    let elsewhere = SigningKey::new(Role::Log, "other.example/guards", &[1; 32]).unwrap();
    let elsewhere = Checkpoint::sign(&log, None, &elsewhere).unwrap();
    assert!(matches!(policy(0).trust(&elsewhere), Err(CheckpointError::Origin)));
    assert!(matches!(policy(1).trust(&signed(&log)), Err(CheckpointError::Quorum { found: 0, wanted: 1 })));
    assert!(matches!(Checkpoint::sign(&log, None, &police()), Err(CheckpointError::Role)));
}

#[test]
fn redaction_leaves_every_other_proof_as_it_was() {
    let mut log = log(20, entry);
    let before = proof(&log, 4);
    let redaction = Entry::Redaction { of: 7, at: 1_790_000_000, reason: RedactionReason::Asked };
    assert_eq!(log.append(&[redaction]).unwrap(), 20..21);
    before.verify_record(b"record 4", &policy(0)).unwrap();
    proof(&log, 4).verify_record(b"record 4", &policy(0)).unwrap();
    let last = Checkpoint::peek(&signed(&log)).unwrap();
    assert_eq!(audit(log.tiles(), &last, |_| ()).unwrap().redacted.into_iter().collect::<Vec<_>>(), [7]);
    let backwards = Entry::Redaction { of: 21, at: 0, reason: RedactionReason::Asked };
    assert!(matches!(log.append(&[backwards]), Err(LogError::RedactsLater { index: 21, of: 21 })));
    assert_eq!(log.size(), 21);
}

/// A store that fails at its nth write, and keeps what was written before.
struct Failing(Memory, usize);

impl Tiles for Failing {
    fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        self.0.read(name)
    }

    fn write(&mut self, name: &str, octets: &[u8]) -> std::io::Result<()> {
        self.1 = self.1.checked_sub(1).ok_or(std::io::ErrorKind::StorageFull)?;
        self.0.write(name, octets)
    }
}

#[test]
fn an_append_that_broke_off_at_any_write_is_completed_by_the_same_append() {
    let all: Vec<_> = (0..600).map(entry).collect();
    for failing_at in 0.. {
        let mut log = Log::open(Failing(Memory::default(), usize::MAX), 0).unwrap();
        log.append(&all[..250]).unwrap();
        log.tiles_mut().1 = failing_at;
        let done = log.append(&all[250..]).is_ok();
        assert_eq!(log.size(), if done { 600 } else { 250 });
        let left = log.tiles().0.clone();
        let mut again = Log::open(left, 250).unwrap();
        again.append(&all[250..]).unwrap();
        assert_eq!(again.root(), self::log(600, entry).root());
        if done {
            assert!(failing_at > 3);
            break;
        }
    }
}
