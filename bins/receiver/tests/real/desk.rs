//! The API as a desk or an operator uses it, over plain HTTP/1.1.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use keng_protocol::FrameId;
use serde_json::Value;

use crate::process::NEVER;

/// A caller with a token.
pub(crate) struct Api {
    pub(crate) at: SocketAddr,
    pub(crate) token: String,
}

/// A desk's stream.
pub(crate) struct Desk {
    stream: BufReader<TcpStream>,
    /// The number of the last event it has seen.
    pub(crate) last: String,
}

impl Api {
    /// Asks, and returns the status and the body; `None` when the connection ended before.
    pub(crate) fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut socket = TcpStream::connect(self.at).ok()?;
        socket.set_read_timeout(Some(NEVER)).ok()?;
        socket.write_all(self.request(path, "Connection: close\r\n").as_bytes()).ok()?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }

    /// How the station is.
    pub(crate) fn health(&self) -> Value {
        let (status, body) = self.get("/api/v1/health").unwrap();
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Opens the stream and waits until it is open.
    pub(crate) fn desk(&self) -> Desk {
        self.desk_on(TcpStream::connect(self.at).unwrap(), "")
    }

    /// The same on a connection that is there, with more lines in the request.
    pub(crate) fn desk_on(&self, mut socket: TcpStream, more: &str) -> Desk {
        socket.set_read_timeout(Some(NEVER)).unwrap();
        socket.write_all(self.request("/api/v1/stream", more).as_bytes()).unwrap();
        let mut desk = Desk { stream: BufReader::new(socket), last: String::new() };
        let status = desk.line();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        desk
    }

    fn request(&self, path: &str, more: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n{more}\r\n", self.token)
    }
}

impl Desk {
    /// Waits until the desk is told of a press: that it has raised an incident, or has joined one.
    pub(crate) fn told(&mut self, frame: FrameId) {
        let (raised, pressed) = (frame.incident().to_string(), frame.to_string());
        self.record(|name, record| match name {
            "told" => record["incident"] == raised,
            _ => record["frame"] == pressed && record["what"]["kind"] == "joined",
        });
    }

    /// Waits for a record.
    pub(crate) fn record(&mut self, wanted: impl Fn(&str, &Value) -> bool) -> Value {
        let (mut name, since) = (String::new(), Instant::now());
        loop {
            let line = self.line();
            assert!(since.elapsed() < NEVER, "the desk is never told");
            if let Some(id) = line.strip_prefix("id:") {
                id.trim().clone_into(&mut self.last);
            } else if let Some(event) = line.strip_prefix("event:") {
                event.trim().clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data:") {
                let data: Value = serde_json::from_str(data).unwrap();
                if wanted(&name, &data["record"]) {
                    return data;
                }
            }
        }
    }

    /// How many events are left until the stream ends, as it must.
    pub(crate) fn rest(&mut self) -> usize {
        let (since, lines) = (Instant::now(), self.stream.by_ref().lines().map_while(Result::ok));
        let events = lines.inspect(|_| assert!(since.elapsed() < NEVER, "the stream never ends"));
        events.filter(|line| line.starts_with("event:")).count()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.stream.read_line(&mut line).expect("a line in time") > 0, "the stream has ended");
        line.trim_end().to_owned()
    }
}
