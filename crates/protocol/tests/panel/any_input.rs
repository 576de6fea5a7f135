//! Whatever happens in whatever order: the same inputs give the same outputs, nothing panics, every bound holds.

use core::time::Duration;
use std::collections::BTreeSet;

use keng_protocol::message::{Act, Alarm, AlarmKind, Cancel, Heard, Power, Progress, Suspicion, Test, Update};
use keng_protocol::panel::{Backoff, Config, Indication, Input, Misconfigured, Output, Panel, Record};
use keng_protocol::{FrameId, Message, Timestamp};
use proptest::prelude::*;

use super::site::*;

/// One thing that happens, with the frames named by how long ago they were sent.
#[derive(Clone, Debug)]
enum Event {
    Say(Message),
    Noise(u8, Vec<u8>),
    Receipt(u8, usize),
    Heard(u8, usize),
    Word(u8, u32),
    Up(u8),
    Down(u8),
    Power(u8),
    Clock(u64),
    Pass(u16),
    Reboot,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn same_inputs_give_the_same_outputs_and_every_bound_holds(events in prop::collection::vec(event(), 0..60)) {
        prop_assert_eq!(run(&events), run(&events));
    }

    #[test]
    fn any_record_is_read_or_refused_and_starts_a_panel(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(Some(record)) = Record::read(&octets) {
            prop_assert_eq!(record.to_octets(), octets);
            Site::start(config(), START, vec![record]);
        }
    }
}

#[test]
fn panels_with_other_seeds_wait_differently() {
    let waits = |jitter_seed| {
        let mut site = Site::start(Config { jitter_seed, ..config() }, START, Vec::new());
        site.say(press());
        site.pass(Duration::from_secs(300)).into_iter().map(|(at, _)| at).collect::<Vec<_>>()
    };
    assert_ne!(waits(1), waits(2));
    assert_eq!(waits(1), waits(1));
}

#[test]
fn configuration_that_nobody_can_keep_is_refused() {
    let broken = [
        (Config { paths: 0, ..config() }, Misconfigured::Paths),
        (Config { paths: 9, ..config() }, Misconfigured::Paths),
        (Config { stations: Vec::new(), ..config() }, Misconfigured::Stations),
        (Config { outbox: 0, ..config() }, Misconfigured::Outbox),
        (Config { outbox: 257, ..config() }, Misconfigured::Outbox),
        (Config { heartbeat: Duration::ZERO, ..config() }, Misconfigured::Heartbeat),
        (
            Config { retry: Backoff { first: Duration::from_secs(9), most: Duration::from_secs(8) }, ..config() },
            Misconfigured::Retry,
        ),
    ];
    for (config, reason) in broken {
        assert_eq!(Panel::new(config, panel_key(), START, []).err(), Some(reason));
    }
}

fn run(events: &[Event]) -> Vec<Output> {
    let config = Config { outbox: 4, heartbeat: Duration::from_secs(60), ..config() };
    let mut site = Site::start(config.clone(), START, Vec::new());
    let mut store = records(&site.boot);
    let mut all = site.boot.clone();
    for event in events {
        let outputs = happen(&mut site, event, &all, &config, &store);
        store.extend(records(&outputs));
        all.extend(outputs);
        let waiting = site.waiting();
        assert!(waiting.len() <= config.outbox);
        assert_eq!(BTreeSet::from_iter(waiting), unsettled(&all), "what was neither received nor given up still waits");
    }
    all
}

/// The frames of which the site was told that they are on their way, and nothing more final.
fn unsettled(outputs: &[Output]) -> BTreeSet<FrameId> {
    let mut frames = BTreeSet::new();
    for what in shown(outputs) {
        match what {
            Indication::Sending { frame, .. } => drop(frames.insert(frame)),
            Indication::Received { frame, .. } | Indication::GivenUp { frame, .. } => drop(frames.remove(&frame)),
            _ => {}
        }
    }
    frames
}

fn happen(site: &mut Site, event: &Event, past: &[Output], config: &Config, store: &[Record]) -> Vec<Output> {
    let sent = sends(past);
    let ago = |n: usize| sent.iter().rev().nth(n).map_or(FrameId([0; 32]), |(_, octets)| FrameId::of(octets));
    match event {
        Event::Say(message) => site.say(message.clone()),
        Event::Noise(path, octets) => site.input(Input::Frame { path: *path, octets }),
        Event::Receipt(path, n) => site.hear(*path, receipt(ago(*n))),
        Event::Heard(path, n) => site.hear(*path, Heard { frame: ago(*n) }),
        Event::Word(path, sequence) => {
            let progress = Progress { incident: ago(0).incident(), level: 1, act: Act::Accepted };
            let octets = signed(&station_key(), STATION, *sequence, &progress.into());
            site.input(Input::Frame { path: *path, octets: &octets })
        }
        Event::Up(path) => site.input(Input::PathUp { path: *path }),
        Event::Down(path) => site.input(Input::PathDown { path: *path }),
        Event::Power(code) => site.input(Input::Power(Power::from(*code))),
        Event::Clock(millis) => {
            site.now = Timestamp::from_millis(*millis);
            site.input(Input::Tick)
        }
        Event::Pass(seconds) => without_time(site.pass(Duration::from_secs(u64::from(*seconds)))),
        Event::Reboot => {
            *site = Site::start(config.clone(), site.now, store.to_vec());
            site.boot.clone()
        }
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => said().prop_map(Event::Say),
        1 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(path, octets)| Event::Noise(path, octets)),
        3 => (any::<u8>(), 0..12usize).prop_map(|(path, ago)| Event::Receipt(path, ago)),
        2 => (0..4u8, 0..4usize).prop_map(|(path, ago)| Event::Heard(path, ago)),
        1 => (0..4u8, any::<u32>()).prop_map(|(path, sequence)| Event::Word(path, sequence)),
        1 => (0..10u8).prop_map(Event::Up),
        1 => (0..10u8).prop_map(Event::Down),
        1 => any::<u8>().prop_map(Event::Power),
        // Around the start, and where every sum saturates. A clock at the end of time is due for ever, so none is set to it.
        1 => prop_oneof![0..START.millis() * 2, Just(0), Just(Timestamp::MAX.millis() - 10_000_000)].prop_map(Event::Clock),
        3 => (0..200u16).prop_map(Event::Pass),
        1 => Just(Event::Reboot),
    ]
}

fn said() -> impl Strategy<Value = Message> {
    prop_oneof![
        4 => any::<(u8, bool, bool)>().prop_map(|(kind, silent, drill)| {
            Alarm { silent, drill, ..Alarm::silent(AlarmKind::from(kind)) }.into()
        }),
        1 => any::<u8>().prop_map(|code| Cancel { code: code.into(), user: None }.into()),
        1 => Just(Update::default().into()),
        1 => Just(Suspicion::default().into()),
        1 => any::<u8>().prop_map(|path| Test { path }.into()),
        2 => any::<u16>().prop_map(|user| opening(user).into()),
        1 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..1100)).prop_map(|(kind, body)| Message::Unknown { kind, body }),
    ]
}
