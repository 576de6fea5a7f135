//! Frames acknowledged a second, each stored before it is acknowledged, over 64 connections from a process of its own, beside a bare echo of
//! the same octets over the same connections; and what the whole receiver spends on one of them, beside one strict verification and one
//! signature.
//!
//! Each frame comes from another site, so each hold-up is an incident of its own and is told to three levels, at whose desks somebody
//! listens. Goals: DC-09 at least 0.4 of the echo; a signed alarm at most 1.3 times the bare cryptography.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may fail loudly"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signature, Signer as _};
use keng_benches::child::{self, Child};
use keng_benches::measure::{is_test, is_wanted, median, nanos_each, process_cpu, rounds, threads_cpu};
use keng_benches::town;
use keng_dc09::Dialler;
use keng_dispatch::directory::Directory;
use keng_protocol::DeviceId;
use keng_protocol::envelope::{SIZES, cell};
use keng_protocol::message::{Alarm, AlarmKind};
use keng_station::{Listen, Station};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 5;
/// How often each site says its DC-09 opening.
const OPENINGS: usize = 8;
/// What is sent.
const KINDS: [&str; 3] = ["dc09 openings", "dc09 hold-ups", "signed alarms"];

fn main() {
    if let Some(arguments) = child::arguments() {
        let [kind, at, api, sites] = arguments.try_into().unwrap();
        return client(&kind, at.parse().unwrap(), api.parse().ok(), sites.parse().unwrap());
    }
    let (sites, count) = if is_test() { (CONNECTIONS, 1) } else { (64 * CONNECTIONS, ROUNDS) };
    let runtime = Station::runtime().unwrap();
    let town = town::directory(sites);
    let echo = runtime.block_on(echo());
    for kind in KINDS.into_iter().filter(|kind| is_wanted(kind)) {
        let (mut spent, mut stored_in) = (Vec::new(), Vec::new());
        let ours = || {
            let driven = stored(&runtime, &town, kind);
            spent.push(driven.micros);
            stored_in.push(driven.journal_micros);
            driven.rate
        };
        let ratio = rounds(count, ours, || driven(kind, echo, None, sites).rate);
        let goal = if kind.starts_with("dc09") { "at least 0.4" } else { "none" };
        ratio.print(&format!("{kind} stored and acknowledged, beside a bare echo"), "/s", goal);
        let (micros, bare, journal) = (median(spent), cryptography(), median(stored_in));
        println!(
            "  the whole receiver spends {micros:.1} us of CPU time on one, {journal:.1} of them in the journal's thread"
        );
        if kind == "signed alarms" {
            println!("  one verify_strict and one sign: {bare:.1} us, ratio {:.2} (goal: at most 1.3)", micros / bare);
        }
    }
}

/// What a client saw, and what it cost this process.
struct Driven {
    /// Answers a second.
    rate: f64,
    /// Microseconds of CPU time for each.
    micros: f64,
    /// Those of them in the journal's thread.
    journal_micros: f64,
}

/// One new station, at which the three desks listen.
fn stored(runtime: &Runtime, town: &Directory, kind: &str) -> Driven {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("throughput-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let sites = town.sites.len();
    let station = runtime.block_on(async {
        let mut config = town::config(folder.join("journal.db"), town);
        let any = Some(([127, 0, 0, 1], 0).into());
        config.listen = Listen { tcp: any, dc09_tcp: any, http: any, ..Listen::default() };
        let station = Station::start(config).await.unwrap();
        for frame in town::enrolments(sites) {
            station.handle().submit(frame).await;
        }
        station
    });
    let at = station.addresses();
    let to = if kind.starts_with("dc09") { at.dc09_tcp } else { at.tcp };
    let figures = driven(kind, to.unwrap(), at.http, sites);
    runtime.block_on(station.stop());
    std::fs::remove_dir_all(folder).unwrap();
    figures
}

/// Lets a client send one frame for each site.
fn driven(kind: &str, at: SocketAddr, api: Option<SocketAddr>, sites: usize) -> Driven {
    let api = api.map(|api| api.to_string()).unwrap_or_default();
    let mut client = Child::start(&[kind, &at.to_string(), &api, &sites.to_string()]);
    client.hear();
    let (cpu, journal) = (process_cpu(), threads_cpu("journal"));
    client.go();
    let seconds: f64 = client.hear().parse().unwrap();
    let sent = (sites * repeats(kind)) as f64;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / sent;
    let journal_micros = each(threads_cpu("journal") - journal);
    Driven { rate: sent / seconds, micros: each(process_cpu() - cpu), journal_micros }
}

/// Answers every octet with itself.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            socket.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let mut chunk = [0; 1024];
                while let Ok(count @ 1..) = socket.read(&mut chunk).await {
                    socket.write_all(chunk.get(..count).unwrap()).await.unwrap();
                }
            });
        }
    });
    at
}

/// Microseconds of a strict verification and a signature, over as many octets as an alarm has.
fn cryptography() -> f64 {
    let signed: Vec<_> = (0..256).map(|number| (town::key(town::panel(number)), [7; 64])).collect();
    let signatures: Vec<Signature> = signed.iter().map(|(key, octets)| key.sign(octets)).collect();
    let keys: Vec<_> = signed.iter().map(|(key, _)| key.verifying_key()).collect();
    let one = |turn: usize| {
        let turn = turn % 256;
        let ((key, octets), signature) = (signed.get(turn).unwrap(), signatures.get(turn).unwrap());
        keys.get(turn).unwrap().verify_strict(octets, signature).unwrap();
        std::hint::black_box(key.sign(octets));
    };
    median((0..9).map(|_| nanos_each(1024, one) / 1e3).collect())
}

/// The other process: on each connection one frame after the other, each when the one before is answered.
fn client(kind: &str, at: SocketAddr, api: Option<SocketAddr>, sites: usize) {
    let frames: Vec<_> = frames(kind, sites);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let socket = TcpStream::connect(at).await.unwrap();
            socket.set_nodelay(true).unwrap();
            connections.push(socket);
        }
        for desk in town::DESKS {
            if let Some(api) = api {
                listen(api, desk).await;
            }
        }
        child::tell("ready");
        child::wait();
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for (number, socket) in connections.into_iter().enumerate() {
            let frames: Vec<_> = frames.iter().skip(number).step_by(CONNECTIONS).cloned().collect();
            tasks.spawn(exchange(socket, frames));
        }
        tasks.join_all().await;
        child::tell(start.elapsed().as_secs_f64());
    });
}

/// A desk that reads what it is told.
async fn listen(api: SocketAddr, desk: DeviceId) {
    let mut socket = TcpStream::connect(api).await.unwrap();
    let token = town::token(desk);
    let request = format!("GET /api/v1/stream HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {token}\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut chunk = vec![0; 64 * 1024];
    let count = socket.read(&mut chunk).await.unwrap();
    assert!(chunk.get(..count).unwrap().starts_with(b"HTTP/1.1 200"), "the stream is open");
    tokio::spawn(async move { while let Ok(1..) = socket.read(&mut chunk).await {} });
}

async fn exchange(mut socket: TcpStream, frames: Vec<Vec<u8>>) {
    let mut chunk = [0; 1024];
    for frame in frames {
        socket.write_all(&frame).await.unwrap();
        let mut held = 0;
        while !is_whole(chunk.get(..held).unwrap()) {
            let count = socket.read(chunk.get_mut(held..).unwrap()).await.unwrap();
            assert!(count > 0, "the connection is closed");
            held += count;
        }
    }
}

/// A cell of the smallest size, or a DC-09 frame up to its CR.
fn is_whole(octets: &[u8]) -> bool {
    octets.len() == SIZES[0] || octets.starts_with(b"\n") && octets.ends_with(b"\r")
}

/// How often each site says it. An alarm is said once: a second one would join the first.
fn repeats(kind: &str) -> usize {
    if kind == "dc09 openings" { OPENINGS } else { 1 }
}

/// One frame of each site after the other, and so on.
fn frames(kind: &str, sites: usize) -> Vec<Vec<u8>> {
    let now = town::now();
    let mut diallers: Vec<_> = (0..sites).map(|site| Dialler::new(town::account(site), None)).collect();
    let alarm = |site| cell(&town::say(town::panel(site), (1, 1), now, Alarm::silent(AlarmKind::HoldUp))).unwrap();
    match kind {
        "signed alarms" => (0..sites).map(alarm).collect(),
        _ => {
            let event = if kind == "dc09 openings" { "Nri1/OP004" } else { "Nri1/HA003" };
            let all = |_| diallers.iter_mut().map(|dialler| dialler.sia(now, event)).collect::<Vec<_>>();
            (0..repeats(kind)).flat_map(all).collect()
        }
    }
}
