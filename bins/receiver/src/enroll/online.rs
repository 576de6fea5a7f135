//! Hands a frame to a running receiver by its API.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use keng_journal::Position;
use serde_json::Value;

use crate::args::Hand;
use crate::config::Config;
use crate::failure::Failure;
use crate::{certificate, secret};

/// How long the receiver may take: it answers when the frame is stored.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// Posts the frame, and returns where it was stored.
pub(super) fn post(hand: &Hand, config: &Config, octets: Vec<u8>) -> Result<Position, Failure> {
    let Some(file) = &hand.token_file else {
        return Err(Failure::Usage(
            "the receiver is running: --token-file FILE with a token of its API is needed".to_owned(),
        ));
    };
    let token = secret::read_text(file)?;
    let url = url(hand, config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::because("cannot start the client"))?;
    let client = client(config)?;
    let (status, body) = runtime
        .block_on(async {
            let request = client.post(format!("{url}/api/v1/frames")).bearer_auth(token.trim()).body(octets);
            let answer = request.header("content-type", "application/octet-stream").send().await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.text().await?))
        })
        .map_err(Failure::because(format!("the receiver cannot be reached at {url}")))?;
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    match body.get("position").and_then(Value::as_u64).filter(|_| status.is_success()) {
        Some(position) => Ok(Position(position)),
        None => {
            let detail = body.get("detail").and_then(Value::as_str).unwrap_or("it said no more");
            Err(Failure::job(format!("the receiver answered {status}: {detail}")))
        }
    }
}

/// Trusts what the system trusts, and the receiver's own certificate.
fn client(config: &Config) -> Result<reqwest::Client, Failure> {
    let mut builder = reqwest::Client::builder().timeout(ANSWER_WITHIN);
    if let Some(tls) = config.tls.as_ref().filter(|_| config.listen.http_tls) {
        let chain = certificate::chain(&tls.certificate.value).map_err(Failure::job)?;
        let roots = chain.iter().map(|one| reqwest::Certificate::from_der(one)).collect::<Result<Vec<_>, _>>();
        builder = builder.tls_certs_merge(roots.map_err(Failure::because("cannot use the receiver's certificate"))?);
    }
    builder.build().map_err(Failure::because("cannot start the client"))
}

/// Where the API is: as the arguments say, or on this machine as the configuration says.
fn url(hand: &Hand, config: &Config) -> Result<String, Failure> {
    if let Some(url) = &hand.url {
        return Ok(url.trim_end_matches('/').to_owned());
    }
    let Some(address) = config.listen.http else {
        let file = config.file.display();
        return Err(Failure::Usage(format!(
            "{file} has no [listen] http: stop the receiver, or name its API with --url"
        )));
    };
    let port = address.port();
    // The certificate that `init` writes is for this name.
    Ok(if config.listen.http_tls {
        format!("https://localhost:{port}")
    } else {
        format!("http://{}", reachable(address))
    })
}

/// An address that listens everywhere is reached by the loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
    } else {
        address
    }
}
