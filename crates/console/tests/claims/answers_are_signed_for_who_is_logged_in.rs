use axum::http::StatusCode;
use keng_protocol::message::{Act, Answer, Disposition};
use serde_json::{Value, json};

use crate::world::{Browser, PANEL_1, WARD_1, World};

async fn answer(world: &World, browser: &Browser, id: &str, body: Value) -> (StatusCode, Value) {
    let reply = world.post(browser, &format!("/api/v1/incidents/{id}/answers"), body).await;
    (reply.status, reply.json())
}

fn close() -> Value {
    json!({ "act": Act::Closed.code(), "disposition": Disposition::FalsePress.code() })
}

async fn stage(world: &World, browser: &Browser, id: &str) -> Value {
    world.get(browser, &format!("/api/v1/incidents/{id}")).await.json()["stage"].clone()
}

#[tokio::test]
async fn the_operator_of_an_answer_is_the_login_and_nothing_that_is_sent() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    assert_eq!(answer(&world, &lan, &id, json!({ "act": 1 })).await.0, StatusCode::OK);
    let named = answer(&world, &lan, &id, json!({ "act": 3, "operator": "minh" })).await;
    assert_eq!(named.0, StatusCode::UNPROCESSABLE_ENTITY, "there is no such field");
    let view = world.get(&lan, &format!("/api/v1/incidents/{id}")).await.json();
    assert_eq!((&view["stage"], &view["acts"][0]["operator"]), (&json!("answered"), &json!("lan")));
}

#[tokio::test]
async fn one_person_cannot_close_a_hold_up_that_nobody_has_seen_and_two_can() {
    let world = World::start().await;
    let (id, lan, minh) = (world.hold_up(PANEL_1).await, world.log_in("lan").await, world.log_in("minh").await);
    for _ in 0..2 {
        let (status, body) = answer(&world, &lan, &id, close()).await;
        assert_eq!((status, &body["error"]), (StatusCode::CONFLICT, &json!("second_person_needed")));
        assert!(body["vi"].is_string() && body["en"].is_string());
    }
    assert_ne!(stage(&world, &lan, &id).await, "closed");
    assert_eq!(answer(&world, &minh, &id, close()).await.0, StatusCode::OK);
    assert_eq!(stage(&world, &lan, &id).await, "closed");
}

#[tokio::test]
async fn a_report_from_the_scene_lets_one_person_close() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    assert_eq!(answer(&world, &lan, &id, json!({ "act": Act::OnScene.code() })).await.0, StatusCode::OK);
    assert_eq!(answer(&world, &lan, &id, close()).await.0, StatusCode::OK);
}

#[tokio::test]
async fn who_looks_on_answers_nothing() {
    let world = World::start().await;
    let (id, xem) = (world.hold_up(PANEL_1).await, world.log_in("xem").await);
    assert_eq!(answer(&world, &xem, &id, json!({ "act": 1 })).await.0, StatusCode::FORBIDDEN);
    let ticked = world.post(&xem, &format!("/api/v1/incidents/{id}/plan"), json!({ "step": 0, "done": true })).await;
    let noted = world.post(&xem, "/api/v1/shift", json!({ "note": "words" })).await;
    assert_eq!((ticked.status, noted.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
}

#[tokio::test]
async fn what_is_missing_or_too_long_is_said() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    assert_eq!(answer(&world, &lan, &id, json!({ "act": 2 })).await.1["error"], "missing_reason");
    assert_eq!(answer(&world, &lan, &id, json!({ "act": 5 })).await.1["error"], "missing_disposition");
    assert_eq!(answer(&world, &lan, &id, json!({ "act": 6 })).await.1["error"], "missing_note");
    assert_eq!(answer(&world, &lan, &id, json!({ "act": 6, "note": "x".repeat(281) })).await.1["error"], "too_long");
}

#[tokio::test]
async fn answers_are_taken_although_the_clock_was_ahead_in_an_earlier_run_and_was_put_back() {
    let world = World::start().await;
    let id = world.hold_up(PANEL_1).await;
    // What the desk's signer said then: every epoch that the receiver keeps of the desk is hours ahead.
    let ahead = u32::MAX - 100;
    for epoch in ahead..ahead + 4 {
        world.say_in(epoch, WARD_1, Answer::new(id.parse().unwrap(), Act::Accepted, "lan")).await;
    }
    let lan = world.log_in("lan").await;
    let sent = world.post(&lan, &format!("/api/v1/incidents/{id}/answers"), json!({ "act": 3 })).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let view = world.get(&lan, &format!("/api/v1/incidents/{id}")).await.json();
    assert_eq!(view["acts"].as_array().unwrap().len(), 5);
}
