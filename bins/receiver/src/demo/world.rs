//! What the story plays in: a receiver with its folder, panels on the sites, desks with people.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keng_dispatch::AuthorityId;
use keng_dispatch::directory::{Channel, Directory};
use keng_dispatch::text::Lang;
use keng_protocol::message::Role;
use keng_protocol::panel::Station as StationKey;
use keng_protocol::{DeviceId, Sign as _};
use keng_station::panel::Way;
use keng_station::{Addresses, Listen, Station};
use rustls_pki_types::ServerName;
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use super::client::Client;
use super::desk::{Desk, Own, watch_all};
use super::hook::Hook;
use super::page::{self, Login};
use super::proof::Proof;
use super::seen::{Observed, Seen};
use super::site::Panel;
use super::timeline::Timeline;
use crate::config::{Config, Language};
use crate::enroll::Authority;
use crate::failure::Failure;
use crate::material::Material;
use crate::setup::{self, Account, Device, Setup};
use crate::{certificate, clock, secret, serve};

/// Who is told, and which sites there are.
const DIRECTORY: &str = include_str!("kinh_mon.toml");
/// After how long without a word a panel is silent, in the demo; 180 s is usual.
pub(crate) const SILENCE: Duration = Duration::from_secs(15);
/// The account whose panel speaks under AES.
pub(crate) const KEYED_ACCOUNT: &str = "1403";
/// The account whose panel speaks in clear.
pub(crate) const CLEAR_ACCOUNT: &str = "1409";
/// The operator's screen, among the desks whose streams are open.
const OPERATOR: DeviceId = DeviceId([0xff; 8]);

/// A receiver that runs, and all that is around it.
pub(crate) struct World {
    /// What people read.
    pub(crate) lang: Lang,
    /// What was observed.
    pub(crate) seen: Arc<Seen>,
    /// What is printed.
    pub(crate) timeline: Timeline,
    /// What was proven so far.
    pub(crate) proof: Mutex<Proof>,
    /// Who is told.
    pub(crate) directory: Directory,
    /// The panels that sign, by their ids.
    pub(crate) panels: BTreeMap<DeviceId, Panel>,
    /// The desks, by their ids.
    pub(crate) desks: BTreeMap<DeviceId, Desk>,
    /// The operator of the receiver.
    pub(crate) operator: Client,
    /// Who enrols and revokes.
    pub(crate) authority: Authority,
    /// Where the receiver listens.
    pub(crate) at: Addresses,
    /// What the receiver's panels know of it.
    pub(crate) station: StationKey,
    /// How a stranger would connect by TLS.
    pub(crate) tls: Arc<rustls::ClientConfig>,
    /// The AES key of [`KEYED_ACCOUNT`].
    pub(crate) dc09_key: Zeroizing<Vec<u8>>,
    /// The configuration file.
    pub(crate) config: PathBuf,
    /// The journal's file.
    pub(crate) journal: PathBuf,
    /// Who may log in at the page.
    pub(crate) logins: Vec<Login>,
    /// Everything that runs beside the receiver.
    _tasks: JoinSet<()>,
}

impl World {
    /// Writes the folder, starts the receiver, opens the desks and switches the panels on. The timeline begins when all is ready.
    pub(crate) async fn start(folder: &Path, language: Language) -> Result<(Self, Station), Failure> {
        let (seen, mut tasks) = (Arc::new(Seen::new()), JoinSet::new());
        let (hook, hook_at) = Hook::listen(&seen, &mut tasks).await?;
        let dc09_key = Zeroizing::new(secret::random::<16>().map_err(Failure::because("no random octets"))?.to_vec());
        let setup = setup(language, hook_at, &dc09_key)?;
        let written = setup::write(folder, &setup)?;
        replace(&written.config, &[("silence_s = 180".to_owned(), format!("silence_s = {}", SILENCE.as_secs()))])?;
        let config = Config::read(&written.config)?;
        let logins = page::seat(&config)?;
        let material = Material::load(&config, clock::now())?;
        hook.believe(material.webhook_key.public_key());
        let directory = material.directory.clone();
        let station_key =
            StationKey { id: config.station.id, key: config.station.key_number, public: material.key.public_key() };
        let started = serve::start(material, &config).await;
        let (station, _page) = started.map_err(Failure::because("the receiver does not start"))?;
        let at = station.addresses();
        write_ports(&written.config, &at)?;
        let tls = trust(&folder.join("tls/certificate.pem"))?;
        let url = format!("http://{}", at.http.unwrap_or_else(free_port));
        let operator = Client::new(&url, &written.operator_token)?;
        watch_all(OPERATOR, operator.clone(), &seen, &mut tasks);
        let mut desks = BTreeMap::new();
        for (id, token) in &written.desk_tokens {
            let Some(device) = setup.devices.iter().find(|device| device.id == *id) else { continue };
            let client = Client::new(&url, token)?;
            let own = Own { id: *id, key: device.key.clone(), speaks_for: speaks_for(&directory, *id) };
            desks.insert(*id, Desk::open(own, client, &seen, &mut tasks));
        }
        let ways = ways(&at, &tls);
        let panels = setup
            .devices
            .iter()
            .filter(|device| device.role == Role::Panel)
            .map(|device| (device.id, Panel::new(device.id, device.key.clone(), station_key, ways.clone(), &seen)));
        let mut world = Self {
            lang: language.into(),
            timeline: Timeline::new(),
            proof: Mutex::default(),
            directory,
            panels: panels.collect(),
            desks,
            operator,
            authority: written.authority,
            at,
            station: station_key,
            tls,
            dc09_key,
            journal: config.journal(),
            config: written.config,
            logins,
            _tasks: tasks,
            seen,
        };
        world.all_desks_open().await;
        world.timeline = Timeline::new();
        world.panels.values().for_each(Panel::switch_on);
        Ok((world, station))
    }

    async fn all_desks_open(&self) {
        for id in self.desks.keys().chain([&OPERATOR]) {
            self.seen.first(|sight| matches!(&sight.what, Observed::Open(open) if open == id).then_some(())).await;
        }
    }
}

/// The directory, its devices with new keys, and two DC-09 accounts.
fn setup(language: Language, hook_at: SocketAddr, dc09_key: &[u8]) -> Result<Setup, Failure> {
    let text = directory_text(&format!("http://{hook_at}"));
    let directory = Directory::read(&text).map_err(Failure::because("the demo's directory cannot be read"))?;
    let account = |name: &str, key| name.parse().ok().map(|name| Account { name, key });
    let accounts = [account(KEYED_ACCOUNT, Some(dc09_key.to_vec())), account(CLEAR_ACCOUNT, None)];
    let here = Some(free_port());
    let listen =
        Listen { tls: here, tcp: None, udp: here, dc09_tcp: here, dc09_udp: here, http: here, http_tls: false };
    let devices = devices(&directory)?;
    Ok(Setup { language, listen, directory: text, devices, accounts: accounts.into_iter().flatten().collect() })
}

fn directory_text(hook: &str) -> String {
    DIRECTORY.replace("@webhook@", hook)
}

/// A key for everything in the directory that can sign: desks and panels.
fn devices(directory: &Directory) -> Result<Vec<Device>, Failure> {
    let panels = directory.sites.values().flat_map(|site| site.devices.keys()).map(|id| ("panel", *id, Role::Panel));
    let channels = directory.authorities.values().flat_map(|authority| &authority.channels);
    let desks = channels.filter_map(|channel| match channel {
        Channel::Desk { device } => Some(("desk", *device, Role::Desk)),
        _ => None,
    });
    let device = |(what, id, role): (&str, DeviceId, Role)| {
        let key = secret::new_key().map_err(Failure::because("no random octets"))?;
        Ok(Device { name: format!("{what}-{id}"), id, role, key })
    };
    desks.chain(panels).map(device).collect()
}

/// The authorities that a desk belongs to.
fn speaks_for(directory: &Directory, desk: DeviceId) -> Vec<AuthorityId> {
    let is_its = |channel: &Channel| matches!(channel, Channel::Desk { device } if *device == desk);
    let authorities = directory.authorities.iter().filter(|(_, authority)| authority.channels.iter().any(is_its));
    authorities.map(|(id, _)| id.clone()).collect()
}

fn free_port() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)
}

/// Writes the ports that the receiver got into its configuration, so that the other commands find it.
fn write_ports(config: &Path, at: &Addresses) -> Result<(), Failure> {
    let named =
        [("tls", at.tls), ("udp", at.udp), ("dc09_tcp", at.dc09_tcp), ("dc09_udp", at.dc09_udp), ("http", at.http)];
    let line = |name: &str, address: SocketAddr| format!("\n{name} = \"{address}\"");
    let changes = named.into_iter().filter_map(|(name, at)| Some((line(name, free_port()), line(name, at?))));
    replace(config, &changes.collect::<Vec<_>>())
}

fn replace(file: &Path, changes: &[(String, String)]) -> Result<(), Failure> {
    let failed = || format!("cannot change {}", file.display());
    let text = std::fs::read_to_string(file).map_err(Failure::because(failed()))?;
    let changed = changes.iter().fold(text, |text, (from, to)| text.replacen(from, to, 1));
    std::fs::write(file, changed).map_err(Failure::because(failed()))
}

/// Trusts the receiver's certificate and no other.
fn trust(certificate: &Path) -> Result<Arc<rustls::ClientConfig>, Failure> {
    let failed = "cannot trust the receiver's certificate";
    let mut roots = rustls::RootCertStore::empty();
    for one in certificate::chain(certificate).map_err(Failure::job)? {
        roots.add(one).map_err(Failure::because(failed))?;
    }
    let builder = rustls::ClientConfig::builder_with_provider(certificate::provider());
    let builder = builder.with_protocol_versions(&[&rustls::version::TLS13]).map_err(Failure::because(failed))?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

/// Two ways for each panel: TLS over TCP, and UDP.
fn ways(at: &Addresses, tls: &Arc<rustls::ClientConfig>) -> Vec<Way> {
    let by_tls = at.tls.zip(ServerName::try_from("localhost").ok());
    let by_tls = by_tls.map(|(address, name)| Way::Tls { address, name, config: Arc::clone(tls) });
    by_tls.into_iter().chain(at.udp.map(Way::Udp)).collect()
}

#[cfg(test)]
mod tests {
    use keng_dispatch::directory::SiteKind;

    use super::*;

    #[test]
    fn the_directory_is_good_and_is_the_kinh_mon_that_the_police_described() {
        let directory = Directory::read(&directory_text("http://127.0.0.1:1")).unwrap();
        assert_eq!(directory.check(clock::now()), []);
        let count = |kind| directory.sites.values().filter(|site| site.kind == kind).count();
        assert_eq!((count(SiteKind::Bank), count(SiteKind::Credit), count(SiteKind::Gold)), (9, 12, 4));
        let wards = ["10675", "10678", "10705", "10714", "10726", "10729", "10744"];
        let areas: Vec<_> = directory.areas.keys().map(|code| code.as_str()).filter(|code| *code != "31").collect();
        assert_eq!(areas, wards);
        for site in directory.sites.values() {
            assert!((20.930..=21.070).contains(&site.position.lat) && (106.405..=106.611).contains(&site.position.lon));
        }
    }

    #[test]
    fn the_directory_says_that_it_is_invented() {
        assert!(DIRECTORY.lines().take(6).any(|line| line.contains("EVERYTHING ELSE IS INVENTED")));
    }
}
