//! A receipt is always true: no path through the machine gives one for what is not on disk.

use keng_protocol::message::{Descriptors, Durability, Notice, Receipt};
use keng_protocol::receiver::{Input, Output};
use keng_protocol::{Frame, FrameId, Message};

use super::world::*;

#[test]
fn desks_are_told_at_once_and_no_receipt_goes_out_before_persisted() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);

    let outputs = world.hear(TLS, &frame);
    assert!(matches!(&outputs[..2], [Output::Persist { urgent: true, .. }, Output::Accepted(_)]), "{outputs:?}");
    assert_eq!(sent(&outputs), []);

    let receipt = Receipt { frame: FrameId::of(&frame), position: 2, durability: Durability::DISK };
    assert_eq!(receipts(&world.persist()), [(TLS, receipt)]);
}

#[test]
fn a_receipt_says_on_how_many_disks_the_entry_is() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.hold_up(START));
    let (ticket, ..) = world.asked[0];
    let durability = Durability::on(3).unwrap();
    let outputs = world.input(Input::Persisted { ticket, position: 9, durability });
    assert_eq!(receipts(&outputs)[0].1.durability, durability);
}

#[test]
fn a_disk_that_fails_gives_no_receipt_until_a_repeat_is_stored_and_desks_hear_of_it_once() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    assert_eq!(world.fail(), []);

    let outputs = world.hear(TLS, &frame);
    assert!(matches!(outputs[..], [Output::Persist { urgent: true, at: START, .. }]), "{outputs:?}");
    assert_eq!(world.fail(), []);
    assert_eq!(entries(&world.hear(UDP, &frame)).len(), 2, "the frame, and the second path");
    assert_eq!(receipts(&world.persist()).len(), 1);
}

#[test]
fn a_receipt_is_numbered_by_its_position_and_bears_the_time_when_the_frame_came() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.hold_up(START));
    let (ticket, ..) = world.asked[0];
    world.pass(SILENCE / 2);
    let notice = Notice { until: START, seen: Descriptors::default(), text: None, asks: false };
    world.input(Input::Say { to: panel.id, message: notice.into() });
    let durability = Durability::DISK;
    let outputs = world.input(Input::Persisted { ticket, position: (7 << 32) + 5, durability });
    let header = *Frame::decode(sent(&outputs)[0].1).unwrap().header();
    assert_eq!((header.epoch, header.sequence, header.time), (1, 5, START));
}

#[test]
fn a_ticket_answered_twice_or_never_given_does_nothing() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.hold_up(START));
    let (ticket, ..) = world.asked[0];
    assert_eq!(receipts(&world.persist()).len(), 1);
    for position in [1, 7] {
        assert_eq!(world.input(Input::Persisted { ticket, position, durability: Durability::DISK }), []);
        assert_eq!(world.input(Input::NotPersisted { ticket }), []);
    }
}

#[test]
fn nobody_but_the_machine_can_have_a_receipt_said() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    let receipt = Receipt { frame: FrameId::of(&frame), position: 1, durability: Durability::DISK };
    assert_eq!(world.input(Input::Say { to: panel.id, message: Message::Receipt(receipt) }), []);
}
