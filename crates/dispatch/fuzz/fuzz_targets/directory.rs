//! Any text as a directory: typed problems with their places, never a panic; and one that passes its check keeps its promise: an attack at
//! any site is told at once to somebody at every level.

#![no_main]

use std::collections::BTreeSet;

use keng_dispatch::directory::{CENTRE, Directory, Problem, SiteKind};
use keng_dispatch::{Config, Dispatcher, Input, Limits, Output};
use keng_protocol::receiver::Supervision;
use keng_protocol::{DeviceId, Timestamp};
use libfuzzer_sys::fuzz_target;

const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);

fuzz_target!(|text: &str| {
    let directory = match Directory::read(text) {
        Ok(directory) => directory,
        Err(problems) => {
            assert!(!problems.0.is_empty());
            return problems.0.iter().for_each(|problem| said(problem, text));
        }
    };
    let problems = directory.check(NOW);
    problems.iter().for_each(|problem| said(problem, text));
    if problems.is_empty() {
        every_level_is_told(&directory);
    }
});

/// A problem says where it is, in the text, and what to do.
fn said(problem: &Problem, text: &str) {
    assert!(!problem.to_string().is_empty() && !problem.what.is_empty());
    if let Some((line, column)) = problem.at {
        let found = text.split('\n').nth(line - 1).expect("a line of the text");
        assert!((1..=found.chars().count() + 1).contains(&column));
    }
}

/// Two faults at once at one site are an attack.
fn every_level_is_told(directory: &Directory) {
    for site in directory.sites.values() {
        let accounts = site.accounts.iter().map(|account| account.device);
        let Some(device) = site.devices.keys().copied().chain(accounts).next() else { continue };
        let centre = (site.kind != SiteKind::Gold).then_some(CENTRE);
        let told = attack(directory.clone(), device);
        assert!(directory.levels.keys().copied().chain(centre).all(|level| told.contains(&level)));
    }
}

fn attack(directory: Directory, device: DeviceId) -> BTreeSet<u8> {
    let mut dispatcher = Dispatcher::new(Config { run: 1, limits: Limits::default() }, directory);
    let mut told = BTreeSet::new();
    for event in [Supervision::TamperOpen, Supervision::OnBattery] {
        dispatcher.handle_input(NOW, Input::Supervision { device, event });
        loop {
            match dispatcher.poll_output() {
                Output::Notify(telling) => drop(told.insert(telling.level)),
                Output::Timeout(_) => break,
                _ => {}
            }
        }
    }
    told
}
