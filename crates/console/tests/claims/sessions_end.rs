use axum::http::StatusCode;
use serde_json::json;

use crate::world::{World, operators};

#[tokio::test]
async fn by_logout() {
    let world = World::start().await;
    let lan = world.log_in("lan").await;
    let stream = world.get(&lan, "/api/v1/stream").await;
    assert_eq!(stream.status, StatusCode::OK);
    assert_eq!(world.post(&lan, "/api/v1/logout", json!({})).await.status, StatusCode::OK);
    for path in ["/api/v1/me", "/api/v1/incidents", "/api/v1/stream"] {
        assert_eq!(world.get(&lan, path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn with_their_operator_and_nobody_elses_do() {
    let world = World::start().await;
    let (lan, minh) = (world.log_in("lan").await, world.log_in("minh").await);
    let mut fewer = operators();
    assert!(fewer.remove("lan"));
    world.console.set_operators(fewer);
    assert_eq!(world.get(&lan, "/api/v1/incidents").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(world.get(&minh, "/api/v1/incidents").await.status, StatusCode::OK);
    assert_eq!(world.try_login("lan", crate::world::PASSWORD, None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn with_the_receiver() {
    let world = World::start().await;
    let lan = world.log_in("lan").await;
    let world = world.restart().await;
    assert_eq!(world.get(&lan, "/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_sessions_cookie_is_no_token_of_the_api() {
    let world = World::start().await;
    let lan = world.log_in("lan").await;
    let value = lan.cookie.split_once('=').unwrap().1;
    let mut request = crate::world::request("GET", "/api/v1/incidents", None);
    request.headers_mut().insert("authorization", format!("Bearer {value}").parse().unwrap());
    assert_eq!(world.call(request).await.status, StatusCode::UNAUTHORIZED);
}
