//! The disk fails: a flush that failed is never tried again, nothing is receipted any more, and people are told all the same.

use std::path::{Path, PathBuf};

use crate::button::{Buttons, Pressed};
use crate::ledger::Promised;
use crate::process::{Serve, until};
use crate::scene::{SITES, Scene};
use crate::strace::{self, Tracer};
use crate::world::World;

/// What flushes.
const CALLS: &str = "fdatasync,fsync";
/// So many hold-ups are pressed after the failure.
const AFTER: usize = 3;

#[test]
fn a_failed_flush_is_never_tried_again_and_people_are_told_all_the_same() {
    if !strace::there_is() {
        return;
    }
    let world = World::new("broken", SITES, "");
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    for n in [1, 2, 5] {
        let unpromised = fail_at(&world, n, &mut buttons, &mut promised);
        let serve = Serve::start(&world.folder);
        let mut scene = Scene::open(&world, &serve);
        assert_eq!(scene.api.get("/readyz").unwrap().0, 200, "a new process begins anew");
        for pressed in &unpromised {
            promised.receipts.insert(pressed.frame, buttons.any().receipted(&mut scene.line, pressed).unwrap());
        }
        serve.stop();
        let mut ledger = world.ledger();
        ledger.read_on();
        ledger.keeps(&promised);
        ledger.verify();
    }
}

#[test]
fn a_flush_that_fails_at_the_start_is_said_and_leaves_a_sound_journal() {
    if !strace::there_is() {
        return;
    }
    let world = World::new("broken-start", SITES, "");
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let (mut refused, mut n, mut is_faultless) = (0, 0, false);
    while !is_faultless {
        n += 1;
        let unpromised =
            match Serve::launch(&world.folder, strace::from_the_start(CALLS, &format!("error=EIO:when={n}"))) {
                Err((ended, said)) => {
                    assert!(matches!(ended.code(), Some(1 | 78)), "{ended:?} {said}");
                    refused += 1;
                    None
                }
                Ok(serve) => {
                    let mut scene = Scene::open(&world, &serve);
                    let pressed = scene.press(&mut buttons);
                    is_faultless = scene.receipt_or_word().is_some();
                    Some(pressed)
                }
            };
        let serve = Serve::start(&world.folder);
        let mut scene = Scene::open(&world, &serve);
        if let Some(pressed) = unpromised {
            promised.receipts.insert(pressed.frame, buttons.any().receipted(&mut scene.line, &pressed).unwrap());
        }
        scene.receipted(&mut buttons, &mut promised);
        serve.stop();
        let mut ledger = world.ledger();
        ledger.read_on();
        ledger.keeps(&promised);
    }
    eprintln!("a flush that fails at the start: {refused} starts refused, at each of {} calls", n - 1);
    assert!(refused > 0, "the start flushes");
}

/// Fails the n-th flush from now on, and only that one: whoever tried again would be told that all is well. What was not promised.
fn fail_at(world: &World, n: usize, buttons: &mut Buttons, promised: &mut Promised) -> Vec<Pressed> {
    let log = world.folder.join("calls");
    let serve = Serve::start(&world.folder);
    let mut scene = Scene::open(world, &serve);
    let tracer = Tracer::attach(&serve, CALLS, &format!("error=EIO:when={n}"), &log);
    let mut unpromised = vec![scene.until_refused(buttons, promised)];
    unpromised.extend((0..AFTER).map(|_| scene.press(buttons)));
    assert_eq!(scene.api.health()["journal"]["state"], "broken");
    until("the log says so", || (serve.said("people are told, nothing is receipted") > 0).then_some(()));
    buttons.any().heard(&mut scene.line).unwrap();
    assert_eq!(scene.line.has_come(), None, "no receipt after a failed flush");
    assert_eq!(scene.api.get("/readyz").unwrap().0, 503);
    assert_eq!(serve.said("people are told, nothing is receipted"), 1, "the log says so, once");
    serve.stop();
    tracer.end();
    assert_eq!(flushes_after_the_failure(&log), 0, "a failed flush is never tried again");
    unpromised
}

/// How many flushes there were after the one that failed.
fn flushes_after_the_failure(log: &Path) -> usize {
    let calls = std::fs::read_to_string(PathBuf::from(log)).unwrap();
    let (_, after) = calls.split_once("(INJECTED)").expect("one has failed");
    after.lines().filter(|line| line.contains("sync(")).count()
}
