//! What `keng.toml` points to: keys, certificate, directory. Read whole before anything is used, so that a reload changes all or nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_console::{Operators, Roads};
use keng_dispatch::directory::{Channel, Directory, verify};
use keng_geo::osm::Extract;
use keng_geo::{Boundaries, Vehicles};
use keng_protocol::{PublicKey, Timestamp};

use crate::config::{At, Config, Problem, Problems};
use crate::secret::SecretError;
use crate::{certificate, hex, secret};

/// Everything that was read.
pub(crate) struct Material {
    /// The station's key.
    pub(crate) key: SigningKey,
    /// The key that signs webhooks.
    pub(crate) webhook_key: SigningKey,
    /// Who is told: signed, and good enough.
    pub(crate) directory: Directory,
    /// TLS, when there is a certificate.
    pub(crate) tls: Option<Arc<rustls::ServerConfig>>,
    /// The DC-09 accounts with their keys, and after how long without a word each is silent.
    pub(crate) accounts: Vec<(keng_dc09::Account, Option<Duration>)>,
    /// The operators' page, when it is wanted.
    pub(crate) console: Option<keng_console::Config>,
    /// What is no problem, and what the operator may not have meant.
    pub(crate) notes: Vec<String>,
}

impl Material {
    /// Reads all files, and says everything that is wrong with them.
    pub(crate) fn load(config: &Config, now: Timestamp) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let key = secret_of(config, &config.station.key, secret::read_key, &mut problems);
        let webhook_key = secret_of(config, &config.webhook_key, secret::read_key, &mut problems);
        let accounts = accounts(config, &mut problems);
        let mut notes = Vec::new();
        let tls = config.tls.as_ref().map(|tls| certificate::load(config, tls, now, &mut problems, &mut notes));
        let directory = directory(config, now).map_err(|found| problems.0.extend(found.0)).ok();
        exposure(&config.listen, &mut notes);
        let console = console(config, &mut problems);
        if let Some(directory) = &directory {
            compare(config, directory, &mut problems, &mut notes);
            if let Some(console) = &console {
                seats(console, directory, &mut notes);
            }
        }
        let material = (|| {
            let tls = match tls {
                Some(loaded) => Some(loaded?),
                None => None,
            };
            Some(Self { key: key?, webhook_key: webhook_key?, directory: directory?, tls, accounts, console, notes })
        })();
        problems.or(material)
    }

    /// What a station is made of.
    pub(crate) fn into_station(self, config: &Config) -> keng_station::Config {
        keng_station::Config {
            id: config.station.id,
            key_number: config.station.key_number,
            key: self.key,
            authorities: config.authorities.clone(),
            journal: config.journal(),
            directory: self.directory,
            listen: config.listen,
            tls: self.tls,
            accounts: self.accounts,
            tokens: config.tokens.clone(),
            webhook_key: self.webhook_key,
            timing: config.timing,
            links: config.limits.links,
            devices: config.limits.devices,
        }
    }
}

/// The directory of a configuration: signed by one of its authorities, readable, and good enough.
pub(crate) fn directory(config: &Config, now: Timestamp) -> Result<Directory, Problems> {
    let named = &config.station.directory;
    let file = named.value.as_path();
    let keys: Vec<PublicKey> = config.authorities.iter().map(|(_, _, key)| *key).collect();
    let text = std::fs::read_to_string(file).map_err(|error| {
        let wrong = format!("{} cannot be read: {error}", file.display());
        one(named.problem(&config.file, wrong, "the path of a directory file in UTF-8"))
    })?;
    check_signature(file, &text, &keys)?;
    let of_file = |problem| Problem::of_directory(file, problem);
    let directory = Directory::read(&text).map_err(|found| Problems(found.0.into_iter().map(of_file).collect()))?;
    Problems(directory.check(now).into_iter().map(of_file).collect()).or(Some(directory))
}

/// The file of the detached signature: `directory.toml.sig`.
pub(crate) fn signature_file(directory: &Path) -> PathBuf {
    let mut name = directory.as_os_str().to_owned();
    name.push(".sig");
    PathBuf::from(name)
}

fn check_signature(file: &Path, text: &str, keys: &[PublicKey]) -> Result<(), Problems> {
    let beside = signature_file(file);
    let sign = "keng-receiver sign-directory --authority-key FILE, with the key of an [[authority]]";
    if keys.is_empty() {
        return Err(one(Problem::of_file(file, "is signed by nobody who is known: there is no [[authority]]", sign)));
    }
    let digits = std::fs::read_to_string(&beside)
        .map_err(|error| one(Problem::of_file(&beside, format!("cannot be read: {error}"), sign)))?;
    let signature = hex::decode_exact::<64>(digits.trim())
        .ok_or_else(|| one(Problem::of_file(&beside, "is not a signature of 128 hexadecimal digits", sign)))?;
    verify(text.as_bytes(), &signature, keys).map_err(|error| one(Problem::of_file(file, error.to_string(), sign)))
}

fn one(problem: Problem) -> Problems {
    Problems(vec![problem])
}

fn secret_of<T>(
    config: &Config,
    file: &At<PathBuf>,
    read: fn(&Path) -> Result<T, SecretError>,
    problems: &mut Problems,
) -> Option<T> {
    let refuse = |error: SecretError| problems.0.push(file.problem(&config.file, error.to_string(), error.instead()));
    read(&file.value).map_err(refuse).ok()
}

fn accounts(config: &Config, problems: &mut Problems) -> Vec<(keng_dc09::Account, Option<Duration>)> {
    let mut accounts = Vec::new();
    for account in &config.accounts {
        let name = account.name.clone();
        let account_read = match &account.key {
            None => Some(keng_dc09::Account::clear(name)),
            Some(file) => {
                secret_of(config, file, secret::read_aes_key, problems).map(|key| keng_dc09::Account::keyed(name, key))
            }
        };
        accounts.extend(account_read.map(|read| (read, account.silence)));
    }
    accounts
}

/// The operators of a configuration that has a page.
pub(crate) fn operators(config: &Config) -> Result<Operators, Problems> {
    let Some(file) = &config.operators else { return Ok(Operators::default()) };
    let text = secret::read_text(&file.value)
        .map_err(|error| one(file.problem(&config.file, error.to_string(), error.instead())))?;
    let instead = "what `keng-receiver operator add` writes";
    Operators::read(&text).map_err(|error| one(Problem::of_file(&file.value, error.to_string(), instead)))
}

fn console(config: &Config, problems: &mut Problems) -> Option<keng_console::Config> {
    config.operators.as_ref()?;
    let operators = operators(config).map_err(|found| problems.0.extend(found.0)).ok();
    let key = |desk: &crate::config::Desk, problems: &mut Problems| {
        let key = secret_of(config, &desk.key, secret::read_key, problems)?;
        Some(keng_console::DeskKey { desk: desk.id, number: desk.number, key })
    };
    let desks = config.desks.iter().filter_map(|desk| key(desk, problems)).collect();
    let boundaries = boundaries(config).map_err(|problem| problems.0.push(problem)).ok();
    let roads = roads(config).map_err(|problem| problems.0.push(problem)).ok();
    let secure = config.listen.http_tls;
    Some(keng_console::Config { operators: operators?, desks, boundaries: boundaries?, roads: roads?, secure })
}

/// The roads by which the map knows how soon posts are there.
fn roads(config: &Config) -> Result<Option<Roads>, Problem> {
    let Some(file) = &config.roads else { return Ok(None) };
    let instead = "an OpenStreetMap extract (.osm.pbf), or the file of roads that keng-scorer keeps beside one";
    let problem = |wrong: &dyn std::fmt::Display| Problem::of_file(&file.value, wrong.to_string(), instead);
    let octets = std::fs::read(&file.value).map_err(|error| {
        let wrong = format!("{} cannot be read: {error}", file.value.display());
        file.problem(&config.file, wrong, instead)
    })?;
    let vehicles = Vehicles::read(Vehicles::SHIPPED).map_err(|error| problem(&error))?;
    let vehicle = vehicles.get("car").cloned().ok_or_else(|| problem(&"there is no car among the vehicles"))?;
    let graph = if octets.starts_with(b"KENGROAD") {
        Extract::from_octets(&octets).map_err(|error| problem(&error))?.0.roads
    } else {
        Extract::read(std::io::Cursor::new(octets), &vehicle, &[]).map_err(|error| problem(&error))?.roads
    };
    Ok(Some(Roads { graph, vehicle }))
}

/// The boundaries on the map.
fn boundaries(config: &Config) -> Result<Boundaries, Problem> {
    let Some((file, name)) = &config.boundaries else { return Ok(Boundaries::default()) };
    let octets = std::fs::read(&file.value).map_err(|error| {
        let wrong = format!("{} cannot be read: {error}", file.value.display());
        file.problem(&config.file, wrong, "the path of a GeoJSON file, or no boundaries")
    })?;
    Boundaries::read(&octets, name).map_err(|problem| {
        let instead = "GeoJSON with polygons in degrees, and boundary_name = the property that names them";
        Problem::of_file(&file.value, problem.to_string(), instead)
    })
}

/// Whether those who may log in sit at desks that can be told and can answer.
fn seats(console: &keng_console::Config, directory: &Directory, notes: &mut Vec<String>) {
    let channels = directory.authorities.values().flat_map(|authority| &authority.channels);
    let desks: Vec<_> = channels.filter_map(Channel::desk).collect();
    for operator in console.operators.iter() {
        if !desks.contains(&operator.desk) {
            notes.push(format!(
                "an operator sits at {}, which is no desk of the directory: nobody tells it",
                operator.desk
            ));
        }
        if operator.role != keng_console::Role::Reader && console.desks.iter().all(|key| key.desk != operator.desk) {
            notes.push(format!("an operator sits at {}, which has no [[desk]]: it cannot answer", operator.desk));
        }
    }
}

/// What the listeners hear and show.
fn exposure(listen: &keng_station::Listen, notes: &mut Vec<String>) {
    let for_panels = [listen.tls, listen.tcp, listen.udp, listen.dc09_tcp, listen.dc09_udp];
    if for_panels.iter().all(Option::is_none) {
        notes.push("[listen] has nothing for panels: no alarm comes in but by the API".to_owned());
    }
    match listen.http {
        None => notes.push("[listen] has no http: no desk can be told by the API, and none can answer".to_owned()),
        Some(http) if !http.ip().is_loopback() && !listen.http_tls => {
            notes.push(format!("the API on {http} is in clear: who is on the way can read its tokens and alarms"));
        }
        Some(_) => {}
    }
}

/// What the configuration and the directory say of each other.
fn compare(config: &Config, directory: &Directory, problems: &mut Problems, notes: &mut Vec<String>) {
    let configured = |name: &str| config.accounts.iter().any(|account| account.name.as_str() == name);
    let placed: Vec<String> =
        directory.sites.values().flat_map(|site| &site.accounts).map(|one| one.account.to_ascii_uppercase()).collect();
    for name in placed.iter().filter(|name| !configured(name)) {
        let wrong = format!("the directory has a site with the DC-09 account {name}, and there is no [[dc09]] for it");
        let instead = format!("[[dc09]] with account = \"{name}\" and key_file = \"...\" or clear = true");
        problems.0.push(Problem::of_file(&config.file, wrong, instead));
    }
    for account in config.accounts.iter().filter(|account| !placed.contains(&account.name.as_str().to_owned())) {
        notes.push(format!(
            "the DC-09 account {} belongs to no site of the directory: its alarms have no place",
            account.name
        ));
    }
    let has_token = |desk| config.tokens.iter().any(|(_, scope)| *scope == keng_station::Scope::Desk(desk));
    let desks = directory.authorities.values().flat_map(|authority| &authority.channels).filter_map(Channel::desk);
    for desk in desks.filter(|desk| !has_token(*desk)) {
        notes.push(format!("the desk {desk} has no [[token]]: it cannot be told by the API"));
    }
}
