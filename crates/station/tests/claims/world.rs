//! A station with one site, three authorities and their desks.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::Directory;
use keng_journal::Memory;
use keng_protocol::message::{Act, Answer, Enrolment, Role};
use keng_protocol::panel::{self, Backoff, Indication};
use keng_protocol::{DeviceId, Header, IncidentId, Kind, Message, PublicKey, Sign as _, Timestamp, seal};
use keng_station::panel::{Panel, Way};
use keng_station::{Config, Listen, Scope, Station, Submission, Timing};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

pub(crate) const AUTHORITY: DeviceId = DeviceId([0xa0; 8]);
pub(crate) const STATION: DeviceId = DeviceId([0x50; 8]);
pub(crate) const PANEL: DeviceId = DeviceId([0x11; 8]);
pub(crate) const WARD: DeviceId = DeviceId([0xd1; 8]);
pub(crate) const CITY: DeviceId = DeviceId([0xd2; 8]);
pub(crate) const BANK: DeviceId = DeviceId([0xd3; 8]);
pub(crate) const CLEAR_ACCOUNT: &str = "1234";
pub(crate) const KEYED_ACCOUNT: &str = "ABCD";
pub(crate) const ACCOUNT_KEY: &str = "0123456789ABCDEF0123456789ABCDEF";
const LOOPBACK: &str = "127.0.0.1:0";

/// A test key for a device: its id repeated.
pub(crate) fn key(device: DeviceId) -> SigningKey {
    let mut seed = [0; 32];
    seed.iter_mut().zip(device.0.iter().cycle()).for_each(|(to, from)| *to = *from);
    SigningKey::from_bytes(&seed)
}

/// A station and the folder of its journal.
pub(crate) struct World {
    pub(crate) station: Station,
    pub(crate) folder: PathBuf,
    sequence: AtomicU32,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_in(folder(), "").await
    }

    /// Starts a station in a folder, with `more` lines at the end of its directory.
    pub(crate) async fn start_in(folder: PathBuf, more: &str) -> Self {
        let station = Station::start(config(&folder, more)).await.unwrap();
        Self::enrol_all(station, folder).await
    }

    /// Starts a station on a journal of the test's.
    pub(crate) async fn start_on(journal: Memory) -> Self {
        let folder = folder();
        let station = Station::start_on(journal, config(&folder, "")).await.unwrap();
        Self::enrol_all(station, folder).await
    }

    async fn enrol_all(station: Station, folder: PathBuf) -> Self {
        let world = Self { station, folder, sequence: AtomicU32::new(0) };
        for (device, role) in [(PANEL, Role::Panel), (WARD, Role::Desk), (CITY, Role::Desk), (BANK, Role::Desk)] {
            let taken = world.submit(AUTHORITY, enrolment(device, role)).await;
            assert!(matches!(taken, Submission::Stored { .. }), "{taken:?}");
        }
        world
    }

    pub(crate) async fn restart(self, more: &str) -> Self {
        let folder = self.folder.clone();
        self.station.stop().await;
        Self::start_in(folder, more).await
    }

    /// A frame of a device, with the next number.
    pub(crate) fn frame(&self, sender: DeviceId, message: impl Into<Message>) -> Vec<u8> {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        let epoch = std::process::id().wrapping_add(u32::from(sender.0[0]));
        let header = Header { kind: Kind::Alarm, sender, key: 1, epoch, sequence, time: now() };
        seal(&header, &message.into(), &key(sender)).unwrap()
    }

    pub(crate) async fn submit(&self, sender: DeviceId, message: impl Into<Message>) -> Submission {
        self.station.handle().submit(self.frame(sender, message)).await
    }

    pub(crate) async fn answer(&self, desk: DeviceId, incident: IncidentId, act: Act) -> Submission {
        self.submit(desk, Answer::new(incident, act, "trực ban")).await
    }

    pub(crate) async fn incidents(&self) -> Vec<Value> {
        self.station.handle().incidents(Scope::All).await.unwrap().as_array().unwrap().clone()
    }

    /// A panel with these ways out and nothing in its store.
    pub(crate) fn panel(&self, ways: Vec<Way>) -> Panel {
        let paths = u8::try_from(ways.len()).unwrap();
        Panel::start(panel_config(paths), key(PANEL), ways, Vec::new(), |_| ()).unwrap()
    }

    pub(crate) fn tcp(&self) -> Way {
        Way::Tcp(self.station.addresses().tcp.unwrap())
    }

    pub(crate) fn udp(&self) -> Way {
        Way::Udp(self.station.addresses().udp.unwrap())
    }

    /// Waits until there is what is looked for among the incidents.
    pub(crate) async fn until(&self, what: &str, found: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let looked = async {
            loop {
                let incidents = self.incidents().await;
                if found(&incidents) {
                    return incidents;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), looked).await.expect(what)
    }

    /// Waits until the receiver says so of its journal; telling is ahead of it.
    pub(crate) async fn until_journal_is(&self, state: &str) {
        let looked = async {
            while self.station.handle().health().await.unwrap()["journal"]["state"] != state {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), looked).await.expect(state);
    }
}

/// Opens a desk's stream by hand; what is not read stays in the socket.
pub(crate) async fn open_stream(world: &World, token: &str, last: &str) -> TcpStream {
    // Little is kept in the socket, so that a desk that does not read is felt at once.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut socket = socket.connect(world.station.addresses().http.unwrap()).await.unwrap();
    let request = format!("GET /api/v1/stream HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {token}\r\n{last}\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    socket
}

/// Reads until `text` has come.
pub(crate) async fn read_until(socket: &mut TcpStream, text: &str) -> String {
    let mut all = String::new();
    let read = async {
        let mut chunk = vec![0; 64 * 1024];
        while !all.contains(text) {
            let count = socket.read(&mut chunk).await.unwrap();
            assert!(count > 0, "the stream ended: {all}");
            all.push_str(&String::from_utf8_lossy(&chunk[..count]));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), read).await.expect(text);
    all
}

pub(crate) fn config(folder: &std::path::Path, more: &str) -> Config {
    let listen = Listen {
        tcp: Some(LOOPBACK.parse().unwrap()),
        udp: Some(LOOPBACK.parse().unwrap()),
        dc09_tcp: Some(LOOPBACK.parse().unwrap()),
        dc09_udp: Some(LOOPBACK.parse().unwrap()),
        http: Some(LOOPBACK.parse().unwrap()),
        ..Listen::default()
    };
    let keyed =
        keng_dc09::Account::keyed(KEYED_ACCOUNT.parse().unwrap(), keng_dc09::Key::from_hex(ACCOUNT_KEY).unwrap());
    let clear = keng_dc09::Account::clear(CLEAR_ACCOUNT.parse().unwrap());
    Config {
        id: STATION,
        key_number: 1,
        key: key(STATION),
        authorities: vec![(AUTHORITY, 1, key(AUTHORITY).public_key())],
        journal: folder.join("journal.db"),
        directory: directory(more),
        listen,
        tls: None,
        accounts: vec![(keyed, None), (clear, None)],
        tokens: vec![(token_hash("ward"), Scope::Desk(WARD)), (token_hash("owner"), Scope::All)],
        webhook_key: SigningKey::from_bytes(&[9; 32]),
        timing: Timing::default(),
        links: 64,
        devices: 1024,
    }
}

pub(crate) fn directory(more: &str) -> Directory {
    let text = include_str!("directory.toml");
    let text = [("@ward@", WARD), ("@city@", CITY), ("@bank@", BANK), ("@panel@", PANEL)]
        .iter()
        .fold(text.to_owned(), |text, (name, device)| text.replace(name, &device.to_string()));
    Directory::read(&format!("{text}\n{more}")).unwrap()
}

pub(crate) fn panel_config(paths: u8) -> panel::Config {
    panel::Config {
        id: PANEL,
        key: 1,
        stations: vec![panel::Station { id: STATION, key: 1, public: key(STATION).public_key() }],
        paths,
        heartbeat: Duration::from_secs(30),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_millis(500), most: Duration::from_secs(5) },
        jitter_seed: 7,
        outbox: 64,
    }
}

pub(crate) fn enrolment(device: DeviceId, role: Role) -> Enrolment {
    let key = PublicKey::to_bytes(key(device).public_key());
    Enrolment { device, role, number: 1, key, from: Timestamp::from_millis(0), to: None }
}

/// Waits until the panel is shown that its event is stored.
pub(crate) async fn received(panel: &mut Panel) -> (keng_protocol::FrameId, u64) {
    let shown = async {
        loop {
            if let Indication::Received { frame, position, .. } = panel.shown().await.unwrap() {
                return (frame, position);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), shown).await.expect("a receipt")
}

pub(crate) fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(now.as_millis()).unwrap())
}

pub(crate) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A new empty folder; the operating system's own folder for what is temporary.
pub(crate) fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("keng-station-{}-{next}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
