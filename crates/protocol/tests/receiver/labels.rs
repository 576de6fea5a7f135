//! Authentic but late: raised and labelled.

use keng_protocol::message::{Alarm, AlarmKind};

use super::world::*;

#[test]
fn an_overtaken_frame_is_raised_and_labelled_late() {
    let (mut world, mut panel) = World::with_panel();
    let (first, second) = (panel.hold_up(world.now), panel.hold_up(world.now));
    assert!(!accepted(&world.hear(TLS, &second))[0].labels.late);
    assert!(accepted(&world.hear(TLS, &first))[0].labels.late);
}

#[test]
fn a_frame_from_before_the_last_boot_is_raised_and_labelled_late() {
    let (mut world, mut panel) = World::with_panel();
    let before = panel.hold_up(world.now);
    panel.epoch += 1;
    world.hear(TLS, &panel.numbered(START, 1, Alarm::silent(AlarmKind::HoldUp)));
    assert!(accepted(&world.hear(TLS, &before))[0].labels.late);
}

#[test]
fn a_frame_in_order_and_in_time_has_no_label() {
    let (mut world, mut panel) = World::with_panel();
    let outputs = world.hear(TLS, &panel.hold_up(START));
    assert_eq!(accepted(&outputs)[0].labels, Default::default());
}
