//! Heartbeats tell silence from suppression.

use core::time::Duration;

use keng_protocol::entry::Path;
use keng_protocol::message::{Heard, Heartbeat, PathStates, Power};
use keng_protocol::receiver::{Origin, Supervision};
use keng_protocol::{FrameId, Refusal};

use super::world::*;

#[test]
fn a_heartbeat_is_answered_and_given_to_nobody() {
    let (mut world, mut panel) = World::with_panel();
    let beat = panel.beat(world.now);
    let outputs = world.hear(TLS, &beat);
    assert_eq!(said(&outputs), [(TLS, Heard { frame: FrameId::of(&beat) }.into())]);
    assert_eq!(accepted(&outputs).len(), 0);
}

#[test]
fn a_heartbeat_by_two_paths_is_answered_on_both() {
    let (mut world, mut panel) = World::with_panel();
    let beat = panel.beat(world.now);
    world.hear(TLS, &beat);
    let second = world.hear(UDP, &beat);
    assert_eq!(said(&second), [(UDP, Heard { frame: FrameId::of(&beat) }.into())]);
    assert_eq!(refused(&second), []);
}

#[test]
fn heartbeat_replay_is_refused() {
    let (mut world, mut panel) = World::with_panel();
    let beats = [panel.beat(world.now), panel.beat(world.now)];
    world.hear(TLS, &beats[1]);
    assert_eq!(refused(&world.hear(TLS, &beats[0])), [Refusal::Stale]);
    panel.epoch += 1;
    panel.beats = 0;
    assert_eq!(refused(&world.hear(TLS, &panel.beat(START))), [], "a boot counts anew");
    assert_eq!(refused(&world.hear(TLS, &beats[1])), [Refusal::Stale]);
}

#[test]
fn another_heartbeat_with_the_last_number_is_refused() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.beat(START));
    let clash = panel.numbered(START, panel.beats, Heartbeat { tamper: true, ..well() });
    assert_eq!(refused(&world.hear(TLS, &clash)), [Refusal::Stale]);
}

#[test]
fn a_replayed_heartbeat_is_no_sign_of_life() {
    let (mut world, mut panel) = World::with_panel();
    let beat = panel.beat(world.now);
    world.hear(TLS, &beat);
    world.pass(Duration::from_secs(80));
    world.hear(Origin { path: Path::Udp, link: 666 }, &beat);
    assert_eq!(supervised(&world.pass(Duration::from_secs(20))), [Supervision::Silent { since: START }]);
}

#[test]
fn heartbeats_and_events_count_separately() {
    let (mut world, mut panel) = World::with_panel();
    for _ in 0..3 {
        world.hear(TLS, &panel.beat(START));
    }
    assert_eq!(accepted(&world.hear(TLS, &panel.hold_up(START))).len(), 1);
}

#[test]
fn a_heartbeat_is_journaled_when_it_says_something_new_or_the_mark_has_passed() {
    let (mut world, mut panel) = World::with_panel();
    let kept = |world: &mut World, beat: Vec<u8>| {
        let outputs = world.hear(TLS, &beat);
        world.persist();
        entries(&outputs).len()
    };
    assert_eq!(kept(&mut world, panel.beat(START)), 1, "the first");
    assert_eq!(kept(&mut world, panel.beat(START)), 0);
    let open = Heartbeat { tamper: true, ..well() };
    assert_eq!(kept(&mut world, panel.beat_of(START, open.clone())), 1);
    assert_eq!(kept(&mut world, panel.beat_of(START, open.clone())), 0);
    world.now = START + Duration::from_secs(3600);
    assert_eq!(kept(&mut world, panel.beat_of(START, open)), 1);
}

#[test]
fn a_mark_that_the_journal_did_not_take_is_tried_again() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.beat(START));
    world.fail();
    assert_eq!(entries(&world.hear(TLS, &panel.beat(START))).len(), 1);
}

#[test]
fn suppressed_alarm_is_reported_by_the_second_heartbeat_that_counts_it() {
    let (mut world, mut panel) = World::with_panel();
    let suppressed = panel.hold_up(world.now);
    assert_eq!(supervised(&world.hear(TLS, &panel.beat(START))), [], "the heartbeat may have overtaken it");
    assert_eq!(supervised(&world.hear(TLS, &panel.beat(START))), [Supervision::Missing { events: 1 }]);
    assert_eq!(supervised(&world.hear(TLS, &panel.beat(START))), [], "once");
    world.hear(TLS, &suppressed);
    assert_eq!(supervised(&world.hear(TLS, &panel.beat(START))), [Supervision::Complete]);
}

#[test]
fn an_alarm_suppressed_before_a_reboot_is_reported_after_it() {
    let (mut world, mut panel) = World::with_panel();
    panel.hold_up(world.now);
    world.hear(TLS, &panel.beat(START));
    (panel.epoch, panel.beats, panel.events) = (2, 0, 0);
    assert_eq!(supervised(&world.hear(TLS, &panel.beat(START))), [Supervision::Missing { events: 1 }]);
}

#[test]
fn a_number_used_twice_does_not_hide_a_missing_event() {
    let (mut world, mut panel) = World::with_panel();
    let first = panel.hold_up(world.now);
    panel.hold_up(world.now);
    world.hear(TLS, &first);
    world.hear(TLS, &panel.numbered(START + Duration::from_secs(1), 1, well_alarm()));
    world.hear(TLS, &panel.beat(START));
    assert_eq!(supervised(&world.hear(TLS, &panel.beat(START))), [Supervision::Missing { events: 1 }]);
}

#[test]
fn what_a_panel_says_of_itself_is_told_when_it_changes() {
    let (mut world, mut panel) = World::with_panel();
    let mut changes =
        |beat: Heartbeat| supervised(&world.hear(TLS, &panel.beat_of(START, Heartbeat { events: 0, ..beat })));
    let paths = PathStates { configured: 0b101, good: 0b001 };
    assert_eq!(changes(well()), []);
    assert_eq!(changes(Heartbeat { power: Power::Battery, ..well() }), [Supervision::OnBattery]);
    assert_eq!(changes(Heartbeat { power: Power::Low, ..well() }), [Supervision::BatteryLow]);
    assert_eq!(
        changes(Heartbeat { tamper: true, paths, ..well() }),
        [Supervision::TamperOpen, Supervision::PowerGood, Supervision::PathBroken(2)]
    );
    assert_eq!(changes(well()), [Supervision::TamperClosed, Supervision::PathGood(2)]);
}

fn well_alarm() -> keng_protocol::message::Alarm {
    keng_protocol::message::Alarm::silent(keng_protocol::message::AlarmKind::Panic)
}
