//! Somebody without a key, somebody nobody knows, noise, and a button that was lost.

use std::time::Instant;

use keng_protocol::message::{Alarm, AlarmKind, Revocation, RevocationReason};
use keng_protocol::{DeviceId, Header, Kind, Malformed, Message, Refusal, Timestamp, seal};

use crate::demo::proof::Claim;
use crate::demo::stranger;
use crate::demo::timeline::{Tone, span};
use crate::demo::words::Word;
use crate::demo::world::World;
use crate::{clock, secret};

/// The branch that the forger pretends to be.
const FORGED: &str = "pgd-1";
/// The button that is carried, and was lost.
const LOST: DeviceId = DeviceId([0xe0, 0, 0, 0, 0, 0, 0, 1]);
/// Nobody has this id.
const NOBODY: DeviceId = DeviceId([0x0b; 8]);

pub(super) async fn play(world: &World) -> Option<()> {
    world.until(26.0).await;
    world.scene(Word::SceneForgery);
    forged(world).await?;
    strangers(world).await?;
    revoked(world).await
}

/// A hold-up in a branch's name, signed with another key.
async fn forged(world: &World) -> Option<()> {
    let device = world.panel(FORGED)?.device;
    let at = Instant::now();
    world.line(at, &world.say(Word::Stranger, &[]), Tone::Warn, Word::ForgedSent, &[&world.site(FORGED)]);
    let answer = stranger::send(world.at.udp?, hold_up(device, &secret::new_key().ok()?)?);
    let refused = world.refused(at, Some(device.to_string()), Refusal::BadSignature.to_string());
    let (answer, sentence) = tokio::join!(answer, refused);
    let none = world.incidents_at(FORGED).await == Some(0);
    world.found(Claim::ForgedRefused, answer.is_none() && none, sentence);
    Some(())
}

/// A device that nobody enrolled, and octets that are no frame.
async fn strangers(world: &World) -> Option<()> {
    let (at, who) = (Instant::now(), world.say(Word::Stranger, &[]));
    world.line(at, &who, Tone::Warn, Word::StrangerSent, &[]);
    let frame = hold_up(NOBODY, &secret::new_key().ok()?)?;
    let unknown = world.refused(at, Some(NOBODY.to_string()), Refusal::UnknownDevice.to_string());
    let (answer, unknown) = tokio::join!(stranger::send(world.at.udp?, frame.clone()), unknown);

    let at = Instant::now();
    world.line(at, &who, Tone::Warn, Word::NoiseSent, &[]);
    stranger::send_noise(world.at.udp?, frame.get(..40)?).await?;
    let short = world.refused(at, None, Malformed::TooShort { octets: 40 }.to_string()).await;
    world.found(Claim::StrangerRefused, answer.is_none(), format!("{unknown} {short}"));
    Some(())
}

/// The authority ends a key; what it signs from then on is refused, however true the signature.
async fn revoked(world: &World) -> Option<()> {
    let button = world.panels.get(&LOST)?;
    button.switch_off();
    let said = Message::from(Revocation { device: LOST, number: None, reason: RevocationReason::Lost });
    let begun = Instant::now();
    let (status, _) = world.operator.post(world.authority.sign(clock::now(), &said).ok()?).await?;
    let done = Instant::now();
    let took = span(done.saturating_duration_since(begun));
    world.line(done, &world.say(Word::Authority, &[]), Tone::Plain, Word::KeyRevoked, &[&took]);
    world.think(300).await;
    let at = Instant::now();
    world.line(at, &world.say(Word::Stranger, &[]), Tone::Warn, Word::RevokedSent, &[]);
    let answer = stranger::send(world.at.udp?, hold_up(LOST, &button.key)?);
    let refused = world.refused(at, Some(LOST.to_string()), Refusal::Revoked.to_string());
    let (answer, sentence) = tokio::join!(answer, refused);
    world.found(Claim::RevokedRefused, status == 200 && answer.is_none(), sentence);
    Some(())
}

fn hold_up(sender: DeviceId, key: &ed25519_dalek::SigningKey) -> Option<Vec<u8>> {
    let time: Timestamp = clock::now();
    let header = Header { kind: Kind::Alarm, sender, key: 0, epoch: 99, sequence: 1, time };
    seal(&header, &Alarm::silent(AlarmKind::HoldUp).into(), key).ok()
}
