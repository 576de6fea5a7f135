use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::world::{PANEL_1, PANEL_2, World};

fn wanted(incident: &str, radius_m: u32) -> Value {
    json!({ "incident": incident, "radius_m": radius_m, "minutes": 60, "text": "xe máy đỏ" })
}

#[tokio::test]
async fn it_goes_to_the_other_sites_in_the_radius_and_is_written_down() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    // The two sites are 5.4 km from each other.
    let near = world.post(&lan, "/api/v1/notices", wanted(&id, 5000)).await.json();
    assert_eq!(near[0]["sites"], json!([]));
    let far = world.post(&lan, "/api/v1/notices", wanted(&id, 6000)).await.json();
    assert_eq!((&far[0]["sites"], &far[0]["operator"]), (&json!(["site-2"]), &json!("lan")));
    let tu = world.log_in("tu").await;
    assert_eq!(world.get(&tu, "/api/v1/notices").await.json(), json!([]), "another ward's are its own");
}

#[tokio::test]
async fn it_is_sent_of_no_incident_of_others_and_by_no_reader() {
    let world = World::start().await;
    let (own, foreign) = (world.hold_up(PANEL_1).await, world.hold_up(PANEL_2).await);
    let (lan, xem) = (world.log_in("lan").await, world.log_in("xem").await);
    assert_eq!(world.post(&lan, "/api/v1/notices", wanted(&foreign, 5000)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.post(&xem, "/api/v1/notices", wanted(&own, 5000)).await.status, StatusCode::FORBIDDEN);
    let far = world.post(&lan, "/api/v1/notices", wanted(&own, 50_001)).await;
    assert_eq!(far.status, StatusCode::UNPROCESSABLE_ENTITY);
}
