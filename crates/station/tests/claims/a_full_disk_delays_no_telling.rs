use futures_util::FutureExt as _;
use keng_journal::{Fault, Memory};
use keng_protocol::envelope;
use keng_protocol::message::{Act, Alarm, AlarmKind, Answer, OpenClose, Suspicion};
use keng_protocol::panel::Indication;
use keng_station::Submission;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::world::{PANEL, WARD, World, received};

/// More than the journal's queue holds.
const MANY: u32 = 8_700;

#[tokio::test]
async fn with_a_full_disk_every_level_is_told_and_the_receipt_comes_when_there_is_room() {
    let journal = Memory::default();
    let world = World::start_on(journal.clone()).await;
    journal.set_fault(Some(Fault::Full));
    let mut panel = world.panel(vec![world.tcp()]);
    panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
    let told = world.until("an incident", |incidents| !incidents.is_empty()).await;
    assert_eq!(told[0]["levels"].as_array().unwrap().len(), 3, "every level is told");
    world.until_journal_is("waiting").await;
    assert!(world.station.handle().journal_fault().is_some(), "and `/readyz` says so");
    journal.set_fault(None);
    let (frame, position) = received(&mut panel).await;
    assert_eq!(json!(frame.incident().to_string()), told[0]["id"]);
    assert!(position > 0);
    let incidents = world.incidents().await;
    assert_eq!(
        (incidents.len(), &incidents[0]["facts"]["presses"]),
        (1, &json!(1)),
        "the copies of the wait raise nothing"
    );
}

#[tokio::test]
async fn with_a_broken_disk_every_level_is_told_and_nothing_is_receipted() {
    let journal = Memory::default();
    let world = World::start_on(journal.clone()).await;
    journal.set_fault(Some(Fault::Broken));
    let mut panel = world.panel(vec![world.tcp()]);
    panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
    let told = world.until("an incident", |incidents| !incidents.is_empty()).await;
    assert_eq!(told[0]["levels"].as_array().unwrap().len(), 3, "every level is told");
    world.until_journal_is("broken").await;
    while let Some(shown) = panel.shown().now_or_never() {
        assert!(!matches!(shown, Some(Indication::Received { .. })), "nothing is receipted");
    }
}

#[tokio::test]
async fn what_found_no_room_is_stored_later_in_its_order() {
    let journal = Memory::default();
    let world = World::start_on(journal.clone()).await;
    journal.set_fault(Some(Fault::Full));
    let mut socket = TcpStream::connect(world.station.addresses().tcp.unwrap()).await.unwrap();
    for _ in 0..MANY {
        let frame = world.frame(PANEL, OpenClose { opened: true, user: None });
        socket.write_all(&envelope::cell(&frame).unwrap()).await.unwrap();
    }
    let suspicion = world.frame(PANEL, Suspicion::default());
    socket.write_all(&envelope::cell(&suspicion).unwrap()).await.unwrap();
    let told = world.until("a suspicion", |incidents| !incidents.is_empty()).await;
    let id = told[0]["id"].as_str().unwrap().parse().unwrap();
    journal.set_fault(None);
    world.until("room", |_| world.station.handle().journal_fault().is_none()).await;
    let answer = world.frame(WARD, Answer::new(id, Act::Accepted, "trực ban"));
    for frame in [suspicion, answer] {
        while !matches!(world.station.handle().submit(frame.clone()).await, Submission::Stored { .. }) {}
    }
    let before = world.incidents().await;
    world.station.stop().await;
    let world = World::start_on(journal).await;
    let after = world.incidents().await;
    assert_eq!(after[0]["stage"], json!("answered"), "the raise stands before the answer");
    assert_eq!(
        after[0]["evidence"], before[0]["evidence"],
        "a record that stands before its frame is of it all the same"
    );
}

#[tokio::test]
async fn a_full_disk_keeps_no_station_from_stopping() {
    let journal = Memory::default();
    let world = World::start_on(journal.clone()).await;
    journal.set_fault(Some(Fault::Full));
    let panel = world.panel(vec![world.tcp()]);
    panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
    world.until("an incident", |incidents| !incidents.is_empty()).await;
    drop(panel);
    tokio::time::pause();
    world.station.stop().await;
}
