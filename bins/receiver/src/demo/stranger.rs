//! Raw sockets of somebody who is no panel: replays, forgeries, floods, and DC-09.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use keng_dc09::{Dialler, Piece, Reply, Splitter};
use keng_protocol::envelope::{cell, open};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How long an answer is waited for: by far longer than any takes, as none is what some scenes claim.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// Sends one frame from a new UDP socket, and returns the frame that comes back, if one does.
pub(crate) async fn send(to: SocketAddr, frame: Vec<u8>) -> Option<Vec<u8>> {
    let datagram = cell(&frame).ok()?;
    let answer = exchange(to, &datagram).await?;
    open(&answer).ok().map(<[u8]>::to_vec)
}

/// Sends octets that are no frame at all, and waits for no answer.
pub(crate) async fn send_noise(to: SocketAddr, octets: &[u8]) -> Option<()> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.ok()?;
    socket.send_to(octets, to).await.ok().map(drop)
}

/// A TLS link of our own.
pub(crate) async fn link(to: SocketAddr, tls: Arc<rustls::ClientConfig>) -> Option<TlsStream<TcpStream>> {
    let socket = TcpStream::connect(to).await.ok()?;
    socket.set_nodelay(true).ok()?;
    let name = ServerName::try_from("localhost").ok()?;
    TlsConnector::from(tls).connect(name, socket).await.ok()
}

/// Sends a DC-09 frame by TCP, and reads the answer.
pub(crate) async fn dial_tcp(to: SocketAddr, panel: &Dialler, frame: &[u8]) -> Option<Reply> {
    let mut socket = TcpStream::connect(to).await.ok()?;
    socket.write_all(frame).await.ok()?;
    let (mut splitter, mut chunk) = (Splitter::default(), vec![0; 2048]);
    loop {
        let count = timeout(ANSWER_WITHIN, socket.read(&mut chunk)).await.ok()?.ok()?;
        if count == 0 {
            return None;
        }
        let pieces = splitter.feed(chunk.get(..count).unwrap_or_default());
        if let Some(reply) = answer(panel, pieces) {
            return Some(reply);
        }
    }
}

/// Sends a DC-09 frame by UDP, and reads the answer.
pub(crate) async fn dial_udp(to: SocketAddr, panel: &Dialler, frame: &[u8]) -> Option<Reply> {
    let octets = exchange(to, frame).await?;
    answer(panel, Splitter::datagram(&octets))
}

fn answer(panel: &Dialler, pieces: Vec<Piece>) -> Option<Reply> {
    pieces.into_iter().find_map(|piece| match piece {
        Piece::Frame(octets) => panel.reply(&octets),
        _ => None,
    })
}

async fn exchange(to: SocketAddr, datagram: &[u8]) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.ok()?;
    socket.connect(to).await.ok()?;
    socket.send(datagram).await.ok()?;
    let mut buffer = vec![0; 2048];
    let count = timeout(ANSWER_WITHIN, socket.recv(&mut buffer)).await.ok()?.ok()?;
    buffer.truncate(count);
    Some(buffer)
}
