//! Somebody recorded the octets of the hold-up and sends them again.

use std::time::Instant;

use keng_protocol::{Frame, Message};

use super::hold_up::SITE;
use crate::demo::proof::Claim;
use crate::demo::site::Press;
use crate::demo::timeline::Tone;
use crate::demo::words::Word;
use crate::demo::world::World;
use crate::demo::{seen::Observed, stranger};

pub(super) async fn play(world: &World, press: Option<Press>) -> Option<()> {
    let press = press?;
    world.until(24.0).await;
    world.scene(Word::SceneReplay);
    let octets = world.octets_of(press.frame)?;
    let before = world.incidents_at(SITE).await?;
    world.line(Instant::now(), &world.say(Word::Stranger, &[]), Tone::Warn, Word::ReplaySent, &[&octets.len()]);
    let answer = stranger::send(world.at.udp?, octets).await;
    let after = world.incidents_at(SITE).await?;
    let again = answer.and_then(|answer| {
        let said = Frame::decode(&answer).ok()?.verify(&world.station.public).ok()?;
        match said.message() {
            Message::Receipt(receipt) if receipt.frame == press.frame => Some(receipt.position),
            _ => None,
        }
    });
    let first = world.seen.all(|sight| match &sight.what {
        Observed::Receipted(frame, position) if *frame == press.frame => Some(*position),
        _ => None,
    });
    let position = again?;
    let new = after.saturating_sub(before);
    world.note(Tone::Good, Word::ReplayAnswered, &[&position, &new]);
    let harmless = (before, after) == (1, 1) && first.first() == Some(&position);
    world.found(Claim::ReplayHarmless, harmless, world.say(Word::ReplayFigure, &[&new, &position]));
    Some(())
}
