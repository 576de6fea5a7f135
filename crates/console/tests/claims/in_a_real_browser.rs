//! Starts the station on real sockets behind a line that can be cut, and lets `tests/browser/*.mjs` use the page in Chromium.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use keng_protocol::message::{Alarm, AlarmKind, Cancel, CancelCode, Noted, Suspicion};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::world::{PANEL_1, PANEL_2, PASSWORD, World};

/// Where Debian, and others, put the browser.
const BROWSERS: &[&str] = &["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/// What the npm packages are needed for is there when this is.
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/node_modules/playwright-core/package.json");

#[tokio::test(flavor = "multi_thread")]
async fn the_duty_desk_works_in_a_real_browser() {
    run("desk.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_readable_for_everybody_in_both_languages_and_every_size() {
    run("reading.mjs").await;
}

#[test]
fn the_pages_modules_have_no_type_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let compiler = folder.join("node_modules/typescript/bin/tsc");
    if is_missing(compiler.exists(), "typescript: npm ci in crates/console/tests/browser") {
        return;
    }
    let out = Command::new("node").arg(compiler).args(["-p", "tsconfig.json"]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

async fn run(script: &str) {
    let browser = BROWSERS.iter().find(|path| Path::new(path).exists());
    let has_node = Command::new("node").arg("--version").output().is_ok_and(|out| out.status.success());
    let has_all = browser.is_some() && has_node && Path::new(PACKAGES).exists();
    if is_missing(has_all, "chromium, node, and npm ci in crates/console/tests/browser") {
        return;
    }
    let world = Arc::new(World::start_listening().await);
    let (line, at) = Line::open(world.address()).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script);
    let mut node = Command::new("node");
    node.arg(script)
        .env("KENG_URL", format!("http://{at}"))
        .env("KENG_BROWSER", browser.unwrap())
        .env("KENG_PASSWORD", PASSWORD);
    let mut node = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut to, from) = (node.stdin.take().unwrap(), BufReader::new(node.stdout.take().unwrap()));
    let runtime = tokio::runtime::Handle::current();
    // The script asks for what happens outside the page, a line at a time; everything else it prints is its report.
    let ended = tokio::task::spawn_blocking(move || {
        for said in from.lines() {
            let said = said.unwrap();
            match said.strip_prefix("> ") {
                None => println!("{said}"),
                Some(wish) => writeln!(to, "{}", runtime.block_on(grant(&world, &line, wish))).unwrap(),
            }
        }
        node.wait().unwrap()
    });
    assert!(ended.await.unwrap().success(), "the script says above what did not hold");
}

/// Says that something is missing; where everything is required, that is a failure.
fn is_missing(is_there: bool, what: &str) -> bool {
    assert!(is_there || std::env::var_os("KENG_REQUIRE").is_none(), "missing: {what}");
    if !is_there {
        println!("SKIPPED, for want of {what}");
    }
    !is_there
}

async fn grant(world: &World, line: &Line, wish: &str) -> String {
    let (what, which) = wish.split_once(' ').unwrap_or((wish, "1"));
    let panel = if which == "2" { PANEL_2 } else { PANEL_1 };
    match what {
        "hold_up" => return world.hold_up(panel).await,
        "press" => world.say(panel, Alarm::silent(AlarmKind::HoldUp)).await,
        "drill" => world.say(panel, Alarm { drill: true, ..Alarm::silent(AlarmKind::HoldUp) }).await,
        "duress" => world.say(panel, Cancel { code: CancelCode::Duress, user: None }).await,
        "suspicion" => world.say(panel, Suspicion::default()).await,
        "test" => {
            // A short one: the page has none below a quarter of an hour.
            let until = world.station.handle().now() + std::time::Duration::from_secs(4);
            world.station.handle().put_on_test(format!("site-{which}").as_str().into(), until).await;
        }
        "read" => {
            let sent = world.deeds("notice_sent", 1).await;
            let notice = sent.last().unwrap()["notice"].as_str().unwrap().parse().unwrap();
            world.say(panel, Noted { notice, user: None }).await;
        }
        "cut" => drop(line.up.send_replace(false)),
        "mend" => drop(line.up.send_replace(true)),
        other => panic!("nobody grants {other}"),
    }
    "done".to_owned()
}

/// The line between the browser and the receiver.
struct Line {
    up: watch::Sender<bool>,
}

impl Line {
    async fn open(to: SocketAddr) -> (Self, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (up, state) = watch::channel(true);
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(near, to, state.clone()));
            }
        });
        (Self { up }, at)
    }
}

/// Carries one connection until the line is cut; none gets through while it is.
async fn carry(mut near: TcpStream, to: SocketAddr, mut up: watch::Receiver<bool>) {
    if !*up.borrow_and_update() {
        return;
    }
    let Ok(mut far) = TcpStream::connect(to).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
        _ = up.wait_for(|up| !up) => {}
    }
}
