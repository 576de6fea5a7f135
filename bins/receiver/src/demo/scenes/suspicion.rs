//! No crime yet: a motorbike in front of a gold shop.

use keng_dispatch::record::{What, Why};
use keng_dispatch::text::Words as _;
use keng_protocol::message::{Act, Colour, Descriptors, Disposition, Face, Notice, Plate, Suspicion, Vehicle};
use keng_protocol::panel::Indication;
use keng_protocol::{DeviceId, IncidentId};

use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::seen::Observed;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;

pub(super) const SITE: &str = "vang-1";
const WARD: &str = "ca-kinh-mon";
const CENTRE: &str = "an-ninh-vang";

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(1.5).await;
    world.scene(Word::SceneSuspicion);
    let press = world.panel(SITE)?.press(Suspicion { drill: false, mark: None, seen: motorbike() }).await;
    let seen = [Face::Helmet.words(world.lang), Vehicle::Motorbike.words(world.lang), Colour::Black.words(world.lang)]
        .join(", ");
    world.line(press.at, world.site(SITE), Tone::Warn, Word::SuspicionSaid, &[&seen]);
    world.receipt(press, SITE).await;
    let incident = press.incident();
    for authority in [WARD, CENTRE] {
        let (at, _) = world.told(incident, authority, Why::First).await;
        let after = span(at.saturating_duration_since(press.at));
        world.line(at, world.who(authority), Tone::Warn, Word::SuspicionShown, &[&world.site(SITE), &after]);
    }
    world.think(1400).await;
    world.act(WARD, incident, Act::Accepted).await;
    world.act(CENTRE, incident, Act::Accepted).await;
    neighbours(world, incident).await?;
    world.think(2500).await;
    world.act(WARD, incident, Act::UnitsSent).await;
    world.think(2500).await;
    let closed = world.close(WARD, incident, Disposition::Other, Word::NoteSuspicion).await == Reply::Done;
    let levels = levels_told(world, incident);
    let figure = world.say(Word::SuspicionFigure, &[&levels.len()]);
    world.found(Claim::SuspicionTold, closed && levels == [0, 1], figure);
    Some(())
}

fn motorbike() -> Descriptors {
    Descriptors {
        offenders: Some(2),
        face: Some(Face::Helmet),
        vehicle: Some(Vehicle::Motorbike),
        colour: Some(Colour::Black),
        // No such plate is given out.
        plate: Plate::new("00X1-0000"),
        plate_false: true,
        ..Descriptors::default()
    }
}

/// The sites around are asked for vigilance; each display must show what was seen.
async fn neighbours(world: &World, incident: IncidentId) -> Option<()> {
    let asked = world.record(|record| match &record.what {
        What::Vigilance { sites, .. } if record.incident == Some(incident) => Some(sites.clone()),
        _ => None,
    });
    let devices = world.panels_on(&asked.await);
    let mut last = None;
    for device in &devices {
        last = Some(shown(world, *device).await);
    }
    world.line(last?, world.who(WARD), Tone::Good, Word::NeighboursWarned, &[&devices.len()]);
    world.found(Claim::NeighboursShown, !devices.is_empty(), world.say(Word::NeighboursFigure, &[&devices.len()]));
    Some(())
}

async fn shown(world: &World, device: DeviceId) -> std::time::Instant {
    let as_seen = |notice: &Notice| notice.seen == motorbike();
    let shown = world.seen.first(|sight| match &sight.what {
        Observed::Shown(on, Indication::Vigilance { notice, .. }) if *on == device && as_seen(notice) => Some(sight.at),
        _ => None,
    });
    shown.await
}

fn levels_told(world: &World, incident: IncidentId) -> Vec<u8> {
    let mut levels = world.seen.all(|sight| match &sight.what {
        Observed::Desk(telling) if telling.incident == incident => Some(telling.level),
        _ => None,
    });
    levels.sort_unstable();
    levels.dedup();
    levels
}
