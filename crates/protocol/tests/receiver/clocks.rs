//! A clock is a claim: labelled, never a reason to refuse.

use core::time::Duration;

use keng_protocol::Timestamp;
use keng_protocol::message::Role;

use super::world::*;

#[test]
fn a_wrong_clock_is_labelled_and_never_refused() {
    let year = Duration::from_secs(365 * 86_400);
    for (time, off) in [
        (START + Duration::from_secs(30), None),
        (START - Duration::from_millis(30_001), Some(-30_001)),
        (START + year, Some(365 * 86_400_000)),
        (START - year, Some(-365 * 86_400_000)),
        (Timestamp::from_millis(0), Some(-1_795_334_700_000)),
    ] {
        let (mut world, mut panel) = World::with_panel();
        let outputs = world.hear(TLS, &panel.hold_up(time));
        assert_eq!(accepted(&outputs)[0].labels.clock_off_ms, off, "{time}");
    }
}

#[test]
fn a_key_that_ended_or_has_not_begun_is_labelled_and_never_refused() {
    for (from, to, out_of_time) in [
        (START, None, false),
        (START, Some(START), false),
        (START + Duration::from_millis(1), None, true),
        (Timestamp::from_millis(0), Some(START - Duration::from_millis(1)), true),
    ] {
        let (mut world, mut panel) = (World::empty(), device(b"counter1"));
        world.command(keng_protocol::message::Enrolment { from, to, ..enrolment(&panel, Role::Panel) });
        let outputs = world.hear(TLS, &panel.hold_up(START));
        assert_eq!(accepted(&outputs)[0].labels.key_out_of_time, out_of_time);
    }
}
