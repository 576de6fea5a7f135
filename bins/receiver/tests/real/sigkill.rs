//! `serve` is killed in the middle of its work, many times: what was receipted is there, once, and escalations go on.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ed25519_dalek::SigningKey;
use keng_dispatch::policy::Matter;
use keng_dispatch::record::{Record, What, Why};
use keng_protocol::FrameId;
use keng_protocol::message::{Alarm, AlarmKind};
use keng_protocol::panel::{self, Backoff, Indication};
use keng_station::panel::{Panel, Way};

use crate::button::{acknowledged, dc09_frame, dialler};
use crate::ledger::Promised;
use crate::process::{Serve, setting};
use crate::world::{World, device};

/// How often the receiver is killed; `KENG_CYCLES` says another number.
const KILLS: usize = 10;
/// How long each life lasts at least: all of them together outlast the first escalation, and none does alone.
const LIFE: Duration = Duration::from_millis(350);
/// How many sites press.
const SITES: usize = 6;
/// How many receipts must have come before a kill, different each time, so that it falls into different moments.
const RECEIPTS: [usize; 10] = [1, 7, 23, 2, 40, 5, 61, 3, 17, 30];
/// Unanswered levels are told again after two seconds.
const POLICY: &str = "[policies.attack]\nagain_s = 2\nsilent_s = 4\nevery_s = 5\n";

#[test]
fn what_was_receipted_before_a_sigkill_is_there_once_and_escalations_go_on() {
    let world = World::new("sigkill", SITES, POLICY);
    let promised = Arc::new(Mutex::new(Promised::default()));
    let running = Arc::new(AtomicBool::new(true));
    let serve = Serve::start(&world.folder);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let pressing: Vec<_> = (0..SITES)
        .map(|site| {
            let ways = vec![Way::Tcp(serve.at["panels by TCP in clear"]), Way::Udp(serve.at["panels by UDP"])];
            let key = world.keys[site].clone();
            let config = config(site, world.station);
            runtime.spawn(press(config, key, ways, Arc::clone(&promised), Arc::clone(&running)))
        })
        .collect();
    let dialling = std::thread::spawn({
        let (at, promised, running) = (serve.at["DC-09 by TCP"], Arc::clone(&promised), Arc::clone(&running));
        move || dial(at, &promised, &running)
    });

    let mut ledger = world.ledger();
    let kills = setting("KENG_CYCLES", KILLS);
    let mut serve = serve;
    for kill in 0..kills {
        let (before, since) = (count(&promised), Instant::now());
        while count(&promised) < before + RECEIPTS[kill % RECEIPTS.len()] || since.elapsed() < LIFE {
            std::thread::yield_now();
        }
        serve.kill();
        let until_now = promised.lock().unwrap().clone();
        serve = Serve::start(&world.folder);
        ledger.read_on();
        ledger.keeps(&until_now);
    }
    running.store(false, Ordering::Relaxed);
    let pressed: BTreeSet<FrameId> =
        pressing.into_iter().flat_map(|pressing| runtime.block_on(pressing).unwrap()).collect();
    dialling.join().unwrap();
    serve.stop();

    let promised = promised.lock().unwrap();
    ledger.read_on();
    ledger.keeps(&promised);
    pressed.iter().for_each(|frame| ledger.alarmed_once(*frame));
    ledger.verify();
    let (frames, doubled) = ledger.frames();
    let (receipts, acks) = (promised.receipts.len(), promised.acknowledged.len());
    eprintln!("{kills} kills: {receipts} receipts, {acks} ACKs, {frames} frames stored, {doubled} of them twice");
    assert_eq!(doubled, 0);
    one_incident_a_site(&ledger.records);
    escalations_went_on(&ledger.records);
}

fn one_incident_a_site(records: &[Record]) {
    let mut attacks = BTreeMap::new();
    for record in records {
        if let What::Raised { facts, .. } = &record.what
            && facts.matter == Matter::Attack
        {
            *attacks.entry(facts.site.clone()).or_insert(0) += 1;
        }
    }
    assert_eq!(attacks.len(), SITES + 1);
    assert!(attacks.values().all(|raised| *raised == 1), "each site has one incident: {attacks:?}");
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
    promised.lock().unwrap().count()
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
    let mut panel = dialler();
    while running.load(Ordering::Relaxed) {
        let frame = dc09_frame(&mut panel);
        while !acknowledged(at, &panel, &frame) {
            std::thread::yield_now();
        }
        promised.lock().unwrap().acknowledged.insert(frame);
    }
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
