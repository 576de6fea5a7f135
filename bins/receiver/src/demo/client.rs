//! A client of the receiver's API, as a desk or an operator would have: one stream down, signed frames up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// How long one question may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait before a stream that broke off is taken up again.
const AGAIN_AFTER: Duration = Duration::from_millis(300);

/// A caller with a token.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Zeroizing<String>,
}

impl Client {
    /// A client of the API at `url`.
    pub(crate) fn new(url: &str, token: &str) -> Result<Self, Failure> {
        let http = reqwest::Client::builder().build().map_err(Failure::because("cannot make a client of the API"))?;
        Ok(Self { http, url: url.to_owned(), token: Zeroizing::new(token.to_owned()) })
    }

    /// Asks `GET /api/v1/…`; `None` when there is no answer in JSON.
    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        let request = self.http.get(format!("{}/api/v1/{path}", self.url)).bearer_auth(&*self.token);
        let answer = request.timeout(ANSWER_WITHIN).send().await.ok()?;
        serde_json::from_slice(&answer.bytes().await.ok()?).ok()
    }

    /// Hands in one signed frame, and returns the status and the answer.
    pub(crate) async fn post(&self, octets: Vec<u8>) -> Option<(u16, Value)> {
        let request = self.http.post(format!("{}/api/v1/frames", self.url)).bearer_auth(&*self.token);
        let request = request.header("content-type", "application/octet-stream").body(octets);
        let answer = request.timeout(ANSWER_WITHIN).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, serde_json::from_slice(&answer.bytes().await.ok()?).ok()?))
    }

    /// Reads the stream for ever and hands each event's name and data to `heard`. While `deaf` is set the stream stays open and nobody
    /// reads it.
    pub(crate) async fn follow(self, deaf: &AtomicBool, heard: impl Fn(&str, &Value)) {
        let mut last: Option<String> = None;
        loop {
            let mut request = self.http.get(format!("{}/api/v1/stream", self.url)).bearer_auth(&*self.token);
            if let Some(last) = &last {
                request = request.header("last-event-id", last);
            }
            if let Ok(mut stream) = request.send().await {
                let mut lines = Vec::new();
                while let Ok(Some(chunk)) = stream.chunk().await {
                    if deaf.load(Ordering::Relaxed) {
                        std::future::pending::<()>().await;
                    }
                    lines.extend_from_slice(&chunk);
                    read(&mut lines, &mut last, &heard);
                }
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
}

/// Takes the whole events from the front of `lines`.
fn read(lines: &mut Vec<u8>, last: &mut Option<String>, heard: &impl Fn(&str, &Value)) {
    while let Some(end) = lines.windows(2).position(|pair| pair == b"\n\n") {
        let event: Vec<u8> = lines.drain(..end + 2).collect();
        let event = String::from_utf8_lossy(&event);
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        if let (Some(name), Some(data)) = (field("event:"), field("data:"))
            && let Ok(data) = serde_json::from_str(data)
        {
            heard(name, &data);
        }
        if let Some(id) = field("id:") {
            *last = Some(id.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_whole_and_the_rest_is_kept() {
        let heard = std::cell::RefCell::new(Vec::new());
        let (mut lines, mut last) = (b": alive\n\nevent: told\nid: 7\ndata: {\"a\":1}\n\nevent: to".to_vec(), None);
        read(&mut lines, &mut last, &|name, data| heard.borrow_mut().push((name.to_owned(), data.clone())));
        assert_eq!(heard.into_inner(), [("told".to_owned(), serde_json::json!({ "a": 1 }))]);
        assert_eq!((lines.as_slice(), last.as_deref()), (&b"event: to"[..], Some("7")));
    }
}
