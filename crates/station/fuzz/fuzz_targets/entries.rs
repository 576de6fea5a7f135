//! Any payloads as the entries of a journal, read as a station reads them when it starts: none panics, what is read is written the same
//! again, and the machines that were put back from it go on.

#![no_main]

// The file itself, so that the crate's runtime and servers need not be built.
#[path = "../../src/entries.rs"]
mod entries;

use std::sync::LazyLock;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_dc09::{Account, AccountName};
use keng_dispatch::directory::Directory;
use keng_dispatch::record::Record;
use keng_dispatch::text::{Lang, Words};
use keng_dispatch::{Config, Dispatcher, Input, Limits, Output};
use keng_protocol::entry::Entry as Frames;
use keng_protocol::receiver::{self, Receiver};
use keng_protocol::{DeviceId, PublicKey, Sign, Timestamp};
use libfuzzer_sys::fuzz_target;

use crate::entries::{DC09, DC09_REFUSED, Entry, RECORD, STARTED};

const START: Timestamp = Timestamp::from_millis(1_795_500_000_000);
/// The most entries of one run, so that a run stays short.
const MOST: usize = 16;
/// What one tick may tell after so few entries.
const OUTPUTS: usize = 4096;

/// The station's key, and the authority's public one.
static KEYS: LazyLock<(SigningKey, PublicKey)> =
    LazyLock::new(|| (SigningKey::from_bytes(&[9; 32]), SigningKey::from_bytes(&[1; 32]).public_key()));
static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
    Directory::read(include_str!("../../../dispatch/fuzz/fuzz_targets/one.toml")).expect("a directory")
});

fuzz_target!(|octets: &[u8]| {
    let mut machines = Machines::new();
    let mut rest = octets;
    for position in 1..=MOST as u64 {
        // Kind, minutes since the last entry, length: then the payload.
        let &[kind, minutes, high, low, ref tail @ ..] = rest else { break };
        let length = usize::from(u16::from_be_bytes([high % 8, low])).min(tail.len());
        let (payload, after) = tail.split_at(length);
        machines.now = machines.now + Duration::from_secs(60 * u64::from(minutes));
        machines.take(position, [1, 2, 3, RECORD, STARTED, DC09, DC09_REFUSED, 7][usize::from(kind % 8)], payload);
        rest = after;
    }
    machines.go_on();
});

struct Machines {
    receiver: Receiver<SigningKey>,
    dispatcher: Dispatcher,
    dialect: keng_dc09::Receiver,
    now: Timestamp,
}

impl Machines {
    fn new() -> Self {
        let (key, authority) = &*KEYS;
        let config = receiver::Config {
            id: DeviceId(*b"station1"),
            key: 0,
            run: 2,
            authorities: vec![(DeviceId(*b"ministry"), 0, *authority)],
            silence: Duration::from_secs(180),
            clock_tolerance: Duration::from_secs(30),
            heartbeat_mark: Duration::from_secs(600),
            limits: receiver::Limits { devices: 8, pending: 8 },
        };
        Self {
            receiver: Receiver::new(config, key.clone(), START),
            dispatcher: Dispatcher::new(Config { run: 2, limits: Limits::default() }, DIRECTORY.clone()),
            dialect: keng_dc09::Receiver::new([Account::clear("1409".parse::<AccountName>().expect("an account"))]),
            now: START,
        }
    }

    /// As the driver does it.
    fn take(&mut self, position: u64, kind: u16, payload: &[u8]) {
        if kind == RECORD {
            let Ok(record) = Record::decode(payload) else { return };
            let again = Record::decode(&record.encode()).expect("what was read can be written");
            assert_eq!(again, record);
            self.dispatcher.restore(&record);
            return;
        }
        match u8::try_from(kind).ok().map(|code| (code, Frames::read(code, payload))) {
            Some((code, Ok(Some(entry)))) => {
                assert_eq!((entry.code(), entry.payload().as_slice()), (code, payload));
                let _ = self.receiver.restore(self.now, position, &entry);
            }
            Some((_, Err(_))) => {}
            _ => {
                let Some(entry) = Entry::read(kind, payload) else { return };
                let (kind, written) = entry.encode();
                if payload.len() <= entries::MAX_EVIDENCE {
                    assert_eq!(Entry::read(kind, &written), Some(entry.clone()));
                }
                if let Entry::Dc09 { key, account, .. } = entry {
                    self.dialect.remember(&account, key, self.now);
                }
            }
        }
    }

    /// The first inputs after the start; and what the desks would see.
    fn go_on(mut self) {
        self.receiver.handle_input(self.now, receiver::Input::Tick);
        while !matches!(self.receiver.poll_output(), receiver::Output::Timeout(_)) {}
        for hours in 0..2 {
            let now = self.now + Duration::from_secs(3600 * hours);
            self.dispatcher.handle_input(now, Input::Tick);
            let end = (0..OUTPUTS).find(|_| match self.dispatcher.poll_output() {
                Output::Notify(telling) => telling.facts.cause.words(Lang::Vi).is_empty(),
                output => matches!(output, Output::Timeout(_)),
            });
            assert!(end.is_some(), "the outputs of one input do not end");
        }
        let _ = (self.dispatcher.incidents(), self.dispatcher.channels());
    }
}
