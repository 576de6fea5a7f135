//! Strangers that never say a whole word, on every port, and a desk that never reads: panels and other desks are served meanwhile.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpSocket, TcpStream};

use crate::button::{Buttons, Line};
use crate::ledger::Promised;
use crate::process::{Serve, raise_descriptors, setting, until};
use crate::scene::{SITES, Scene};
use crate::world::World;

/// So many on each port; `KENG_STRANGERS` says another number. Together they are more than the links that may be open.
const STRANGERS: usize = 1600;
/// What a stranger may cost, in KiB: its buffers here, and a half-open TLS session.
const EACH_KIB: usize = 64;
/// How many of the API's connections come from one address at most.
const OF_ONE_ADDRESS: usize = 64;
/// So many hold-ups are pressed while a desk does not read: more than the kernel keeps for it.
const PRESSES: usize = 8_000;
/// So many of them are on their way at once.
const AT_ONCE: usize = 50;

/// A port, and half of what is said there.
const PORTS: [(&str, &[u8]); 4] = [
    ("panels by TCP in clear", &[0, 120, 1, 1]),
    ("panels by TLS", &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]),
    ("DC-09 by TCP", b"\n1234"),
    ("the API", b"GET /api/v1/stream HTTP/1.1\r\nHost: "),
];

#[test]
fn strangers_that_never_finish_a_word_keep_no_panel_and_no_desk_out() {
    raise_descriptors();
    let world = World::new("slowloris", SITES, "");
    let serve = Serve::start(&world.folder);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let mut scene = Scene::open(&world, &serve);
    scene.receipted(&mut buttons, &mut promised);

    let before = serve.status("VmRSS");
    let many = setting("KENG_STRANGERS", STRANGERS);
    let mut held = Vec::new();
    for (what, half) in PORTS {
        held.extend(runtime.block_on(crowd(serve.at[what], half, many)));
        scene.receipted(&mut buttons, &mut promised);
        // A panel and a desk that come now are let in, too.
        Scene::open(&world, &serve).receipted(&mut buttons, &mut promised);
    }
    let after = serve.status("VmRSS");
    let (links, most) = (scene.api.health()["links"].as_u64().unwrap(), 4096);
    eprintln!("{} strangers came, {links} links are held; {before} KiB before, {after} KiB after", held.len());
    assert!(links <= most, "{links} links");
    assert!(after < before + EACH_KIB * many * PORTS.len(), "{before} KiB before, {after} KiB after");
    scene.receipted(&mut buttons, &mut promised);
    drop(held);
    until("the strangers are forgotten", || (scene.api.health()["links"].as_u64()? <= 1).then_some(()));
    scene.receipted(&mut buttons, &mut promised);
    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
}

#[test]
fn a_desk_that_never_reads_holds_up_nobody() {
    let world = World::new("frozen", SITES, "");
    let serve = Serve::start(&world.folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let api = world.api(&serve, "operator");
    // The smallest window there is, so that its stream is soon full.
    let frozen: Vec<_> = (0..2)
        .map(|_| {
            let socket = runtime.block_on(async {
                let socket = TcpSocket::new_v4().unwrap();
                socket.set_recv_buffer_size(1).unwrap();
                socket.connect(api.at).await.unwrap().into_std().unwrap()
            });
            socket.set_nonblocking(false).unwrap();
            api.desk_on(socket, "")
        })
        .collect();
    let (mut buttons, mut promised) = (Buttons::of(&world, SITES), Promised::default());
    let mut line = Line::open(serve.at["panels by TCP in clear"]).unwrap();
    let mut desk = api.desk();
    let before = serve.status("VmRSS");
    for _ in 0..PRESSES / AT_ONCE {
        let pressed: Vec<_> = (0..AT_ONCE).map(|_| buttons.press()).collect();
        pressed.iter().for_each(|pressed| line.send(&pressed.octets).unwrap());
        for pressed in &pressed {
            promised.receipts.insert(pressed.frame, buttons.any().receipt(&mut line, pressed).unwrap());
            desk.record(|_, record| record["frame"] == pressed.frame.to_string());
        }
    }
    let after = serve.status("VmRSS");
    eprintln!("a frozen desk: {PRESSES} hold-ups receipted and shown; {before} KiB before, {after} KiB after");
    assert!(after < before + 64 * 1024, "{before} KiB before, {after} KiB after");
    // It was cut off while it did not read: its stream has an end, and misses what came late.
    for mut desk in frozen {
        assert!(desk.rest() < PRESSES, "it was never in anybody's way");
    }
    serve.stop();
    let mut ledger = world.ledger();
    ledger.read_on();
    ledger.keeps(&promised);
}

/// So many strangers that say half a word and then nothing. Some are turned away; nobody minds.
async fn crowd(at: SocketAddr, half: &'static [u8], many: usize) -> Vec<TcpStream> {
    let mut held = Vec::new();
    for number in 0..many {
        let socket = TcpSocket::new_v4().unwrap();
        let [_, _, high, low] = u32::try_from(number / OF_ONE_ADDRESS + 2).unwrap().to_be_bytes();
        socket.bind((Ipv4Addr::new(127, 1, high, low), 0).into()).unwrap();
        let Ok(stream) = socket.connect(at).await else { continue };
        let mut stream = stream.into_std().unwrap();
        if stream.write_all(half).is_ok() {
            held.push(TcpStream::from_std(stream).unwrap());
        }
    }
    held
}
