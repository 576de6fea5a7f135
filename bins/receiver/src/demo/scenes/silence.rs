//! A panel's power is cut, and it says nothing more.

use std::time::{Duration, Instant};

use keng_dispatch::incident::{Cause, Fault};
use keng_dispatch::record::{What, Why};
use keng_protocol::message::Act;

use crate::demo::proof::Claim;
use crate::demo::site::HEARTBEAT;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::{SILENCE, World};

pub(super) const SITE: &str = "quy-12";
const CENTRE: &str = "an-ninh-quy";

/// How much later than its time a silence may be seen.
const LATE: Duration = Duration::from_secs(2);

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(SILENCE.as_secs_f64() + 2.0).await;
    world.scene(Word::SceneSilence);
    let panel = world.panel(SITE)?;
    panel.switch_off();
    let cut = Instant::now();
    world.line(cut, world.site(SITE), Tone::Warn, Word::PowerCut, &[&SILENCE.as_secs()]);
    let incident = world.raised_at(SITE).await;
    let silent = world.record(|record| match &record.what {
        What::Raised { facts, .. } if record.incident == Some(incident) => {
            Some(facts.cause == Cause::Fault(Fault::Silence))
        }
        _ => None,
    });
    let silent = silent.await;
    let (at, _) = world.told(incident, CENTRE, Why::First).await;
    let after = at.saturating_duration_since(cut);
    // The silence counts from its last word, which was up to a heartbeat before the cut.
    let on_time = after + HEARTBEAT >= SILENCE && after <= SILENCE + LATE;
    world.line(at, world.who(CENTRE), Tone::Warn, Word::SilenceTold, &[&world.site(SITE), &span(after)]);
    world.think(1500).await;
    world.act(CENTRE, incident, Act::Accepted).await;
    world.think(1500).await;
    panel.switch_on();
    world.line(Instant::now(), world.site(SITE), Tone::Plain, Word::PowerBack, &[]);
    world
        .record(|record| (record.incident == Some(incident) && matches!(record.what, What::Cleared)).then_some(()))
        .await;
    world.note(Tone::Good, Word::SilenceOver, &[&world.site(SITE)]);
    world.found(
        Claim::SilenceSeen,
        silent && on_time,
        world.say(Word::SilenceFigure, &[&SILENCE.as_secs(), &span(after)]),
    );
    Some(())
}
