//! A desk whose stream is open and at which nothing moves.

use std::time::{Duration, Instant};

use keng_dispatch::record::{Record, What, Why};
use keng_protocol::message::{Act, Alarm, AlarmKind, Disposition};
use keng_protocol::{IncidentId, Timestamp};

use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;

pub(super) const SITE: &str = "pgd-6";
const WARD: &str = "ca-nhi-chieu";
const CITY: &str = "tt-113";
const CENTRE: &str = "an-ninh-sao-bien";

/// How late a telling for want of an answer may be: the times are the directory's.
const LATE: Duration = Duration::from_secs(2);

pub(super) async fn play(world: &World) -> Option<()> {
    world.desk(WARD)?.hang();
    world.until(13.5).await;
    world.scene(Word::SceneDeafDesk);
    let press = world.panel(SITE)?.press(Alarm { zone: Some(1), ..Alarm::silent(AlarmKind::HoldUp) }).await;
    let incident = press.incident();
    world.line(press.at, world.site(SITE), Tone::Alarm, Word::ButtonPressed, &[&1]);
    world.all_told(press.at, incident, &[CITY, CENTRE], Word::HoldUpTold).await;
    world.receipt(press, SITE).await;
    world.line(Instant::now(), world.who(WARD), Tone::Warn, Word::DeskHangs, &[]);
    world.think(1500).await;
    world.act(CENTRE, incident, Act::Accepted).await;
    world.act(CITY, incident, Act::Accepted).await;

    let policy = world.directory.policies.attack;
    let since = at_of(world, incident, WARD, Why::First).await;
    let (seen, _) = world.told(incident, WARD, Why::Again).await;
    let again = at_of(world, incident, WARD, Why::Again).await.since(since);
    world.line(seen, world.who(WARD), Tone::Warn, Word::AgainByNext, &[&span(again)]);
    world.found(Claim::ToldAgain, on_time(again, policy.again), span(again));

    let (seen, _) = world.told(incident, CITY, Why::SilentLevel).await;
    let silent = at_of(world, incident, CITY, Why::SilentLevel).await.since(since);
    world.line(seen, world.who(CITY), Tone::Warn, Word::LevelIsSilent, &[&world.who(WARD), &span(silent)]);
    world.found(Claim::LevelSilent, policy.silent.is_some_and(|due| on_time(silent, due)), span(silent));

    world.think(1000).await;
    world.act(CITY, incident, Act::UnitsSent).await;
    world.think(2000).await;
    world.act(CITY, incident, Act::OnScene).await;
    world.think(1500).await;
    (world.close(CITY, incident, Disposition::Robbery, Word::NoteDeafDesk).await == Reply::Done).then_some(())
}

/// The receiver's own time of a telling.
async fn at_of(world: &World, incident: IncidentId, whom: &str, because: Why) -> Timestamp {
    let is_it = |record: &Record| match &record.what {
        What::Told { authority, why, .. } => authority.as_str() == whom && *why == because,
        _ => false,
    };
    world.record(|record| (record.incident == Some(incident) && is_it(record)).then_some(record.at)).await
}

fn on_time(took: Duration, due: Duration) -> bool {
    took >= due && took <= due + LATE
}
