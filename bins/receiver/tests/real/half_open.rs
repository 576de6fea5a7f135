//! Peers that vanish without a word: their packets, and ours to them, are lost. They come again by another line and are served.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;

use tokio::net::TcpSocket;

use crate::button::{Buttons, Line};
use crate::ledger::Promised;
use crate::process::{Serve, can};
use crate::scene::{SITES, Scene};
use crate::world::World;

/// So many links of panels are cut.
const CUT: usize = 200;

/// A line between two addresses of this machine that can be cut: every packet is lost, and nobody is told.
struct Cut([Ipv4Addr; 2]);

#[test]
fn peers_that_vanish_without_a_word_are_served_on_another_line() {
    let world = World::new("half-open", SITES, "");
    let Some(cut) = Cut::somewhere() else { return };
    world.configure("\"127.0.0.1:", "\"0.0.0.0:");
    let serve = Serve::start(&world.folder);
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let panels = serve.at["panels by TCP in clear"].port();
    let mut lost: Vec<_> = (0..CUT).map(|_| Line::on(cut.connect(panels)).unwrap()).collect();
    lost.iter_mut().for_each(|line| buttons.any().heard(line).unwrap());
    let mut scene = Scene::open(&world, &serve);
    let mut lost_desk = world.api(&serve, "desk-city").desk_on(cut.connect(serve.at["the API"].port()), "");
    scene.receipted(&mut buttons, &mut promised);
    promised.receipts.keys().for_each(|frame| lost_desk.told(*frame));
    let known: Vec<_> = promised.receipts.keys().copied().collect();

    cut.cut();
    let unheard = buttons.press();
    lost[0].send(&unheard.octets).unwrap();
    for _ in 2..SITES {
        scene.receipted(&mut buttons, &mut promised);
    }
    // What was pressed into the cut line comes by another one, and the desk comes back and takes up where it was.
    assert_eq!(lost[0].has_come(), None, "the line is cut");
    promised.receipts.insert(unheard.frame, buttons.any().receipted(&mut scene.line, &unheard).unwrap());
    let last = format!("Last-Event-ID: {}\r\n", lost_desk.last);
    drop((lost, lost_desk));
    let api = world.api(&serve, "desk-city");
    let mut back = api.desk_on(TcpStream::connect(api.at).unwrap(), &last);
    let missed = promised.receipts.keys().filter(|frame| !known.contains(frame));
    let mut missing: Vec<_> = missed.map(|frame| frame.incident().to_string()).collect();
    while !missing.is_empty() {
        // For the first time: it will be told again in any case, later.
        let told = back.record(|name, record| name == "told" && record["what"]["why"] == "first");
        missing.retain(|incident| told["record"]["incident"] != *incident);
    }
    eprintln!("half-open: {CUT} links and a desk cut, {} hold-ups receipted and told meanwhile", promised.count());
    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
}

impl Cut {
    /// A line that is whole; `None` where none can be cut.
    fn somewhere() -> Option<Self> {
        let [_, _, high, low] = (std::process::id() % 60_000 + 257).to_be_bytes();
        let line = Self([Ipv4Addr::new(127, 200, high, low), Ipv4Addr::new(127, 201, high, low)]);
        let can = can("a line that can be cut, by `ip route`", &mut line.route("add", 0));
        line.mend();
        can.then_some(line)
    }

    fn connect(&self, port: u16) -> TcpStream {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let socket = runtime.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::from((self.0[0], 0))).unwrap();
            socket.connect(SocketAddr::from((self.0[1], port))).await.unwrap().into_std().unwrap()
        });
        socket.set_nonblocking(false).unwrap();
        socket
    }

    fn cut(&self) {
        for end in 0..2 {
            assert!(self.route("add", end).status().unwrap().success());
        }
    }

    fn mend(&self) {
        for end in 0..2 {
            drop(self.route("del", end).output());
        }
    }

    fn route(&self, what: &str, end: usize) -> Command {
        let mut route = Command::new("ip");
        route.args(["route", what, "blackhole", &self.0[end].to_string(), "table", "local"]);
        route
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        self.mend();
    }
}
