//! An invented town: sites with a panel each, one ward, one city, one bank's centre; and its station.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use keng_dc09::{Account, AccountName};
use keng_dispatch::directory::Directory;
use keng_protocol::message::{Enrolment, Role};
use keng_protocol::receiver;
use keng_protocol::{DeviceId, Header, Kind, Message, Sign as _, Timestamp, seal};
use keng_station::{Config, Listen, Scope, Timing};
use sha2::{Digest as _, Sha256};

/// Who enrols.
pub const AUTHORITY: DeviceId = DeviceId([0xa0; 8]);
/// The desks of the ward, the city and the bank.
pub const DESKS: [DeviceId; 3] = [DeviceId([0xd1; 8]), DeviceId([0xd2; 8]), DeviceId([0xd3; 8])];
/// The station.
pub const STATION: DeviceId = DeviceId([0x50; 8]);

const HEAD: &str = include_str!("../benches/press.toml");

/// A station of this town, with the DC-09 accounts of its sites; it listens nowhere yet.
pub fn config(journal: PathBuf, town: &Directory) -> Config {
    let clear = |number| (Account::clear(account(number)), None);
    Config {
        id: STATION,
        key_number: 1,
        key: key(STATION),
        authorities: vec![(AUTHORITY, 1, key(AUTHORITY).public_key())],
        journal,
        directory: town.clone(),
        listen: Listen::default(),
        tls: None,
        accounts: (0..town.sites.len()).map(clear).collect(),
        tokens: DESKS.map(|desk| (Sha256::digest(token(desk)).into(), Scope::Desk(desk))).to_vec(),
        webhook_key: key(STATION),
        timing: Timing::default(),
        links: 4096,
        devices: town.sites.len() + DESKS.len(),
    }
}

/// The receiver of such a station, without the station around it.
pub fn receiver(config: &Config) -> receiver::Config {
    receiver::Config {
        id: config.id,
        key: config.key_number,
        run: 1,
        authorities: config.authorities.clone(),
        silence: config.timing.silence,
        clock_tolerance: config.timing.clock_tolerance,
        heartbeat_mark: config.timing.heartbeat_mark,
        limits: receiver::Limits { devices: config.devices, pending: 1024 },
    }
}

/// Each panel at a site of its own, with a DC-09 panel beside it, so that each press is an incident of its own.
pub fn directory(panels: usize) -> Directory {
    let [ward, city, bank] = DESKS.map(|desk| desk.to_string());
    let mut text = HEAD.replace("@ward@", &ward).replace("@city@", &city).replace("@bank@", &bank);
    for panel in 0..panels {
        let (id, account, dialler) = (self::panel(panel), account(panel), self::panel(usize::MAX / 2 - panel));
        write!(
            text,
            "[[site]]\nid = \"s{panel}\"\nkind = \"bank\"\nvi = \"s\"\nen = \"s\"\nposition = [20.98, 106.51]\narea = \"10001\"\naddress = \
             \"-\"\nauthorities = [\"bank\"]\ndevices = [{{ id = \"{id}\" }}]\ndc09 = [{{ account = \"{account}\", \
             device = \"{dialler}\" }}]\n"
        )
        .unwrap();
    }
    Directory::read(&text).unwrap()
}

/// The id of a panel, counted from 0.
pub fn panel(number: usize) -> DeviceId {
    DeviceId((number as u64 + 1).to_be_bytes())
}

/// The DC-09 account of a site, counted from 0.
pub fn account(number: usize) -> AccountName {
    format!("{:06X}", number + 0x1000).parse().unwrap()
}

/// The key of a device. Never use such keys.
pub fn key(device: DeviceId) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(device.0).into())
}

/// The token of a desk at the API.
pub fn token(desk: DeviceId) -> String {
    format!("desk-{desk}")
}

/// The frames that enrol everybody: so many panels, then the desks.
pub fn enrolments(panels: usize) -> impl Iterator<Item = Vec<u8>> {
    let panels = (0..panels).map(|number| (panel(number), Role::Panel));
    let all = panels.chain(DESKS.map(|desk| (desk, Role::Desk)));
    all.zip(1..).map(|((device, role), sequence)| {
        let key = key(device).public_key().to_bytes();
        let enrolment = Enrolment { device, role, number: 1, key, from: Timestamp::default(), to: None };
        say(AUTHORITY, (1, sequence), Timestamp::default(), enrolment)
    })
}

/// A device's frame with this epoch and sequence.
pub fn say(device: DeviceId, (epoch, sequence): (u32, u32), time: Timestamp, message: impl Into<Message>) -> Vec<u8> {
    sign(&key(device), device, (epoch, sequence), time, message)
}

/// The same with the key at hand, which spares making it.
pub fn sign(
    key: &SigningKey,
    sender: DeviceId,
    (epoch, sequence): (u32, u32),
    time: Timestamp,
    message: impl Into<Message>,
) -> Vec<u8> {
    let message = message.into();
    let kind: Kind = message.kind();
    seal(&Header { kind, sender, key: 1, epoch, sequence, time }, &message, key).unwrap()
}

/// The time.
pub fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(now.as_millis()).unwrap())
}
