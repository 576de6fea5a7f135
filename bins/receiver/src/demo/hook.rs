//! Who receives webhooks: a little web server that believes nothing without the receiver's signature.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keng_protocol::PublicKey;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::seen::{Observed, Posted, Seen, Telling};
use crate::clock;
use crate::failure::Failure;

/// How far the sender's clock may be off, in seconds: what is older could be a recording (Standard Webhooks).
const TOLERANCE_S: u64 = 300;

/// The server; its key is given when the receiver's is made.
#[derive(Clone)]
pub(crate) struct Hook {
    key: Arc<OnceLock<PublicKey>>,
    seen: Arc<Seen>,
}

impl Hook {
    /// Listens on a free port of this machine, in a task of `tasks`.
    pub(crate) async fn listen(seen: &Arc<Seen>, tasks: &mut JoinSet<()>) -> Result<(Self, SocketAddr), Failure> {
        let failed = "cannot listen for webhooks";
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Failure::because(failed))?;
        let address = listener.local_addr().map_err(Failure::because(failed))?;
        let hook = Self { key: Arc::default(), seen: Arc::clone(seen) };
        let router = Router::new().route("/{authority}", post(take)).with_state(hook.clone());
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap_or_default() });
        Ok((hook, address))
    }

    /// Whose signature is believed.
    pub(crate) fn believe(&self, key: PublicKey) {
        let _ = self.key.set(key);
    }
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Some(key) = hook.key.get() else { return StatusCode::SERVICE_UNAVAILABLE };
    let verified = verifies(key, &headers, &body);
    let mut changed = body.to_vec();
    changed.iter_mut().take(1).for_each(|octet| *octet ^= 1);
    let posted = Posted { verified, guarded: !verifies(key, &headers, &changed) };
    let telling = serde_json::from_slice::<Value>(&body).ok().and_then(|body| Telling::read(body.get("data")?));
    if let Some(telling) = telling {
        hook.seen.add(Observed::Posted(telling, posted));
    }
    if verified { StatusCode::NO_CONTENT } else { StatusCode::UNAUTHORIZED }
}

/// Standard Webhooks, `v1a`: Ed25519 over `id.timestamp.body`.
fn verifies(key: &PublicKey, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(time), Some(list)) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"))
    else {
        return false;
    };
    let now = clock::now().millis() / 1000;
    if !time.parse().is_ok_and(|at: u64| at.abs_diff(now) <= TOLERANCE_S) {
        return false;
    }
    let signed = [format!("{id}.{time}.").as_bytes(), body].concat();
    let mut signatures = list.split(' ').filter_map(|one| one.strip_prefix("v1a,"));
    signatures.any(|one| {
        let octets = STANDARD.decode(one).ok().and_then(|octets| <[u8; 64]>::try_from(octets).ok());
        octets.is_some_and(|signature| key.verifies(&signed, &signature))
    })
}
