//! The memory of an idle TLS connection at a station, beside one at a bare tokio-rustls server with the same configuration: each in a process of
//! its own, with 2,000 connections that have each said one thing and had an answer. Goal: at most 1.25 times.
#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a benchmark may fail loudly")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keng_benches::child::{self, Child};
use keng_benches::measure::{is_test, resident, rounds};
use keng_benches::town;
use keng_protocol::envelope::{SIZES, cell};
use keng_protocol::message::{Heartbeat, PathStates, Power};
use keng_station::{Listen, Station};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Connections before the first look, so that what is made once is there.
const FIRST: usize = 100;

fn main() {
    if let Some(arguments) = child::arguments() {
        let [server, folder, connections] = arguments.try_into().unwrap();
        return serve(&server, Path::new(&folder), connections.parse().unwrap());
    }
    let (connections, count) = if is_test() { (20, 1) } else { (2000, 3) };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("idle-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let made = rcgen::generate_simple_self_signed(["station".to_owned()]).unwrap();
    std::fs::write(folder.join("certificate"), made.cert.der()).unwrap();
    std::fs::write(folder.join("key"), made.signing_key.serialize_der()).unwrap();
    let of = |server| memory(server, &folder, connections);
    rounds(count, || of("station"), || of("bare")).print(
        "idle TLS connection, station / bare tokio-rustls",
        "KiB",
        "at most 1.25",
    );
    std::fs::remove_dir_all(folder).unwrap();
}

/// KiB for each connection.
fn memory(server: &str, folder: &Path, connections: usize) -> f64 {
    let all = (FIRST + connections).to_string();
    let mut child = Child::start(&[server, &folder.display().to_string(), &all]);
    let at: SocketAddr = child.hear().parse().unwrap();
    let runtime = runtime();
    let connector = TlsConnector::from(client_config(folder));
    let open = |numbers: std::ops::Range<usize>| {
        runtime.block_on(async {
            let mut opened = Vec::new();
            for number in numbers {
                opened.push(connect(&connector, at, number).await);
            }
            opened
        })
    };
    let mut look = || {
        child.go();
        child.hear().parse::<u64>().unwrap()
    };
    let first = open(0..FIRST);
    let before = look();
    let rest = open(FIRST..FIRST + connections);
    let after = look();
    drop((first, rest));
    (after - before) as f64 / 1024.0 / connections as f64
}

/// A connection that has said its heartbeat and heard the answer.
async fn connect(connector: &TlsConnector, at: SocketAddr, number: usize) -> impl AsyncRead + AsyncWrite {
    let socket = TcpStream::connect(at).await.unwrap();
    socket.set_nodelay(true).unwrap();
    let mut socket = connector.connect(ServerName::try_from("station").unwrap(), socket).await.unwrap();
    let paths = PathStates { configured: 1, good: 1 };
    let beat = Heartbeat { events: 0, last: None, power: Power::Mains, tamper: false, paths };
    let frame = town::say(town::panel(number), (1, 1), town::now(), beat);
    socket.write_all(&cell(&frame).unwrap()).await.unwrap();
    socket.read_exact(&mut [0; SIZES[0]]).await.unwrap();
    socket
}

/// The other process: serves, and tells its memory whenever it is asked.
fn serve(server: &str, folder: &Path, connections: usize) {
    let runtime = runtime();
    let tls = server_config(folder);
    let station = match server {
        "station" => Some(runtime.block_on(station(tls, folder.join("journal.db"), connections))),
        _ => {
            child::tell(runtime.block_on(bare(tls)));
            None
        }
    };
    while child::wait() {
        child::tell(resident());
    }
    drop(station);
}

async fn station(tls: Arc<ServerConfig>, journal: PathBuf, connections: usize) -> Station {
    [&journal, &journal.with_extension("db-wal"), &journal.with_extension("db-shm")]
        .into_iter()
        .for_each(|old| std::fs::remove_file(old).unwrap_or_default());
    let mut config = town::config(journal, &town::directory(connections));
    config.listen = Listen { tls: Some(([127, 0, 0, 1], 0).into()), ..Listen::default() };
    config.tls = Some(tls);
    let station = Station::start(config).await.unwrap();
    for frame in town::enrolments(connections) {
        station.handle().submit(frame).await;
    }
    child::tell(station.addresses().tls.unwrap());
    station
}

/// The least that a server can be: it reads what fits a cell, and sends it back.
async fn bare(tls: Arc<ServerConfig>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(tls);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            socket.set_nodelay(true).unwrap();
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut socket = acceptor.accept(socket).await.unwrap();
                let mut chunk = [0; SIZES[2]];
                while let Ok(count @ 1..) = socket.read(&mut chunk).await {
                    socket.write_all(chunk.get(..count).unwrap()).await.unwrap();
                    socket.flush().await.unwrap();
                }
            });
        }
    });
    at
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

fn server_config(folder: &Path) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(std::fs::read(folder.join("key")).unwrap()));
    let config = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&rustls::version::TLS13]);
    Arc::new(config.unwrap().with_no_client_auth().with_single_cert(vec![certificate(folder)], key).unwrap())
}

fn client_config(folder: &Path) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(folder)).unwrap();
    let config = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[&rustls::version::TLS13]);
    Arc::new(config.unwrap().with_root_certificates(roots).with_no_client_auth())
}

fn certificate(folder: &Path) -> CertificateDer<'static> {
    CertificateDer::from(std::fs::read(folder.join("certificate")).unwrap())
}
