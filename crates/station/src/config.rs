//! What a station needs to start. The file format and the keys' files are the binary's business.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_protocol::{DeviceId, PublicKey};

use crate::feed::Scope;

/// Everything a [`Station`](crate::Station) is made of.
pub struct Config {
    /// The station's id: the sender of every receipt.
    pub id: DeviceId,
    /// The number of the station's key.
    pub key_number: u8,
    /// The station's key. It signs receipts, progress, and the alarms of panels that cannot sign.
    pub key: SigningKey,
    /// Who may enrol, rotate and revoke, with the numbers of their keys.
    pub authorities: Vec<(DeviceId, u8, PublicKey)>,
    /// The journal's file; made when it is not there.
    pub journal: PathBuf,
    /// Who is told.
    pub directory: Directory,
    /// Where to listen.
    pub listen: Listen,
    /// TLS for native panels, and for the API when `listen.http_tls` says so. The caller chooses the crypto provider.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The DC-09 accounts with their keys, and after how long without a word each is silent; `None` is never.
    pub accounts: Vec<(keng_dc09::Account, Option<Duration>)>,
    /// Who may use the API: the SHA-256 of each token, and what it may see.
    pub tokens: Vec<([u8; 32], Scope)>,
    /// The key that signs webhooks.
    pub webhook_key: SigningKey,
    /// The times.
    pub timing: Timing,
    /// How many links may be open at once.
    pub links: usize,
    /// How many devices may be enrolled.
    pub devices: usize,
}

/// Where to listen; what is `None` is off. Port 0 takes a free one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listen {
    /// Native panels by TLS 1.3 over TCP; needs [`Config::tls`].
    pub tls: Option<SocketAddr>,
    /// Native panels by TCP in clear: for lines that are protected otherwise.
    pub tcp: Option<SocketAddr>,
    /// Native panels by UDP.
    pub udp: Option<SocketAddr>,
    /// DC-09 panels by TCP.
    pub dc09_tcp: Option<SocketAddr>,
    /// DC-09 panels by UDP.
    pub dc09_udp: Option<SocketAddr>,
    /// The API.
    pub http: Option<SocketAddr>,
    /// Whether the API speaks TLS, with [`Config::tls`].
    pub http_tls: bool,
}

/// The station's times.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// After how long without a word a panel is silent.
    pub silence: Duration,
    /// How far a device's clock may differ before its messages are labelled.
    pub clock_tolerance: Duration,
    /// How often an unchanged heartbeat is journaled.
    pub heartbeat_mark: Duration,
}

impl Default for Timing {
    /// Silent after 3 minutes (EN 50131 grade 4 reports a lost path within 3 min), clocks within 30 s, a mark every 10 minutes.
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Self { silence: minutes(3), clock_tolerance: Duration::from_secs(30), heartbeat_mark: minutes(10) }
    }
}
