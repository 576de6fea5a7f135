//! `serve` is killed in the middle of its work, ten times: what was receipted is there, once, and escalations go on.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use keng_dc09::{Dialler, Reply};
use keng_dispatch::policy::Matter;
use keng_dispatch::record::{Record, What, Why};
use keng_journal::sqlite::Reader;
use keng_journal::{Head, Position, Stored, entries, verify};
use keng_protocol::entry::Entry;
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::panel::{self, Backoff, Indication};
use keng_protocol::{DeviceId, FrameId, Sign as _, Timestamp};
use keng_station::entries::{Entry as StationEntry, RECORD};
use keng_station::panel::{Panel, Way};
use serde_json::Value;

use crate::process::{Serve, init, run};

/// How often the receiver is killed.
const KILLS: usize = 10;
/// How long each life lasts at least: all of them together outlast the first escalation, and none does alone.
const LIFE: Duration = Duration::from_millis(350);
/// How many sites press.
const SITES: usize = 6;
/// How many receipts must have come before a kill, different each time, so that it falls into different moments.
const RECEIPTS: [usize; KILLS] = [1, 7, 23, 2, 40, 5, 61, 3, 17, 30];
const ACCOUNT: &str = "1409";

/// What the panels were promised.
#[derive(Default)]
struct Promised {
    /// The frames that were receipted, and at which place of the journal.
    receipts: BTreeMap<FrameId, u64>,
    /// The DC-09 frames that were acknowledged.
    acknowledged: Vec<Vec<u8>>,
}

#[test]
fn what_was_receipted_before_a_sigkill_is_there_once_and_escalations_go_on() {
    let folder = init("sigkill", directory, &format!("[[dc09]]\naccount = \"{ACCOUNT}\"\nclear = true\n"));
    let keys: Vec<_> = (0..SITES).map(|site| enroll(&folder, site)).collect();
    let promised = Arc::new(Mutex::new(Promised::default()));
    let running = Arc::new(AtomicBool::new(true));

    let serve = Serve::start(&folder);
    let at = serve.at.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let station = station(&folder);
    let pressing: Vec<_> = keys
        .into_iter()
        .enumerate()
        .map(|(site, key)| {
            let ways = vec![Way::Tcp(at["panels by TCP in clear"]), Way::Udp(at["panels by UDP"])];
            runtime.spawn(press(config(site, station), key, ways, Arc::clone(&promised), Arc::clone(&running)))
        })
        .collect();
    let dialling = std::thread::spawn({
        let (at, promised, running) = (at["DC-09 by TCP"], Arc::clone(&promised), Arc::clone(&running));
        move || dial(at, &promised, &running)
    });

    let mut serve = serve;
    for receipts in RECEIPTS {
        let (before, since) = (count(&promised), Instant::now());
        while count(&promised) < before + receipts || since.elapsed() < LIFE {
            std::thread::yield_now();
        }
        serve.kill();
        serve = Serve::start(&folder);
    }
    running.store(false, Ordering::Relaxed);
    let pressed: BTreeSet<FrameId> =
        pressing.into_iter().flat_map(|pressing| runtime.block_on(pressing).unwrap()).collect();
    dialling.join().unwrap();
    serve.stop();
    check(&folder, &promised.lock().unwrap(), &pressed);
}

/// Everything that was promised, against the journal.
fn check(folder: &Path, promised: &Promised, pressed: &BTreeSet<FrameId>) {
    let journal = Reader::open(folder.join("data/journal.db")).unwrap();
    verify(&journal, Head::EMPTY, Head::EMPTY, |_| ()).expect("the chain is whole");
    let stored: Vec<Stored> = entries(&journal, Position::FIRST).map(Result::unwrap).collect();

    for (frame, position) in &promised.receipts {
        let entry = &stored[usize::try_from(position - 1).unwrap()].entry;
        let read = Entry::read(u8::try_from(entry.kind).unwrap(), &entry.payload).unwrap();
        let Some(Entry::Admitted { octets, .. }) = read else { panic!("no frame at {position}") };
        assert_eq!(FrameId::of(&octets), *frame, "the receipted frame stands where the receipt says");
    }
    let dc09 = |stored: &Stored| match StationEntry::read(stored.entry.kind, &stored.entry.payload) {
        Some(StationEntry::Dc09 { octets, .. }) => Some(octets),
        _ => None,
    };
    let dc09: Vec<_> = stored.iter().filter_map(dc09).collect();
    for frame in &promised.acknowledged {
        let bare = frame.strip_prefix(b"\n").unwrap().strip_suffix(b"\r").unwrap();
        assert_eq!(dc09.iter().filter(|octets| *octets == bare).count(), 1, "an acknowledged frame is there once");
    }

    let records: Vec<Record> = stored
        .iter()
        .filter(|stored| stored.entry.kind == RECORD)
        .map(|stored| Record::decode(&stored.entry.payload).unwrap())
        .collect();
    let raised =
        |record: &&Record| matches!(record.what, What::Raised { .. } | What::Joined { .. } | What::Limited { .. });
    let mut times: BTreeMap<FrameId, usize> = BTreeMap::new();
    records
        .iter()
        .filter(raised)
        .filter_map(|record| record.frame)
        .for_each(|frame| *times.entry(frame).or_default() += 1);
    for frame in pressed {
        assert_eq!(times.get(frame), Some(&1), "one press is raised, joins, or is counted once");
    }
    let raised = records
        .iter()
        .filter(|record| matches!(&record.what, What::Raised { facts, .. } if facts.matter == Matter::Attack));
    assert_eq!(raised.count(), SITES + 1, "each site has one incident");
    escalations_went_on(&records);
}

/// With a kill several times in those two seconds, a timer that a restart began anew would never fall due.
fn escalations_went_on(records: &[Record]) {
    let first = records.iter().find(|record| matches!(record.what, What::Raised { .. })).unwrap();
    let again = |record: &&Record| {
        record.incident == first.incident
            && matches!(record.what, What::Told { why: Why::Again | Why::SilentLevel, .. })
    };
    let again = records.iter().find(again).expect("nobody has answered, so a level was told again");
    assert!(again.number >> 32 > first.number >> 32, "in a later run of the receiver");
    assert!(again.at >= first.at + Duration::from_secs(2), "and not before its time");
}

fn count(promised: &Mutex<Promised>) -> usize {
    let promised = promised.lock().unwrap();
    promised.receipts.len() + promised.acknowledged.len()
}

/// Presses as long as the test runs, then waits until every press is receipted. All frames that were pressed.
async fn press(
    config: panel::Config,
    key: SigningKey,
    ways: Vec<Way>,
    promised: Arc<Mutex<Promised>>,
    running: Arc<AtomicBool>,
) -> Vec<FrameId> {
    let mut panel = Panel::start(config, key, ways, Vec::new(), |_| ()).unwrap();
    let (mut pressed, mut open) = (Vec::new(), 0);
    while running.load(Ordering::Relaxed) || open > 0 {
        if running.load(Ordering::Relaxed) && open < 4 {
            panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
            open += 1;
        }
        match panel.shown().await.unwrap() {
            Indication::Sending { frame, .. } => pressed.push(frame),
            Indication::Received { frame, position, .. } => {
                open -= 1;
                promised.lock().unwrap().receipts.insert(frame, position);
            }
            other => assert!(!matches!(other, Indication::GivenUp { .. }), "nothing is given up"),
        }
    }
    pressed
}

/// Sends hold-ups in the other dialect, each until it is acknowledged.
fn dial(at: SocketAddr, promised: &Mutex<Promised>, running: &AtomicBool) {
    let mut panel = Dialler::new(ACCOUNT.parse().unwrap(), None);
    while running.load(Ordering::Relaxed) {
        let frame = panel.sia(now(), "Nri1/HA001");
        while exchange(at, &frame).and_then(|answer| panel.reply(&answer)) != Some(Reply::Ack) {
            std::thread::yield_now();
        }
        promised.lock().unwrap().acknowledged.push(frame);
    }
}

fn exchange(at: SocketAddr, frame: &[u8]) -> Option<Vec<u8>> {
    let mut socket = TcpStream::connect(at).ok()?;
    socket.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
    socket.write_all(frame).ok()?;
    let mut answer = vec![0; 1024];
    let count = socket.read(&mut answer).ok()?;
    Some(answer[..count].to_vec())
}

/// One site for each panel and one for the account; unanswered levels are told again after two seconds.
fn directory(written: &str) -> String {
    let (before, site) = written.split_once("[[site]]").unwrap();
    let lines = site.lines().filter(|line| !line.starts_with("devices") && !line.starts_with('#'));
    let site = lines.collect::<Vec<_>>().join("\n");
    let devices =
        (0..SITES).map(|number| (format!("s{number}"), format!("devices = [{{ id = \"{}\" }}]", device(number))));
    let account = format!("dc09 = [{{ account = \"{ACCOUNT}\", device = \"0000000000001409\" }}]");
    let sites = devices.chain([("dc09".to_owned(), account)]);
    let sites = sites.map(|(name, devices)| format!("[[site]]{}\n{devices}\n", site.replace("pgd-01", &name)));
    let policies = "[policies.attack]\nagain_s = 2\nsilent_s = 4\nevery_s = 5\n";
    format!("{before}{}{policies}", sites.collect::<String>())
}

fn device(site: usize) -> DeviceId {
    DeviceId([0x10 + u8::try_from(site).unwrap(); 8])
}

/// Makes a key for a site's panel and enrols it.
fn enroll(folder: &Path, site: usize) -> SigningKey {
    let key = SigningKey::from_bytes(&[u8::try_from(site).unwrap() + 1; 32]);
    let hex: String = key.public_key().to_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
    let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
    let (config, authority) = (path("keng.toml"), path("keys/authority.key"));
    let device = device(site).to_string();
    run(&[
        "enroll",
        "--config",
        &config,
        "--authority-key",
        &authority,
        "--device",
        &device,
        "--role",
        "panel",
        "--key",
        &hex,
    ]);
    key
}

/// The station's id and key, as an installer would read them.
fn station(folder: &Path) -> panel::Station {
    let seed = std::fs::read_to_string(folder.join("keys/station.key")).unwrap();
    let mut octets = [0; 32];
    for (octet, digits) in octets.iter_mut().zip(seed.trim().as_bytes().chunks(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    let config = std::fs::read_to_string(folder.join("keng.toml")).unwrap();
    let id = config.lines().find_map(|line| line.strip_prefix("id = ")).unwrap();
    let id = serde_json::from_str::<Value>(id).unwrap().as_str().unwrap().parse().unwrap();
    panel::Station { id, key: 0, public: SigningKey::from_bytes(&octets).public_key() }
}

fn config(site: usize, station: panel::Station) -> panel::Config {
    panel::Config {
        id: device(site),
        key: 0,
        stations: vec![station],
        paths: 2,
        heartbeat: Duration::from_secs(5),
        not_received_after: Duration::from_secs(20),
        retry: Backoff { first: Duration::from_millis(200), most: Duration::from_secs(1) },
        jitter_seed: site as u64,
        outbox: 64,
    }
}

fn now() -> Timestamp {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(now.as_millis()).unwrap())
}
