//! How does my dispatch software receive an alarm and answer it? A desk's stream down, a signed answer up.
//!
//! ```text
//! cargo run -p keng-examples --example desk_client
//! ```
//!
//! A receiver is started in this process and somebody presses a button there, so that the example runs alone. Against a real one you need its
//! address, the desk's token and the desk's key; the calls are those of `crates/station/API.md`.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

#[expect(dead_code, reason = "each example uses its part of the other side")]
mod peer;

use std::error::Error;

use ed25519_dalek::SigningKey;
use keng_protocol::message::{Act, Alarm, AlarmKind, Answer};
use keng_protocol::{Header, IncidentId, Kind, Message, seal};
use peer::{DESK, PANEL, Peer, TOKEN, now};
use reqwest::{Client, Response};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    tokio_rustls::rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .map_err(|_| "a provider is installed")?;
    let peer = Peer::start().await?;
    let api = format!("http://{}/api/v1", peer.station.addresses().http.ok_or("no API")?);
    let client = Client::new();

    let mut stream = Stream { response: open(&client, &api, None).await?, text: String::new() };
    println!("1. The desk's stream is open: {}.", stream.next().await?.name);

    let press = Message::from(Alarm::silent(AlarmKind::HoldUp));
    let header = Header { kind: Kind::Alarm, sender: PANEL, key: 1, epoch: 1, sequence: 1, time: now()? };
    peer.station.handle().submit(seal(&header, &press, &peer.panel_key)?).await;

    let told = loop {
        let event = stream.next().await?;
        if event.name == "told" {
            break event;
        }
    };
    let incident: IncidentId = text(&told.data, "/incident/id")?.parse()?;
    println!("2. Told (event {}): hold-up at {}.", told.id, text(&told.data, "/incident/site/names/en")?);

    for (sequence, act) in [(1, Act::Accepted), (2, Act::UnitsSent)] {
        let answer = Answer::new(incident, act, "duty officer 7");
        let stored = send(&client, &api, &peer.desk_key, sequence, answer).await?;
        println!(
            "{}. The answer \"{act}\" is stored at position {}.",
            sequence + 2,
            stored.get("position").unwrap_or(&Value::Null)
        );
    }

    // What was missed while a desk was away comes when the stream is taken up again behind the last event that it saw.
    drop(stream);
    let mut stream = Stream { response: open(&client, &api, Some(&told.id)).await?, text: String::new() };
    let missed = stream.next().await?;
    println!("5. Taken up again: event {} comes first, a {}.", missed.id, missed.name);
    drop(stream);
    peer.stop().await
}

async fn open(client: &Client, api: &str, last: Option<&str>) -> Result<Response, Box<dyn Error>> {
    let request = client.get(format!("{api}/stream")).bearer_auth(TOKEN);
    let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
    Ok(request.send().await?.error_for_status()?)
}

/// Signs an answer with the desk's key and hands it in. The signature is the person's act; the token only opens the door.
async fn send(
    client: &Client,
    api: &str,
    key: &SigningKey,
    sequence: u32,
    answer: Answer,
) -> Result<Value, Box<dyn Error>> {
    let header = Header { kind: Kind::Answer, sender: DESK, key: 1, epoch: 1, sequence, time: now()? };
    let frame = seal(&header, &answer.into(), key)?;
    let response = client.post(format!("{api}/frames")).bearer_auth(TOKEN).body(frame).send().await?;
    Ok(serde_json::from_slice(&response.error_for_status()?.bytes().await?)?)
}

/// One event of a stream.
struct Event {
    id: String,
    name: String,
    data: Value,
}

/// Server-sent events, as far as they are needed: lines `id:`, `event:` and `data:`, an empty line ends an event, `:` begins a comment.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn next(&mut self) -> Result<Event, Box<dyn Error>> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                if let Some(data) = field("data:") {
                    let [id, name] = ["id:", "event:"].map(|name| field(name).unwrap_or_default().to_owned());
                    return Ok(Event { id, name, data: serde_json::from_str(data)? });
                }
            }
            let chunk = self.response.chunk().await?.ok_or("the receiver has closed the stream")?;
            self.text.push_str(std::str::from_utf8(&chunk)?);
        }
    }
}

fn text<'a>(data: &'a Value, pointer: &str) -> Result<&'a str, Box<dyn Error>> {
    Ok(data.pointer(pointer).and_then(Value::as_str).ok_or("the event lacks a field")?)
}
