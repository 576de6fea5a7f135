//! `test`: says one thing as a panel would, by the panel's own way, and shows the receipt. It proves that a new receiver works.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use keng_protocol::message::{Alarm, AlarmKind, Test};
use keng_protocol::panel::{self, Backoff, Indication};
use keng_protocol::{Message, Sign as _};
use keng_station::panel::{Panel, Way};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};

use crate::args::TestArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::{certificate, secret};

/// How long the receipt is waited for.
const WITHIN: Duration = Duration::from_secs(20);

/// Sends it, and prints where the receiver has stored it.
pub(crate) fn run(args: &TestArgs) -> Result<(), Failure> {
    let config = Config::read(&args.config.config)?;
    let key = secret::read_key(&args.key)
        .map_err(Failure::because(format!("cannot read the panel's key {}", args.key.display())))?;
    let station =
        secret::read_key(&config.station.key.value).map_err(Failure::because("cannot read the station's key"))?;
    let station =
        panel::Station { id: config.station.id, key: config.station.key_number, public: station.public_key() };
    let way = way(&config, args)?;
    let message = if args.drill {
        Message::from(Alarm { drill: true, ..Alarm::silent(AlarmKind::HoldUp) })
    } else {
        Test { path: 0 }.into()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::because("cannot start the runtime"))?;
    runtime.block_on(async {
        let panel = Panel::start(as_panel(args, station), key, vec![way], Vec::new(), |_| ());
        let mut panel = panel.map_err(Failure::because("cannot act as a panel"))?;
        let since = Instant::now();
        panel.say(message).await;
        let received = tokio::time::timeout(WITHIN, received(&mut panel)).await.ok().flatten().ok_or_else(|| {
            let seconds = WITHIN.as_secs();
            Failure::job(format!(
                "no receipt within {seconds} s: is `serve` running, the device enrolled, and its key used by nothing else? Its refusals: GET /api/v1/refusals"
            ))
        })?;
        let what = if args.drill { "the drill" } else { "the test" };
        let (position, took) = (received, since.elapsed().as_secs_f64() * 1000.0);
        Ok(writeln!(std::io::stdout(), "{what} is stored at position {position} of the journal; receipt after {took:.1} ms")?)
    })
}

fn as_panel(args: &TestArgs, station: panel::Station) -> panel::Config {
    panel::Config {
        id: args.device,
        key: args.number,
        stations: vec![station],
        paths: 1,
        heartbeat: Duration::from_secs(60),
        not_received_after: WITHIN,
        retry: Backoff { first: Duration::from_secs(1), most: Duration::from_secs(4) },
        jitter_seed: 0,
        outbox: 1,
    }
}

/// Where in the journal it stands, once the receipt is there.
async fn received(panel: &mut Panel) -> Option<u64> {
    loop {
        if let Indication::Received { position, .. } = panel.shown().await? {
            return Some(position);
        }
    }
}

/// The best way that the receiver listens on: TLS, then UDP, then TCP in clear.
fn way(config: &Config, args: &TestArgs) -> Result<Way, Failure> {
    let here = |listener| args.address.unwrap_or_else(|| here(listener));
    if let (Some(address), Some(tls)) = (config.listen.tls, &config.tls) {
        let name = ServerName::try_from(args.name.clone()).map_err(Failure::because("--name is no name of a host"))?;
        return Ok(Way::Tls { address: here(address), name, config: Arc::new(trusting(&tls.certificate.value)?) });
    }
    let clear = config.listen.udp.map(here).map(Way::Udp).or(config.listen.tcp.map(here).map(Way::Tcp));
    clear.ok_or_else(|| Failure::job("the receiver listens for no native panel: see [listen] in the configuration"))
}

/// TLS that trusts exactly the receiver's own chain.
fn trusting(file: &std::path::Path) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    for certificate in certificate::chain(file).map_err(Failure::job)? {
        roots.add(certificate).map_err(Failure::because("the receiver's certificate cannot be trusted"))?;
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

/// Where to connect for a listener: one on all networks is reached on this machine.
fn here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    address
}
