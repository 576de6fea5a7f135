//! A panel that exists today: SIA DC-09, Contact ID, under AES; and somebody who speaks for it in clear.

use std::time::Instant;

use keng_dc09::{Dialler, Key, Reply as Answer};
use keng_journal::sqlite::Reader;
use keng_journal::{Position, entries};
use keng_protocol::message::{Act, Disposition};
use keng_station::entries::{DC09, Entry};

use crate::clock;
use crate::demo::desk::Reply;
use crate::demo::proof::Claim;
use crate::demo::stranger;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::{CLEAR_ACCOUNT, KEYED_ACCOUNT, World};

pub(super) const SITE: &str = "quy-3";
const CLEAR_SITE: &str = "quy-9";
const WARD: &str = "ca-bac-an-phu";
const CITY: &str = "tt-113";
const CENTRE: &str = "an-ninh-quy";
/// Contact ID: a new event, 122 (silent hold-up), partition 1, zone 3.
const HOLD_UP: &str = "1122 01 003";

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(29.5).await;
    world.scene(Word::SceneDc09);
    let mut panel = Dialler::new(KEYED_ACCOUNT.parse().ok()?, Some(Key::new(&world.dc09_key).ok()?));
    let frame = panel.contact_id(clock::now(), HOLD_UP);
    let at = Instant::now();
    world.line(at, world.site(SITE), Tone::Alarm, Word::Dc09Sent, &[&KEYED_ACCOUNT]);
    let reply = stranger::dial_tcp(world.at.dc09_tcp?, &panel, &frame).await;
    let acked = Instant::now();
    let stored = is_stored(world, KEYED_ACCOUNT);
    let after = span(acked.saturating_duration_since(at));
    let incident = world.raised_at(SITE).await;
    world.all_told(at, incident, &[WARD, CITY, CENTRE], Word::HoldUpTold).await;
    world.line(acked, world.site(SITE), Tone::Good, Word::Dc09Acked, &[&after]);
    world.found(Claim::Dc09Stored, reply == Some(Answer::Ack) && stored, world.say(Word::Dc09Figure, &[&after]));

    clear_on_keyed(world).await?;
    poll(world).await?;
    for authority in [WARD, CITY, CENTRE] {
        world.act(authority, incident, Act::Accepted).await;
    }
    world.think(2500).await;
    world.act(WARD, incident, Act::OnScene).await;
    world.think(1500).await;
    (world.close(WARD, incident, Disposition::FalsePress, Word::NoteFalsePress).await == Reply::Done).then_some(())
}

/// Whether the journal's file holds an event of the account, now.
fn is_stored(world: &World, account: &str) -> bool {
    let Ok(reader) = Reader::open(&world.journal) else { return false };
    let mut stored = entries(&reader, Position::FIRST).flatten().filter(|stored| stored.entry.kind == DC09);
    stored.any(|stored| {
        let entry = Entry::read(stored.entry.kind, &stored.entry.payload);
        matches!(entry, Some(Entry::Dc09 { account: of, .. }) if of.as_str() == account)
    })
}

/// The same hold-up in clear, in the name of the account that has a key.
async fn clear_on_keyed(world: &World) -> Option<()> {
    let mut forger = Dialler::new(KEYED_ACCOUNT.parse().ok()?, None);
    let frame = forger.contact_id(clock::now(), HOLD_UP);
    let at = Instant::now();
    world.line(at, &world.say(Word::Stranger, &[]), Tone::Warn, Word::Dc09ClearSent, &[&KEYED_ACCOUNT]);
    let reply = stranger::dial_tcp(world.at.dc09_tcp?, &forger, &frame).await;
    let reason = keng_dc09::Refusal::ClearOnKeyedAccount.to_string();
    let sentence = world.refused(at, Some(KEYED_ACCOUNT.to_owned()), reason).await;
    let one = world.incidents_at(SITE).await == Some(1);
    let held = one && !matches!(reply, Some(Answer::Ack));
    world.found(Claim::Dc09ClearRefused, held, sentence);
    Some(())
}

/// A panel in clear, on an account in clear, says that it lives.
async fn poll(world: &World) -> Option<()> {
    let panel = Dialler::new(CLEAR_ACCOUNT.parse().ok()?, None);
    let reply = stranger::dial_udp(world.at.dc09_udp?, &panel, &panel.link_test(clock::now())).await;
    if reply == Some(Answer::Ack) {
        world.line(Instant::now(), world.site(CLEAR_SITE), Tone::Plain, Word::Dc09Polled, &[&CLEAR_ACCOUNT]);
    }
    Some(())
}
