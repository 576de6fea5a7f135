//! The duty desk under load: from a press to the frame of a real browser that shows it. Prints figures; needs chromium, node and
//! `npm ci` in `crates/console/tests/browser`, and says so when they are not there.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark: fails loudly, and prints what it measures")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use ed25519_dalek::SigningKey;
use keng_console::{Config, Console, DeskKey, Hash, Operator, Operators, Role};
use keng_dispatch::directory::Directory;
use keng_protocol::message::{Act, Alarm, AlarmKind, Answer, Disposition, Enrolment, Role as DeviceRole};
use keng_protocol::{DeviceId, FrameId, Header, IncidentId, Kind, Message, Sign as _, Timestamp, seal};
use keng_station::{Listen, Station, Submission, Timing};

/// How many sites there are: each open incident needs one.
const SITES: usize = 400;
const AUTHORITY: DeviceId = DeviceId([0xa0; 8]);
const CITY: DeviceId = DeviceId([0xd3; 8]);
/// A second desk of the city, which closes: nobody else signs with its key.
const CLOSER: DeviceId = DeviceId([0xd4; 8]);
const PASSWORD: &str = "a password for this run";

fn main() {
    let browser = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].iter().find(|path| Path::new(path).exists());
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/console/tests/browser");
    let Some(browser) = browser.filter(|_| scripts.join("node_modules/playwright-core").exists()) else {
        println!("SKIPPED, for want of chromium, or npm ci in crates/console/tests/browser");
        return;
    };
    let is_test = std::env::args().any(|argument| argument == "--test");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let world = runtime.block_on(World::start());
    let mut node = Command::new("node");
    node.arg(scripts.join("load.mjs")).env("KENG_URL", format!("http://{}", world.station.addresses().http.unwrap()));
    node.env("KENG_BROWSER", browser).env("KENG_PASSWORD", PASSWORD);
    if is_test {
        node.env("KENG_OPEN", "20").env("KENG_MINUTES", "1").env("KENG_SPEED", "6");
    }
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut to, from) = (node.stdin.take().unwrap(), BufReader::new(node.stdout.take().unwrap()));
    let mut open = std::collections::VecDeque::new();
    for said in from.lines() {
        let said = said.unwrap();
        let Some((what, number)) = said.strip_prefix("> ").and_then(|wish| wish.split_once(' ')) else {
            println!("{said}");
            continue;
        };
        if what == "next"
            && let Some(oldest) = open.pop_front()
        {
            runtime.block_on(world.close(oldest));
        }
        let at = wall_ms();
        let id = runtime.block_on(world.press(number.parse().unwrap()));
        open.push_back(id);
        writeln!(to, "{id} {at}").unwrap();
    }
    assert!(node.wait().unwrap().success(), "the script says above what did not hold");
}

struct World {
    station: Station,
    folder: PathBuf,
    said: std::sync::atomic::AtomicU32,
}

impl World {
    async fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("keng-desk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut operators = Operators::default();
        let password = Hash::of(PASSWORD).unwrap();
        let operator = Operator { name: "hoa".to_owned(), desk: CITY, role: Role::Command, password, totp: None };
        operators.put(operator).unwrap();
        let desks = vec![DeskKey { desk: CITY, number: 1, key: key(CITY) }];
        let console = Config { operators, desks, ..Config::default() };
        let station =
            Station::start_behind(config(&folder), |handle, api| Console::new(handle.clone(), console).router(api));
        let world = Self { station: station.await.unwrap(), folder, said: std::sync::atomic::AtomicU32::new(0) };
        let devices = (0..SITES).map(|site| (panel(site), DeviceRole::Panel));
        for (device, role) in devices.chain([(CITY, DeviceRole::Desk), (CLOSER, DeviceRole::Desk)]) {
            let public = key(device).public_key().to_bytes();
            let from = Timestamp::from_millis(0);
            world.say(AUTHORITY, Enrolment { device, role, number: 1, key: public, from, to: None }.into()).await;
        }
        world
    }

    /// A hold-up at a site; its incident's id is that of its frame.
    async fn press(&self, number: usize) -> IncidentId {
        let FrameId(frame) = self.say(panel(number % SITES), Alarm::silent(AlarmKind::HoldUp).into()).await;
        IncidentId(frame.first_chunk().copied().unwrap())
    }

    async fn close(&self, incident: IncidentId) {
        for act in [Act::OnScene, Act::Closed] {
            let disposition = (act == Act::Closed).then_some(Disposition::FalsePress);
            self.say(CLOSER, Answer { disposition, ..Answer::new(incident, act, "load") }.into()).await;
        }
    }

    async fn say(&self, sender: DeviceId, message: Message) -> FrameId {
        let sequence = self.said.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        let time = Timestamp::from_millis(wall_ms());
        let header = Header { kind: Kind::Alarm, sender, key: 1, epoch: 1, sequence, time };
        match self.station.handle().submit(seal(&header, &message, &key(sender)).unwrap()).await {
            Submission::Stored { frame, objection: None, .. } => frame,
            other => unreachable!("{other:?}"),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn config(folder: &Path) -> keng_station::Config {
    keng_station::Config {
        id: DeviceId([0x50; 8]),
        key_number: 1,
        key: key(DeviceId([0x50; 8])),
        authorities: vec![(AUTHORITY, 1, key(AUTHORITY).public_key())],
        journal: folder.join("journal.db"),
        directory: directory(),
        listen: Listen { http: Some(([127, 0, 0, 1], 0).into()), ..Listen::default() },
        tls: None,
        accounts: Vec::new(),
        tokens: Vec::new(),
        webhook_key: key(AUTHORITY),
        timing: Timing { silence: std::time::Duration::from_secs(86_400), ..Timing::default() },
        links: 64,
        devices: 2 * SITES,
    }
}

/// A city with two desks and so many sites.
fn directory() -> Directory {
    let mut text = format!(
        r#"
version = 1
[[level]]
number = 1
vi = "Công an thành phố"
en = "City police"
[[area]]
code = "31"
vi = "Thành phố"
en = "City"
[[authority]]
id = "city"
kind = "police"
level = 1
vi = "Trung tâm 113"
en = "Command centre 113"
areas = ["31"]
channels = [{{ desk = "{CITY}" }}]
[[authority]]
id = "closer"
kind = "police"
level = 1
vi = "Tổ hai"
en = "Second desk"
areas = ["31"]
channels = [{{ desk = "{CLOSER}" }}]
"#
    );
    for site in 0..SITES {
        write!(
            text,
            "[[site]]\nid = \"site-{site}\"\nkind = \"gold\"\nvi = \"Tiệm vàng số {site}\"\nen = \"Gold shop {site}\"\nposition = [20.98, 106.54]\n\
             area = \"31\"\naddress = \"{site} phố Vàng\"\ndevices = [{{ id = \"{}\" }}]\n",
            panel(site)
        )
        .unwrap();
    }
    Directory::read(&text).unwrap()
}

fn panel(site: usize) -> DeviceId {
    DeviceId((0x1000 + site as u64).to_be_bytes())
}

fn key(device: DeviceId) -> SigningKey {
    let mut seed = [7; 32];
    seed.iter_mut().zip(device.0).for_each(|(to, from)| *to = from);
    SigningKey::from_bytes(&seed)
}

fn wall_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(now.as_millis()).unwrap()
}
