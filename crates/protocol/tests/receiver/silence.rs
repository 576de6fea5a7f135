//! Silence is a signal.

use core::time::Duration;

use keng_protocol::message::{Alarm, AlarmKind, Role, Vouched};
use keng_protocol::receiver::{Config, Input, Limits, Output, Supervision};
use keng_protocol::{DeviceId, Timestamp};
use proptest::prelude::*;

use super::world::*;

/// A tick of the wheel, rounded up.
const TICK: Duration = Duration::from_millis(1407);

#[test]
fn silent_panel_is_an_event() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.beat(START));
    assert_eq!(supervised(&world.pass(SILENCE - Duration::from_millis(1))), []);
    assert_eq!(supervised(&world.pass(TICK)), [Supervision::Silent { since: START }]);
    assert_eq!(world.receiver.silent(), 1);
    assert_eq!(supervised(&world.pass(SILENCE * 3)), [], "told once");

    let outputs = world.hear(TLS, &panel.hold_up(START));
    assert_eq!(supervised(&outputs), [Supervision::Back]);
    assert!(matches!(outputs[..2], [Output::Persist { .. }, Output::Accepted(_)]), "the hold-up first");
    assert_eq!(world.receiver.silent(), 0);
    assert_eq!(supervised(&world.pass(SILENCE + TICK)).len(), 1, "and watched again");
}

#[test]
fn a_panel_that_never_spoke_is_silent_too() {
    let (mut world, _) = World::with_panel();
    assert_eq!(supervised(&world.pass(SILENCE + TICK)), [Supervision::Silent { since: START }]);
}

#[test]
fn any_authentic_frame_is_a_sign_of_life_and_a_forged_one_is_not() {
    let (mut world, mut panel) = World::with_panel();
    let mut forged = panel.hold_up(START);
    forged[40] ^= 1;
    world.pass(SILENCE / 2);
    world.hear(TLS, &panel.hold_up(START));
    assert_eq!(supervised(&world.pass(SILENCE / 2)), []);
    world.hear(TLS, &forged);
    assert_eq!(supervised(&world.pass(SILENCE / 2 + TICK)).len(), 1);
}

#[test]
fn what_the_station_vouches_for_is_a_sign_of_life() {
    let (mut world, panel) = World::with_panel();
    world.pass(SILENCE / 2);
    let alarm = Alarm::silent(AlarmKind::Panic);
    world.receiver.vouch(world.now, Vouched { device: panel.id, alarm, evidence: [0; 32] });
    world.drain();
    assert_eq!(supervised(&world.pass(SILENCE / 2 + TICK)), []);
}

#[test]
fn desks_are_not_watched_and_neither_is_a_panel_without_a_key() {
    let (mut world, panel) = World::with_panel();
    world.enrol(&device(b"wardpost"), Role::Desk);
    world.revoke(panel.id, None);
    assert_eq!(supervised(&world.pass(SILENCE * 2)), []);
    assert_eq!(world.timeout, Timestamp::MAX);
}

#[test]
fn a_silent_panel_whose_keys_are_revoked_is_no_longer_counted() {
    let (mut world, panel) = World::with_panel();
    world.pass(SILENCE * 2);
    assert_eq!(world.receiver.silent(), 1);
    world.revoke(panel.id, None);
    assert_eq!(world.receiver.silent(), 0);
}

#[test]
fn a_process_that_stood_still_blames_nobody() {
    let (mut world, _) = World::with_panel();
    world.now = START + Duration::from_secs(365 * 86_400);
    assert_eq!(supervised(&world.input(Input::Tick)), []);
    assert_eq!(supervised(&world.pass(SILENCE + TICK)).len(), 1, "but everyone is watched from here");
}

#[test]
fn a_clock_that_goes_back_takes_no_silence_back_and_harms_nothing() {
    let (mut world, mut panel) = World::with_panel();
    world.pass(Duration::from_secs(60));
    world.now = Timestamp::from_millis(0);
    assert_eq!(accepted(&world.hear(TLS, &panel.hold_up(START))).len(), 1);
    world.now = START + Duration::from_secs(60);
    assert_eq!(supervised(&world.pass(SILENCE + TICK)).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Against a plain list of times: never early, at most one tick late, and everyone who was silent.
    #[test]
    fn nobody_is_silent_early_or_more_than_a_tick_late(words in prop::collection::vec((0usize..8, 0u64..40_000), 1..80)) {
        let mut world = World::with(Config { limits: Limits { devices: 8, pending: 4096 }, ..config() });
        let mut panels: Vec<_> = (0..8u8).map(|n| device(&[b'0' + n; 8])).collect();
        let mut heard = Vec::new();
        for panel in &panels {
            world.enrol(panel, Role::Panel);
            heard.push((START, false));
        }
        for (speaker, wait) in words {
            let end = world.now + Duration::from_millis(wait);
            while world.timeout <= end {
                world.now = world.timeout;
                let outputs = world.input(Input::Tick);
                check(&outputs, &panels, &mut heard, world.now);
            }
            world.now = end;
            let beat = panels[speaker].beat(world.now);
            let back = heard[speaker].1;
            heard[speaker] = (world.now, false);
            let outputs = world.hear(TLS, &beat);
            prop_assert_eq!(supervised(&outputs).contains(&Supervision::Back), back);
            check(&outputs, &panels, &mut heard, world.now);
            prop_assert_eq!(world.receiver.silent(), heard.iter().filter(|(_, silent)| *silent).count());
        }
    }
}

fn check(outputs: &[Output], panels: &[Device], heard: &mut [(Timestamp, bool)], now: Timestamp) {
    for output in outputs {
        let Output::Supervision { device, event: Supervision::Silent { since } } = output else { continue };
        let at = panels.iter().position(|panel| DeviceId(panel.id.0) == *device).unwrap();
        assert_eq!(heard[at], (*since, false), "once, with the time it was heard");
        assert!(*since + SILENCE <= now, "not early");
        heard[at].1 = true;
    }
    for (at, (time, silent)) in heard.iter().enumerate() {
        assert!(*silent || now <= *time + SILENCE + TICK, "panel {at} is more than a tick late");
    }
}
