use std::time::Duration;

use serde_json::Value;

use crate::world::{Browser, PANEL_1, World};

async fn condition(world: &World, browser: &Browser) -> Value {
    let looked = async {
        loop {
            let condition = world.get(browser, "/api/v1/condition").await.json();
            if condition["verified"].is_object() {
                return condition;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), looked).await.expect("somebody looks after the journal")
}

#[tokio::test]
async fn up_to_which_entry_it_is_as_it_was_written_and_how_much_room_its_disk_has() {
    let world = World::start().await;
    world.hold_up(PANEL_1).await;
    let world = world.restart().await;
    let lan = world.log_in("lan").await;
    let seen = condition(&world, &lan).await;
    assert!(seen["verified"]["position"].as_u64().unwrap() > 10, "{seen}");
    assert!(seen["disk"]["total"].as_u64().unwrap() > seen["disk"]["free"].as_u64().unwrap());
    assert_eq!(seen["unverified"], Value::Null);
}
