//! What the station says of itself goes where the device was last heard.

use keng_protocol::entry::Path;
use keng_protocol::message::{Act, Notice, Progress};
use keng_protocol::receiver::{Input, Origin};
use keng_protocol::{DeviceId, Frame, IncidentId, Message, Timestamp};

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
    let notice = Notice { until: Timestamp::MAX, seen: Default::default(), text: None };
    let mut numbers = Vec::new();
    for message in [notice.clone().into(), Message::from(notice)] {
        let outputs = world.input(Input::Say { to: panel.id, message });
        let header = *Frame::decode(sent(&outputs)[0].1).unwrap().header();
        numbers.push((header.sender, header.epoch, header.sequence));
    }
    assert_eq!(numbers, [(STATION, 1, 1), (STATION, 1, 2)]);
}
