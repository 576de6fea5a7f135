use std::time::Duration;

use keng_dc09::{Dialler, Key, Reply};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

use crate::world::{ACCOUNT_KEY, CLEAR_ACCOUNT, KEYED_ACCOUNT, World, now};

async fn exchange(world: &World, octets: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(world.station.addresses().dc09_tcp.unwrap()).await.unwrap();
    socket.write_all(octets).await.unwrap();
    let mut answer = vec![0; 1024];
    let count = tokio::time::timeout(Duration::from_secs(10), socket.read(&mut answer)).await.unwrap().unwrap();
    answer.truncate(count);
    answer
}

#[tokio::test]
async fn a_sealed_hold_up_is_told_as_vouched_for_and_acknowledged() {
    let world = World::start().await;
    let mut panel = Dialler::new(KEYED_ACCOUNT.parse().unwrap(), Some(Key::from_hex(ACCOUNT_KEY).unwrap()));
    let answer = exchange(&world, &panel.contact_id(now(), "1122 01 003")).await;
    assert_eq!(panel.reply(&answer), Some(Reply::Ack));
    let incidents = world.incidents().await;
    assert_eq!(incidents[0]["facts"]["sure"], json!("vouched"));
    assert_eq!(incidents[0]["site"]["names"]["en"], json!("Transaction point 1, Bank of Example"));
}

#[tokio::test]
async fn the_same_event_by_tcp_and_udp_is_one_incident() {
    let world = World::start().await;
    let mut panel = Dialler::new(CLEAR_ACCOUNT.parse().unwrap(), None);
    let frame = panel.sia(now(), "Nri1/HA003");
    assert_eq!(panel.reply(&exchange(&world, &frame).await), Some(Reply::Ack));
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(&frame, world.station.addresses().dc09_udp.unwrap()).await.unwrap();
    let mut answer = vec![0; 1024];
    let count = tokio::time::timeout(Duration::from_secs(10), socket.recv(&mut answer)).await.unwrap().unwrap();
    assert_eq!(panel.reply(&answer[..count]), Some(Reply::Ack));
    let incidents = world.incidents().await;
    assert_eq!((incidents.len(), &incidents[0]["facts"]["presses"]), (1, &json!(1)));
}

#[tokio::test]
async fn an_acknowledged_event_is_no_second_incident_after_a_restart() {
    let world = World::start().await;
    let mut panel = Dialler::new(CLEAR_ACCOUNT.parse().unwrap(), None);
    let frame = panel.sia(now(), "Nri1/PA001");
    assert_eq!(panel.reply(&exchange(&world, &frame).await), Some(Reply::Ack));
    let world = world.restart("").await;
    assert_eq!(panel.reply(&exchange(&world, &frame).await), Some(Reply::Ack));
    assert_eq!(world.incidents().await[0]["facts"]["presses"], json!(1));
}

#[tokio::test]
async fn a_clear_frame_on_a_keyed_account_and_an_unknown_account_are_refused_and_shown() {
    let world = World::start().await;
    for account in [KEYED_ACCOUNT, "9999"] {
        let mut stranger = Dialler::new(account.parse().unwrap(), None);
        let answer = exchange(&world, &stranger.sia(now(), "Nri1/HA001")).await;
        assert!(matches!(stranger.reply(&answer), Some(Reply::Nak(_))));
    }
    assert!(world.incidents().await.is_empty());
    let refusals = world.station.handle().refusals().await.unwrap();
    assert_eq!(refusals[0]["account"], json!("9999"));
    assert_eq!(refusals[1]["claims"], json!(["HA"]), "the operator sees that it claimed a hold-up");
}

#[tokio::test]
async fn a_frame_without_its_last_cr_is_read_when_the_panel_says_no_more() {
    let world = World::start().await;
    let mut panel = Dialler::new(CLEAR_ACCOUNT.parse().unwrap(), None);
    let frame = panel.sia(now(), "Nri1/HA003");
    let mut socket = TcpStream::connect(world.station.addresses().dc09_tcp.unwrap()).await.unwrap();
    socket.write_all(frame.strip_suffix(b"\r").unwrap()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert_eq!(panel.reply(&answer), Some(Reply::Ack));
    assert_eq!(world.incidents().await.len(), 1);
}
