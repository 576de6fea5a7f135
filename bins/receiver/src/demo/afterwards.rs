//! What the journal's file says afterwards: is it whole, and is everything where the receipts said it would be?

use std::collections::{BTreeMap, BTreeSet};

use keng_journal::sqlite::Reader;
use keng_journal::{Head, Position, Stored, entries, verify};
use keng_protocol::entry::Entry;
use keng_protocol::{Frame, FrameId, Header, Kind};

use super::proof::Claim;
use super::seen::Observed;
use super::words::Word;
use super::world::World;
use crate::hex;

/// Reads the file from its first entry to its last.
pub(crate) fn check(world: &World) {
    let Ok(reader) = Reader::open(&world.journal) else { return };
    match verify(&reader, Head::EMPTY, Head::EMPTY, |_| ()) {
        Ok(verified) => {
            let hash = hex::encode(&verified.head.hash);
            let short = hash.get(..16).unwrap_or(&hash);
            let figure = world.say(Word::JournalFigure, &[&verified.entries, &format!("{short}…")]);
            world.found(Claim::JournalVerified, verified.entries > 0, figure);
        }
        Err(error) => world.found(Claim::JournalVerified, false, world.say(Word::JournalBroken, &[&error])),
    }
    let frames: BTreeMap<u64, Admitted> = entries(&reader, Position::FIRST).flatten().filter_map(admitted).collect();
    heartbeats(world, &frames);
    flood(world, &frames);
    receipts(world, &frames);
}

/// A frame in the journal.
struct Admitted {
    frame: FrameId,
    header: Header,
}

fn admitted(stored: Stored) -> Option<(u64, Admitted)> {
    let code = u8::try_from(stored.entry.kind).ok()?;
    let Ok(Some(Entry::Admitted { octets, .. })) = Entry::read(code, &stored.entry.payload) else { return None };
    let header = *Frame::decode(&octets).ok()?.header();
    Some((stored.position.0, Admitted { frame: FrameId::of(&octets), header }))
}

/// Each panel has a heartbeat there.
fn heartbeats(world: &World, frames: &BTreeMap<u64, Admitted>) {
    let beats = frames.values().filter(|admitted| admitted.header.kind == Kind::Heartbeat);
    let beating: BTreeSet<_> = beats.map(|beat| beat.header.sender).collect();
    let heard = world.panels.keys().filter(|panel| beating.contains(*panel)).count();
    world.also_found(Claim::AllAlive, heard == world.panels.len(), &world.say(Word::HeardFigure, &[&heard]));
}

/// Nothing of the flood was lost: limits are for what is shown.
fn flood(world: &World, frames: &BTreeMap<u64, Admitted>) {
    let flooded = world.seen.all(|sight| match &sight.what {
        Observed::Flooded { device, epoch, sent } => Some((*device, *epoch, *sent)),
        _ => None,
    });
    for (device, epoch, sent) in flooded {
        let of_it = |admitted: &&Admitted| (admitted.header.sender, admitted.header.epoch) == (device, epoch);
        let stored = frames.values().filter(of_it).count();
        let held = u32::try_from(stored) == Ok(sent);
        world.also_found(Claim::FloodPassed, held, &world.say(Word::FloodedFigure, &[&stored]));
    }
}

/// Each receipt names a frame and a place: that very frame must stand there.
fn receipts(world: &World, frames: &BTreeMap<u64, Admitted>) {
    let promised = world.seen.all(|sight| match &sight.what {
        Observed::Receipted(frame, position) => Some((*frame, *position)),
        _ => None,
    });
    let kept = promised
        .iter()
        .filter(|(frame, position)| frames.get(position).is_some_and(|found| found.frame == *frame))
        .count();
    let held = kept == promised.len() && kept > 0;
    world.found(Claim::ReceiptsTrue, held, world.say(Word::ReceiptsFigure, &[&kept, &promised.len()]));
}
