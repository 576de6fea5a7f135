use axum::http::{StatusCode, header};
use serde_json::json;

use crate::world::{PANEL_1, World, request};

/// Every path that is served, but for the login and what the page is made of.
const CLOSED: &[(&str, &str)] = &[
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/refusals"),
    ("GET", "/api/v1/incidents"),
    ("GET", "/api/v1/incidents/{id}"),
    ("GET", "/api/v1/incidents/{id}/records"),
    ("GET", "/api/v1/incidents/{id}/plan"),
    ("POST", "/api/v1/incidents/{id}/plan"),
    ("POST", "/api/v1/incidents/{id}/answers"),
    ("GET", "/api/v1/incidents/{id}/map.svg"),
    ("GET", "/api/v1/stream"),
    ("POST", "/api/v1/frames"),
    ("POST", "/api/v1/logout"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/condition"),
    ("GET", "/api/v1/shift"),
    ("POST", "/api/v1/shift"),
    ("GET", "/api/v1/notices"),
    ("POST", "/api/v1/notices"),
    ("GET", "/api/v1/tests"),
    ("POST", "/api/v1/tests"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/nothing"),
];

#[tokio::test]
async fn without_a_session_or_token_every_call_is_refused_and_says_nothing() {
    let world = World::start().await;
    let id = world.hold_up(PANEL_1).await;
    for (method, path) in CLOSED {
        let path = path.replace("{id}", &id);
        let body = (*method == "POST").then(|| json!({}));
        let reply = world.call(request(method, &path, body.as_ref())).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(reply.json(), json!({ "error": "unauthorized", "detail": "log in" }), "{path}");
    }
}

#[tokio::test]
async fn a_made_up_token_or_cookie_opens_nothing() {
    let world = World::start().await;
    let id = world.hold_up(PANEL_1).await;
    for (method, path) in CLOSED.iter().filter(|(_, path)| *path != "/nothing") {
        let path = path.replace("{id}", &id);
        for (name, value) in [(header::AUTHORIZATION, "Bearer made-up"), (header::COOKIE, "keng=00112233")] {
            let body = (*method == "POST").then(|| json!({ "act": 1, "step": 0, "done": true, "note": "x" }));
            let mut request = request(method, &path, body.as_ref());
            request.headers_mut().insert(name, value.parse().unwrap());
            let reply = world.call(request).await;
            let refused = [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND].contains(&reply.status);
            assert!(refused && !reply.text.contains("site-1"), "{method} {path}: {} {}", reply.status, reply.text);
        }
    }
}

#[tokio::test]
async fn the_page_and_livez_are_for_everybody_and_forbid_everything_foreign() {
    let world = World::start().await;
    for path in ["/", "/assets/main.js", "/assets/app.css", "/assets/words.json", "/livez"] {
        let reply = world.call(request("GET", path, None)).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        let policy = reply.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
    assert_eq!(world.call(request("GET", "/assets/nothing.js", None)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_page_has_no_script_or_style_in_its_markup() {
    let world = World::start().await;
    let page = world.call(request("GET", "/", None)).await.text;
    assert!(page.contains(r#"src="/assets/main.js""#));
    for inline in ["<style", " style=", "onclick", "onload", "javascript:", "http://", "https://"] {
        assert!(!page.contains(inline), "{inline}");
    }
    assert!(page.split("<script").skip(1).all(|script| script.split_once('>').unwrap().1.starts_with("</script")));
}
