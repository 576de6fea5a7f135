//! The scenes, one a file. Each waits for its moment, plays, and writes down what became of its claims. One that sees nothing proves nothing.

mod dc09;
mod deaf_desk;
mod drill;
mod duress;
mod flood;
mod forgery;
mod heartbeats;
mod hold_up;
mod replay;
mod silence;
mod suspicion;

use super::world::World;

/// The sites at which something happens, each with what is to come of it: one incident.
pub(crate) const SITES: [&str; 9] = [
    suspicion::SITE,
    hold_up::SITE,
    deaf_desk::SITE,
    silence::SITE,
    flood::BROKEN,
    flood::HONEST,
    dc09::SITE,
    drill::SITE,
    duress::SITE,
];
/// Those among them at which people are under attack, or would be but for the drill.
pub(crate) const ATTACKS: [&str; 6] =
    [hold_up::SITE, deaf_desk::SITE, flood::HONEST, dc09::SITE, drill::SITE, duress::SITE];

/// Plays everything, each scene at its time. A scene whose thread is lost (a site without a panel) leaves its claims unproven.
pub(crate) async fn play(world: &World) {
    tokio::join!(
        heartbeats::play(world),
        suspicion::play(world),
        async {
            // The replay needs what was pressed here.
            let press = hold_up::play(world).await;
            replay::play(world, press).await
        },
        deaf_desk::play(world),
        silence::play(world),
        flood::play(world),
        forgery::play(world),
        dc09::play(world),
        drill::play(world),
        duress::play(world),
    );
}
