use keng_protocol::message::{Act, Alarm, AlarmKind};
use keng_station::Submission;

use crate::world::{PANEL, WARD, World};

#[tokio::test]
async fn a_restart_keeps_incidents_answers_keys_and_receipts() {
    let world = World::start().await;
    let press = world.frame(PANEL, Alarm::silent(AlarmKind::HoldUp));
    let Submission::Stored { frame, position, .. } = world.station.handle().submit(press.clone()).await else {
        panic!("the press is stored")
    };
    let answered = world.answer(WARD, frame.incident(), Act::Accepted).await;
    assert!(matches!(answered, Submission::Stored { objection: None, .. }), "{answered:?}");
    let before = world.incidents().await;

    let world = world.restart("").await;
    let after = world.incidents().await;
    assert_eq!(before[0]["id"], after[0]["id"]);
    assert_eq!(before[0]["stage"], after[0]["stage"]);
    assert_eq!(before[0]["acts"], after[0]["acts"]);

    let again = world.station.handle().submit(press).await;
    assert!(
        matches!(again, Submission::Stored { position: same, .. } if same == position),
        "the first receipt: {again:?}"
    );
    assert_eq!(world.incidents().await.len(), 1, "and no second incident");
}
