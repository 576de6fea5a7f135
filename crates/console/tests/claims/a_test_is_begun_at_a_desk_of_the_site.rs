use axum::http::StatusCode;
use keng_protocol::message::{Alarm, AlarmKind};
use serde_json::{Value, json};

use crate::world::{Browser, PANEL_1, World};

async fn set(world: &World, browser: &Browser, site: &str, minutes: u32) -> (StatusCode, Value) {
    let reply = world.post(browser, "/api/v1/tests", json!({ "site": site, "minutes": minutes })).await;
    (reply.status, reply.json())
}

fn of<'a>(tests: &'a Value, site: &str) -> Option<&'a Value> {
    tests["sites"].as_array().unwrap().iter().find(|one| one["id"] == site)
}

#[tokio::test]
async fn and_says_until_when_and_who_has_begun_it_to_every_desk_of_the_site_and_to_no_other() {
    let world = World::start().await;
    let (lan, tu, hoa) = (world.log_in("lan").await, world.log_in("tu").await, world.log_in("hoa").await);
    let (status, tests) = set(&world, &lan, "site-1", 30).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(of(&tests, "site-1").unwrap()["by"], "lan");
    let until = of(&tests, "site-1").unwrap()["until"].clone();
    assert!(until.is_string() && of(&tests, "site-2").is_none(), "a ward has its own sites only: {tests}");
    for browser in [&lan, &hoa] {
        let seen = world.get(browser, "/api/v1/tests").await.json();
        assert_eq!(of(&seen, "site-1").unwrap()["until"], until);
        assert!(world.get(browser, "/api/v1/condition").await.text.contains("site-1"));
    }
    for path in ["/api/v1/tests", "/api/v1/condition"] {
        let foreign = world.get(&tu, path).await.text;
        assert!(!foreign.contains("site-1") && !foreign.contains("Điểm Một"), "{foreign}");
    }
    assert_eq!(world.deeds("test_began", 1).await[0]["operator"], "lan");
    let (_, tests) = set(&world, &lan, "site-1", 0).await;
    assert_eq!(of(&tests, "site-1").unwrap()["until"], Value::Null, "ended by hand");
    assert_eq!(world.deeds("test_ended", 1).await[0]["operator"], "lan");
}

#[tokio::test]
async fn and_a_hold_up_is_told_all_the_same_with_a_label_while_an_intrusion_is_not() {
    let world = World::start().await;
    let lan = world.log_in("lan").await;
    set(&world, &lan, "site-1", 30).await;
    world.say(PANEL_1, Alarm::silent(AlarmKind::Intrusion)).await;
    let id = world.hold_up(PANEL_1).await;
    let all = world.get(&lan, "/api/v1/incidents").await.json();
    assert_eq!(
        (all.as_array().unwrap().len(), &all[0]["id"], &all[0]["facts"]["on_test"]),
        (1, &json!(id), &json!(true))
    );
    assert_eq!(all[0]["levels"].as_array().unwrap().len(), 3, "every level");
}

#[tokio::test]
async fn and_nowhere_else_by_nobody_who_looks_on_and_for_no_longer_than_the_longest() {
    let world = World::start().await;
    let (lan, xem) = (world.log_in("lan").await, world.log_in("xem").await);
    let longest = world.get(&lan, "/api/v1/tests").await.json()["longest_min"].as_u64().unwrap();
    let refused = [
        set(&world, &lan, "site-2", 30).await.0,
        set(&world, &lan, "<script>alert(1)</script>", 30).await.0,
        set(&world, &xem, "site-1", 30).await.0,
        set(&world, &lan, "site-1", u32::try_from(longest).unwrap() + 1).await.0,
    ];
    let [missing, forbidden, long] = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY];
    assert_eq!(refused, [missing, missing, forbidden, long]);
    assert!(world.station.handle().health().await.unwrap()["on_test"].as_array().unwrap().is_empty());
}
