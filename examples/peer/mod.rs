//! The other side of the examples: a receiver of our own in this process, with one site, one panel and one desk. All names are invented.
//!
//! In life this is `keng-receiver serve`; an embedder never writes it.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_protocol::message::{Enrolment, Role};
use keng_protocol::{DeviceId, Header, Kind, Message, Sign as _, Timestamp, seal};
use keng_station::{Config, Listen, Scope, Station, Timing};
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

pub(crate) const PANEL: DeviceId = DeviceId(*b"panel-01");
pub(crate) const DESK: DeviceId = DeviceId(*b"desk-001");
pub(crate) const STATION: DeviceId = DeviceId(*b"station1");
const AUTHORITY: DeviceId = DeviceId(*b"authorit");
/// What the desk shows to the API.
pub(crate) const TOKEN: &str = "a-token-of-an-example";

const DIRECTORY: &str = r#"
version = 1
[[level]]
number = 1
vi = "Công an phường"
en = "Ward police"
[[area]]
code = "10001"
vi = "Phường Ví Dụ"
en = "Ward of Example"
[[authority]]
id = "ward"
kind = "police"
level = 1
vi = "Công an phường Ví Dụ"
en = "Police of the ward of Example"
areas = ["10001"]
channels = [{ desk = "@desk@" }]
[[site]]
id = "branch"
kind = "bank"
vi = "Phòng giao dịch Ví Dụ"
en = "Branch of Example"
position = [20.98, 106.51]
area = "10001"
address = "Số 1 đường Ví Dụ"
devices = [{ id = "@panel@" }]
"#;

/// A running receiver and the keys that were given out.
pub(crate) struct Peer {
    pub(crate) station: Station,
    pub(crate) station_key: SigningKey,
    pub(crate) panel_key: SigningKey,
    pub(crate) desk_key: SigningKey,
    /// The certificate that panels trust.
    pub(crate) certificate: CertificateDer<'static>,
    folder: PathBuf,
}

impl Peer {
    /// Starts it on free ports of this machine.
    pub(crate) async fn start() -> Result<Self, Box<dyn Error>> {
        let (station_key, authority_key) = (new_key()?, new_key()?);
        let (panel_key, desk_key) = (new_key()?, new_key()?);
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let certificate = made.cert.der().clone();
        let private = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let tls = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], private.into())?;
        let folder = std::env::temp_dir().join(format!("keng-example-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let loopback: SocketAddr = ([127, 0, 0, 1], 0).into();
        let directory = DIRECTORY.replace("@desk@", &DESK.to_string()).replace("@panel@", &PANEL.to_string());
        let station = Station::start(Config {
            id: STATION,
            key_number: 1,
            key: station_key.clone(),
            authorities: vec![(AUTHORITY, 1, authority_key.public_key())],
            journal: folder.join("journal.db"),
            directory: Directory::read(&directory)?,
            listen: Listen { tls: Some(loopback), http: Some(loopback), ..Listen::default() },
            tls: Some(Arc::new(tls)),
            accounts: Vec::new(),
            tokens: vec![(Sha256::digest(TOKEN.as_bytes()).into(), Scope::Desk(DESK))],
            webhook_key: new_key()?,
            timing: Timing::default(),
            links: 16,
            devices: 16,
        })
        .await?;
        let peer = Self { station, station_key, panel_key, desk_key, certificate, folder };
        peer.enrol(&authority_key, PANEL, Role::Panel, &peer.panel_key, 1).await?;
        peer.enrol(&authority_key, DESK, Role::Desk, &peer.desk_key, 2).await?;
        Ok(peer)
    }

    /// Stops it and removes its folder.
    pub(crate) async fn stop(self) -> Result<(), Box<dyn Error>> {
        self.station.stop().await;
        Ok(std::fs::remove_dir_all(self.folder)?)
    }

    async fn enrol(
        &self,
        authority: &SigningKey,
        device: DeviceId,
        role: Role,
        key: &SigningKey,
        sequence: u32,
    ) -> Result<(), Box<dyn Error>> {
        let key = key.public_key().to_bytes();
        let enrolment =
            Message::from(Enrolment { device, role, number: 1, key, from: Timestamp::from_millis(0), to: None });
        let header = Header { kind: Kind::Enrolment, sender: AUTHORITY, key: 1, epoch: 1, sequence, time: now()? };
        self.station.handle().submit(seal(&header, &enrolment, authority)?).await;
        Ok(())
    }
}

/// A key from the operating system's randomness.
pub(crate) fn new_key() -> Result<SigningKey, Box<dyn Error>> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(SigningKey::from_bytes(&seed))
}

/// The time of the machine's clock.
pub(crate) fn now() -> Result<Timestamp, Box<dyn Error>> {
    Ok(Timestamp::from_millis(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?))
}
