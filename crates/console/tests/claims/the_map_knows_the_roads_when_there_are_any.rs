use axum::http::{StatusCode, header};
use keng_console::Roads;
use keng_geo::road::{Edge, RoadGraph};
use keng_geo::{Position, Vehicles};

use crate::world::{PANEL_1, PANEL_2, World, request};

/// One road from the post of Ward One to Site One, which takes 7 minutes.
fn roads() -> Roads {
    let at = |lat, lon| Position::new(lat, lon).unwrap();
    let places = vec![at(20.99, 106.55), at(20.985, 106.56), at(20.98, 106.54)];
    let edge = |from, to| Edge { from, to, time_ms: 210_000, length_dm: 15_000 };
    let graph = RoadGraph::new(places, &[edge(0, 1), edge(1, 2)]).unwrap();
    Roads { graph, vehicle: Vehicles::read(Vehicles::SHIPPED).unwrap().get("car").unwrap().clone() }
}

#[tokio::test]
async fn and_says_how_soon_a_post_is_there() {
    for (world, by_road) in [(World::start_with(roads()).await, true), (World::start().await, false)] {
        let (id, lan) = (world.hold_up(PANEL_1).await, world.log_in("lan").await);
        for _ in 0..2 {
            let map = world.get(&lan, &format!("/api/v1/incidents/{id}/map.svg?lang=en")).await;
            assert_eq!(map.status, StatusCode::OK);
            assert_eq!(map.text.contains("7 min"), by_road, "{}", map.text);
            assert_eq!(map.text.contains("straight line"), !by_road);
        }
    }
}

#[tokio::test]
async fn and_is_the_same_picture_for_a_program_with_a_token_that_may_see_the_incident() {
    let world = World::start().await;
    let (own, foreign) = (world.hold_up(PANEL_1).await, world.hold_up(PANEL_2).await);
    let seen = async |id: &str| {
        let mut asked = request("GET", &format!("/api/v1/incidents/{id}/map.svg"), None);
        asked.headers_mut().insert(header::AUTHORIZATION, "Bearer ward-1".parse().unwrap());
        world.call(asked).await
    };
    let lan = world.log_in("lan").await;
    let by_page = world.get(&lan, &format!("/api/v1/incidents/{own}/map.svg")).await;
    assert_eq!((seen(&own).await.status, seen(&own).await.text), (StatusCode::OK, by_page.text));
    let other = seen(&foreign).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert!(!other.text.contains("Hai"));
}
