//! The same frame by a second path is evidence.

use keng_protocol::FrameId;
use keng_protocol::entry::{Entry, Path};
use keng_protocol::receiver::Origin;

use super::world::*;

#[test]
fn second_path_is_evidence() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    let id = FrameId::of(&frame);
    world.hear(TLS, &frame);
    world.persist();

    let second = world.hear(UDP, &frame);
    assert_eq!(again(&second), [(id, Path::Udp)]);
    assert_eq!(entries(&second), [&Entry::Again { path: Path::Udp, frame: id }]);
    assert_eq!(receipts(&second).len(), 1, "on the path by which it came");
    assert_eq!(receipts(&second)[0].0, UDP);
}

#[test]
fn evidence_is_kept_once_for_each_path() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    world.hear(UDP, &frame);
    assert_eq!(again(&world.hear(UDP, &frame)), []);
    assert_eq!(again(&world.hear(TLS, &frame)), []);
    assert_eq!(again(&world.hear(Origin { path: Path::Sms, link: 3 }, &frame)).len(), 1);
}

#[test]
fn both_paths_of_a_press_get_the_receipt_when_it_is_stored() {
    let (mut world, mut panel) = World::with_panel();
    let frame = panel.hold_up(world.now);
    world.hear(TLS, &frame);
    assert_eq!(sent(&world.hear(UDP, &frame)), [], "nothing is stored yet");
    let outputs = world.persist();
    let to: Vec<_> = receipts(&outputs).into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, [TLS, UDP]);
}
