//! A broken panel cries without end, and elsewhere somebody presses a button.

use std::time::{Duration, Instant};

use keng_dispatch::record::{What, Why};
use keng_protocol::envelope::cell;
use keng_protocol::message::{Act, Alarm, AlarmKind, Disposition};
use keng_protocol::{Header, IncidentId, Kind, seal};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::clock;
use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::seen::Observed;
use crate::demo::site::Panel;
use crate::demo::stranger;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;

pub(super) const BROKEN: &str = "quy-10";
pub(super) const HONEST: &str = "pgd-7";
const BROKEN_WARD: &str = "ca-tran-lieu";
const BROKEN_CENTRE: &str = "an-ninh-quy";
const WARD: &str = "ca-pham-su-manh";
const CITY: &str = "tt-113";
const CENTRE: &str = "an-ninh-cau-da";

/// How long the panel cries, and how fast.
const LASTS: Duration = Duration::from_millis(2500);
const BURST: u32 = 20;
const BURST_EVERY: Duration = Duration::from_millis(20);
/// An epoch of its own: the panel's memory is broken, too.
const EPOCH: u32 = 9;
/// What one device may show of one class before the rest is only counted (the dispatcher's burst).
const SHOWN_AT_MOST: usize = 10;

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(18.5).await;
    world.scene(Word::SceneFlood);
    let broken = world.panel(BROKEN)?;
    broken.switch_off();
    let (flood, honest) = tokio::join!(cry(world, broken), press(world));
    broken.switch_on();
    let (flood, (receipt, incident)) = (flood?, honest?);
    let in_time = receipt.1 > flood.began && receipt.1 < flood.ended;
    let after = span(receipt.1.saturating_duration_since(receipt.0));
    let crying = world.raised_at(BROKEN).await;
    let shown = repeats_shown(world, crying);
    let counted = world.seen.all(|sight| match &sight.what {
        Observed::Record(record) if matches!(record.what, What::FloodBegan { .. }) => Some(()),
        _ => None,
    });
    let one_line = counted.len() == 1 && shown < SHOWN_AT_MOST;
    world.line(
        flood.ended,
        &world.say(Word::Receiver, &[]),
        Tone::Warn,
        Word::FloodCounted,
        &[&flood.sent, &(shown + 1)],
    );
    world.found(
        Claim::FloodPassed,
        in_time && one_line,
        world.say(Word::FloodFigure, &[&after, &flood.sent, &(shown + 1)]),
    );
    world.think(800).await;
    two_people(world, incident).await;
    world.act(BROKEN_WARD, crying, Act::Accepted).await;
    world.act(BROKEN_CENTRE, crying, Act::Accepted).await;
    let closed = world.close(BROKEN_CENTRE, crying, Disposition::Fault, Word::NoteFlood).await;
    (closed == Reply::Done).then_some(())
}

/// The honest press, while the flood runs: when it was pressed and receipted.
async fn press(world: &World) -> Option<((Instant, Instant), IncidentId)> {
    world.think(900).await;
    let press = world.panel(HONEST)?.press(Alarm { zone: Some(1), ..Alarm::silent(AlarmKind::HoldUp) }).await;
    world.line(press.at, world.site(HONEST), Tone::Alarm, Word::HonestPress, &[&1]);
    world.all_told(press.at, press.incident(), &[WARD, CITY, CENTRE], Word::HoldUpTold).await;
    let receipt = world.receipt(press, HONEST).await;
    Some(((press.at, receipt), press.incident()))
}

struct Flood {
    began: Instant,
    /// When the receiver answered the last of it.
    ended: Instant,
    sent: u32,
}

/// Signs intrusion alarms with the panel's own key, all new and all authentic, as fast as its link takes them.
async fn cry(world: &World, panel: &Panel) -> Option<Flood> {
    let link = stranger::link(world.at.tls?, world.tls.clone()).await?;
    let (mut answers, mut out) = tokio::io::split(link);
    let began = Instant::now();
    world.line(began, world.site(BROKEN), Tone::Warn, Word::FloodBegins, &[]);
    let reading = tokio::spawn(async move {
        let (mut chunk, mut last) = (vec![0; 16 * 1024], began);
        while answers.read(&mut chunk).await.is_ok_and(|count| count > 0) {
            last = Instant::now();
        }
        last
    });
    let mut sent = 0;
    while began.elapsed() < LASTS {
        let mut cells = Vec::new();
        for _ in 0..BURST {
            sent += 1;
            cells.extend(alarm(panel, sent)?);
        }
        out.write_all(&cells).await.ok()?;
        out.flush().await.ok()?;
        tokio::time::sleep(BURST_EVERY).await;
    }
    // Its last answers come before the link is closed.
    world.think(300).await;
    out.shutdown().await.ok()?;
    let ended = tokio::time::timeout(Duration::from_secs(5), reading).await.ok()?.ok()?;
    world.seen.add(Observed::Flooded { device: panel.device, epoch: EPOCH, sent });
    Some(Flood { began, ended, sent })
}

fn alarm(panel: &Panel, sequence: u32) -> Option<Vec<u8>> {
    let header = Header { kind: Kind::Alarm, sender: panel.device, key: 0, epoch: EPOCH, sequence, time: clock::now() };
    let said = Alarm { zone: Some(5), ..Alarm::silent(AlarmKind::Intrusion) };
    cell(&seal(&header, &said.into(), &panel.key).ok()?).ok()
}

fn repeats_shown(world: &World, incident: IncidentId) -> usize {
    let joined = world.seen.all(|sight| match &sight.what {
        Observed::Record(record) if record.incident == Some(incident) => {
            matches!(record.what, What::Joined { .. }).then_some(())
        }
        _ => None,
    });
    joined.len()
}

/// Pressed by mistake, says the ward; nobody was on the scene, so a second person must say so, too.
async fn two_people(world: &World, incident: IncidentId) {
    for authority in [WARD, CITY, CENTRE] {
        world.act(authority, incident, Act::Accepted).await;
    }
    world.think(1500).await;
    let first = world.close(WARD, incident, Disposition::FalsePress, Word::NoteFalsePress).await;
    world.think(1200).await;
    let second = world.close(CITY, incident, Disposition::FalsePress, Word::NoteFalsePress).await;
    let alone = matches!(first, Reply::Objected(why) if why == "second_person_needed");
    world.told(incident, CENTRE, Why::Closed).await;
    world.found(Claim::TwoPeopleClose, alone && second == Reply::Done, world.say(Word::TwoPeopleFigure, &[]));
}
