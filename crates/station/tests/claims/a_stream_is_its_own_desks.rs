use std::time::Duration;

use keng_protocol::message::{Alarm, AlarmKind};
use keng_station::Scope;
use serde_json::{Value, json};

use crate::world::{PANEL, WARD, World, open_stream, read_until, token_hash};

/// The first telling of the authority at a level.
fn first_telling(incidents: &[Value], level: u8) -> Value {
    let levels = incidents[0]["levels"].as_array().unwrap();
    let told = levels.iter().find(|told| told["level"] == json!(level)).unwrap();
    told["authorities"][0]["tellings"][0].clone()
}

#[tokio::test]
async fn what_only_the_operators_stream_has_taken_counts_as_not_delivered() {
    let world = World::start().await;
    let mut owner = open_stream(&world, "owner", "").await;
    read_until(&mut owner, "snapshot").await;
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    read_until(&mut owner, "\"authority\":\"ca-phuong\"").await;
    let incidents = world.incidents().await;
    assert_eq!(first_telling(&incidents, 1)["delivered"], json!(false), "the ward's desk has no stream open");
}

#[tokio::test]
async fn what_the_desks_own_stream_has_taken_counts_as_delivered() {
    let world = World::start().await;
    let mut ward = open_stream(&world, "ward", "").await;
    read_until(&mut ward, "snapshot").await;
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    read_until(&mut ward, "event: told").await;
    world.until("a delivery", |incidents| first_telling(incidents, 1)["delivered"] == json!(true)).await;
}

#[tokio::test]
async fn a_token_that_is_taken_away_ends_its_stream_and_no_other() {
    let world = World::start().await;
    let mut ward = open_stream(&world, "ward", "").await;
    read_until(&mut ward, "snapshot").await;
    let mut owner = open_stream(&world, "owner", "").await;
    read_until(&mut owner, "snapshot").await;
    let renewed = [(token_hash("ward-2"), Scope::Desk(WARD)), (token_hash("owner"), Scope::All)];
    world.station.handle().set_tokens(renewed);
    // The last chunk of the body: the stream is over.
    read_until(&mut ward, "0\r\n\r\n").await;
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    tokio::time::timeout(Duration::from_secs(10), read_until(&mut owner, "event: told")).await.unwrap();
}
