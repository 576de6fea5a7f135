use keng_journal::{Fault, Memory};
use keng_protocol::message::{Alarm, AlarmKind};
use serde_json::json;

use crate::world::{World, received};

#[tokio::test]
async fn with_a_full_disk_every_level_is_told_and_the_receipt_comes_when_there_is_room() {
    let journal = Memory::default();
    let world = World::start_on(journal.clone()).await;
    journal.set_fault(Some(Fault::Full));
    let mut panel = world.panel(vec![world.tcp()]);
    panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
    let told = world.until("an incident", |incidents| !incidents.is_empty()).await;
    assert_eq!(told[0]["levels"].as_array().unwrap().len(), 3, "every level is told");
    assert!(world.station.handle().journal_fault().is_some(), "and the receiver says that it cannot store");
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
    let panel = world.panel(vec![world.tcp()]);
    panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
    let told = world.until("an incident", |incidents| !incidents.is_empty()).await;
    assert_eq!(told[0]["levels"].as_array().unwrap().len(), 3, "every level is told");
    let health = world.station.handle().health().await.unwrap();
    assert_eq!(health["journal"]["state"], json!("broken"), "{health}");
}
