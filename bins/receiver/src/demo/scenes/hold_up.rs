//! Closing time at a remote branch: one silent press on two paths.

use keng_dispatch::record::{What, Why};
use keng_dispatch::text::Words as _;
use keng_protocol::message::{Act, Alarm, AlarmKind, Descriptors, Disposition, Heading, Update, Vehicle, Weapon};

use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::site::Press;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;

pub(super) const SITE: &str = "pgd-5";
const WARD: &str = "ca-nam-an-phu";
const CITY: &str = "tt-113";
const CENTRE: &str = "an-ninh-song-kinh";

pub(super) async fn play(world: &World) -> Option<Press> {
    world.until(7.0).await;
    world.scene(Word::SceneHoldUp);
    let panel = world.panel(SITE)?;
    let press = panel.press(Alarm { zone: Some(2), ..Alarm::silent(AlarmKind::HoldUp) }).await;
    let incident = press.incident();
    world.line(press.at, world.site(SITE), Tone::Alarm, Word::ButtonPressed, &[&2]);
    world.all_told(press.at, incident, &[WARD, CITY, CENTRE], Word::HoldUpTold).await;
    world.receipt(press, SITE).await;
    two_paths(world, press).await;

    world.think(1200).await;
    world.act(WARD, incident, Act::Accepted).await;
    let (at, level) = world.answer_shown(press, Act::Accepted).await;
    let after = span(at.saturating_duration_since(press.at));
    world.line(at, world.site(SITE), Tone::Good, Word::AnsweredShown, &[&level]);
    world.found(Claim::AnswerShown, level == 1, world.say(Word::AnswerFigure, &[&after]));
    world.act(CENTRE, incident, Act::Accepted).await;
    world.think(500).await;
    world.act(CITY, incident, Act::Accepted).await;

    world.think(700).await;
    let more =
        panel.press(Update { about: Some(incident.short()), seen: robbers(), hostages: None, injured: Some(0) }).await;
    let words = [Weapon::Gun.words(world.lang), Vehicle::Motorbike.words(world.lang), Heading::North.words(world.lang)]
        .join(", ");
    world.line(more.at, world.site(SITE), Tone::Warn, Word::MoreSeen, &[&words]);
    let (at, _) = world.told(incident, WARD, Why::Update).await;
    world.line(at, world.who(WARD), Tone::Plain, Word::UpdateTold, &[&span(at.saturating_duration_since(more.at))]);
    world.think(800).await;
    world.act(WARD, incident, Act::UnitsSent).await;
    world.think(2500).await;
    world.act(WARD, incident, Act::OnScene).await;
    world.think(2000).await;
    let closed = world.close(WARD, incident, Disposition::Attempted, Word::NoteHoldUp).await;
    (closed == Reply::Done).then_some(press)
}

/// The same frame came by both paths: one raised the incident, the other stands as evidence.
async fn two_paths(world: &World, press: Press) {
    let incident = Some(press.incident());
    let first = world.record(|record| match &record.what {
        What::Raised { facts, .. } if record.incident == incident => facts.path,
        _ => None,
    });
    let second = world.record(|record| match &record.what {
        What::Evidence { path } if record.incident == incident => Some(*path),
        _ => None,
    });
    let (first, second) = (first.await, second.await);
    let paths = format!("{} + {}", first.words(world.lang), second.words(world.lang));
    world.note(Tone::Good, Word::SecondPath, &[&paths]);
    let one = world.incidents_at(SITE).await == Some(1);
    world.found(Claim::TwoPaths, one && first != second, paths);
}

fn robbers() -> Descriptors {
    Descriptors {
        offenders: Some(2),
        weapon: Some(Weapon::Gun),
        vehicle: Some(Vehicle::Motorbike),
        heading: Some(Heading::North),
        left_s_ago: Some(5),
        ..Descriptors::default()
    }
}
