//! Every tree of up to 300 entries, against the definition in RFC 6962 written down as it stands there.
#![expect(clippy::unwrap_used, reason = "a test's own helpers")]

use keng_ledger::{
    Checkpoint, Consistency, Entry, Hash, Inclusion, Log, Memory, Policy, Role, Salt, SigningKey, audit,
};
use proptest::prelude::*;

const MOST: usize = 300;

fn entries(count: usize) -> Vec<Entry> {
    (0..count as u64).map(|index| Entry::seal(index, &Salt::new([7; 32]), &index.to_be_bytes())).collect()
}

/// RFC 6962, section 2.1: MTH.
fn naive(entries: &[Entry]) -> Hash {
    match entries {
        [] => tlog_tiles::EMPTY_HASH,
        [one] => tlog_tiles::record_hash(&one.encode()),
        many => {
            let (left, right) = many.split_at(split(many.len()));
            tlog_tiles::node_hash(naive(left), naive(right))
        }
    }
}

/// RFC 6962, section 2.1.1: PATH.
fn path(index: usize, entries: &[Entry]) -> Vec<Hash> {
    if entries.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = entries.split_at(split(entries.len()));
    let (mut below, sibling) = match index.checked_sub(left.len()) {
        None => (path(index, left), naive(right)),
        Some(index) => (path(index, right), naive(left)),
    };
    below.push(sibling);
    below
}

/// The largest power of two that is smaller than this.
fn split(length: usize) -> usize {
    length.next_power_of_two() / 2
}

fn key() -> SigningKey {
    SigningKey::new(Role::Log, "bank.example/test", &[9; 32]).unwrap()
}

#[test]
fn every_size_up_to_300_has_the_naive_root_however_it_was_reached() {
    let all = entries(MOST);
    let mut one_by_one = Log::open(Memory::default(), 0).unwrap();
    for size in 0..=MOST {
        let mut at_once = Log::open(Memory::default(), 0).unwrap();
        at_once.append(&all[..size]).unwrap();
        assert_eq!(*at_once.root(), naive(&all[..size]), "{size}");
        assert_eq!(one_by_one.root(), at_once.root(), "{size}");
        let reopened = Log::open(at_once.tiles().clone(), size as u64).unwrap();
        assert_eq!(reopened.root(), at_once.root(), "{size}");
        if size < MOST {
            one_by_one.append(&all[size..=size]).unwrap();
        }
    }
}

#[test]
fn every_inclusion_path_is_the_naive_one_and_every_earlier_tree_is_proven() {
    let all = entries(MOST);
    for size in (1..=MOST).step_by(7).chain([255, 256, 257, 300]) {
        let mut log = Log::open(Memory::default(), 0).unwrap();
        log.append(&all[..size]).unwrap();
        let later = Checkpoint::peek(&Checkpoint::sign(&log, None, &key()).unwrap()).unwrap();
        for index in (0..size).step_by(3).chain([size - 1]) {
            assert_eq!(
                log.inclusion(index as u64, size as u64).unwrap(),
                path(index, &all[..size]),
                "{index} of {size}"
            );
        }
        for old in (0..=size).step_by(5).chain([size]) {
            let mut before = Log::open(Memory::default(), 0).unwrap();
            before.append(&all[..old]).unwrap();
            let earlier = Checkpoint::peek(&Checkpoint::sign(&before, None, &key()).unwrap()).unwrap();
            let hashes = log.consistency(old as u64, size as u64).unwrap();
            let proof = Consistency { old: old as u64, hashes };
            proof.verify(&earlier, &later).unwrap_or_else(|error| panic!("{old} of {size}: {error}"));
            assert!(log.follows(&earlier).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_way_of_cutting_the_entries_into_batches_gives_the_same_tiles_of_the_same_tree(
        size in 1..=MOST,
        cuts in proptest::collection::vec(0..=MOST, 0..6),
        index in any::<prop::sample::Index>(),
    ) {
        let all = entries(size);
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(size)).chain([0, size]).collect();
        cuts.sort_unstable();
        let mut log = Log::open(Memory::default(), 0).unwrap();
        for pair in cuts.windows(2) {
            log.append(&all[pair[0]..pair[1]]).unwrap();
        }
        prop_assert_eq!(*log.root(), naive(&all));

        let index = index.index(size);
        let signed = Checkpoint::sign(&log, None, &key()).unwrap();
        let hashes = log.inclusion(index as u64, size as u64).unwrap();
        let proof = Inclusion { index: index as u64, extra: None, hashes, checkpoint: signed.clone() };
        let policy = Policy { log: key().verifier(), cosigners: vec![], quorum: 0 };
        prop_assert_eq!(&Inclusion::parse(&proof.to_text()).unwrap(), &proof);
        prop_assert!(proof.verify(&all[index], &policy).is_ok());
        prop_assert!(proof.verify(&Entry::seal(index as u64, &Salt::new([8; 32]), b"x"), &policy).is_err());
        prop_assert_eq!(log.entry(index as u64).unwrap(), all[index]);
        prop_assert_eq!(audit(log.tiles(), &Checkpoint::peek(&signed).unwrap(), |_| ()).unwrap().entries, size as u64);
    }

    #[test]
    fn texts_from_anywhere_are_refused_and_never_panic(text in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Inclusion::parse(&text);
        let _ = Consistency::parse(&text);
        let _ = Checkpoint::peek(&text);
        let _ = Entry::decode(&text);
    }
}
