use axum::http::{StatusCode, header};
use serde_json::json;

use crate::world::{Browser, PANEL_1, World, request};

/// The calls that change something.
fn changes(id: &str) -> Vec<(String, serde_json::Value)> {
    vec![
        (format!("/api/v1/incidents/{id}/answers"), json!({ "act": 1 })),
        (format!("/api/v1/incidents/{id}/plan"), json!({ "step": 0, "done": true })),
        ("/api/v1/shift".to_owned(), json!({ "note": "words" })),
        ("/api/v1/tests".to_owned(), json!({ "site": "site-1", "minutes": 30 })),
        ("/api/v1/notices".to_owned(), json!({ "incident": id, "radius_m": 1000, "minutes": 30 })),
        ("/api/v1/frames".to_owned(), json!({})),
        ("/api/v1/logout".to_owned(), json!({})),
    ]
}

#[tokio::test]
async fn a_call_without_the_sessions_token_changes_nothing() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    let other = world.log_in("minh").await;
    for (path, body) in changes(&id) {
        for token in ["", "0", &"0".repeat(64), &other.csrf] {
            let forged = Browser { csrf: token.to_owned(), ..lan.clone() };
            let reply = world.post(&forged, &path, body.clone()).await;
            assert_eq!(
                (reply.status, reply.json()["error"].as_str()),
                (StatusCode::FORBIDDEN, Some("not_the_page")),
                "{path}"
            );
        }
        let mut bare = request("POST", &path, Some(&body));
        bare.headers_mut().insert(header::COOKIE, lan.cookie.parse().unwrap());
        assert_eq!(world.call(bare).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(world.get(&lan, "/api/v1/me").await.status, StatusCode::OK, "the session still lives");
    assert!(world.get(&lan, &format!("/api/v1/incidents/{id}")).await.json()["acts"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn another_sites_page_reads_and_changes_nothing_even_with_the_token() {
    let world = World::start().await;
    let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (name, value) in foreign {
        for (path, body) in changes(&id) {
            let mut request = lan.request("POST", &path, Some(&body));
            request.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(world.call(request).await.status, StatusCode::FORBIDDEN, "{path} {name}: {value}");
        }
        let mut read = lan.request("GET", "/api/v1/incidents", None);
        read.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(world.call(read).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
}

#[tokio::test]
async fn another_sites_page_cannot_log_somebody_in() {
    let world = World::start().await;
    let body = json!({ "name": "lan", "password": crate::world::PASSWORD });
    let mut request = request("POST", "/api/v1/login", Some(&body));
    request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    let reply = world.call(request).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn a_form_of_another_site_is_no_login() {
    let world = World::start().await;
    let mut request =
        request("POST", "/api/v1/login", Some(&json!({ "name": "lan", "password": crate::world::PASSWORD })));
    request.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
    assert_eq!(world.call(request).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
