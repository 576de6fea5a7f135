//! Whatever happens in whatever order: two machines say the same, the records alone give the same state, and no attack stays untold.

use std::time::Duration;

use keng_dispatch::incident::Stage;
use keng_dispatch::policy::Matter;
use keng_dispatch::record::Record;
use keng_dispatch::{Input, Telling};
use keng_protocol::IncidentId;
use keng_protocol::message::{
    Act, Alarm, AlarmKind, Answer, Cancel, CancelCode, Disposition, Reason, Suspicion, Update,
};
use keng_protocol::receiver::Supervision;
use proptest::prelude::*;

use crate::support::*;

const PANELS: [&str; 5] = [BANK, BANK_OTHER, BANK_2, GOLD, STRANGER];
const DESKS: [&str; 4] = [WARD, CITY, CITY_2, CENTRE];

#[derive(Clone, Debug)]
enum Event {
    Alarm { panel: usize, kind: u8, zone: u16, drill: bool },
    Suspicion { panel: usize, drill: bool },
    Update { panel: usize },
    Cancel { panel: usize, duress: bool },
    Supervision { panel: usize, which: usize },
    Answer { desk: usize, incident: usize, act: u8 },
    Lost { telling: usize },
    Test { minutes: u64 },
    Pass { seconds: u64 },
}

fn event() -> impl Strategy<Value = Event> {
    let panel = 0..PANELS.len();
    prop_oneof![
        4 => (panel.clone(), 0..=110u8, 0..3u16, any::<bool>()).prop_map(|(panel, kind, zone, drill)| Event::Alarm { panel, kind, zone, drill }),
        1 => (panel.clone(), any::<bool>()).prop_map(|(panel, drill)| Event::Suspicion { panel, drill }),
        1 => panel.clone().prop_map(|panel| Event::Update { panel }),
        1 => (panel.clone(), any::<bool>()).prop_map(|(panel, duress)| Event::Cancel { panel, duress }),
        2 => (panel, 0..8usize).prop_map(|(panel, which)| Event::Supervision { panel, which }),
        4 => (0..DESKS.len(), any::<usize>(), 1..=6u8).prop_map(|(desk, incident, act)| Event::Answer { desk, incident, act }),
        1 => any::<usize>().prop_map(|telling| Event::Lost { telling }),
        1 => (0..60u64).prop_map(|minutes| Event::Test { minutes }),
        3 => (0..200u64).prop_map(|seconds| Event::Pass { seconds }),
    ]
}

fn live(station: &mut Station, event: &Event) {
    match *event {
        Event::Alarm { panel, kind, zone, drill } => {
            let alarm = Alarm { zone: Some(zone), drill, ..Alarm::silent(AlarmKind::from(kind)) };
            station.says(PANELS[panel], alarm);
        }
        Event::Suspicion { panel, drill } => {
            station.says(PANELS[panel], Suspicion { drill, ..Suspicion::default() });
        }
        Event::Update { panel } => {
            station.says(PANELS[panel], Update::default());
        }
        Event::Cancel { panel, duress } => {
            let code = if duress { CancelCode::Duress } else { CancelCode::AllClear };
            station.says(PANELS[panel], Cancel { code, user: None });
        }
        Event::Supervision { panel, which } => {
            let event = supervision(which);
            station.input(Input::Supervision { device: device(PANELS[panel]), event });
        }
        Event::Answer { desk, incident, act } => answer(station, DESKS[desk], incident, Act::from(act)),
        Event::Lost { telling } => {
            if let Some(telling) = station.tellings.get(telling % station.tellings.len().max(1)) {
                station.input(Input::Undelivered { notice: telling.notice, code: 1 });
            }
        }
        Event::Test { minutes } => {
            let until = station.now + secs(60 * minutes);
            station.input(Input::TestMode { site: "pgd-song-kinh-1".into(), until });
        }
        Event::Pass { seconds } => station.pass(secs(seconds)),
    }
}

fn supervision(which: usize) -> Supervision {
    let all = [
        Supervision::Silent { since: start() },
        Supervision::Back,
        Supervision::TamperOpen,
        Supervision::TamperClosed,
        Supervision::OnBattery,
        Supervision::PowerGood,
        Supervision::PathBroken(0),
        Supervision::PathGood(0),
    ];
    all[which]
}

fn answer(station: &mut Station, desk: &str, incident: usize, act: Act) {
    let known: Vec<IncidentId> = station.dispatcher.incidents().iter().map(|one| one.id).collect();
    let Some(id) = known.get(incident % known.len().max(1)) else { return };
    let (reason, disposition) = (Some(Reason::NoUnit), Some(Disposition::FalsePress));
    station.answers(desk, Answer { reason, disposition, ..Answer::new(*id, act, "an") });
}

fn lived(events: &[Event]) -> Station {
    let mut station = Station::new();
    for event in events {
        live(&mut station, event);
        every_attack_is_told(&station);
    }
    station
}

/// The rule above all: after every step, every level of an open attack has been told.
fn every_attack_is_told(station: &Station) {
    for one in station.dispatcher.incidents() {
        if one.facts.matter == Matter::Attack && one.stage != Stage::Closed {
            let wanted = match one.facts.site.as_ref().map(|site| site.as_str()) {
                None => 1,
                Some("tiem-vang-kim-mon") => 2,
                Some(_) => 3,
            };
            assert_eq!(one.levels.len(), wanted, "{one:?}");
        }
    }
}

fn unanswered_goes_on(station: &mut Station) {
    let before: Vec<_> = station.dispatcher.incidents();
    station.tellings.clear();
    station.pass(Duration::from_secs(1000));
    for one in before.iter().filter(|one| one.stage == Stage::Raised) {
        let told = station.tellings.iter().any(|telling: &Telling| telling.incident == one.id);
        assert!(told || station.view(one.id).closed.is_some(), "{one:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn and_the_records_alone_give_the_same_state(events in prop::collection::vec(event(), 1..60)) {
        let (mut one, other) = (lived(&events), lived(&events));
        prop_assert_eq!(&one.records, &other.records);
        prop_assert_eq!(&one.tellings, &other.tellings);
        prop_assert_eq!(&one.others, &other.others);
        let replayed = Station::restarted(&one.records, 2, one.now);
        prop_assert_eq!(replayed.dispatcher.incidents(), one.dispatcher.incidents());
        for record in &one.records {
            prop_assert_eq!(&Record::decode(&record.encode()).unwrap(), record);
        }
        unanswered_goes_on(&mut one);
    }
}
