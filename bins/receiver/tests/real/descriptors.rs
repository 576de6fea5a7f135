//! No descriptor is left: panels that are there go on being served, and newcomers are let in when there are some again.

use std::net::TcpStream;
use std::time::Instant;

use crate::button::{Buttons, Line};
use crate::ledger::Promised;
use crate::process::{Launch, NEVER, Serve, until};
use crate::scene::{SITES, Scene};
use crate::world::World;

/// So many descriptors the receiver may have.
const DESCRIPTORS: usize = 64;
/// So many strangers come.
const STRANGERS: usize = 6 * DESCRIPTORS;
/// The log says at most once in so many seconds that a connection could not be accepted.
const SAID_EVERY: u64 = 60;

#[test]
fn without_a_free_descriptor_panels_are_served_and_strangers_give_way() {
    let world = World::new("descriptors", SITES, "");
    let serve = Serve::launch(&world.folder, limited()).unwrap();
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let mut scene = Scene::open(&world, &serve);
    scene.receipted(&mut buttons, &mut promised);
    let at = serve.at["panels by TCP in clear"];

    // Strangers take all there are, many times over; a panel that comes now takes the place of one, and waits for none to lose patience.
    let since = Instant::now();
    let strangers: Vec<_> = (0..STRANGERS).map(|_| TcpStream::connect(at).unwrap()).collect();
    scene.receipted(&mut buttons, &mut promised);
    until("a panel is let in", || buttons.any().heard(&mut Line::open(at).ok()?).ok());
    assert!(since.elapsed() < NEVER, "strangers give way");
    assert!(serve.said("could not be accepted") > 0, "there was none left");
    drop(strangers);
    scene.receipted(&mut buttons, &mut promised);

    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
}

#[test]
fn when_panels_hold_every_descriptor_they_are_served_and_the_next_one_when_there_is_one_again() {
    let world = World::new("descriptors-panels", SITES, "");
    let serve = Serve::launch(&world.folder, limited()).unwrap();
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let mut scene = Scene::open(&world, &serve);
    scene.receipted(&mut buttons, &mut promised);
    let at = serve.at["panels by TCP in clear"];

    let (mut panels, since) = (Vec::new(), Instant::now());
    let is_full = || serve.said("could not be accepted") > 0;
    // The last one may have come in, or may wait at the door.
    let last = loop {
        let mut line = Line::open(at).unwrap();
        line.send(&buttons.any().heartbeat().octets).unwrap();
        let answered = until("an answer, or a word that there is no descriptor", || {
            line.has_come().map(|_| true).or_else(|| is_full().then_some(false))
        });
        if !answered {
            break line;
        }
        panels.push(line);
    };
    let mut next = Line::open(at).unwrap();
    let pressed = buttons.press();
    next.send(&pressed.octets).unwrap();
    for line in &mut panels {
        buttons.any().heard(line).unwrap();
    }
    for _ in 0..SITES {
        let pressed = buttons.press();
        scene.line.send(&pressed.octets).unwrap();
        promised.receipts.insert(pressed.frame, buttons.any().receipt(&mut scene.line, &pressed).unwrap());
        scene.desk.told(pressed.frame);
    }
    assert_eq!(next.has_come(), None, "nobody could be let in");
    let lines = u64::try_from(serve.said("could not be accepted")).unwrap();
    assert!(lines <= 1 + since.elapsed().as_secs() / SAID_EVERY, "{lines} lines in {:?}", since.elapsed());
    eprintln!("no descriptor: {} panels were served, {lines} lines of log in {:?}", panels.len(), since.elapsed());

    drop((panels, last));
    // It comes again until it is let in, as every panel does.
    let come = || buttons.any().receipted(&mut Line::open(at).ok()?, &pressed).ok();
    promised.receipts.insert(pressed.frame, until("the next panel is let in", come));
    scene.desk.told(pressed.frame);
    drop(world.api(&serve, "desk-city").desk());
    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
}

/// It raises its own soft limit, so it is the hard one that is low.
fn limited() -> Launch {
    let by = ["sh", "-c", &format!("ulimit -n {DESCRIPTORS}; exec \"$0\" \"$@\"")].map(str::to_owned).to_vec();
    Launch { by, ..Launch::default() }
}
