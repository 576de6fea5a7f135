use axum::http::{StatusCode, header};

use crate::world::{PASSWORD, TOTP, World};

#[tokio::test]
async fn a_cookie_is_for_this_page_alone_and_for_no_script() {
    let world = World::start().await;
    let reply = world.try_login("lan", PASSWORD, None).await;
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"), "{cookie}");
    let value = cookie.split(['=', ';']).nth(1).unwrap();
    assert_eq!(value.len(), 64, "256 bits in hexadecimal");
    assert!(!reply.text.contains(value), "the page's scripts never see it");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_answered_alike() {
    let world = World::start().await;
    let (wrong, unknown) =
        (world.try_login("lan", "falsch falsch", None).await, world.try_login("nobody", PASSWORD, None).await);
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
    assert_eq!(wrong.text, unknown.text);
    assert!(wrong.headers.get(header::SET_COOKIE).is_none());
}

#[tokio::test]
async fn too_many_failures_make_even_the_right_password_wait() {
    let world = World::start().await;
    for _ in 0..8 {
        assert_eq!(world.try_login("lan", "falsch falsch", None).await.status, StatusCode::UNAUTHORIZED);
    }
    let reply = world.try_login("lan", PASSWORD, None).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(world.try_login("tu", PASSWORD, None).await.status, StatusCode::OK, "another login goes on");
}

#[tokio::test]
async fn who_has_one_time_codes_needs_one_and_each_opens_once() {
    let world = World::start().await;
    assert_eq!(world.try_login("an", PASSWORD, None).await.json()["error"], "code_needed");
    assert_eq!(world.try_login("an", PASSWORD, Some("000000")).await.json()["error"], "wrong");
    let code = code_now();
    assert_eq!(world.try_login("an", PASSWORD, Some(&code)).await.status, StatusCode::OK);
    assert_eq!(world.try_login("an", PASSWORD, Some(&code)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_no_login_is_refused_without_a_fault() {
    let world = World::start().await;
    let long = "x".repeat(4096);
    for (name, password) in [("", ""), (long.as_str(), PASSWORD), ("lan", long.as_str()), ("lan\u{0}", "\u{202e}")] {
        assert_eq!(world.try_login(name, password, None).await.status, StatusCode::UNAUTHORIZED);
    }
}

/// The code that an app shows now.
fn code_now() -> String {
    let secret = totp_rs::Secret::try_from_base32(TOTP).unwrap();
    let codes = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    codes.generate(now.as_secs()).to_string()
}
