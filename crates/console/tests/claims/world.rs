//! A station with two wards, a city and a bank's centre, the console before it, and operators at each desk.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use ed25519_dalek::SigningKey;
use keng_console::{Config, Console, DeskKey, Hash, Operator, Operators, Roads, Role};
use keng_dispatch::directory::Directory;
use keng_protocol::message::{Alarm, AlarmKind, Enrolment, Role as DeviceRole};
use keng_protocol::{DeviceId, Header, Kind, Message, PublicKey, Sign as _, Timestamp, seal};
use keng_station::{Listen, Scope, Station, Submission, Timing};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt as _;

pub(crate) const AUTHORITY: DeviceId = DeviceId([0xa0; 8]);
pub(crate) const STATION: DeviceId = DeviceId([0x50; 8]);
pub(crate) const PANEL_1: DeviceId = DeviceId([0x11; 8]);
pub(crate) const PANEL_2: DeviceId = DeviceId([0x12; 8]);
pub(crate) const WARD_1: DeviceId = DeviceId([0xd1; 8]);
pub(crate) const WARD_2: DeviceId = DeviceId([0xd2; 8]);
pub(crate) const CITY: DeviceId = DeviceId([0xd3; 8]);
pub(crate) const BANK: DeviceId = DeviceId([0xd4; 8]);
pub(crate) const PASSWORD: &str = "một mật khẩu dài";
pub(crate) const TOTP: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// The station, and everything before its API.
pub(crate) struct World {
    pub(crate) station: Station,
    pub(crate) console: Console,
    router: Router,
    folder: PathBuf,
    sequence: AtomicU32,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// A browser that is logged in.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_in(new_folder(), "30", None).await
    }

    /// The same with roads for its map.
    pub(crate) async fn start_with(roads: Roads) -> Self {
        Self::start_in(new_folder(), "30", Some(roads)).await
    }

    /// The same with a listener, for a browser; an unanswered level is told again and reported within seconds.
    pub(crate) async fn start_listening() -> Self {
        Self::start_in(new_folder(), "3", None).await
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.station.addresses().http.unwrap()
    }

    async fn start_in(folder: PathBuf, silent_s: &str, roads: Option<Roads>) -> Self {
        let mut made = None;
        let station = Station::start_behind(station(&folder, silent_s), |handle, api| {
            let desks = [WARD_1, WARD_2, CITY].map(|desk| DeskKey { desk, number: 1, key: key(desk) });
            let config = Config { operators: operators(), desks: desks.into(), roads, ..Config::default() };
            let console = Console::new(handle.clone(), config);
            let router = console.router(api);
            made = Some((console, router.clone()));
            router
        });
        let station = station.await.unwrap();
        let (console, router) = made.unwrap();
        let world = Self { station, console, router, folder, sequence: AtomicU32::new(0) };
        let panels = [PANEL_1, PANEL_2].map(|device| (device, DeviceRole::Panel));
        let desks = [WARD_1, WARD_2, CITY, BANK].map(|device| (device, DeviceRole::Desk));
        for (device, role) in panels.into_iter().chain(desks) {
            let public = PublicKey::to_bytes(key(device).public_key());
            let from = Timestamp::from_millis(0);
            let enrolment = Enrolment { device, role, number: 1, key: public, from, to: None };
            world.say(AUTHORITY, enrolment).await;
        }
        world
    }

    pub(crate) async fn restart(self) -> Self {
        let folder = self.folder.clone();
        self.station.stop().await;
        Self::start_in(folder, "30", None).await
    }

    pub(crate) async fn say(&self, sender: DeviceId, message: impl Into<Message>) {
        let epoch = u32::try_from(now().millis() / 1000).unwrap();
        self.say_in(epoch, sender, message).await;
    }

    /// The same in an epoch of the caller's.
    pub(crate) async fn say_in(&self, epoch: u32, sender: DeviceId, message: impl Into<Message>) {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        let header = Header { kind: Kind::Alarm, sender, key: 1, epoch, sequence, time: now() };
        let taken = self.station.handle().submit(seal(&header, &message.into(), &key(sender)).unwrap()).await;
        assert!(matches!(taken, Submission::Stored { .. } | Submission::Refused(_)), "{taken:?}");
    }

    /// A hold-up at a site; the id of its incident.
    pub(crate) async fn hold_up(&self, panel: DeviceId) -> String {
        let known = self.ids().await;
        self.say(panel, Alarm::silent(AlarmKind::HoldUp)).await;
        self.ids().await.into_iter().find(|id| !known.contains(id)).expect("a new incident")
    }

    async fn ids(&self) -> Vec<String> {
        let views = self.station.handle().views(Scope::All).await.unwrap();
        views.iter().map(|view| view.id.to_string()).collect()
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        // A stream does not end by itself.
        let octets = if is_stream { Vec::new() } else { to_bytes(body, 1 << 24).await.unwrap().to_vec() };
        Reply { status: parts.status, headers: parts.headers, text: String::from_utf8(octets).unwrap() }
    }

    pub(crate) async fn log_in(&self, name: &str) -> Browser {
        let reply = self.try_login(name, PASSWORD, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Browser { cookie, csrf: reply.json()["csrf"].as_str().unwrap().to_owned() }
    }

    pub(crate) async fn try_login(&self, name: &str, password: &str, code: Option<&str>) -> Reply {
        let body = json!({ "name": name, "password": password, "code": code });
        self.call(request("POST", "/api/v1/login", Some(&body))).await
    }

    pub(crate) async fn get(&self, browser: &Browser, path: &str) -> Reply {
        self.call(browser.request("GET", path, None)).await
    }

    pub(crate) async fn post(&self, browser: &Browser, path: &str, body: Value) -> Reply {
        self.call(browser.request("POST", path, Some(&body))).await
    }

    /// What operators did, of this kind.
    pub(crate) async fn deeds(&self, act: &str, count: usize) -> Vec<Value> {
        let looked = async {
            loop {
                let all = self.station.handle().acts();
                let found: Vec<Value> = all.into_iter().map(|one| one.what).filter(|one| one["act"] == act).collect();
                if found.len() >= count {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), looked).await.expect(act)
    }
}

impl Browser {
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
        let mut request = request(method, path, body);
        request.headers_mut().insert(header::COOKIE, self.cookie.parse().unwrap());
        request.headers_mut().insert("keng-csrf", self.csrf.parse().unwrap());
        request
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

pub(crate) fn request(method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "desk.example");
    match body {
        Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    }
    .unwrap()
}

pub(crate) fn operators() -> Operators {
    let mut operators = Operators::default();
    let all = [
        ("lan", WARD_1, Role::Duty, None),
        ("minh", WARD_1, Role::Duty, None),
        ("tu", WARD_2, Role::Duty, None),
        ("hoa", CITY, Role::Command, None),
        ("xem", WARD_1, Role::Reader, None),
        ("an", BANK, Role::Duty, Some(TOTP.to_owned())),
    ];
    for (name, desk, role, totp) in all {
        operators.put(Operator { name: name.to_owned(), desk, role, password: cheap_hash(), totp }).unwrap();
    }
    operators
}

/// The password's hash at a cost that a test can bear.
fn cheap_hash() -> Hash {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    let hash: PasswordHash = argon.hash_password_with_salt(PASSWORD.as_bytes(), b"salt of the test").unwrap();
    Hash::read(&hash.to_string()).unwrap()
}

/// A new empty folder; the operating system's own folder for what is temporary.
fn new_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("keng-console-{}-{next}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn station(folder: &std::path::Path, silent_s: &str) -> keng_station::Config {
    keng_station::Config {
        id: STATION,
        key_number: 1,
        key: key(STATION),
        authorities: vec![(AUTHORITY, 1, key(AUTHORITY).public_key())],
        journal: folder.join("journal.db"),
        directory: directory(silent_s),
        listen: Listen { http: Some(([127, 0, 0, 1], 0).into()), ..Listen::default() },
        tls: None,
        accounts: Vec::new(),
        tokens: vec![(Sha256::digest(b"ward-1").into(), Scope::Desk(WARD_1))],
        webhook_key: key(STATION),
        timing: Timing::default(),
        links: 64,
        devices: 64,
    }
}

fn directory(silent_s: &str) -> Directory {
    let devices = [
        ("ward1", WARD_1),
        ("ward2", WARD_2),
        ("city", CITY),
        ("bank", BANK),
        ("panel1", PANEL_1),
        ("panel2", PANEL_2),
    ];
    let text = devices.iter().fold(include_str!("directory.toml").to_owned(), |text, (name, device)| {
        text.replace(&format!("@{name}@"), &device.to_string())
    });
    Directory::read(&text.replace("@silent_s@", silent_s)).unwrap()
}

fn key(device: DeviceId) -> SigningKey {
    let mut seed = [0; 32];
    seed.iter_mut().zip(device.0.iter().cycle()).for_each(|(to, from)| *to = *from);
    SigningKey::from_bytes(&seed)
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(now.as_millis()).unwrap())
}
