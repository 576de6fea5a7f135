use axum::http::StatusCode;
use keng_protocol::NoticeId;
use keng_protocol::message::Noted;
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
    assert_eq!((&far[0]["sites"][0]["id"], &far[0]["operator"]), (&json!("site-2"), &json!("lan")));
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

#[tokio::test]
async fn it_says_which_site_has_read_it_and_which_had_no_link() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    let sent = world.post(&lan, "/api/v1/notices", wanted(&id, 6000)).await.json();
    let site = &sent[0]["sites"][0];
    assert_eq!((&site["reached"], &site["read"]), (&json!(false), &Value::Null), "nobody was there to hear it");
    let deed = &world.deeds("notice_sent", 1).await[0];
    let notice: NoticeId = deed["notice"].as_str().unwrap().parse().unwrap();
    // A panel of another site, and one that says so of another notice, count for nothing.
    world.say(PANEL_1, Noted { notice, user: None }).await;
    world.say(PANEL_2, Noted { notice: NoticeId([7; 8]), user: None }).await;
    assert_eq!(world.get(&lan, "/api/v1/notices").await.json()[0]["sites"][0]["read"], Value::Null);
    world.say(PANEL_2, Noted { notice, user: Some(4) }).await;
    let seen = world.get(&lan, "/api/v1/notices").await.json();
    assert!(seen[0]["sites"][0]["read"].is_u64(), "{seen}");
    assert_eq!(seen[0]["sites"][0]["by"], json!(4));
    let (tu, hoa) = (world.log_in("tu").await, world.log_in("hoa").await);
    assert_eq!(world.get(&tu, "/api/v1/notices").await.json(), json!([]));
    assert_eq!(world.get(&hoa, "/api/v1/notices").await.json(), seen, "who sees all sees it, too");
    let world = world.restart().await;
    let lan = world.log_in("lan").await;
    assert_eq!(world.get(&lan, "/api/v1/notices").await.json(), seen, "after a restart");
}
