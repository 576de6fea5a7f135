//! Any octets as `keng.toml`: a configuration within its bounds, or problems with their places; never a panic.

#![no_main]
#![expect(dead_code, reason = "the loader is the program's own file, and has more than is used here")]

extern crate self as keng_station;

#[path = "../../src/config/mod.rs"]
mod config;
#[path = "../../src/hex.rs"]
mod hex;
mod station;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;

use crate::config::{Config, Problems};
pub use crate::station::{Listen, Scope, Timing};

fuzz_target!(|octets: &[u8]| {
    match Config::read(&put(octets)) {
        Ok(config) => bounded(&config),
        Err(problems) => said(&problems, octets),
    }
});

/// The file that is read: in memory where there is such a place, and without a name, so that nothing is left of it.
fn put(octets: &[u8]) -> PathBuf {
    static FILE: LazyLock<Mutex<File>> = LazyLock::new(|| {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let path = folder.join(format!("keng-config-fuzz-{}", std::process::id()));
        let file = File::create(&path).expect("a file");
        std::fs::remove_file(path).expect("its name goes");
        Mutex::new(file)
    });
    let mut file = FILE.lock().expect("one thread");
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(octets)).expect("room in memory");
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

fn bounded(config: &Config) {
    assert!(config.journal().ends_with("journal.db"));
    assert!([config.limits.links, config.limits.devices].iter().all(|limit| (1..=1_000_000).contains(limit)));
    let (second, day) = (Duration::from_secs(1), Duration::from_secs(86_400));
    let timing = &config.timing;
    assert!(
        [timing.silence, timing.clock_tolerance, timing.heartbeat_mark]
            .iter()
            .all(|time| (second..=day).contains(time))
    );
    assert!(config.accounts.iter().filter_map(|account| account.silence).all(|time| (second..=day).contains(&time)));
    let authorities: BTreeSet<_> = config.authorities.iter().map(|(id, number, _)| (id, number)).collect();
    let tokens: BTreeSet<_> = config.tokens.iter().map(|(digest, _)| digest).collect();
    let accounts: BTreeSet<_> = config.accounts.iter().map(|account| &account.name).collect();
    assert_eq!(authorities.len(), config.authorities.len());
    assert_eq!((tokens.len(), accounts.len()), (config.tokens.len(), config.accounts.len()));
    assert!(config.tls.is_some() || config.listen.tls.is_none() && !config.listen.http_tls);
}

fn said(problems: &Problems, octets: &[u8]) {
    assert!(!problems.0.is_empty() && !problems.to_string().is_empty());
    let lines = octets.iter().filter(|octet| **octet == b'\n').count() + 1;
    for problem in &problems.0 {
        assert!(!problem.wrong.is_empty() && problem.to_json().is_object());
        assert!(problem.line.is_none_or(|line| (1..=lines).contains(&line)));
    }
}
