//! The API's connections: bounded for each address and for all, and none may take its time to say what it wants.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::Door;

/// How many connections may be open, and how many of them from one address. One more is closed at once.
const CONNECTIONS: usize = 2048;
const OF_ONE_ADDRESS: usize = 64;
/// How many calls a connection of HTTP/2 may have open.
const CALLS: u32 = 16;
/// How long a handshake or a request's head may take.
const ASK_WITHIN: Duration = Duration::from_secs(10);
/// How often a peer that speaks HTTP/2 must show that it lives.
const ALIVE_EVERY: Duration = Duration::from_secs(20);

/// Serves the API for ever, under TLS when there is an acceptor. Each connection is a task of its own.
pub(crate) async fn serve_http(mut door: Door, tls: Option<TlsAcceptor>, router: Router) {
    let places = Places::default();
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let (socket, peer) = door.next().await;
        let Some(place) = places.take(peer.ip()) else { continue };
        let (tls, router) = (tls.clone(), router.clone());
        connections.spawn(async move {
            serve(socket, peer, tls, router).await;
            drop(place);
        });
    }
}

async fn serve(socket: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>, router: Router) {
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(kind = ?error.kind(), "a connection of the API ended before it began");
        return;
    }
    match tls {
        None => talk(socket, peer, router).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout(ASK_WITHIN, tls.accept(socket)).await {
                talk(stream, peer, router).await;
            }
        }
    }
}

/// Whoever answers a call may ask whose it is: by `ConnectInfo<SocketAddr>`.
async fn talk(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: SocketAddr, router: Router) {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(ASK_WITHIN);
    let http2 = &mut http.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(ALIVE_EVERY).keep_alive_timeout(ASK_WITHIN);
    http2.max_concurrent_streams(CALLS);
    let known = router.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(known)).await;
    if served.is_err() {
        tracing::debug!("a connection of the API ended early");
    }
}

/// Who holds how many connections.
#[derive(Clone, Default)]
struct Places(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection's place; given back when it is dropped.
struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    fn take(&self, address: IpAddr) -> Option<Place> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = held.values().sum();
        let own = held.entry(address).or_default();
        if all >= CONNECTIONS || *own >= OF_ONE_ADDRESS {
            return None;
        }
        *own += 1;
        Some(Place { places: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                held.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place() {
        let places = Places::default();
        let (greedy, other) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let mut held: Vec<_> = (0..OF_ONE_ADDRESS).filter_map(|_| places.take(greedy)).collect();
        assert_eq!(held.len(), OF_ONE_ADDRESS);
        assert!(places.take(greedy).is_none() && places.take(other).is_some());
        held.pop();
        assert!(places.take(greedy).is_some(), "a place that is given back can be taken");
    }
}
