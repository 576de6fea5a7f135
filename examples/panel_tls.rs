//! How does my panel send an alarm over TLS? The protocol crate's machine, driven over a TLS connection by fifty lines of your own.
//!
//! ```text
//! cargo run -p keng-examples --example panel_tls
//! ```
//!
//! A receiver is started in this process so that the example runs alone; what an embedder writes begins at `talk`.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

mod peer;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use keng_protocol::Sign as _;
use keng_protocol::envelope::{CellReader, cell};
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::panel::{self, Backoff, Indication, Input, Output, Panel};
use peer::{Peer, now};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let peer = Peer::start().await?;
    let address = peer.station.addresses().tls.ok_or("no listener")?;
    println!("1. A receiver listens on {address}.");

    // A panel knows three things of its receiver: where it is, whose certificate it has, and which key signs its receipts. The last is what
    // counts: TLS hides the alarm on its way, and the signatures prove it.
    let socket = connect(address, peer.certificate.clone()).await?;
    println!("2. The panel has a TLS connection.");

    let station = panel::Station { id: peer::STATION, key: 1, public: peer.station_key.public_key() };
    let config = panel::Config {
        id: peer::PANEL,
        key: 1,
        stations: vec![station],
        paths: 1,
        heartbeat: Duration::from_secs(30),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_secs(2), most: Duration::from_secs(30) },
        jitter_seed: 1,
        outbox: 64,
    };
    // The records of the panel's store come back here after a power cut; a new panel has none.
    let panel = Panel::new(config, peer.panel_key.clone(), now()?, Vec::new())?;
    let position = talk(panel, socket).await?;
    println!("5. The receiver's signed receipt: the alarm is on its disk, at position {position} of its journal.");
    peer.stop().await
}

/// Presses the button, and drives the machine until the receipt has come. A real panel goes round for ever.
async fn talk<S: keng_protocol::Sign>(
    mut panel: Panel<S>,
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
) -> Result<u64, Box<dyn Error>> {
    panel.handle_input(now()?, Input::PathUp { path: 0 });
    println!("3. Somebody presses the hold-up button.");
    panel.handle_input(now()?, Input::Say(Alarm::silent(AlarmKind::HoldUp).into()));
    let (mut cells, mut chunk) = (CellReader::default(), [0; 2048]);
    loop {
        // Do all that the machine asks for, until it only waits.
        let due = loop {
            match panel.poll_output() {
                Output::Send { octets, .. } => {
                    println!("4. {} octets go out, in a cell of {}.", octets.len(), cell(&octets)?.len());
                    socket.write_all(&cell(&octets)?).await?;
                    socket.flush().await?;
                }
                Output::Show { what: Indication::Received { position, .. }, .. } => return Ok(position),
                Output::Timeout(due) => break due,
                // A real panel stores each record before it sleeps, shows each indication, and counts each refusal.
                Output::Persist(_) | Output::Show { .. } | Output::Refused { .. } => {}
            }
        };
        tokio::select! {
            count = socket.read(&mut chunk) => {
                let mut octets = chunk.get(..count?).filter(|octets| !octets.is_empty()).ok_or("the receiver has hung up")?;
                while let Some(frame) = cells.read(&mut octets)? {
                    panel.handle_input(now()?, Input::Frame { path: 0, octets: frame });
                }
            }
            () = tokio::time::sleep(due.since(now()?)) => panel.handle_input(now()?, Input::Tick),
        }
    }
}

async fn connect(
    address: SocketAddr,
    trusted: CertificateDer<'static>,
) -> Result<impl AsyncRead + AsyncWrite + Unpin, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted)?;
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    Ok(TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost")?, socket).await?)
}
