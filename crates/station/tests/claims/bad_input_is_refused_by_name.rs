use std::time::Duration;

use keng_protocol::message::{Alarm, AlarmKind, Revocation, RevocationReason};
use keng_protocol::{DeviceId, Header, Kind, MAX_FRAME, Malformed, Refusal, Timestamp, seal};
use keng_station::Submission;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{AUTHORITY, PANEL, WARD, World, key, now};

fn hold_up() -> Alarm {
    Alarm::silent(AlarmKind::HoldUp)
}

async fn refusal(world: &World, octets: Vec<u8>) -> Refusal {
    match world.station.handle().submit(octets).await {
        Submission::Refused(reason) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn every_kind_of_bad_frame_gets_its_own_reason_and_a_plain_sentence() {
    let world = World::start().await;
    let good = world.frame(PANEL, hold_up());
    assert_eq!(refusal(&world, vec![1; 40]).await, Malformed::TooShort { octets: 40 }.into());
    assert_eq!(refusal(&world, vec![1; MAX_FRAME + 1]).await, Malformed::TooLong { octets: MAX_FRAME + 1 }.into());
    let version = [&[9], &good[1..]].concat();
    assert_eq!(refusal(&world, version).await, Malformed::Version { version: 9 }.into());
    let mut forged = good.clone();
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(refusal(&world, forged).await, Refusal::BadSignature);
    let stranger = world.frame(DeviceId([0x77; 8]), hold_up());
    assert_eq!(refusal(&world, stranger).await, Refusal::UnknownDevice);
    assert_eq!(refusal(&world, world.frame(WARD, hold_up())).await, Refusal::WrongRole);

    let refusals = world.station.handle().refusals().await.unwrap();
    for refusal in refusals.as_array().unwrap() {
        assert!(
            !refusal["vi"].as_str().unwrap().is_empty() && !refusal["en"].as_str().unwrap().is_empty(),
            "{refusal}"
        );
    }
    assert_eq!(refusals.as_array().unwrap().len(), 6);
    assert!(world.station.handle().metrics_text().contains("keng_frames_refused_total{reason=\"BadSignature\"} 1"));
    assert!(world.incidents().await.is_empty());
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_once_and_after_a_restart() {
    let world = World::start().await;
    let revocation = Revocation { device: PANEL, number: None, reason: RevocationReason::Compromised };
    assert!(matches!(world.submit(AUTHORITY, revocation).await, Submission::Stored { .. }));
    assert_eq!(refusal(&world, world.frame(PANEL, hold_up())).await, Refusal::Revoked);
    let folder = world.folder.clone();
    world.station.stop().await;
    let station = keng_station::Station::start(crate::world::config(&folder, "")).await.unwrap();
    let header = Header { kind: Kind::Alarm, sender: PANEL, key: 1, epoch: u32::MAX, sequence: 1, time: now() };
    let press = seal(&header, &hold_up().into(), &key(PANEL)).unwrap();
    assert_eq!(station.handle().submit(press).await, Submission::Refused(Refusal::Revoked));
}

#[tokio::test]
async fn a_wrong_clock_is_raised_and_labelled() {
    let world = World::start().await;
    for (sequence, hours) in [(1u32, -5i64), (2, 24 * 365)] {
        let time = Timestamp::from_millis(now().millis().saturating_add_signed(hours * 3_600_000));
        let header = Header { kind: Kind::Alarm, sender: PANEL, key: 1, epoch: 1, sequence, time };
        let octets = seal(&header, &hold_up().into(), &key(PANEL)).unwrap();
        assert!(matches!(world.station.handle().submit(octets).await, Submission::Stored { .. }));
    }
    let incidents = world.incidents().await;
    let off = incidents[0]["facts"]["labels"]["clock_off_ms"].as_i64().unwrap();
    assert!((off + 5 * 3_600_000).abs() < 60_000, "{off}");
}

#[tokio::test]
async fn a_stream_of_noise_is_cut_off_and_the_others_go_on() {
    let world = World::start().await;
    let mut noisy = TcpStream::connect(world.station.addresses().tcp.unwrap()).await.unwrap();
    noisy.write_all(&[0xff; 4096]).await.unwrap();
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(10), noisy.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the link is closed");
    assert!(matches!(world.submit(PANEL, hold_up()).await, Submission::Stored { .. }));
}
