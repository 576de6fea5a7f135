//! Worlds from seeds. `KENG_SEEDS=10000` lives through as many of each mode, `KENG_SEED=7` through that one alone.
#![expect(clippy::panic, reason = "a world that fails ends its test")]

use keng_testkit::{Flaw, Mode, Report, run};

/// How many worlds of each mode there are when nobody asks for more.
const SEEDS: u64 = 60;

#[test]
fn what_must_never_happen_does_not() {
    live(Mode::Safety);
}

#[test]
fn when_the_faults_end_everything_settles() {
    live(Mode::Liveness);
}

#[test]
fn every_flaw_is_found_within_a_thousand_seeds() {
    for flaw in Flaw::ALL {
        // A seed that is known to find it comes first; the search is over all of them.
        let hint = if flaw == Flaw::RecordsOvertaken { 217 } else { 0 };
        let found = (hint..1000).chain(0..hint).any(|seed| run(seed, Mode::Safety, Some(flaw), false).is_err());
        assert!(found, "{flaw:?} was not found: the simulator cannot fail");
    }
}

#[test]
fn the_same_seed_gives_the_same_world() {
    for seed in 0..4 {
        let [once, again] =
            [(); 2].map(|()| run(seed, Mode::Safety, None, false).unwrap_or_else(|failure| panic!("{failure}")));
        assert_eq!(once, again);
    }
    let flawed = |_| run(0, Mode::Safety, Some(Flaw::LevelSkipped), true).err().map(|failure| failure.trace);
    assert_eq!(flawed(1), flawed(2));
}

/// Lives through the worlds; among them there must be some of everything.
fn live(mode: Mode) {
    let (first, count) = seeds();
    let reports =
        (first..first + count).map(|seed| run(seed, mode, None, false).unwrap_or_else(|failure| panic!("{failure}")));
    let report = reports.fold(Report::default(), |sum, one| sum.and(&one));
    if count >= SEEDS {
        let Report { accepted, again, refused, receipts, raised, joined, limited, told, acts, .. } = report;
        let Report { crashes, power_losses, attacks, unwritten, not_received, .. } = report;
        let all = [accepted, again, refused, receipts, raised, joined, limited, told, acts];
        let more = [crashes, power_losses, attacks, unwritten, not_received];
        assert!(all.iter().chain(&more).all(|count| *count > 0), "something never happened: {report:#?}");
    }
}

fn seeds() -> (u64, u64) {
    let asked = |name| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    match (asked("KENG_SEED"), asked("KENG_SEEDS")) {
        (Some(seed), _) => (seed, 1),
        (None, count) => (0, count.unwrap_or(SEEDS)),
    }
}
