//! The receiver: what it accepts, what it refuses, and what it answers.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a broken claim is a failed test")]

mod clocks;
mod events;
mod refusals;
mod repeats;

use core::time::Duration;

use keng_dc09::{Account, AccountName, Dialler, Key, Receiver, Report, Verdict};
use keng_protocol::Timestamp;

const NOW: Timestamp = Timestamp::from_millis(1_795_478_400_000);
const SECOND: Duration = Duration::from_secs(1);

fn name() -> AccountName {
    "1409".parse().unwrap()
}

fn key() -> Key {
    Key::from_hex("0123456789ABCDEF0123456789ABCDEF").unwrap()
}

fn clear() -> (Receiver, Dialler) {
    (Receiver::new([Account::clear(name())]), Dialler::new(name(), None))
}

fn keyed() -> (Receiver, Dialler) {
    (Receiver::new([Account::keyed(name(), key())]), Dialler::new(name(), Some(key())))
}

fn reported(verdict: Verdict) -> Report {
    let Verdict::Report(report) = verdict else { panic!("{verdict:?} is no report") };
    report
}

fn framed(inside: &str) -> Vec<u8> {
    format!("\n{:04X}{:04X}{inside}\r", keng_dc09::crc16(inside.as_bytes()), inside.len()).into_bytes()
}
