//! Whatever happens in whatever order: the same inputs give the same outputs, nothing panics, every bound holds.

use core::time::Duration;

use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::*;
use keng_protocol::receiver::{Config, Input, Limits, Origin, Output, Ticket};
use keng_protocol::{DeviceId, Timestamp};
use proptest::prelude::*;

use super::world::*;

#[derive(Clone, Debug)]
enum Event {
    Noise(u8, Vec<u8>),
    /// A good frame with one octet changed.
    Nearly {
        ago: usize,
        at: usize,
        to: u8,
    },
    Alarm {
        panel: usize,
        number: u32,
        epoch: u32,
    },
    Beat {
        panel: usize,
        events: u32,
        power: u8,
        paths: (u8, u8),
    },
    Repeat(u64, usize),
    Enrol {
        device: u8,
        number: u8,
        role: u8,
        key: [u8; 32],
    },
    Revoke {
        device: u8,
        number: Option<u8>,
    },
    Answered(u64, bool),
    Say(u8),
    Closed(u64),
    Clock(u64),
    Vouch,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => (any::<u8>(), prop::collection::vec(any::<u8>(), 0..200)).prop_map(|(path, octets)| Event::Noise(path, octets)),
        2 => (0..9usize, 0..120usize, any::<u8>()).prop_map(|(ago, at, to)| Event::Nearly { ago, at, to }),
        6 => (0..3usize, prop_oneof![0..9u32, any::<u32>()], prop_oneof![0..4u32, any::<u32>()])
            .prop_map(|(panel, number, epoch)| Event::Alarm { panel, number, epoch }),
        4 => (0..3usize, prop_oneof![0..9u32, any::<u32>()], any::<u8>(), any::<(u8, u8)>())
            .prop_map(|(panel, events, power, paths)| Event::Beat { panel, events, power, paths }),
        4 => (0..4u64, 0..20usize).prop_map(|(link, ago)| Event::Repeat(link, ago)),
        1 => (0..6u8, 0..6u8, 0..6u8, any::<[u8; 32]>())
            .prop_map(|(device, number, role, key)| Event::Enrol { device, number, role, key }),
        1 => (0..6u8, prop::option::of(0..4u8)).prop_map(|(device, number)| Event::Revoke { device, number }),
        6 => (0..60u64, any::<bool>()).prop_map(|(ticket, stored)| Event::Answered(ticket, stored)),
        1 => (0..6u8).prop_map(Event::Say),
        1 => (0..4u64).prop_map(Event::Closed),
        3 => prop_oneof![0..200_000u64, any::<u64>()].prop_map(Event::Clock),
        1 => Just(Event::Vouch),
    ]
}

fn name(n: u8) -> [u8; 8] {
    [b'0' + n; 8]
}

fn run(events: &[Event]) -> Vec<(Vec<Output>, Timestamp)> {
    let mut world = World::with(Config { limits: Limits { devices: 4, pending: 8 }, ..config() });
    let mut panels: Vec<_> = (0..3).map(|n| device(&name(n))).collect();
    for panel in &panels {
        world.enrol(panel, Role::Panel);
    }
    let mut frames = Vec::new();
    events.iter().map(|event| (happen(&mut world, &mut panels, &mut frames, event), world.timeout)).collect()
}

fn happen(world: &mut World, panels: &mut [Device], frames: &mut Vec<Vec<u8>>, event: &Event) -> Vec<Output> {
    let outputs = match event.clone() {
        Event::Noise(path, octets) => world.hear(Origin { path: Path::from(path), link: 3 }, &octets),
        Event::Nearly { ago, at, to } => {
            let Some(mut frame) = frames.iter().rev().nth(ago).cloned() else { return Vec::new() };
            if let Some(octet) = frame.get_mut(at) {
                *octet = to;
            }
            world.hear(UDP, &frame)
        }
        Event::Alarm { panel, number, epoch } => {
            panels[panel].epoch = epoch;
            frames.push(panels[panel].numbered(world.now, number, Alarm::silent(AlarmKind::HoldUp)));
            world.hear(TLS, &frames[frames.len() - 1])
        }
        Event::Beat { panel, events, power, paths: (configured, good) } => {
            let (power, paths) = (Power::from(power), PathStates { configured, good });
            frames.push(panels[panel].beat_of(world.now, Heartbeat { events, power, paths, ..well() }));
            world.hear(TLS, &frames[frames.len() - 1])
        }
        Event::Repeat(link, ago) => {
            let Some(frame) = frames.iter().rev().nth(ago).cloned() else { return Vec::new() };
            world.hear(Origin { path: Path::Udp, link }, &frame)
        }
        Event::Enrol { device, number, role, key } => {
            let to = None;
            let (device, role, from) = (DeviceId(name(device)), role.into(), world.now);
            let octets = world.authority.event(world.now, Enrolment { device, role, number, key, from, to });
            world.hear(TLS, &octets)
        }
        Event::Revoke { device, number } => {
            let (device, reason) = (DeviceId(name(device)), RevocationReason::Lost);
            let octets = world.authority.event(world.now, Revocation { device, number, reason });
            world.hear(TLS, &octets)
        }
        Event::Answered(ticket, true) => {
            world.input(Input::Persisted { ticket: Ticket(ticket), position: ticket, durability: Durability::DISK })
        }
        Event::Answered(ticket, false) => world.input(Input::NotPersisted { ticket: Ticket(ticket) }),
        Event::Say(to) => {
            let notice = Notice { until: world.now, seen: Descriptors::default(), text: None, asks: false };
            world.input(Input::Say { to: DeviceId(name(to)), message: notice.into() })
        }
        Event::Closed(link) => world.input(Input::LinkClosed { link }),
        Event::Clock(millis) => {
            world.now = if millis < 200_000 {
                world.now + Duration::from_millis(millis)
            } else {
                Timestamp::from_millis(millis >> 16)
            };
            world.input(Input::Tick)
        }
        Event::Vouch => {
            let alarm = Alarm::silent(AlarmKind::Panic);
            world.receiver.vouch(world.now, Vouched { device: DeviceId(name(1)), alarm, evidence: [0; 32] });
            world.drain()
        }
    };
    assert!(world.receiver.pending() <= 8, "the room for entries holds");
    assert!(world.receiver.devices() <= 4, "the room for devices holds");
    outputs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn same_inputs_give_the_same_outputs_and_every_bound_holds(events in prop::collection::vec(event(), 0..60)) {
        prop_assert_eq!(run(&events), run(&events));
    }

    #[test]
    fn arbitrary_octets_are_refused_and_nothing_is_answered(octets in prop::collection::vec(any::<u8>(), 0..1200)) {
        let (mut world, _) = World::with_panel();
        let outputs = world.hear(UDP, &octets);
        prop_assert_eq!(refused(&outputs).len(), 1);
        prop_assert_eq!(sent(&outputs).len(), 0);
    }

    #[test]
    fn an_entry_reads_back_what_its_payload_says(code in 0u8..6, octets in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(Some(entry)) = Entry::read(code, &octets) {
            prop_assert_eq!((entry.code(), entry.payload()), (code, octets));
        }
    }
}
