//! DC-09 panels: what they say becomes alarms that the station vouches for, and is acknowledged when it is stored.

use std::collections::HashMap;
use std::time::Duration;

use keng_dc09::{Account, AccountName, Answer, Event, EventKey, Receiver, Report, Verdict, What};
use keng_dispatch::External;
use keng_dispatch::directory::Directory;
use keng_protocol::message::{Alarm, Place, Vouched};
use keng_protocol::receiver::{Origin, Supervision};
use keng_protocol::{DeviceId, Timestamp};
use sha2::{Digest, Sha256};

/// The DC-09 side of the driver.
pub(crate) struct Dialect {
    receiver: Receiver,
    panels: HashMap<AccountName, Panel>,
    /// Answers that wait for the disk, by the event that they acknowledge. Bounded by what waits for the journal.
    waiting: HashMap<EventKey, Vec<(Origin, Vec<u8>)>>,
}

/// One account.
struct Panel {
    device: DeviceId,
    silence: Option<Duration>,
    /// When it was heard last; the start of the receiver when never: each has a whole period from there.
    heard: Timestamp,
    life: Life,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// Not heard since the start: whether it was silent before nobody knows.
    Doubtful,
    Live,
    Silent,
}

/// How many copies of one event may wait for the disk; later ones come again.
const COPIES: usize = 8;

/// What the driver must do for a frame.
pub(crate) enum Todo {
    /// Store the frame, vouch for its alarms, tell the rest, and acknowledge it when all is stored.
    Report { device: DeviceId, report: Report, back: bool },
    /// Nothing is new; the panel lives, and answers may go out.
    Lives { device: DeviceId, back: bool, answers: Vec<(Origin, Vec<u8>)> },
    /// Journal, count and show the refusal.
    Refuse(Refused),
}

/// A frame that was refused.
pub(crate) struct Refused {
    pub(crate) reason: keng_dc09::Refusal,
    pub(crate) account: Option<String>,
    pub(crate) claims: Vec<Event>,
    pub(crate) answer: Option<Vec<u8>>,
}

impl Dialect {
    pub(crate) fn new(accounts: Vec<(Account, Option<Duration>)>, directory: &Directory, start: Timestamp) -> Self {
        let named = named(directory);
        let panel = |(account, silence): &(Account, Option<Duration>)| {
            let device = device_of(&named, &account.name);
            (account.name.clone(), Panel { device, silence: *silence, heard: start, life: Life::Doubtful })
        };
        Self {
            panels: accounts.iter().map(panel).collect(),
            receiver: Receiver::new(accounts.into_iter().map(|(account, _)| account)),
            waiting: HashMap::new(),
        }
    }

    /// A new directory may name other devices.
    pub(crate) fn adopt(&mut self, directory: &Directory) {
        let named = named(directory);
        self.panels.iter_mut().for_each(|(account, panel)| panel.device = device_of(&named, account));
    }

    /// An event that was stored before a restart.
    pub(crate) fn remember(&mut self, account: &AccountName, key: EventKey, at: Timestamp) {
        self.receiver.remember(account, key, at);
    }

    /// Judges a frame.
    pub(crate) fn handle(&mut self, now: Timestamp, origin: Origin, octets: &[u8]) -> Todo {
        match self.receiver.handle(now, octets) {
            Verdict::Report(mut report) => {
                let (device, back) = self.hear(now, &report.account);
                let answer = std::mem::replace(&mut report.answer, Answer::AtOnce(Vec::new()));
                if let Answer::OnceStored(ack) = answer {
                    self.waiting.insert(report.key, vec![(origin, ack)]);
                } else {
                    self.waiting.insert(report.key, Vec::new());
                    report.answer = answer;
                }
                Todo::Report { device, report, back }
            }
            Verdict::LinkTest { account, answer, .. } => {
                let (device, back) = self.hear(now, &account);
                Todo::Lives { device, back, answers: vec![(origin, answer)] }
            }
            Verdict::Repeat { account, key, answer, .. } => {
                let (device, back) = self.hear(now, &account);
                Todo::Lives { device, back, answers: self.repeat(origin, key, &answer) }
            }
            Verdict::Refused { reason, account, claims, answer } => {
                Todo::Refuse(Refused { reason, account, claims, answer })
            }
        }
    }

    /// The event is stored: the answers that waited for it.
    pub(crate) fn stored(&mut self, key: EventKey) -> Vec<(Origin, Vec<u8>)> {
        self.waiting.remove(&key).unwrap_or_default()
    }

    /// The event could not be stored: nobody is acknowledged, and its next copy is reported again.
    pub(crate) fn not_stored(&mut self, account: &AccountName, key: EventKey) {
        self.waiting.remove(&key);
        self.receiver.forget(account, key);
    }

    /// The accounts that have just fallen silent.
    pub(crate) fn fallen_silent(&mut self, now: Timestamp) -> Vec<(DeviceId, Supervision)> {
        let mut fallen = Vec::new();
        for panel in self.panels.values_mut().filter(|panel| panel.life != Life::Silent) {
            if panel.silence.is_some_and(|silence| now.since(panel.heard) > silence) {
                panel.life = Life::Silent;
                fallen.push((panel.device, Supervision::Silent { since: panel.heard }));
            }
        }
        fallen
    }

    /// Holds the answer back with that of the first copy while it waits for the disk; else it goes out now.
    fn repeat(&mut self, origin: Origin, key: EventKey, answer: &Answer) -> Vec<(Origin, Vec<u8>)> {
        let octets = answer.octets().to_vec();
        match self.waiting.get_mut(&key) {
            Some(copies) if copies.len() < COPIES => copies.push((origin, octets)),
            Some(_) => {}
            None => return vec![(origin, octets)],
        }
        Vec::new()
    }

    /// Notes a sign of life; whether the panel was silent before, or may have been before a restart.
    fn hear(&mut self, now: Timestamp, account: &AccountName) -> (DeviceId, bool) {
        match self.panels.get_mut(account) {
            Some(panel) => {
                panel.heard = now;
                (panel.device, std::mem::replace(&mut panel.life, Life::Live) != Life::Live)
            }
            None => (own_device(account), false),
        }
    }
}

/// The alarm that the station vouches for, when the event is one.
pub(crate) fn vouched(event: &Event, report: &Report, device: DeviceId, evidence: [u8; 32]) -> Option<Vouched> {
    let What::Alarm(kind) = event.what else { return None };
    let place = Place { mark: event.partition, position_e7: report.position_e7 };
    // Where the code does not say, nobody on the site is taken to hear it.
    let alarm = Alarm { kind, silent: !event.audible.unwrap_or(false), drill: false, zone: event.zone, place };
    Some(Vouched { device, alarm, evidence })
}

/// What an event that is no alarm says to the dispatcher.
pub(crate) fn external(event: &Event) -> External<'_> {
    match event.what {
        What::Opened => External::Opened,
        What::Closed => External::Closed,
        What::Restore(alarm) => External::Restored { alarm, zone: event.zone },
        What::Cancel => External::Cancelled,
        What::Test => External::Test,
        What::Trouble | What::LateToOpen | What::LateToClose => External::Trouble,
        What::TroubleOver => External::TroubleOver,
        What::Bypassed => External::Bypassed { zone: event.zone },
        What::Unbypassed => External::Unbypassed { zone: event.zone },
        _ => External::Code(&event.code),
    }
}

/// The devices of all accounts that the directory names, in upper case.
fn named(directory: &Directory) -> HashMap<String, DeviceId> {
    let accounts = directory.sites.values().flat_map(|site| &site.accounts);
    // Where two sites name one account, the first has it.
    let pairs: Vec<_> = accounts.map(|named| (named.account.to_ascii_uppercase(), named.device)).collect();
    pairs.into_iter().rev().collect()
}

/// The device that the directory knows an account by.
fn device_of(named: &HashMap<String, DeviceId>, account: &AccountName) -> DeviceId {
    named.get(&account.as_str().to_ascii_uppercase()).copied().unwrap_or_else(|| own_device(account))
}

/// For an account of no site: the first eight octets of the SHA-256 of `keng/1/dc09`, a zero octet and the account in upper case.
fn own_device(account: &AccountName) -> DeviceId {
    let hash = Sha256::new().chain_update(b"keng/1/dc09\0").chain_update(account.as_str()).finalize();
    let mut id = [0; 8];
    id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    DeviceId(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_795_500_000_000);
    const SILENCE: Duration = Duration::from_secs(90);

    fn dialect() -> Dialect {
        let account = Account::clear("1234".parse().unwrap());
        Dialect::new(vec![(account, Some(SILENCE))], &Directory::default(), START)
    }

    fn link_test(dialect: &mut Dialect, now: Timestamp) -> bool {
        let octets = keng_dc09::Dialler::new("1234".parse().unwrap(), None).link_test(now);
        let origin = Origin { path: keng_protocol::entry::Path::Tcp, link: 1 };
        match dialect.handle(now, origin, &octets) {
            Todo::Lives { back, .. } => back,
            _ => panic!("no link test"),
        }
    }

    #[test]
    fn a_panel_that_says_nothing_after_a_start_falls_silent_once() {
        let mut dialect = dialect();
        assert!(dialect.fallen_silent(START + SILENCE).is_empty(), "it has a whole period");
        let late = START + SILENCE + Duration::from_secs(1);
        assert!(matches!(dialect.fallen_silent(late).as_slice(), [(_, Supervision::Silent { since: START })]));
        assert!(dialect.fallen_silent(late + SILENCE).is_empty());
        assert!(link_test(&mut dialect, late), "and is back with its next word");
    }

    #[test]
    fn the_first_word_after_a_start_ends_what_may_have_been_a_silence() {
        let mut dialect = dialect();
        assert!(link_test(&mut dialect, START));
        assert!(!link_test(&mut dialect, START + Duration::from_secs(1)));
    }
}
