use std::time::Duration;

use keng_protocol::message::{Alarm, AlarmKind, Descriptors, Noted, Notice, Test};
use keng_protocol::panel::Indication;
use keng_protocol::{NoticeId, Timestamp};
use keng_station::{Reading, Submission};

use crate::world::{PANEL, World};

fn notice() -> Notice {
    let text = Some("xe máy đỏ".to_owned());
    Notice { until: Timestamp::MAX, seen: Descriptors::default(), text, asks: true }
}

async fn readings(world: &World, id: NoticeId) -> Vec<Reading> {
    let handle = world.station.handle();
    let looked = async {
        loop {
            match handle.readings(id) {
                Some(readings) if readings.is_empty() => tokio::task::yield_now().await,
                readings => return readings.expect("the notice is known"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), looked).await.expect("a reading")
}

#[tokio::test]
async fn by_a_real_panel_over_a_socket_and_it_is_known_after_a_restart() {
    let world = World::start().await;
    let mut panel = world.panel(vec![world.tcp()]);
    panel.say(Test { path: 0 }).await;
    while !matches!(panel.shown().await, Some(Indication::Received { .. })) {}
    let sent = world.station.handle().notify(&["pgd-01".into()], notice()).await.unwrap();
    assert_eq!(sent.reached, ["pgd-01".into()]);
    let id = loop {
        if let Some(Indication::Vigilance { id, notice: shown }) = panel.shown().await {
            assert!(shown.asks);
            break id;
        }
    };
    assert_eq!((id, world.station.handle().readings(id)), (sent.id, Some(Vec::new())));
    panel.say(Noted { notice: id, user: Some(3) }).await;
    let read = readings(&world, id).await;
    assert_eq!(
        (read.len(), read[0].device, read[0].site.clone(), read[0].user),
        (1, PANEL, Some("pgd-01".into()), Some(3))
    );
    while !matches!(panel.shown().await, Some(Indication::Received { kind: keng_protocol::Kind::Noted, .. })) {}
    drop(panel);
    let world = world.restart("").await;
    assert_eq!(world.station.handle().readings(id), Some(read));
    assert!(world.incidents().await.is_empty(), "it is no incident");
}

#[tokio::test]
async fn what_nobody_sent_is_read_by_nobody_and_a_site_without_a_link_is_said() {
    let world = World::start().await;
    let sent = world.station.handle().notify(&["pgd-01".into()], notice()).await.unwrap();
    assert_eq!(sent.reached, []);
    let never = NoticeId([9; 8]);
    let said = world.submit(PANEL, Noted { notice: never, user: None }).await;
    assert!(matches!(said, Submission::Stored { .. }), "it is in the journal: {said:?}");
    assert_eq!(world.station.handle().readings(never), None);
}

#[tokio::test]
async fn a_notice_to_thousands_stands_before_no_alarm() {
    let world = World::start().await;
    let sites = vec!["pgd-01".into(); 20_000];
    let handle = world.station.handle().clone();
    let notified = tokio::spawn(async move { handle.notify(&sites, notice()).await });
    let press = world.frame(PANEL, Alarm::silent(AlarmKind::HoldUp));
    let pressed = world.station.handle().submit(press).await;
    assert!(matches!(pressed, Submission::Stored { .. }));
    // It had its turn among the parts of the notice, whichever of the two ended first.
    assert!(notified.await.unwrap().is_some());
    assert_eq!(world.incidents().await.len(), 1);
}
