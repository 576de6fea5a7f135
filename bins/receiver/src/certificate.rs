//! The certificate of panels' links and of the API: TLS 1.3 only.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use keng_protocol::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::{CertificateError, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};

use crate::config::{Config, Problems, Tls};
use crate::secret;

/// How long before its end a certificate is worth a note.
const SOON: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Reads certificate and key, and says what is wrong with them. One that has ended is a note and no problem: a panel that knows the
/// station by its key loses nothing, and a receiver that does not start would.
pub(crate) fn load(
    config: &Config,
    tls: &Tls,
    now: Timestamp,
    problems: &mut Problems,
    notes: &mut Vec<String>,
) -> Option<Arc<ServerConfig>> {
    let refuse = |wrong: String| tls.certificate.problem(&config.file, wrong, "a file with a certificate chain in PEM");
    let chain = chain(&tls.certificate.value).map_err(|wrong| problems.0.push(refuse(wrong))).ok();
    let text = secret::read_text(&tls.key.value)
        .map_err(|error| problems.0.push(tls.key.problem(&config.file, error.to_string(), error.instead())))
        .ok()?;
    let key = PrivateKeyDer::from_pem_slice(text.as_bytes());
    let pem = "a file with one private key in PEM";
    let key = key.map_err(|_| problems.0.push(tls.key.problem(&config.file, "is no private key in PEM", pem))).ok()?;
    let chain = chain?;
    notes.extend(dates(&chain, now).map(|note| format!("{}: {note}", tls.certificate.value.display())));
    let built = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
    let mut server = built
        .map_err(|error| {
            let wrong = format!("certificate and key cannot be used together: {error}");
            problems.0.push(tls.key.problem(&config.file, wrong, "the key that belongs to the certificate"));
        })
        .ok()?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Some(Arc::new(server))
}

/// The certificates of a PEM file.
pub(crate) fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let unreadable = |error: &dyn std::fmt::Display| format!("{} cannot be read: {error}", file.display());
    let chain = CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))?;
    let chain: Vec<_> = chain.collect::<Result<_, _>>().map_err(|error| unreadable(&error))?;
    if chain.is_empty() { Err(format!("{} has no certificate", file.display())) } else { Ok(chain) }
}

/// The crypto that the whole program uses, with hybrid post-quantum key exchange first.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A word when the certificate has ended, ends soon, or has not begun. The verifier looks at the dates first, so we ask it, and take
/// no notice of what else it finds.
fn dates(chain: &[CertificateDer<'static>], now: Timestamp) -> Option<String> {
    let own = chain.first()?;
    let mut roots = RootCertStore::empty();
    roots.add(own.clone()).ok()?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().ok()?;
    let name = ServerName::try_from("localhost").ok()?;
    let at = |at: Timestamp| {
        let at = UnixTime::since_unix_epoch(Duration::from_millis(at.millis()));
        match verifier.verify_server_cert(own, &[], &name, &[], at) {
            Err(rustls::Error::InvalidCertificate(error)) => Some(error),
            _ => None,
        }
    };
    match (at(now), at(now + SOON)) {
        (Some(CertificateError::Expired | CertificateError::ExpiredContext { .. }), _) => {
            Some("the certificate has ended: panels that check it cannot connect by TLS".to_owned())
        }
        (Some(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }), _) => {
            Some("the certificate has not begun: is the clock right?".to_owned())
        }
        (_, Some(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => {
            Some("the certificate ends within 30 days".to_owned())
        }
        _ => None,
    }
}
