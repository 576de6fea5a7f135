//! A drill: told like a robbery, marked on every channel, measured like a robbery.

use std::time::Instant;

use keng_dispatch::record::Why;
use keng_dispatch::text::{DRILL, Words as _};
use keng_protocol::IncidentId;
use keng_protocol::message::{Act, Alarm, AlarmKind, Disposition, Drill};

use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::seen::Observed;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;

pub(super) const SITE: &str = "pgd-9";
const WARD: &str = "ca-nguyen-dai-nang";
const CITY: &str = "tt-113";
const CENTRE: &str = "an-ninh-lua-vang";

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(33.5).await;
    world.scene(Word::SceneDrill);
    let panel = world.panel(SITE)?;
    let drill = DRILL.words(world.lang);
    panel.press(Drill { begins: true }).await;
    let press = panel.press(Alarm { zone: Some(1), drill: true, ..Alarm::silent(AlarmKind::HoldUp) }).await;
    let incident = press.incident();
    let after = |at: Instant| span(at.saturating_duration_since(press.at));
    world.line(press.at, world.site(SITE), Tone::Plain, Word::DrillPressed, &[&drill]);
    for authority in [WARD, CITY, CENTRE] {
        let (at, _) = world.told(incident, authority, Why::First).await;
        world.line(at, world.who(authority), Tone::Plain, Word::DrillTold, &[&drill, &after(at)]);
    }
    world.receipt(press, SITE).await;
    world.think(1300).await;
    world.act(WARD, incident, Act::Accepted).await;
    let answered = after(Instant::now());
    world.act(CITY, incident, Act::Accepted).await;
    world.think(1200).await;
    world.act(WARD, incident, Act::UnitsSent).await;
    let sent = after(Instant::now());
    world.think(2500).await;
    world.act(WARD, incident, Act::OnScene).await;
    let arrived = after(Instant::now());
    world.note(Tone::Good, Word::DrillMeasured, &[&answered, &sent, &arrived]);
    // The bank's centre lets it wait, so that the drill goes by its second channel, too.
    let (at, _) = world.told(incident, CENTRE, Why::Again).await;
    world.line(at, world.who(CENTRE), Tone::Plain, Word::DrillAgain, &[&drill, &after(at)]);
    world.act(CENTRE, incident, Act::Accepted).await;
    let closed = world.close(WARD, incident, Disposition::Drill, Word::NoteDrill).await == Reply::Done;
    world.stored(panel.press(Drill { begins: false }).await).await;
    let (desks, hooks, all) = marked(world, incident);
    let figure = world.say(Word::DrillFigure, &[&desks, &hooks, &answered, &sent, &arrived]);
    world.found(Claim::DrillMarked, closed && all && desks > 0 && hooks > 0, figure);
    Some(())
}

/// The drill's tellings at desks and by webhook, and whether each is marked.
fn marked(world: &World, incident: IncidentId) -> (usize, usize, bool) {
    let tellings = world.seen.all(|sight| match &sight.what {
        Observed::Desk(telling) if telling.incident == incident => Some((true, telling.drill)),
        Observed::Posted(telling, _) if telling.incident == incident => Some((false, telling.drill)),
        _ => None,
    });
    let desks = tellings.iter().filter(|(at_desk, _)| *at_desk).count();
    (desks, tellings.len() - desks, tellings.iter().all(|(_, drill)| *drill))
}
