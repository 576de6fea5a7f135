//! After a restart the journal alone brings back windows, keys and receipts.

use core::time::Duration;

use keng_protocol::entry::{Entry, Path};
use keng_protocol::message::*;
use keng_protocol::receiver::{Accepted, Labels, Origin, Output, Supervision};
use keng_protocol::{FrameId, Refusal};
use proptest::prelude::*;

use super::world::*;

#[test]
fn a_frame_of_before_the_restart_raises_nothing_and_gets_its_receipt_again() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    let before = world.persist();
    let (mut world, _) = world.restart();
    let after = world.hear(TLS, &frame);
    assert_eq!(accepted(&after).len(), 0);
    assert_eq!(receipts(&after), receipts(&before), "the same frame, position and durability");
}

#[test]
fn what_a_crash_left_undispatched_is_handed_out_once() {
    let (mut world, mut panel) = World::with_panel();
    let told: Vec<Accepted> = (0..3)
        .flat_map(|_| accepted(&world.hear(TLS, &panel.hold_up(START))).into_iter().cloned().collect::<Vec<_>>())
        .collect();
    world.hear(TLS, &panel.beat(START));
    world.persist();
    world.journal.push(world.journal[1].clone());
    let (_, restored) = world.restart();
    assert_eq!(restored[1..], told, "after the enrolment, without the heartbeat and the frame that stands twice");
}

#[test]
fn revoked_key_is_refused_after_restart() {
    let (mut world, mut panel) = World::with_panel();
    world.revoke(panel.id, None);
    let (mut world, _) = world.restart();
    assert_eq!(refused(&world.hear(TLS, &panel.hold_up(START))), [Refusal::Revoked]);
    assert_eq!(refused(&world.enrol(&panel, Role::Panel)), [Refusal::KeyTaken]);
}

#[test]
fn a_path_that_was_evidence_before_is_not_evidence_again() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    world.hear(UDP, &frame);
    world.persist();
    let (mut world, _) = world.restart();
    assert_eq!(again(&world.hear(UDP, &frame)), []);
    assert_eq!(again(&world.hear(Origin { path: Path::Sms, link: 1 }, &frame)), [(FrameId::of(&frame), Path::Sms)]);
}

#[test]
fn heartbeats_up_to_the_last_mark_are_refused() {
    let (mut world, mut panel) = World::with_panel();
    let beats: Vec<_> = (0..3).map(|_| panel.beat(START)).collect();
    world.hear(TLS, &beats[1]);
    world.persist();
    world.hear(TLS, &beats[2]);
    let (mut world, _) = world.restart();
    assert_eq!(refused(&world.hear(TLS, &beats[0])), [Refusal::Stale]);
    let last = world.hear(TLS, &beats[2]);
    assert_eq!(refused(&last), [], "not journaled, so not known");
    assert_eq!(entries(&last).len(), 0, "and the next mark is not due yet");
}

#[test]
fn everyone_gets_a_full_period_and_the_first_word_is_told() {
    let (mut world, mut panel) = World::with_panel();
    world.pass(SILENCE - Duration::from_secs(1));
    let (mut world, _) = world.restart();
    assert_eq!(supervised(&world.pass(SILENCE - Duration::from_secs(1))), []);
    assert_eq!(supervised(&world.hear(TLS, &panel.hold_up(START))), [Supervision::Back]);
    assert_eq!(supervised(&world.hear(TLS, &panel.hold_up(START))), []);
}

#[test]
fn a_fault_that_lasts_is_told_again_and_one_that_ended_meanwhile_is_told_too() {
    let (mut world, mut panel) = World::with_panel();
    let faults = Heartbeat { power: Power::Battery, tamper: true, ..well() };
    world.hear(TLS, &panel.beat_of(START, faults));
    world.persist();
    let (mut world, _) = world.restart();
    let outputs = world.hear(TLS, &panel.beat_of(START, Heartbeat { power: Power::Battery, ..well() }));
    assert_eq!(supervised(&outputs), [Supervision::Back, Supervision::TamperClosed, Supervision::OnBattery]);
    let outputs = world.hear(TLS, &panel.beat_of(START, Heartbeat { power: Power::Battery, ..well() }));
    assert_eq!(supervised(&outputs), []);
}

#[test]
fn a_suppressed_alarm_is_told_again() {
    let (mut world, mut panel) = World::with_panel();
    panel.hold_up(START);
    world.hear(TLS, &panel.beat(START));
    world.hear(TLS, &panel.beat(START));
    world.persist();
    let (mut world, _) = world.restart();
    let outputs = world.hear(TLS, &panel.beat(START));
    assert_eq!(supervised(&outputs), [Supervision::Back, Supervision::Missing { events: 1 }]);
}

#[test]
fn an_alarm_that_overtook_its_enrolment_on_the_way_to_the_journal_is_restored() {
    let (mut world, mut panel) = (World::empty(), device(b"counter1"));
    let enrol = world.authority.event(START, enrolment(&panel, Role::Panel));
    world.hear(TLS, &enrol);
    let frame = panel.hold_up(START);
    world.hear(TLS, &frame);
    world.asked.swap(0, 1);
    world.persist();
    let (mut world, restored) = world.restart();
    assert_eq!(restored.len(), 2);
    assert_eq!((restored[0].role, restored[0].labels), (Role::Panel, Labels::default()));
    assert_eq!(receipts(&world.hear(TLS, &frame)).len(), 1);
    assert_eq!(accepted(&world.hear(TLS, &panel.hold_up(START))).len(), 1);
}

#[test]
fn an_entry_that_is_no_frame_is_refused_and_the_next_is_restored() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(START);
    let bad = Entry::Admitted { path: Path::Tls, octets: vec![0; 100] };
    assert!(world.receiver.restore(START, 1, &bad).is_err());
    let good = Entry::Admitted { path: Path::Tls, octets: frame.clone() };
    assert!(world.receiver.restore(START, 2, &good).unwrap().is_some());
    assert_eq!(receipts(&world.hear(TLS, &frame))[0].1.position, 2);
}

/// One thing that happens; frames are named by how long ago they were sent.
#[derive(Clone, Debug)]
enum Step {
    Event { panel: usize, number: u32 },
    Reboot(usize),
    Repeat(usize),
    Rotate(usize),
    Revoke(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..3usize, 0..3u32).prop_map(|(panel, number)| Step::Event { panel, number }),
        1 => (0..3usize).prop_map(Step::Reboot),
        4 => (0..40usize).prop_map(Step::Repeat),
        1 => (0..3usize).prop_map(Step::Rotate),
        1 => (0..3usize).prop_map(Step::Revoke),
    ]
}

/// What of the outputs does not depend on tickets, on the station's run and on how many refusals it has journaled.
fn essence(outputs: &[Output]) -> Vec<String> {
    let mut essence: Vec<_> = receipts(outputs).iter().map(|receipt| format!("{receipt:?}")).collect();
    essence.extend(accepted(outputs).iter().map(|accepted| format!("{accepted:?}")));
    essence.extend(refused(outputs).iter().map(|refusal| format!("{refusal:?}")));
    essence.extend(again(outputs).iter().map(|again| format!("{again:?}")));
    let events = entries(outputs).into_iter().filter(|entry| !matches!(entry, Entry::Refused { .. }));
    essence.extend(events.map(|entry| format!("{entry:?}")));
    essence
}

/// Everything but refusals gets to disk, so that two stations that journal not the same refusals give the same positions.
fn keep_events(world: &mut World) -> Vec<Output> {
    let asked = core::mem::take(&mut world.asked);
    let (refusals, events) = asked.into_iter().partition(|(.., entry)| matches!(entry, Entry::Refused { .. }));
    world.asked = refusals;
    world.fail();
    world.asked = events;
    world.persist()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn restart_keeps_windows_keys_and_receipts(steps in prop::collection::vec(step(), 0..60)) {
        let mut world = World::empty();
        let mut panels: Vec<_> = (0..3u8).map(|n| device(&[b'0' + n; 8])).collect();
        let mut frames = Vec::new();
        for panel in &panels {
            world.enrol(panel, Role::Panel);
        }
        for step in &steps {
            match *step {
                Step::Event { panel, number } => {
                    let panel = &mut panels[panel];
                    panel.events += number;
                    let message = Alarm { zone: u16::try_from(frames.len()).ok(), ..Alarm::silent(AlarmKind::HoldUp) };
                    frames.push(panel.numbered(START, panel.events, message));
                    world.hear(TLS, frames.last().unwrap());
                }
                Step::Reboot(panel) => {
                    panels[panel].epoch += 1;
                    panels[panel].events = 0;
                }
                Step::Repeat(ago) => {
                    if let Some(frame) = frames.iter().rev().nth(ago) {
                        world.hear(UDP, frame);
                    }
                }
                Step::Rotate(panel) => {
                    let panel = &mut panels[panel];
                    let (device, old, number) = (panel.id, panel.number, panel.number + 1);
                    panel.key = ed25519_dalek::SigningKey::from_bytes(&[100 + number; 32]);
                    panel.number = number;
                    let key = keng_protocol::Sign::public_key(&panel.key).to_bytes();
                    world.command(Rotation { device, old, old_until: START, number, key, from: START });
                }
                Step::Revoke(panel) => drop(world.revoke(panels[panel].id, Some(panels[panel].number))),
            }
            world.persist();
        }
        let (mut restarted, _) = world.restart();
        for panel in &mut panels {
            frames.push(panel.hold_up(START));
            panel.events += 2000;
            frames.push(panel.hold_up(START));
            frames.push(panel.numbered(START, 1, Alarm::silent(AlarmKind::Panic)));
        }
        for frame in &frames {
            for origin in [UDP, Origin { path: Path::Sms, link: 5 }] {
                let (before, after) = (world.hear(origin, frame), restarted.hear(origin, frame));
                prop_assert_eq!(essence(&before), essence(&after));
                prop_assert_eq!(essence(&keep_events(&mut world)), essence(&keep_events(&mut restarted)));
            }
        }
    }
}
