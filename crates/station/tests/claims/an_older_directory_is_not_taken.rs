use serde_json::json;

use crate::world::{World, directory};

#[tokio::test]
async fn an_older_directory_is_not_taken() {
    let world = World::start().await;
    let handle = world.station.handle();
    for (version, taken, in_use) in [(3, true, 3), (2, false, 3), (3, true, 3), (4, true, 4)] {
        let mut offered = directory("");
        offered.version = version;
        assert_eq!(handle.adopt(offered).await, taken, "version {version}");
        assert_eq!(handle.health().await.unwrap()["directory"], json!(in_use));
    }
}
