//! What the journal's file says afterwards: is it whole, and is everything where the receipts said it would be?

use std::collections::{BTreeMap, BTreeSet};

use keng_journal::sqlite::Reader;
use keng_journal::{Head, Position, entries, verify};
use keng_protocol::entry::Entry;
use keng_protocol::{Frame, FrameId, Kind};

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
    let (mut frames, mut beating) = (BTreeMap::new(), BTreeSet::new());
    for stored in entries(&reader, Position::FIRST).flatten() {
        let code = u8::try_from(stored.entry.kind).unwrap_or(u8::MAX);
        let Ok(Some(Entry::Admitted { octets, .. })) = Entry::read(code, &stored.entry.payload) else { continue };
        frames.insert(stored.position.0, FrameId::of(&octets));
        if let Ok(frame) = Frame::decode(&octets)
            && frame.header().kind == Kind::Heartbeat
        {
            beating.insert(frame.header().sender);
        }
    }
    let heard = world.panels.keys().filter(|panel| beating.contains(*panel)).count();
    let panels = world.panels.len();
    if world.has_found(Claim::AllAlive) {
        world.found(Claim::AllAlive, heard == panels, world.say(Word::HeardFigure, &[&panels, &heard]));
    }
    receipts(world, &frames);
}

/// Each receipt names a frame and a place: that very frame must stand there.
fn receipts(world: &World, frames: &BTreeMap<u64, FrameId>) {
    let promised = world.seen.all(|sight| match &sight.what {
        Observed::Receipted(frame, position) => Some((*frame, *position)),
        _ => None,
    });
    let kept = promised.iter().filter(|(frame, position)| frames.get(position) == Some(frame)).count();
    let held = kept == promised.len() && kept > 0;
    world.found(Claim::ReceiptsTrue, held, world.say(Word::ReceiptsFigure, &[&kept, &promised.len()]));
}
