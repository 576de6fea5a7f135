//! The webhook channel: [Standard Webhooks] 1.0.0 with asymmetric signatures (`v1a`, Ed25519 over `id.timestamp.body`).
//!
//! [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use keng_dispatch::directory::{Channel, Directory};
use keng_protocol::Timestamp;
use reqwest::redirect::Policy;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::feed::Event;
use crate::inlet::{Inlet, Undelivered};

/// How many tellings may wait for one address, of those that are urgent and of the others each. One more is reported undelivered.
const WAITING: usize = 256;
/// How long the other side may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// When to try again after a failure; after the last one the telling is undelivered, and the dispatcher goes on by other ways.
const AGAIN_AFTER: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(4)];

/// One telling, for one address.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// The telling's number: with the incident it makes the `webhook-id`, the same at each try.
    pub(crate) notice: u64,
    /// Goes before what is not.
    pub(crate) urgent: bool,
    /// What to say; it becomes JSON in the task that posts it.
    pub(crate) event: Event,
}

/// The ways to all addresses; each begins when it is first needed, since a new directory may name new ones.
pub(crate) struct Webhooks {
    client: Option<reqwest::Client>,
    key: Arc<SigningKey>,
    inlet: Inlet,
    has_map: Arc<AtomicBool>,
    /// Where the ways run: the driver, which begins them, has a thread of its own.
    runtime: Handle,
    ways: HashMap<String, Webhook>,
}

impl Webhooks {
    /// Ways that sign with `key` and report to `inlet`. Must be called within the runtime on which they shall run.
    pub(crate) fn new(key: SigningKey, inlet: Inlet, has_map: Arc<AtomicBool>) -> Self {
        Self { client: None, key: Arc::new(key), inlet, has_map, runtime: Handle::current(), ways: HashMap::new() }
    }

    /// Makes the client, if a directory needs one.
    ///
    /// # Errors
    /// No crypto provider is installed, or the system has no root certificates.
    pub(crate) fn prepare(&mut self, directory: &Directory) -> Result<(), reqwest::Error> {
        let named: HashSet<&str> = urls(directory).collect();
        self.ways.retain(|url, _| named.contains(url.as_str()));
        if self.client.is_none() && !named.is_empty() {
            // A redirection is no delivery: what is told is told to who stands in the directory, and to nobody else.
            self.client = Some(reqwest::Client::builder().redirect(Policy::none()).build()?);
        }
        Ok(())
    }

    /// Hands over a telling without waiting; false when too many wait for this address, or there is no client.
    pub(crate) fn send(&mut self, url: &str, job: Job) -> bool {
        let Some(client) = &self.client else { return false };
        if !self.ways.contains_key(url) {
            let (key, has_map) = (Arc::clone(&self.key), Arc::clone(&self.has_map));
            let post = Post { url: url.to_owned(), client: client.clone(), key, has_map };
            let way = Webhook::start(&self.runtime, post, self.inlet.clone());
            self.ways.insert(url.to_owned(), way);
        }
        self.ways.get(url).is_some_and(|way| way.send(job))
    }
}

fn urls(directory: &Directory) -> impl Iterator<Item = &str> {
    let channels = directory.authorities.values().flat_map(|authority| &authority.channels);
    channels.filter_map(|channel| match channel {
        Channel::Webhook { url, .. } => Some(url.as_str()),
        _ => None,
    })
}

/// The way to one address.
#[derive(Clone, Debug)]
struct Webhook {
    urgent: mpsc::Sender<Job>,
    ordinary: mpsc::Sender<Job>,
}

impl Webhook {
    /// Starts the task that posts one telling after the other.
    fn start(runtime: &Handle, post: Post, inlet: Inlet) -> Self {
        let (urgent, mut from_urgent) = mpsc::channel(WAITING);
        let (ordinary, mut from_ordinary) = mpsc::channel(WAITING);
        runtime.spawn(async move {
            loop {
                let job: Job = tokio::select! {
                    biased;
                    Some(job) = from_urgent.recv() => job,
                    Some(job) = from_ordinary.recv() => job,
                    else => return,
                };
                let delivered = post.deliver(&job).await.map_err(|()| Undelivered::Failed);
                inlet.told(vec![(job.notice, delivered)]).await;
            }
        });
        Self { urgent, ordinary }
    }

    /// Hands over a telling without waiting; false when too many wait.
    fn send(&self, job: Job) -> bool {
        let lane = if job.urgent { &self.urgent } else { &self.ordinary };
        lane.try_send(job).is_ok()
    }
}

struct Post {
    url: String,
    client: reqwest::Client,
    key: Arc<SigningKey>,
    has_map: Arc<AtomicBool>,
}

impl Post {
    async fn deliver(&self, job: &Job) -> Result<(), ()> {
        // The map is named, not drawn: an alarm waits for no picture.
        let id = job.event.incident().filter(|_| self.has_map.load(Ordering::Relaxed));
        let map = id.map_or_else(String::new, |id| format!(",\"map\":\"/api/v1/incidents/{id}/map.svg\""));
        let body = format!("{{\"type\":\"keng.incident.told\",\"data\":{}{map}}}", job.event.json());
        let mut again = AGAIN_AFTER.iter();
        loop {
            if self.once(job.notice, &body).await {
                return Ok(());
            }
            tokio::time::sleep(*again.next().ok_or(())?).await;
        }
    }

    async fn once(&self, notice: u64, body: &str) -> bool {
        let id = format!("msg_{notice:016x}");
        let at = crate::clock::wall_now();
        let request = self
            .client
            .post(&self.url)
            .timeout(ANSWER_WITHIN)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds(at).to_string())
            .header("webhook-signature", signature(&self.key, &id, at, body))
            .body(body.to_owned());
        request.send().await.is_ok_and(|answer| answer.status().is_success())
    }
}

/// The `webhook-signature` header: `v1a,` and the Base64 of the signature over `id.timestamp.body`.
fn signature(key: &SigningKey, id: &str, at: Timestamp, body: &str) -> String {
    let signed = format!("{id}.{}.{body}", seconds(at));
    format!("v1a,{}", STANDARD.encode(key.sign(signed.as_bytes()).to_bytes()))
}

const fn seconds(at: Timestamp) -> u64 {
    at.millis() / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_standards() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let header = signature(&key, "msg_1", Timestamp::from_millis(1_790_000_000_999), "{\"a\":1}");
        let (version, encoded) = header.split_once(',').unwrap();
        let octets: [u8; 64] = STANDARD.decode(encoded).unwrap().try_into().unwrap();
        let signature = ed25519_dalek::Signature::from_bytes(&octets);
        assert_eq!(version, "v1a");
        assert!(key.verifying_key().verify_strict(b"msg_1.1790000000.{\"a\":1}", &signature).is_ok());
    }
}
