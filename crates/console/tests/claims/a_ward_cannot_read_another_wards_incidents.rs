use axum::http::StatusCode;
use serde_json::json;

use crate::world::{PANEL_1, PANEL_2, World};

#[tokio::test]
async fn by_no_route() {
    let world = World::start().await;
    let (own, foreign) = (world.hold_up(PANEL_1).await, world.hold_up(PANEL_2).await);
    for name in ["lan", "xem"] {
        let browser = world.log_in(name).await;
        let list = world.get(&browser, "/api/v1/incidents").await;
        assert!(list.text.contains(&own) && !list.text.contains(&foreign) && !list.text.contains("Điểm Hai"), "{name}");
        for route in ["", "/records", "/plan", "/map.svg"] {
            let reply = world.get(&browser, &format!("/api/v1/incidents/{foreign}{route}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{name} {route}");
            assert!(!reply.text.contains("Hai") && !reply.text.contains("site-2"), "{}", reply.text);
        }
        let condition = world.get(&browser, "/api/v1/condition").await.text;
        assert!(!condition.contains("ward-2") && !condition.contains("Hai"), "{condition}");
        for owners in ["/api/v1/health", "/api/v1/refusals", "/metrics"] {
            assert_eq!(world.get(&browser, owners).await.status, StatusCode::FORBIDDEN, "{name} {owners}");
        }
    }
}

#[tokio::test]
async fn and_cannot_answer_or_tick_there() {
    let world = World::start().await;
    let (foreign, lan) = (world.hold_up(PANEL_2).await, world.log_in("lan").await);
    let answered = world.post(&lan, &format!("/api/v1/incidents/{foreign}/answers"), json!({ "act": 1 })).await;
    let ticked =
        world.post(&lan, &format!("/api/v1/incidents/{foreign}/plan"), json!({ "step": 0, "done": true })).await;
    assert_eq!((answered.status, ticked.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn a_command_sees_both_and_what_the_receivers_owner_sees() {
    let world = World::start().await;
    let (one, two) = (world.hold_up(PANEL_1).await, world.hold_up(PANEL_2).await);
    let hoa = world.log_in("hoa").await;
    let list = world.get(&hoa, "/api/v1/incidents").await.text;
    assert!(list.contains(&one) && list.contains(&two));
    for route in ["", "/records", "/plan"] {
        assert_eq!(world.get(&hoa, &format!("/api/v1/incidents/{two}{route}")).await.status, StatusCode::OK, "{route}");
    }
    assert_eq!(world.get(&hoa, "/api/v1/health").await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_wards_shift_is_its_own() {
    let world = World::start().await;
    let (lan, tu, hoa) = (world.log_in("lan").await, world.log_in("tu").await, world.log_in("hoa").await);
    let stored = world.post(&lan, "/api/v1/shift", json!({ "note": "khóa cổng sau hỏng" })).await;
    assert_eq!(stored.status, StatusCode::OK);
    let text = world.get(&tu, "/api/v1/shift").await.text;
    assert!(!text.contains("khóa cổng") && !text.contains("\"lan\""), "{text}");
    let text = world.get(&hoa, "/api/v1/shift").await.text;
    assert!(text.contains("khóa cổng") && text.contains("\"lan\""), "{text}");
}
