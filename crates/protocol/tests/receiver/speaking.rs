//! What the station says of itself goes where the device was last heard.

use keng_protocol::entry::Path;
use keng_protocol::message::{Act, Noted, Notice, Progress, Role};
use keng_protocol::receiver::{Input, Origin, Output};
use keng_protocol::{DeviceId, Frame, IncidentId, Message, NoticeId, Timestamp};

use super::world::*;

fn say(to: DeviceId) -> Input<'static> {
    let progress = Progress { incident: IncidentId([1; 16]), level: 2, act: Act::UnitsSent };
    Input::Say { to, message: progress.into() }
}

#[test]
fn progress_goes_by_the_link_on_which_the_panel_was_last_heard() {
    let (mut world, mut panel) = World::with_panel();
    assert_eq!(world.input(say(panel.id)), [], "never heard");
    world.hear(TLS, &panel.hold_up(START));
    world.hear(UDP, &panel.beat(START));
    let outputs = world.input(say(panel.id));
    assert!(matches!(said(&outputs)[..], [(UDP, Message::Progress(_))]));
}

#[test]
fn nothing_is_said_on_a_closed_link_until_the_panel_speaks_again() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.hold_up(START));
    world.input(Input::LinkClosed { link: TLS.link });
    assert_eq!(world.input(say(panel.id)), []);
    world.hear(Origin { path: Path::Tls, link: 7 }, &panel.beat(START));
    assert_eq!(said(&world.input(say(panel.id))).len(), 1);
}

#[test]
fn what_the_station_says_is_numbered_in_its_run() {
    let (mut world, mut panel) = World::with_panel();
    world.hear(TLS, &panel.hold_up(START));
    let notice = Notice { until: Timestamp::MAX, seen: Default::default(), text: None, asks: false };
    let mut numbers = Vec::new();
    for message in [notice.clone().into(), Message::from(notice)] {
        let outputs = world.input(Input::Say { to: panel.id, message });
        let header = *Frame::decode(sent(&outputs)[0].1).unwrap().header();
        numbers.push((header.sender, header.epoch, header.sequence));
    }
    assert_eq!(numbers, [(STATION, 1, 1), (STATION, 1, 2)]);
}

#[test]
fn a_notice_is_one_frame_to_every_panel_that_has_a_link_and_its_number_is_nobody_elses() {
    let (mut world, mut one) = World::with_panel();
    let (mut two, away) = (device(b"counter2"), device(b"counter3"));
    for panel in [&two, &away] {
        world.enrol(panel, Role::Panel);
    }
    world.hear(TLS, &one.beat(START));
    world.hear(UDP, &two.beat(START));
    let notice = Notice { until: Timestamp::MAX, seen: Default::default(), text: None, asks: true };
    let octets = world.receiver.notice(START, notice);
    let reached = world.receiver.pass(&[one.id, away.id, two.id, DeviceId(*b"stranger")], &octets);
    assert_eq!(reached, [one.id, two.id]);
    let outputs = world.drain();
    assert_eq!(sent(&outputs), [(TLS, &octets[..]), (UDP, &octets[..])]);
    let later = world.input(say(one.id));
    assert_eq!(Frame::decode(sent(&later)[0].1).unwrap().header().sequence, 2);
}

#[test]
fn that_a_notice_was_read_is_stored_and_receipted_like_any_event_and_goes_first_nowhere() {
    let (mut world, mut panel) = World::with_panel();
    let outputs = world.hear(TLS, &panel.event(START, Noted { notice: NoticeId([3; 8]), user: Some(2) }));
    assert!(outputs.iter().any(|output| matches!(output, Output::Persist { urgent: false, .. })));
    let [told] = accepted(&outputs)[..] else { panic!("{outputs:?}") };
    assert_eq!(told.said.message(), &Noted { notice: NoticeId([3; 8]), user: Some(2) }.into());
    assert!(matches!(said(&world.persist())[..], [(TLS, Message::Receipt(_))]));
}

#[test]
fn the_latest_epoch_of_a_device_is_known_and_known_again_after_a_restart() {
    let (mut world, mut panel) = World::with_panel();
    assert_eq!((world.receiver.epoch(panel.id), world.receiver.epoch(DeviceId(*b"stranger"))), (None, None));
    for epoch in [7, 5] {
        panel.epoch = epoch;
        world.hear(TLS, &panel.hold_up(START));
    }
    world.persist();
    assert_eq!(world.receiver.epoch(panel.id), Some(7));
    world.restart();
    assert_eq!(world.receiver.epoch(panel.id), Some(7));
}
