use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, SigningKey};
use keng_protocol::message::{Alarm, AlarmKind};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::world::{PANEL, World, folder};

const DONE: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";

/// Takes one request and answers it.
async fn request(listener: &TcpListener, answer: &str) -> String {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    let mut chunk = vec![0; 64 * 1024];
    while !complete(&text) {
        let count = socket.read(&mut chunk).await.unwrap();
        text.push_str(&String::from_utf8_lossy(&chunk[..count]));
    }
    socket.write_all(answer.as_bytes()).await.unwrap();
    text
}

fn complete(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    body.len() >= header(head, "content-length").parse::<usize>().unwrap()
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default()
}

/// A station in whose directory one more authority is told by this listener.
async fn world_with(listener: &TcpListener) -> World {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let url = format!("http://{}/alarm", listener.local_addr().unwrap());
    let more = format!(
        "[[authority]]\nid = \"hook\"\nkind = \"police\"\nlevel = 1\nvi = \"h\"\nen = \"h\"\nareas = [\"10001\"]\nchannels = [{{ webhook = \"{url}\" }}]"
    );
    World::start_in(folder(), &more).await
}

#[tokio::test]
async fn a_webhook_carries_the_incident_and_a_signature_that_verifies() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = world_with(&listener).await;
    world.station.handle().offer_map();
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    let text = tokio::time::timeout(Duration::from_secs(10), request(&listener, DONE)).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let signed = format!("{}.{}.{body}", header(head, "webhook-id"), header(head, "webhook-timestamp"));
    let encoded = header(head, "webhook-signature").strip_prefix("v1a,").unwrap();
    let signature = Signature::from_slice(&STANDARD.decode(encoded).unwrap()).unwrap();
    let key = SigningKey::from_bytes(&[9; 32]).verifying_key();
    assert!(key.verify_strict(signed.as_bytes(), &signature).is_ok());
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["data"]["incident"]["site"]["kind"], Value::from("bank"));
    let id = body["data"]["incident"]["id"].as_str().unwrap();
    assert_eq!(body["map"], format!("/api/v1/incidents/{id}/map.svg"));
}

#[tokio::test]
async fn a_webhook_that_redirects_sends_no_alarm_elsewhere() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let world = world_with(&listener).await;
    world.submit(PANEL, Alarm::silent(AlarmKind::HoldUp)).await;
    let address = elsewhere.local_addr().unwrap();
    let redirect =
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{address}/\r\nconnection: close\r\n\r\n");
    request(&listener, &redirect).await;
    tokio::select! {
        _ = elsewhere.accept() => panic!("it was told to somebody who does not stand in the directory"),
        _ = request(&listener, DONE) => {}
    }
}
