use keng_protocol::message::{Alarm, AlarmKind};
use keng_station::Submission;

use crate::world::{PANEL, World, open_stream, read_until};

#[tokio::test]
async fn a_desk_that_reads_nothing_delays_no_other_desk_and_no_receipt() {
    let world = World::start().await;
    let deaf = open_stream(&world, "ward", "").await;
    let mut owner = open_stream(&world, "owner", "").await;
    read_until(&mut owner, "snapshot").await;
    for press in 0..300 {
        let taken = world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
        assert!(matches!(taken, Submission::Stored { .. }), "press {press}: {taken:?}");
    }
    let told = read_until(&mut owner, "event: told").await;
    assert!(told.contains("\"raised\""), "{told}");
    drop(deaf);
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
