//! Every panel says that it lives.

use std::time::Duration;

use serde_json::Value;

use crate::demo::proof::Claim;
use crate::demo::timeline::Tone;
use crate::demo::words::Word;
use crate::demo::world::{SILENCE, World};

/// How often we look whether all links are up.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(super) async fn play(world: &World) -> Option<()> {
    world.scene(Word::SceneHeartbeats);
    let panels = world.panels.len();
    while number(&world.operator.get("health").await?, "links") < panels {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    world.note(Tone::Good, Word::PanelsLinked, &[&panels]);
    // One whole silence period later, whoever was not heard has been told silent; and nobody has been cut off yet.
    world.until(SILENCE.as_secs_f64() + 1.0).await;
    let health = world.operator.get("health").await?;
    let (silent, linked) = (number(&health, "devices_silent"), number(&health, "links"));
    world.note(Tone::Good, Word::NobodySilent, &[&panels, &silent, &SILENCE.as_secs()]);
    world.found(Claim::AllAlive, silent == 0 && linked >= panels, world.say(Word::AliveFigure, &[&panels, &silent]));
    Some(())
}

/// A count that the receiver states; what it does not state is no count.
fn number(health: &Value, name: &str) -> usize {
    health.get(name).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX)
}
