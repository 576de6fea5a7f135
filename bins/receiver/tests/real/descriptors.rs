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
/// So many lines of the log a second may say that a connection could not be accepted.
const LINES_A_SECOND: u64 = 25;

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

    // Whoever takes the last one is turned away before it has spoken, until somebody takes it whom nobody turns away.
    let mut panels = Vec::new();
    loop {
        let mut line = Line::open(at).unwrap();
        match buttons.any().heard(&mut line) {
            Ok(()) => panels.push(line),
            Err(_) => break,
        }
    }
    let last = world.api(&serve, "desk-city").desk();
    let mut next = Line::open(at).unwrap();
    let since = Instant::now();
    let pressed = buttons.press();
    next.send(&pressed.octets).unwrap();
    until("the log says that there is none", || (serve.said("could not be accepted") > 0).then_some(()));
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
    assert!(lines <= LINES_A_SECOND * (since.elapsed().as_secs() + 1), "{lines} lines in {:?}", since.elapsed());
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
