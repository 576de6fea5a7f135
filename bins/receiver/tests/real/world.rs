//! A receiver's folder with sites whose panels are enrolled, and one whose panel speaks DC-09.

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use keng_protocol::panel;
use keng_protocol::{DeviceId, Sign as _, Timestamp};
use serde_json::Value;

use crate::button::Button;
use crate::desk::Api;
use crate::ledger::Ledger;
use crate::process::{Serve, init, run};

/// The account of the site that speaks DC-09.
pub(crate) const ACCOUNT: &str = "1409";

/// What is there before anything runs.
pub(crate) struct World {
    pub(crate) folder: PathBuf,
    pub(crate) station: panel::Station,
    /// The panels' keys, one panel a site.
    pub(crate) keys: Vec<SigningKey>,
}

impl World {
    /// A folder of this name with so many sites. `more` is added to the directory.
    pub(crate) fn new(name: &str, sites: usize, more: &str) -> Self {
        let account = format!("[[dc09]]\naccount = \"{ACCOUNT}\"\nclear = true\n");
        let folder = init(name, |written| directory(written, sites, more), &account);
        let keys = (0..sites).map(|site| enroll(&folder, site)).collect();
        let station = station(&folder);
        Self { folder, station, keys }
    }

    /// The panel of a site, which has said nothing yet.
    pub(crate) fn button(&self, site: usize) -> Button {
        Button::new(device(site), self.keys[site].clone(), self.station)
    }

    /// The API, for the holder of `tokens/<name>.token`.
    pub(crate) fn api(&self, serve: &Serve, name: &str) -> Api {
        let token = std::fs::read_to_string(self.folder.join(format!("tokens/{name}.token"))).unwrap();
        Api { at: serve.at["the API"], token: token.trim().to_owned() }
    }

    /// What the journal says.
    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::of(&self.folder, self.station.public)
    }

    /// Changes the configuration.
    pub(crate) fn configure(&self, from: &str, to: &str) {
        let file = self.folder.join("keng.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
    }

    /// The id and the key of who may enrol more.
    pub(crate) fn authority(&self) -> (DeviceId, SigningKey) {
        let config = std::fs::read_to_string(self.folder.join("keng.toml")).unwrap();
        let (_, section) = config.split_once("[[authority]]").unwrap();
        (id(section), key(&self.folder.join("keys/authority.key")))
    }
}

/// The panel of a site.
pub(crate) fn device(site: usize) -> DeviceId {
    DeviceId([0x10 + u8::try_from(site).unwrap(); 8])
}

/// The wall's time.
pub(crate) fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(now.as_millis()).unwrap())
}

/// One site for each panel and one for the account.
fn directory(written: &str, sites: usize, more: &str) -> String {
    let (before, site) = written.split_once("[[site]]").unwrap();
    let lines = site.lines().filter(|line| !line.starts_with("devices") && !line.starts_with('#'));
    let site = lines.collect::<Vec<_>>().join("\n");
    let devices =
        (0..sites).map(|number| (format!("s{number}"), format!("devices = [{{ id = \"{}\" }}]", device(number))));
    let account = format!("dc09 = [{{ account = \"{ACCOUNT}\", device = \"0000000000001409\" }}]");
    let sites = devices.chain([("dc09".to_owned(), account)]);
    let sites = sites.map(|(name, devices)| format!("[[site]]{}\n{devices}\n", site.replace("pgd-01", &name)));
    format!("{before}{}{more}", sites.collect::<String>())
}

/// Makes a key for a site's panel and enrols it.
fn enroll(folder: &Path, site: usize) -> SigningKey {
    let key = SigningKey::from_bytes(&[u8::try_from(site).unwrap() + 1; 32]);
    let hex: String = key.public_key().to_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
    let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
    let (config, authority, device) = (path("keng.toml"), path("keys/authority.key"), device(site).to_string());
    let who = ["--config", &config, "--authority-key", &authority, "--device", &device];
    run(&[&["enroll"], &who[..], &["--role", "panel", "--key", &hex]].concat());
    key
}

/// The station's id and key, as an installer would read them.
fn station(folder: &Path) -> panel::Station {
    let config = std::fs::read_to_string(folder.join("keng.toml")).unwrap();
    panel::Station { id: id(&config), key: 0, public: key(&folder.join("keys/station.key")).public_key() }
}

fn id(config: &str) -> DeviceId {
    let id = config.lines().find_map(|line| line.strip_prefix("id = ")).unwrap();
    serde_json::from_str::<Value>(id).unwrap().as_str().unwrap().parse().unwrap()
}

fn key(file: &Path) -> SigningKey {
    let seed = std::fs::read_to_string(file).unwrap();
    let mut octets = [0; 32];
    for (octet, digits) in octets.iter_mut().zip(seed.trim().as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    SigningKey::from_bytes(&octets)
}
