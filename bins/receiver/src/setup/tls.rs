//! A certificate for this machine, signed by itself.

use chrono::{Datelike as _, Days, Utc};
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// For how long: two years and a bit, as the web's own rule was when certificates were still made by hand.
const DAYS: u64 = 825;

/// Certificate and private key, PEM.
pub(super) struct SelfSigned {
    pub(super) certificate: String,
    pub(super) key: Zeroizing<String>,
}

/// A new key, and a certificate for `localhost`, 127.0.0.1 and ::1 that is valid from today.
pub(super) fn self_signed() -> Result<SelfSigned, Failure> {
    let failed = Failure::because::<rcgen::Error>;
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names).map_err(failed("cannot make a certificate"))?;
    params.distinguished_name.push(DnType::CommonName, "Keng receiver");
    let day = |date: chrono::NaiveDate| {
        let (month, day) = (u8::try_from(date.month()).unwrap_or(1), u8::try_from(date.day()).unwrap_or(1));
        date_time_ymd(date.year(), month, day)
    };
    let today = Utc::now().date_naive();
    params.not_before = day(today);
    params.not_after = day(today.checked_add_days(Days::new(DAYS)).unwrap_or(today));
    let key = KeyPair::generate().map_err(failed("cannot make a key"))?;
    let certificate = params.self_signed(&key).map_err(failed("cannot sign a certificate"))?;
    Ok(SelfSigned { certificate: certificate.pem(), key: Zeroizing::new(key.serialize_pem()) })
}
