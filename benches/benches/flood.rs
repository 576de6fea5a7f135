//! An honest panel that presses now and then while others flood the station at twice what it can take: its receipts' p99 beside the same without
//! a flood. The capacity is measured first. Goal: at most 5 times.
//!
//! The floods: one panel, and 64, that press without waiting for an answer, each by its own connection; and datagrams with signatures that are
//! wrong, of a panel that is known and of panels that nobody knows. Station, flood and honest panel are a process each.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark prints and may fail loudly"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep, spawn};
use std::time::{Duration, Instant};

use keng_benches::child::{self, Child};
use keng_benches::measure::{is_test, quantile};
use keng_benches::town;
use keng_protocol::envelope::{SIZES, cell};
use keng_protocol::message::{Alarm, AlarmKind};
use keng_station::{Addresses, Listen, Station};

/// Panels that flood; the honest ones come behind them.
const FLOODERS: usize = 64;
/// How long a flood can last, and how often somebody honest presses.
const LASTS: Duration = Duration::from_secs(10);
const PRESS_EVERY: Duration = Duration::from_millis(5);
/// How often a flood goes on.
const TICK: Duration = Duration::from_millis(1);
/// A stranger's number.
const NOBODY: usize = 1 << 40;

const FLOODS: [&str; 4] = ["one panel", "64 panels", "wrong signatures of a panel", "wrong signatures of strangers"];

fn main() {
    if let Some(arguments) = child::arguments() {
        let [what, tcp, udp, number, from] = arguments.try_into().unwrap();
        let (tcp, udp) = (tcp.parse().unwrap(), udp.parse().unwrap());
        return match what.as_str() {
            "honest" => honest(tcp, number.parse().unwrap(), from.parse().unwrap()),
            "capacity" => capacity(tcp, number.parse().unwrap()),
            flood => self::flood(flood, (tcp, udp), number.parse().unwrap(), from.parse().unwrap()),
        };
    }
    let presses = if is_test() { 5 } else { 300 };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("flood-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let runtime = Station::runtime().unwrap();
    let station = runtime.block_on(start(&folder, FLOODERS + presses * (FLOODS.len() + 1)));
    let at = station.addresses();
    let mut capacity = child("capacity", at, if is_test() { 2 } else { 100 }, 0);
    capacity.go();
    let rate: f64 = capacity.hear().parse().unwrap();
    println!("capacity: {rate:.0} alarms a second by {FLOODERS} panels that wait for their receipts");
    let calm = press(at, presses, FLOODERS);
    println!("an honest panel's receipt without a flood: p50 {:.2} ms, p99 {:.2} ms", calm.0, calm.1);
    for (number, flood) in (1..).zip(FLOODS) {
        let mut flooder = child(flood, at, rate as usize * 2, number + 1);
        flooder.go();
        let (p50, p99) = press(at, presses, FLOODERS + presses * number);
        flooder.go();
        let sent = flooder.hear();
        println!(
            "flood of {flood} at {sent}/s: p50 {p50:.2} ms ({:.1}x), p99 {p99:.2} ms, ratio {:.1} (goal: at most 5)",
            p50 / calm.0,
            p99 / calm.1
        );
    }
    runtime.block_on(station.stop());
    std::fs::remove_dir_all(folder).unwrap();
}

async fn start(folder: &Path, panels: usize) -> Station {
    let mut config = town::config(folder.join("journal.db"), &town::directory(panels));
    let any = Some(([127, 0, 0, 1], 0).into());
    config.listen = Listen { tcp: any, udp: any, ..Listen::default() };
    let station = Station::start(config).await.unwrap();
    for frame in town::enrolments(panels) {
        station.handle().submit(frame).await;
    }
    station
}

fn child(what: &str, at: Addresses, number: usize, from: usize) -> Child {
    let (tcp, udp) = (at.tcp.unwrap().to_string(), at.udp.unwrap().to_string());
    let mut child = Child::start(&[what, &tcp, &udp, &number.to_string(), &from.to_string()]);
    assert_eq!(child.hear(), "ready");
    child
}

/// Milliseconds from the press to the receipt, p50 and p99, of honest panels of which each presses once.
fn press(at: Addresses, presses: usize, from: usize) -> (f64, f64) {
    let mut honest = child("honest", at, presses, from);
    honest.go();
    (honest.hear().parse().unwrap(), honest.hear().parse().unwrap())
}

fn honest(at: SocketAddr, presses: usize, from: usize) {
    let frames: Vec<_> = (from..from + presses).map(|panel| cell(&said(panel, 1, 1)).unwrap()).collect();
    let mut sockets: Vec<_> = frames.iter().map(|_| connect(at)).collect();
    begin();
    let one = |(frame, socket): (&Vec<u8>, &mut TcpStream)| {
        sleep(PRESS_EVERY);
        let start = Instant::now();
        ask(socket, frame);
        start.elapsed()
    };
    let mut times: Vec<_> = frames.iter().zip(&mut sockets).map(one).collect();
    for share in [0.5, 0.99] {
        child::tell(quantile(&mut times, share).as_secs_f64() * 1e3);
    }
}

/// Each panel presses again as soon as it has its receipt.
fn capacity(at: SocketAddr, presses: usize) {
    let frames =
        |panel| (1..=presses).map(move |sequence| cell(&said(panel, 1, sequence)).unwrap()).collect::<Vec<_>>();
    let mut panels: Vec<_> = (0..FLOODERS).map(|panel| (connect(at), frames(panel))).collect();
    begin();
    let start = Instant::now();
    scope(|threads| {
        for (socket, frames) in &mut panels {
            threads.spawn(move || frames.iter().for_each(|frame| ask(socket, frame)));
        }
    });
    child::tell((FLOODERS * presses) as f64 / start.elapsed().as_secs_f64());
}

/// Sends so many frames a second until it is told to end, whatever comes back. A single thread, as a real flood takes no core from the receiver.
fn flood(what: &str, (tcp, udp): (SocketAddr, SocketAddr), rate: usize, epoch: usize) {
    let (wrong, links) = (what.starts_with("wrong"), if what == "64 panels" { FLOODERS } else { 1 });
    let frame = |link: usize, sequence: usize| match what {
        "wrong signatures of a panel" => spoilt(said(0, epoch, sequence)),
        "wrong signatures of strangers" => spoilt(said(NOBODY + sequence, epoch, sequence)),
        _ => said(link, epoch, sequence),
    };
    // What is refused leaves no trace, so a few are enough for ever.
    let count = if wrong { 1000 } else { rate * LASTS.as_secs() as usize / links };
    let frames = |link| (1..=count).map(|sequence| cell(&frame(link, sequence)).unwrap()).collect::<Vec<_>>();
    let mut ways: Vec<_> = (0..links).map(|link| Way::open(wrong, tcp, udp, frames(link))).collect();
    begin();
    let (start, each, ended) = (Instant::now(), rate as f64 / links as f64, Arc::new(AtomicBool::new(false)));
    let told = Arc::clone(&ended);
    spawn(move || told.store(child::wait(), Ordering::Relaxed));
    while !ended.load(Ordering::Relaxed) {
        let due = (start.elapsed().as_secs_f64() * each) as usize;
        ways.iter_mut().for_each(|way| way.send(due));
        sleep(TICK);
    }
    let sent: usize = ways.iter().map(|way| way.sent).sum();
    child::tell((sent as f64 / start.elapsed().as_secs_f64()).round());
    child::wait();
}

/// How a flood comes: one link's frames, of which so many are on their way.
struct Way {
    socket: Socket,
    frames: Vec<Vec<u8>>,
    sent: usize,
    /// How much of the next frame has gone.
    part: usize,
}

enum Socket {
    Stream(TcpStream),
    Datagrams(UdpSocket, SocketAddr),
}

impl Way {
    fn open(datagrams: bool, tcp: SocketAddr, udp: SocketAddr, frames: Vec<Vec<u8>>) -> Self {
        let socket = if datagrams {
            Socket::Datagrams(UdpSocket::bind("127.0.0.1:0").unwrap(), udp)
        } else {
            let socket = connect(tcp);
            socket.set_nonblocking(true).unwrap();
            Socket::Stream(socket)
        };
        Self { socket, frames, sent: 0, part: 0 }
    }

    /// Sends until `due` frames have gone or the kernel has no room; receipts are read and thrown away.
    fn send(&mut self, due: usize) {
        let Self { socket, frames, sent, part } = self;
        match socket {
            Socket::Stream(socket) => {
                while *sent < due.min(frames.len())
                    && let Some(rest) = frames.get(*sent).and_then(|frame| frame.get(*part..))
                    && let Ok(count) = socket.write(rest)
                {
                    *part += count;
                    if count == rest.len() {
                        (*sent, *part) = (*sent + 1, 0);
                    }
                }
                while matches!(socket.read(&mut [0; 16 * 1024]), Ok(1..)) {}
            }
            // What the kernel has no room for is lost.
            Socket::Datagrams(socket, to) => {
                for frame in frames.iter().cycle().skip(*sent % frames.len()).take(due - *sent) {
                    socket.send_to(frame, *to).unwrap();
                }
                *sent = due;
            }
        }
    }
}

fn said(panel: usize, epoch: usize, sequence: usize) -> Vec<u8> {
    let number = (u32::try_from(epoch).unwrap(), u32::try_from(sequence).unwrap());
    town::say(town::panel(panel), number, town::now(), Alarm::silent(AlarmKind::HoldUp))
}

/// The same with another signature.
fn spoilt(mut frame: Vec<u8>) -> Vec<u8> {
    if let Some(last) = frame.last_mut() {
        *last ^= 1;
    }
    frame
}

fn connect(at: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(at).unwrap();
    socket.set_nodelay(true).unwrap();
    socket
}

/// Sends a cell and waits for the receipt.
fn ask(socket: &mut TcpStream, cell: &[u8]) {
    socket.write_all(cell).unwrap();
    socket.read_exact(&mut [0; SIZES[0]]).unwrap();
}

/// Says that all is made, and waits until it may begin.
fn begin() {
    child::tell("ready");
    child::wait();
}
