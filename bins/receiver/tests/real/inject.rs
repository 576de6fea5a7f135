//! `serve` is killed at the n-th call that stores or sends, for every n: what it had promised is there, once.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use keng_dc09::Dialler;

use crate::button::{Button, Line, Pressed, acknowledged, dc09_frame, dialler};
use crate::ledger::{Ledger, Promised};
use crate::process::{Serve, setting, until};
use crate::strace::{self, Tracer};
use crate::world::World;

/// What stores, what writes, what sends.
const CALLS: [&str; 3] = ["fdatasync,fsync", "pwrite64,write", "sendto,sendmsg,writev"];
/// Which calls are tried when not every one is: the first few, where most differs, and one in so many.
const FIRST: usize = 4;
const ONE_IN: usize = 7;

/// A run: presses by TCP, one in the other dialect.
struct Run {
    world: World,
    button: Button,
    dialler: Dialler,
    promised: Promised,
    ledger: Ledger,
    kills: usize,
}

#[test]
fn what_was_promised_before_a_kill_at_any_call_is_there_once() {
    if !strace::there_is() {
        return;
    }
    let world = World::new("inject", 1, "");
    let (button, ledger) = (world.button(0), world.ledger());
    let mut run = Run { world, button, dialler: dialler(), promised: Promised::default(), ledger, kills: 0 };
    for calls in CALLS {
        let (before, starts) = (run.kills, run.die_starting(calls));
        let lives = run.die_working(calls);
        eprintln!("{calls}: {starts} calls to the start, {lives} calls to the end; {} kills", run.kills - before);
        assert!(lives > 1, "the run makes such calls");
    }
    let Promised { receipts, acknowledged } = &run.promised;
    let (frames, doubled) = run.ledger.frames();
    eprintln!(
        "{} kills: {} receipts, {} ACKs, {frames} frames stored, {doubled} of them twice",
        run.kills,
        receipts.len(),
        acknowledged.len()
    );
    assert_eq!(doubled, 0);
    run.ledger.verify();
}

impl Run {
    /// Kills it before it is ready. At which call it was, for the first time, ready before.
    fn die_starting(&mut self, calls: &str) -> usize {
        let mut n = 1;
        loop {
            let launch = strace::from_the_start(calls, &format!("signal=SIGKILL:when={n}"));
            match Serve::launch(&self.world.folder, launch) {
                Ok(serve) => {
                    serve.kill();
                    return n;
                }
                Err((ended, said)) => {
                    assert_eq!(ended.signal(), Some(9), "{said}");
                    self.kills += 1;
                    self.live(&[], &[]);
                }
            }
            n = next(n);
        }
    }

    /// Kills it while it works, or while it stops. At which call it was, for the first time, not killed any more.
    fn die_working(&mut self, calls: &str) -> usize {
        let mut n = 1;
        loop {
            let mut serve = Serve::start(&self.world.folder);
            let tracer = Tracer::attach(&serve, calls, &format!("signal=SIGKILL:when={n}"), Path::new("/dev/null"));
            let (pressed, dialled) = self.work(&serve);
            let killed = serve.is_killed_stopping();
            tracer.end();
            drop(serve);
            self.kills += usize::from(killed);
            self.live(&pressed, &dialled);
            if !killed {
                return n;
            }
            n = next(n);
        }
    }

    /// Presses, presses again, dials, presses: until all is promised, or it is dead. What was sent.
    fn work(&mut self, serve: &Serve) -> (Vec<Pressed>, Vec<Vec<u8>>) {
        let (mut pressed, mut dialled) = (Vec::new(), Vec::new());
        let Ok(mut line) = Line::open(serve.at["panels by TCP in clear"]) else { return (pressed, dialled) };
        for turn in 0..3 {
            pressed.push(self.button.press());
            let last = &pressed[turn];
            let Ok(position) = self.button.receipted(&mut line, last) else { break };
            self.promised.receipts.insert(last.frame, position);
            if turn == 1 {
                let frame = dc09_frame(&mut self.dialler);
                dialled.push(frame.clone());
                if !acknowledged(serve.at["DC-09 by TCP"], &self.dialler, &frame) {
                    break;
                }
                self.promised.acknowledged.insert(frame);
            }
        }
        (pressed, dialled)
    }

    /// A life in which nothing happens to it: what was sent is sent again, and all that was ever promised is there.
    fn live(&mut self, pressed: &[Pressed], dialled: &[Vec<u8>]) {
        let serve = Serve::start(&self.world.folder);
        self.ledger.read_on();
        self.ledger.keeps(&self.promised);
        let mut line = Line::open(serve.at["panels by TCP in clear"]).unwrap();
        for again in pressed {
            let position = self.button.receipted(&mut line, again).unwrap();
            let before = self.promised.receipts.insert(again.frame, position);
            assert!(before.is_none_or(|before| before == position), "the same receipt");
        }
        for frame in dialled {
            let at = serve.at["DC-09 by TCP"];
            until("an ACK", || acknowledged(at, &self.dialler, frame).then_some(()));
            self.promised.acknowledged.insert(frame.clone());
        }
        serve.stop();
        self.ledger.read_on();
        self.ledger.keeps(&self.promised);
    }
}

/// The next call to be killed at.
fn next(n: usize) -> usize {
    if n < FIRST || setting("KENG_EVERY_CALL", 0) > 0 { n + 1 } else { n + ONE_IN }
}
