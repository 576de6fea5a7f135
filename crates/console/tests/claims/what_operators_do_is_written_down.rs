use axum::http::StatusCode;
use serde_json::json;

use crate::world::{PANEL_1, PASSWORD, World};

#[tokio::test]
async fn logins_failures_and_logouts_with_who_it_was_and_nothing_that_was_typed() {
    let world = World::start().await;
    let lan = world.log_in("lan").await;
    world.try_login("lan", "falsch falsch", None).await;
    world.try_login("mat-khau-cua-toi", PASSWORD, None).await;
    world.post(&lan, "/api/v1/logout", json!({})).await;
    assert_eq!(world.deeds("login", 1).await[0]["operator"], "lan");
    assert_eq!(world.deeds("logout", 1).await[0]["why"], "logout");
    let failed = world.deeds("login_failed", 2).await;
    let names: Vec<_> = failed.iter().map(|deed| deed["operator"].clone()).collect();
    assert!(names.contains(&json!("lan")) && names.contains(&json!(null)), "{names:?}");
    let all = format!("{:?}", world.station.handle().acts());
    assert!(!all.contains("mat-khau") && !all.contains("falsch"), "{all}");
}

#[tokio::test]
async fn ticks_and_notes_outlive_a_restart() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    let plan = format!("/api/v1/incidents/{id}/plan");
    assert_eq!(world.post(&lan, &plan, json!({ "step": 1, "done": true })).await.status, StatusCode::OK);
    assert_eq!(world.post(&lan, &plan, json!({ "step": 0, "done": true })).await.status, StatusCode::OK);
    assert_eq!(world.post(&lan, &plan, json!({ "step": 0, "done": false })).await.status, StatusCode::OK);
    assert_eq!(
        world.post(&lan, &plan, json!({ "step": 2, "done": true })).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    world.post(&lan, "/api/v1/shift", json!({ "note": "camera 2 hỏng" })).await;
    let world = world.restart().await;
    let minh = world.log_in("minh").await;
    let steps = world.get(&minh, &plan).await.json();
    assert_eq!((&steps[0]["done"], &steps[1]["done"]["by"]), (&json!(null), &json!("lan")));
    assert_eq!(world.get(&minh, "/api/v1/shift").await.json()["notes"][0]["note"], "camera 2 hỏng");
}

#[tokio::test]
async fn every_decision_of_an_incident_can_be_read_again_in_words() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    world.post(&lan, &format!("/api/v1/incidents/{id}/answers"), json!({ "act": 1, "note": "đang đến" })).await;
    let records = world.get(&lan, &format!("/api/v1/incidents/{id}/records")).await.json();
    let kinds: Vec<_> =
        records.as_array().unwrap().iter().map(|one| one["record"]["what"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.first(), Some(&"raised"));
    assert!(kinds.contains(&"told") && kinds.contains(&"acted"), "{kinds:?}");
    assert!(records.as_array().unwrap().iter().all(|one| one["vi"].is_string() && one["en"].is_string()));
}
