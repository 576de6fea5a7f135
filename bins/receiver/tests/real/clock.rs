//! The wall clock jumps by a year: no storm of silences, no refusal; what is late or early is a label.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use keng_dispatch::record::What;
use keng_protocol::Timestamp;
use serde_json::Value;

use crate::button::{Button, Line};
use crate::desk::Api;
use crate::ledger::Promised;
use crate::process::{Launch, Serve, can, until};
use crate::world::{World, now};

const SITES: usize = 3;
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Where the wall is said to be, for a process.
struct Wall {
    file: PathBuf,
    library: String,
}

#[test]
fn a_wall_clock_that_jumps_by_a_year_is_no_storm_of_silences_and_refuses_nothing() {
    let world = World::new("clock", SITES, "");
    let Some(wall) = Wall::of(&world.folder) else { return };
    let mut buttons: Vec<_> = (0..SITES).map(|site| world.button(site)).collect();
    let mut promised = Promised::default();
    wall.set("+0");
    let mut serve = wall.start(&world.folder);
    for at in ["+0", "+365d", "-365d", "+0"] {
        wall.set(at);
        jumped(&world.api(&serve, "operator"), at);
        work(&world, &serve, &mut buttons, &mut promised);
    }
    // A start takes the wall at its word.
    for at in ["+365d", "+0", "-365d", "+0"] {
        wall.set(at);
        serve.stop();
        serve = wall.start(&world.folder);
        work(&world, &serve, &mut buttons, &mut promised);
    }
    serve.stop();

    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
    let faults = ledger.records.iter().filter(|record| matches!(record.what, What::FaultBegan(_)));
    let faults: Vec<_> = faults.map(|record| &record.what).collect();
    assert!(faults.is_empty(), "nobody was silent: {faults:?}");
    eprintln!("clock: {} hold-ups receipted under eight clocks", promised.count());
}

/// The wall is where it was said to be, as the station sees it, and it turns on.
fn jumped(api: &Api, at: &str) {
    let days: i64 = at.trim_end_matches('d').parse().unwrap();
    let offset = |health: &Value| health["clock_offset_ms"].as_i64().unwrap() / (24 * 3600 * 1000);
    until("the wall has jumped", || ((offset(&api.health()) - days).abs() <= 1).then_some(()));
    let second = |health: Value| health["time"].as_str().unwrap()[..19].to_owned();
    let (mut last, mut turns) = (second(api.health()), 0);
    until("the station looks for silent panels", || {
        let next = second(api.health());
        turns += usize::from(next != last);
        last = next;
        (turns == 3).then_some(())
    });
    assert_eq!(api.health()["devices_silent"], 0, "no storm of silences");
}

/// Every panel lives and presses, with a clock that is right, a year late and a year early; all is told and receipted.
fn work(world: &World, serve: &Serve, buttons: &mut [Button], promised: &mut Promised) {
    let mut desk = world.api(serve, "desk-ward").desk();
    let clocks = [now(), Timestamp::from_millis(now().millis() - millis(YEAR)), now() + YEAR];
    for (button, clock) in buttons.iter_mut().zip(clocks) {
        let mut line = Line::open(serve.at["panels by TCP in clear"]).unwrap();
        button.heard(&mut line).unwrap();
        let pressed = button.press_at(clock);
        promised.receipts.insert(pressed.frame, button.receipted(&mut line, &pressed).unwrap());
        desk.told(pressed.frame);
    }
    let health = world.api(serve, "operator").health();
    assert_eq!((&health["devices_silent"], &health["refusals"]), (&0.into(), &0.into()), "{health}");
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap()
}

impl Wall {
    fn of(folder: &Path) -> Option<Self> {
        let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1".to_owned();
        let wall = Self { file: folder.join("wall"), library };
        wall.set("+365d");
        let year = (now() + YEAR).millis() / 1000 / 86_400;
        let mut date = Command::new("sh");
        date.args([
            "-c",
            &format!("[ $(($(date +%s) / 86400 - {year})) -le 1 ] && [ $(($(date +%s) / 86400 - {year})) -ge -1 ]"),
        ]);
        can("libfaketime", date.envs(wall.env())).then_some(wall)
    }

    /// Whoever looks at the wall from now on sees it moved by this.
    fn set(&self, offset: &str) {
        let new = self.file.with_extension("new");
        std::fs::write(&new, offset).unwrap();
        std::fs::rename(new, &self.file).unwrap();
    }

    fn start(&self, folder: &Path) -> Serve {
        let launch = Launch { env: self.env(), ..Launch::default() };
        Serve::launch(folder, launch).expect("it starts")
    }

    /// What passed by a clock that only counts stays as it is.
    fn env(&self) -> Vec<(&'static str, String)> {
        let file = self.file.to_str().unwrap().to_owned();
        let on = |name| (name, "1".to_owned());
        let files = [("LD_PRELOAD", self.library.clone()), ("FAKETIME_TIMESTAMP_FILE", file)];
        let settings = ["FAKETIME_DONT_FAKE_MONOTONIC", "FAKETIME_NO_CACHE", "NO_FAKE_STAT", "FAKETIME_DONT_RESET"];
        files.into_iter().chain(settings.map(on)).collect()
    }
}
