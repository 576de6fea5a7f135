//! From the press to the desk and to the receipt, over real sockets and a real disk, beside one `fdatasync` of the same disk.
//!
//! One panel at a time, each of a site of its own, so that every press is a new incident and tells three levels. The client blocks on its
//! sockets; the receiver runs in this process, so both share the cores. Goals: desk at p50 within 1.5, at p99 within 4 times one fdatasync's
//! p50; receipt at p50 within 3.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may fail loudly"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_protocol::envelope::{SIZES, cell};
use keng_protocol::message::{Alarm, AlarmKind, Enrolment, Role};
use keng_protocol::{DeviceId, Header, Kind, Message, Sign as _, Timestamp, seal};
use keng_station::{Config, Listen, Scope, Station, Timing};
use sha2::{Digest as _, Sha256};

const AUTHORITY: DeviceId = DeviceId([0xa0; 8]);
const DESKS: [DeviceId; 3] = [DeviceId([0xd1; 8]), DeviceId([0xd2; 8]), DeviceId([0xd3; 8])];
const DIRECTORY: &str = include_str!("press.toml");

fn main() {
    let presses = if std::env::args().any(|argument| argument == "--test") { 5 } else { 1500 };
    let folder = std::env::temp_dir().join(format!("keng-press-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let runtime = Station::runtime().unwrap();
    let station = runtime.block_on(start(&folder, presses));
    let at = station.addresses();
    let mut desk = open_stream(at.http.unwrap());
    let mut panel = TcpStream::connect(at.tcp.unwrap()).unwrap();
    panel.set_nodelay(true).unwrap();
    let anchor = Anchor::create(&folder);
    let (mut flushes, mut to_desk, mut to_receipt) = (Vec::new(), Vec::new(), Vec::new());
    for site in 0..presses {
        flushes.push(anchor.flush(site));
        let message = Message::from(Alarm::silent(AlarmKind::HoldUp));
        let key = key(site);
        let header = Header { kind: Kind::Alarm, sender: device(site), key: 1, epoch: 1, sequence: 1, time: now() };
        let start = Instant::now();
        let octets = seal(&header, &message, &key).unwrap();
        panel.write_all(&cell(&octets).unwrap()).unwrap();
        read_until(&mut desk, b"event: told");
        to_desk.push(start.elapsed());
        panel.read_exact(&mut [0; SIZES[0]]).unwrap();
        to_receipt.push(start.elapsed());
        // The rest of what this press put on the stream, so that the next one starts with an empty one.
        while read_some(&mut desk) {}
    }
    runtime.block_on(station.stop());
    report(flushes, to_desk, to_receipt);
    let in_a_row = quantiles((0..presses).map(|turn| anchor.flush(turn)).collect());
    println!("for comparison: flushes in a row, which keep disk and core awake, p50 {:.1?}", in_a_row.0);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn report(flushes: Vec<Duration>, to_desk: Vec<Duration>, to_receipt: Vec<Duration>) {
    let (flush, _) = quantiles(flushes);
    let ((desk, desk_99), (receipt, receipt_99)) = (quantiles(to_desk), quantiles(to_receipt));
    let ratio = |time: Duration| time.as_secs_f64() / flush.as_secs_f64();
    println!("one fdatasync            p50 {flush:>9.1?}");
    println!(
        "press to desk            p50 {desk:>9.1?} ({:.2}x)   p99 {desk_99:>9.1?} ({:.2}x)",
        ratio(desk),
        ratio(desk_99)
    );
    println!(
        "press to receipt         p50 {receipt:>9.1?} ({:.2}x)   p99 {receipt_99:>9.1?} ({:.2}x)",
        ratio(receipt),
        ratio(receipt_99)
    );
}

fn quantiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

/// The anchor: an overwrite of one page of a file that is there already, and its fdatasync; before each press, so that both find the machine
/// alike.
struct Anchor(std::fs::File);

impl Anchor {
    fn create(folder: &Path) -> Self {
        let file = std::fs::File::create(folder.join("anchor")).unwrap();
        file.write_all_at(&vec![0; 1 << 20], 0).unwrap();
        file.sync_all().unwrap();
        Self(file)
    }

    fn flush(&self, turn: usize) -> Duration {
        let start = Instant::now();
        self.0.write_all_at(&[1; 4096], (turn as u64 % 256) * 4096).unwrap();
        self.0.sync_data().unwrap();
        start.elapsed()
    }
}

async fn start(folder: &Path, sites: usize) -> Station {
    let loopback: SocketAddr = ([127, 0, 0, 1], 0).into();
    let station = Station::start(Config {
        id: DeviceId([0x50; 8]),
        key_number: 1,
        key: SigningKey::from_bytes(&[0x50; 32]),
        authorities: vec![(AUTHORITY, 1, SigningKey::from_bytes(&[0xa0; 32]).public_key())],
        journal: folder.join("journal.db"),
        directory: Directory::read(&directory(sites)).unwrap(),
        listen: Listen { tcp: Some(loopback), http: Some(loopback), ..Listen::default() },
        tls: None,
        accounts: Vec::new(),
        tokens: vec![(Sha256::digest(b"desk").into(), Scope::Desk(DESKS[0]))],
        webhook_key: SigningKey::from_bytes(&[9; 32]),
        timing: Timing::default(),
        links: 16,
        devices: sites + 16,
    })
    .await
    .unwrap();
    for (sequence, site) in (1..).zip(0..sites) {
        let (device, key) = (device(site), key(site).public_key().to_bytes());
        let enrolment =
            Enrolment { device, role: Role::Panel, number: 1, key, from: Timestamp::from_millis(0), to: None };
        let header = Header { kind: Kind::Enrolment, sender: AUTHORITY, key: 1, epoch: 1, sequence, time: now() };
        let frame = seal(&header, &enrolment.into(), &SigningKey::from_bytes(&[0xa0; 32])).unwrap();
        station.handle().submit(frame).await;
    }
    station
}

/// The levels and authorities of the file, and as many sites as there are presses.
fn directory(sites: usize) -> String {
    let head = ["@bank@", "@ward@", "@city@"].iter().zip([DESKS[2], DESKS[0], DESKS[1]]);
    let head = head.fold(DIRECTORY.to_owned(), |text, (name, desk)| text.replace(name, &desk.to_string()));
    let site = |site| {
        format!(
            "[[site]]\nid = \"s{site}\"\nkind = \"bank\"\nvi = \"s\"\nen = \"s\"\nposition = [{}, {}]\narea = \"10001\"\naddress = \"-\"\nauthorities = [\"bank\"]\ndevices = [{{ id = \"{}\" }}]\n",
            // Some 300 m apart, as sites are in a town.
            20.9 + 0.003 * (site / 40) as f64,
            106.4 + 0.003 * (site % 40) as f64,
            device(site)
        )
    };
    head + &(0..sites).map(site).collect::<String>()
}

fn device(site: usize) -> DeviceId {
    DeviceId((site as u64 + 1).to_be_bytes())
}

fn key(site: usize) -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(site.to_be_bytes()).into())
}

fn open_stream(at: SocketAddr) -> TcpStream {
    let mut socket = TcpStream::connect(at).unwrap();
    socket.write_all(b"GET /api/v1/stream HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer desk\r\n\r\n").unwrap();
    read_until(&mut socket, b"event: snapshot");
    while read_some(&mut socket) {}
    socket
}

fn read_until(socket: &mut TcpStream, text: &[u8]) {
    socket.set_read_timeout(None).unwrap();
    let (mut all, mut chunk) = (Vec::new(), [0; 16 * 1024]);
    while !all.windows(text.len()).any(|window| window == text) {
        let count = socket.read(&mut chunk).unwrap();
        assert!(count > 0, "the stream has ended");
        all.extend_from_slice(&chunk[..count]);
    }
}

/// Whether there was something to read within a moment.
fn read_some(socket: &mut TcpStream) -> bool {
    socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
    socket.read(&mut [0; 16 * 1024]).is_ok_and(|count| count > 0)
}

fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(now.as_millis()).unwrap())
}
