//! The small signed claim in the QR code of a certificate sheet: a JWS in compact form (RFC 7515, EdDSA by RFC 8037), which any JOSE library checks.
//!
//! The payload is canonical JSON: `from` and `until` are days (`until` is the last day, and may be missing), `id` the person's pseudonym, `number` the
//! certificate's number, `what` what it is for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use crate::integrity::{canonical, put};
use crate::{Error, Refusal, text};

/// What the code on a sheet says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The person's pseudonym; no name is in the code.
    pub id: String,
    /// The number of the certificate.
    pub number: String,
    /// What it is for.
    pub what: String,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day, if there is one.
    pub until: Option<NaiveDate>,
}

const SUITE: &str = "EdDSA";

impl Claim {
    /// The claim, signed: a content for [`Block::Code`](crate::Block::Code).
    ///
    /// # Errors
    /// [`Error::Code`] if it is longer than a code may be.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Error> {
        let (header, payload) = (canonical(&json!({ "alg": SUITE }))?, canonical(&self.payload())?);
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).to_bytes());
        let token = format!("{signed}.{signature}");
        if token.len() > crate::Block::MAX_CODE { Err(Error::Code(token.len())) } else { Ok(token) }
    }

    /// The claim of a token, if `key` signed it.
    ///
    /// # Errors
    /// [`Refusal::Shape`], [`Refusal::Changed`]; a signature of another key cannot be told from a changed claim.
    pub fn verify(token: &str, key: &VerifyingKey) -> Result<Self, Refusal> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Shape("three parts"))?;
        let (header, payload) = signed.split_once('.').ok_or(Refusal::Shape("three parts"))?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Shape("base64url"));
        let read = |part: &str| serde_json::from_slice::<Value>(&decoded(part)?).map_err(|_| Refusal::NotJson);
        if read(header)? != json!({ "alg": SUITE }) {
            return Err(Refusal::Shape("the header {\"alg\":\"EdDSA\"}"));
        }
        let signature = Signature::from_slice(&decoded(signature)?).map_err(|_| Refusal::Changed(SUITE))?;
        key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Refusal::Changed(SUITE))?;
        let payload = read(payload)?;
        let claim = Self::read(&payload).filter(|claim| claim.payload() == payload);
        claim.ok_or(Refusal::Shape("the members of a claim, and no others"))
    }

    fn payload(&self) -> Value {
        let text = text::normal;
        let mut payload = json!({
            "id": text(&self.id), "number": text(&self.number), "what": text(&self.what), "from": self.from.to_string(),
        });
        if let Some(until) = self.until {
            put(&mut payload, "until", until.to_string());
        }
        payload
    }

    fn read(payload: &Value) -> Option<Self> {
        let said = |name: &str| payload[name].as_str().map(str::to_owned);
        let day = |name: &str| payload[name].as_str()?.parse().ok();
        Some(Self {
            id: said("id")?,
            number: said("number")?,
            what: said("what")?,
            from: day("from")?,
            until: day("until"),
        })
    }
}
