//! Robbers force the staff to call it off: the code looks like all clear on site, and raises the alarm at the desks.

use std::collections::BTreeSet;
use std::time::Instant;

use keng_dispatch::record::Why;
use keng_protocol::IncidentId;
use keng_protocol::message::{Act, Alarm, AlarmKind, Cancel, CancelCode, Disposition};
use keng_protocol::panel::Indication;

use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::seen::Observed;
use crate::demo::site::Press;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;

pub(super) const SITE: &str = "vang-2";
const WARD: &str = "ca-kinh-mon";
const CITY: &str = "tt-113";
const CENTRE: &str = "an-ninh-vang";

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(39.0).await;
    world.scene(Word::SceneDuress);
    let panel = world.panel(SITE)?;
    let press = panel.press(Alarm { zone: Some(1), ..Alarm::silent(AlarmKind::HoldUp) }).await;
    let incident = press.incident();
    world.line(press.at, world.site(SITE), Tone::Alarm, Word::ButtonPressed, &[&1]);
    world.all_told(press.at, incident, &[WARD, CITY, CENTRE], Word::HoldUpTold).await;
    world.receipt(press, SITE).await;
    world.think(1000).await;
    world.act(WARD, incident, Act::Accepted).await;
    let (at, level) = world.answer_shown(press, Act::Accepted).await;
    world.line(at, world.site(SITE), Tone::Good, Word::AnsweredShown, &[&level]);
    world.act(CITY, incident, Act::Accepted).await;
    world.act(CENTRE, incident, Act::Accepted).await;
    // What those acts show on the site has come by then.
    world.think(1500).await;

    let cancel = panel.press(Cancel { code: CancelCode::Duress, user: Some(3) }).await;
    world.line(cancel.at, world.site(SITE), Tone::Alarm, Word::DuressTyped, &[]);
    for authority in [WARD, CITY, CENTRE] {
        let (at, _) = world.told(incident, authority, Why::CancelDuress).await;
        let after = span(at.saturating_duration_since(cancel.at));
        world.line(at, world.who(authority), Tone::Alarm, Word::DuressTold, &[&after]);
    }
    world.receipt(cancel, SITE).await;
    world.think(800).await;
    world.act(WARD, incident, Act::UnitsSent).await;
    world.think(2000).await;
    world.act(WARD, incident, Act::OnScene).await;
    world.think(1500).await;
    let closed = world.close(WARD, incident, Disposition::Robbery, Word::NoteDuress).await == Reply::Done;
    let (levels, shown) = (levels_warned(world, incident), shown_since(world, cancel));
    if shown == 0 {
        world.line(Instant::now(), world.site(SITE), Tone::Good, Word::DuressNothingShown, &[]);
    }
    let held = closed && shown == 0 && levels == world.levels_of(&SITE.into()).len();
    world.found(Claim::DuressHidden, held, world.say(Word::DuressFigure, &[&levels, &shown]));
    Some(())
}

/// At how many levels the duress cancel was on the screens.
fn levels_warned(world: &World, incident: IncidentId) -> usize {
    let levels = world.seen.all(|sight| match &sight.what {
        Observed::Desk(telling) if telling.incident == incident && telling.why == Why::CancelDuress => {
            Some(telling.level)
        }
        _ => None,
    });
    levels.into_iter().collect::<BTreeSet<_>>().len()
}

/// How often the site's display showed that somebody acts, after the code was typed.
fn shown_since(world: &World, cancel: Press) -> usize {
    let shown = world.seen.all(|sight| match &sight.what {
        Observed::Shown(device, Indication::Answered { .. }) => {
            (*device == cancel.device && sight.at > cancel.at).then_some(())
        }
        _ => None,
    });
    shown.len()
}
