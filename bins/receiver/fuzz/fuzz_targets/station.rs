//! The values of `keng-station` that a configuration is read into, so that the station's runtime and servers need not be built for it. If one
//! of them changes, this no longer compiles.

use std::net::SocketAddr;
use std::time::Duration;

use keng_protocol::DeviceId;

/// As `keng_station::Listen`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listen {
    pub tls: Option<SocketAddr>,
    pub tcp: Option<SocketAddr>,
    pub udp: Option<SocketAddr>,
    pub dc09_tcp: Option<SocketAddr>,
    pub dc09_udp: Option<SocketAddr>,
    pub http: Option<SocketAddr>,
    pub http_tls: bool,
}

/// As `keng_station::Timing`.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub silence: Duration,
    pub clock_tolerance: Duration,
    pub heartbeat_mark: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let usual = Duration::from_secs(60);
        Self { silence: usual, clock_tolerance: usual, heartbeat_mark: usual }
    }
}

/// As `keng_station::Scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Desk(DeviceId),
    All,
}
