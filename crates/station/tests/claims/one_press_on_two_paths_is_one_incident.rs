use keng_protocol::message::{Alarm, AlarmKind};
use serde_json::json;

use crate::world::{World, received};

#[tokio::test]
async fn one_press_on_two_paths_is_one_incident_with_two_pieces_of_path_evidence() {
    let world = World::start().await;
    let mut panel = world.panel(vec![world.tcp(), world.udp()]);
    panel.say(Alarm { zone: Some(1), ..Alarm::silent(AlarmKind::HoldUp) }).await;
    let (frame, position) = received(&mut panel).await;
    assert!(position > 0);
    let second_path = |incidents: &[serde_json::Value]| {
        incidents.first().is_some_and(|incident| !incident["evidence"].as_array().unwrap().is_empty())
    };
    let incidents = world.until("the second path", second_path).await;
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0]["id"], json!(frame.incident().to_string()));
    let paths = [&incidents[0]["facts"]["path"], &incidents[0]["evidence"][0]];
    assert_ne!(paths[0], paths[1]);
}

#[tokio::test]
async fn every_level_is_told_of_one_press() {
    let world = World::start().await;
    let mut panel = world.panel(vec![world.tcp()]);
    panel.say(Alarm::silent(AlarmKind::HoldUp)).await;
    received(&mut panel).await;
    let incidents = world.incidents().await;
    let levels: Vec<_> =
        incidents[0]["levels"].as_array().unwrap().iter().map(|level| level["level"].clone()).collect();
    assert_eq!(levels, [json!(0), json!(1), json!(2)], "the bank's centre, the ward, the city");
}
