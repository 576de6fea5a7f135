use std::time::Duration;

use keng_protocol::DeviceId;
use keng_protocol::message::{Alarm, AlarmKind, Role};
use keng_station::Submission;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::world::{AUTHORITY, PANEL, World, enrolment, folder, open_stream, read_until};

/// So many presses, each at a site of its own with a plan of so many octets, are more than a socket and a stream's queue hold.
const SITES: u32 = 500;
const PLAN: usize = 16 * 1024;

#[tokio::test]
async fn a_desk_that_reads_nothing_delays_no_other_desk_and_no_receipt() {
    let world = World::start_in(folder(), &(0..SITES).map(site).collect::<String>()).await;
    for number in 0..SITES {
        world.submit(AUTHORITY, enrolment(panel(number), Role::Panel)).await;
    }
    let deaf = open_stream(&world, "ward", "").await;
    let mut owner = open_stream(&world, "owner", "").await;
    read_until(&mut owner, "snapshot").await;
    let mut owner = Told::on(owner);
    for number in 0..SITES {
        let taken = world.submit(panel(number), Alarm::silent(AlarmKind::HoldUp)).await;
        assert!(matches!(taken, Submission::Stored { .. }), "press {number}: {taken:?}");
        let heard = owner.count(3 * (number as usize + 1));
        tokio::time::timeout(Duration::from_secs(10), heard).await.expect("the other stream has all three levels");
    }

    // That it hung for true: what it missed was not kept for it, and its stream ends.
    let told = tokio::time::timeout(Duration::from_secs(10), Told::on(deaf).count(usize::MAX))
        .await
        .expect("its stream has an end");
    assert!(told < 2 * SITES as usize, "and it has missed some of its own telling and the city's: {told}");
}

/// Counts the tellings on a stream.
struct Told {
    stream: TcpStream,
    count: usize,
    text: String,
}

impl Told {
    const NAME: &str = "event: told";

    fn on(stream: TcpStream) -> Self {
        Self { stream, count: 0, text: String::new() }
    }

    /// Reads until there were so many, or until the stream has ended.
    async fn count(&mut self, enough: usize) -> usize {
        let mut chunk = vec![0; 64 * 1024];
        while self.count < enough && !self.text.ends_with("\r\n0\r\n\r\n") {
            let count = self.stream.read(&mut chunk).await.unwrap();
            self.text.push_str(&String::from_utf8_lossy(&chunk[..count]));
            self.count += self.text.matches(Self::NAME).count();
            // What may be the beginning of the next one stays.
            let seen = self.text.rfind(Self::NAME).map_or(0, |at| at + Self::NAME.len());
            let mut rest = seen.max(self.text.len().saturating_sub(Self::NAME.len() - 1));
            while !self.text.is_char_boundary(rest) {
                rest -= 1;
            }
            self.text.drain(..rest);
        }
        self.count
    }
}

fn panel(number: u32) -> DeviceId {
    let [a, b, c, d] = number.to_be_bytes();
    DeviceId([0x99, 0, 0, 0, a, b, c, d])
}

/// The lines of a site with one panel.
fn site(number: u32) -> String {
    format!(
        "[[site]]\nid = \"s{number}\"\nkind = \"bank\"\nvi = \"s\"\nen = \"s\"\nposition = [20.98, 106.51]\narea = \"10001\"\naddress = \"-\"\nauthorities = [\"trung-tam-ngan-hang\"]\ndevices = [{{ id = \"{}\" }}]\nplan = [\"{}\"]\n",
        panel(number),
        "-".repeat(PLAN)
    )
}

#[tokio::test]
async fn a_stream_is_taken_up_where_it_broke_off() {
    let world = World::start().await;
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    let mut first = open_stream(&world, "ward", "").await;
    let text = read_until(&mut first, "event: snapshot").await;
    let id = text.lines().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned();
    drop(first);
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    let mut second = open_stream(&world, "ward", &format!("last-event-id: {id}\r\n")).await;
    let text = read_until(&mut second, "\"joined\"").await;
    assert!(!text.contains("event: snapshot"), "nothing was lost, so no snapshot: {text}");
}

#[tokio::test]
async fn a_stream_without_a_token_is_refused() {
    let world = World::start().await;
    let mut stranger = open_stream(&world, "guess", "").await;
    let text = read_until(&mut stranger, "unauthorized").await;
    assert!(text.starts_with("HTTP/1.1 401"), "{text}");
}
