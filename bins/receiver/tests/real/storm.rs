//! All panels come back at once after a restart, by TLS: every one is served, and a hold-up in the middle is told and receipted.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ed25519_dalek::SigningKey;
use keng_protocol::envelope::{CellReader, cell};
use keng_protocol::message::{Enrolment, Role};
use keng_protocol::{DeviceId, FrameId, Header, Kind, Message, Sign as _, seal};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::client::TlsStream;
use tokio_rustls::{TlsConnector, rustls};

use crate::button::{Button, Buttons, Line};
use crate::ledger::Promised;
use crate::process::{NEVER, Serve, raise_descriptors, setting, until};
use crate::scene::{SITES, Scene};
use crate::world::{World, now};

/// So many panels; `KENG_PANELS` says another number.
const PANELS: usize = 1500;
/// So many statements of the authority are on their way at once.
const AT_ONCE: usize = 64;
/// So many panels come from one address, so that the ports suffice.
const OF_ONE_ADDRESS: usize = 2000;

#[test]
fn all_panels_come_back_by_tls_after_a_restart_and_a_hold_up_among_them_is_told() {
    raise_descriptors();
    let world = World::new("storm", SITES, "");
    world.configure("links = 4096", "links = 16384");
    let many = setting("KENG_PANELS", PANELS);
    let serve = Serve::start(&world.folder);
    let panels = enrolled(&world, &serve, many);
    serve.kill();

    let serve = Serve::start(&world.folder);
    let mut scene = Scene::open(&world, &serve);
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (at, tls) = (serve.at["panels by TLS"], connector(&world.folder));
    let (served, tries) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let since = std::time::Instant::now();
    let storm: Vec<_> = panels
        .into_iter()
        .enumerate()
        .map(|(number, panel)| {
            let (tls, served, tries) = (tls.clone(), Arc::clone(&served), Arc::clone(&tries));
            runtime.spawn(come_back(panel, number, at, tls, tries, served))
        })
        .collect();
    for part in 1..4 {
        until("the storm goes on", || (served.load(Ordering::Relaxed) >= many * part / 4).then_some(()));
        let pressed = std::time::Instant::now();
        scene.receipted(&mut buttons, &mut promised);
        eprintln!("{} of {many} are back; told and receipted in {:?}", many * part / 4, pressed.elapsed());
    }
    let held: Vec<_> = storm.into_iter().map(|panel| runtime.block_on(panel).unwrap()).collect();
    eprintln!("{} are back in {:?}, with {} connections", held.len(), since.elapsed(), tries.load(Ordering::Relaxed));
    let health = scene.api.health();
    assert_eq!((&health["devices_silent"], &health["refusals"]), (&0.into(), &0.into()), "{health}");
    until("all links are counted", || (scene.api.health()["links"].as_u64()? >= many as u64).then_some(()));
    scene.receipted(&mut buttons, &mut promised);
    drop(held);
    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
}

/// Panels of no site, enrolled by the authority's own statements.
fn enrolled(world: &World, serve: &Serve, many: usize) -> Vec<Button> {
    let (authority, key) = world.authority();
    let mut line = Line::open(serve.at["panels by TCP in clear"]).unwrap();
    let (epoch, at) = (u32::try_from(now().millis() / 1000).unwrap() + 1, now());
    let panels: Vec<_> = (0..many).map(|number| panel(u32::try_from(number).unwrap())).collect();
    for (part, chunk) in panels.chunks(AT_ONCE).enumerate() {
        for (index, (device, panel)) in chunk.iter().enumerate() {
            let sequence = u32::try_from(part * AT_ONCE + index + 1).unwrap();
            let header = Header { kind: Kind::Enrolment, sender: authority, key: 0, epoch, sequence, time: now() };
            let public = panel.public_key().to_bytes();
            let said = Enrolment { device: *device, role: Role::Panel, number: 0, key: public, from: at, to: None };
            line.send(&seal(&header, &said.into(), &key).unwrap()).unwrap();
        }
        for _ in chunk {
            let receipt = world.button(0).believe(&line.next().unwrap());
            assert!(matches!(receipt, Message::Receipt(_)), "{receipt:?}");
        }
    }
    panels.into_iter().map(|(device, key)| Button::new(device, key, world.station)).collect()
}

fn panel(number: u32) -> (DeviceId, SigningKey) {
    let [a, b, c, d] = number.to_be_bytes();
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&[a, b, c, d]);
    (DeviceId([0x70, 0, 0, 0, a, b, c, d]), SigningKey::from_bytes(&seed))
}

/// Comes back, again when it must, until it was heard.
async fn come_back(
    mut panel: Button,
    number: usize,
    at: SocketAddr,
    tls: TlsConnector,
    tries: Arc<AtomicUsize>,
    served: Arc<AtomicUsize>,
) -> TlsStream<TcpStream> {
    let since = std::time::Instant::now();
    loop {
        tries.fetch_add(1, Ordering::Relaxed);
        match heard(&mut panel, number, at, &tls).await {
            Ok(stream) => {
                served.fetch_add(1, Ordering::Relaxed);
                return stream;
            }
            Err(error) => assert!(since.elapsed() < NEVER, "panel {number} is not served: {error}"),
        }
    }
}

/// A handshake, a heartbeat, and the station's signed word that it was heard.
async fn heard(
    panel: &mut Button,
    number: usize,
    at: SocketAddr,
    tls: &TlsConnector,
) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpSocket::new_v4()?;
    let source = Ipv4Addr::new(127, 2, 0, u8::try_from(number / OF_ONE_ADDRESS + 1).unwrap());
    socket.bind((source, 0).into())?;
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = tls.connect(name, socket.connect(at).await?).await?;
    let heartbeat = panel.heartbeat();
    stream.write_all(&cell(&heartbeat.octets).unwrap()).await?;
    stream.flush().await?;
    let (mut cells, mut chunk) = (CellReader::default(), [0; 1024]);
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let mut octets = &chunk[..count];
        while let Some(frame) = cells.read(&mut octets).unwrap() {
            if frame_of(&panel.believe(frame)) == Some(heartbeat.frame) {
                return Ok(stream);
            }
        }
    }
}

fn frame_of(said: &Message) -> Option<FrameId> {
    match said {
        Message::Heard(heard) => Some(heard.frame),
        Message::Receipt(receipt) => Some(receipt.frame),
        _ => None,
    }
}

/// Trusts the certificate that `init` has written, and no other.
fn connector(folder: &Path) -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("tls/certificate.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}
