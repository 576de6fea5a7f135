//! Open Badges 3.0 as Verifiable Credentials 2.0 (JSON-LD), with a proof set: eddsa-jcs-2022, which needs nothing but a JSON library to check, and
//! eddsa-rdfc-2022, which today's badge verifiers read.
//!
//! The issuer's id is the `did:key` of the key that signs, so a verifier needs no network. The file is canonical JSON (RFC 8785).

use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde_json::{Value, json};

use crate::integrity::{JCS, RDFC, canonical, check_jcs, check_rdfc, did_key, jcs_proof, moment, put, rdfc_proof};
use crate::{Error, Refusal, text};

/// What a badge says: somebody (the issuer, who signs) states that a person holds a certificate from one moment to another.
///
/// It is the issuer's statement about what stands in its records; it does not replace the certificate, and never looks as if the issuer of the badge had
/// issued that. Texts are written in NFC, moments to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// A URI of this badge, such as `urn:uuid:...`; the same content should have the same one.
    pub id: String,
    /// What the badge is called.
    pub name: String,
    /// The issuer's name. Its id is the `did:key` of the key that signs.
    pub issuer_name: String,
    /// From when the statement holds.
    pub valid_from: DateTime<Utc>,
    /// Until when, if it ends.
    pub valid_until: Option<DateTime<Utc>>,
    /// A URI of the person, such as `urn:uuid:...`: a pseudonym, no name.
    pub subject_id: String,
    /// The number of the certificate, if it has one.
    pub license_number: Option<String>,
    /// What the person can do or has passed.
    pub achievement: Achievement,
}

/// What was achieved: the same for all who hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Achievement {
    /// A URI of the achievement.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What one must do for it, with the source of the rule.
    pub criteria: String,
}

const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

impl Credential {
    /// The badge as a file, signed at `created` with `key`. The same arguments give the same bytes.
    ///
    /// # Errors
    /// [`Error::Uri`] if one of the three ids is no absolute URI.
    pub fn sign(&self, created: DateTime<Utc>, key: &SigningKey) -> Result<Vec<u8>, Error> {
        let ids = [("id", &self.id), ("subject_id", &self.subject_id), ("achievement.id", &self.achievement.id)];
        if let Some((field, _)) = ids.iter().find(|(_, id)| !is_uri(id)) {
            return Err(Error::Uri(field));
        }
        let issuer = did_key(&key.verifying_key());
        let mut document = self.unsigned(&issuer);
        let proofs = json!([jcs_proof(&document, created, key)?, rdfc_proof(&self.quads(&issuer), created, key),]);
        put(&mut document, "proof", proofs);
        canonical(&document)
    }

    /// The badge of a file, if both of its proofs are of `key` and fit, and it has nothing in it that they do not cover. Whether it is still valid is
    /// asked of [`Credential::is_valid_at`].
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn verify(file: &[u8], key: &VerifyingKey) -> Result<Self, Refusal> {
        let mut document: Value = serde_json::from_slice(file).map_err(|_| Refusal::NotJson)?;
        let members = document.as_object_mut().ok_or(Refusal::Shape("an object"))?;
        let proofs = members.remove("proof").ok_or(Refusal::NoProof(JCS))?;
        let proofs = proofs.as_array().filter(|all| all.len() == 2).ok_or(Refusal::Shape("two proofs"))?;
        let of = |suite| proofs.iter().find(|proof| proof["cryptosuite"] == suite).ok_or(Refusal::NoProof(suite));
        check_jcs(&document, of(JCS)?, key)?;
        let issuer = did_key(key);
        let read = read(&document).ok_or(Refusal::Shape("the members of a badge"))?;
        if read.unsigned(&issuer) != document {
            return Err(Refusal::Shape("the members of a badge, and no others"));
        }
        check_rdfc(&read.quads(&issuer), of(RDFC)?, key)?;
        Ok(read)
    }

    /// Whether the statement holds at a moment: from `valid_from` on, and before or at `valid_until`.
    #[must_use]
    pub fn is_valid_at(&self, at: DateTime<Utc>) -> bool {
        self.valid_from <= at && self.valid_until.is_none_or(|until| at <= until)
    }

    fn unsigned(&self, issuer: &str) -> Value {
        let text = text::normal;
        let mut document = json!({
            "@context": [CREDENTIALS, OPEN_BADGES],
            "id": self.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": text(&self.name),
            "issuer": { "id": issuer, "type": ["Profile"], "name": text(&self.issuer_name) },
            "validFrom": moment(self.valid_from),
            "credentialSubject": {
                "id": self.subject_id,
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": self.achievement.id,
                    "type": ["Achievement"],
                    "name": text(&self.achievement.name),
                    "description": text(&self.achievement.description),
                    "criteria": { "narrative": text(&self.achievement.criteria) },
                },
            },
        });
        if let Some(until) = self.valid_until {
            put(&mut document, "validUntil", moment(until));
        }
        if let (Some(number), Some(subject)) = (&self.license_number, document.get_mut("credentialSubject")) {
            put(subject, "licenseNumber", text(number));
        }
        document
    }

    /// The badge as canonical N-Quads (RDFC-1.0). Every node but the criteria has an id of its own; with a single blank node its label is `_:c14n0`
    /// whatever its hash, and the canonical form is the sorted lines.
    fn quads(&self, issuer: &str) -> String {
        let Achievement { id: achievement, name, description, criteria } = &self.achievement;
        let (badge, subject) = (&self.id, &self.subject_id);
        let mut lines = vec![
            link(badge, TYPE, "https://www.w3.org/2018/credentials#VerifiableCredential"),
            link(badge, TYPE, &format!("{OB}OpenBadgeCredential")),
            link(badge, &format!("{VC}issuer"), issuer),
            link(badge, &format!("{VC}credentialSubject"), subject),
            word(badge, NAME, &self.name),
            time(badge, &format!("{VC}validFrom"), self.valid_from),
            link(issuer, TYPE, &format!("{OB}Profile")),
            word(issuer, NAME, &self.issuer_name),
            link(subject, TYPE, &format!("{OB}AchievementSubject")),
            link(subject, &format!("{OB}achievement"), achievement),
            link(achievement, TYPE, &format!("{OB}Achievement")),
            word(achievement, NAME, name),
            word(achievement, "https://schema.org/description", description),
            format!("<{achievement}> <{OB}Criteria> _:c14n0 .\n"),
            format!("_:c14n0 <{OB}narrative> \"{}\" .\n", literal(criteria)),
        ];
        lines.extend(self.valid_until.map(|until| time(badge, &format!("{VC}validUntil"), until)));
        lines.extend(self.license_number.as_ref().map(|number| word(subject, &format!("{OB}licenseNumber"), number)));
        lines.sort();
        lines.dedup();
        lines.concat()
    }
}

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const NAME: &str = "https://schema.org/name";
const VC: &str = "https://www.w3.org/2018/credentials#";
const OB: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";

fn link(subject: &str, predicate: &str, object: &str) -> String {
    format!("<{subject}> <{predicate}> <{object}> .\n")
}

fn word(subject: &str, predicate: &str, object: &str) -> String {
    format!("<{subject}> <{predicate}> \"{}\" .\n", literal(object))
}

fn time(subject: &str, predicate: &str, at: DateTime<Utc>) -> String {
    format!("<{subject}> <{predicate}> \"{}\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n", moment(at))
}

/// A literal as canonical N-Quads escape it. After `text::normal` no other control character than TAB and LF is left.
fn literal(value: &str) -> String {
    text::normal(value).replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t")
}

/// The badge in a document; whether there is more in the document is for the caller to see.
fn read(document: &Value) -> Option<Credential> {
    let said = |pointer: &str| document.pointer(pointer)?.as_str().map(str::to_owned);
    let at = |pointer: &str| Some(DateTime::parse_from_rfc3339(&said(pointer)?).ok()?.to_utc());
    Some(Credential {
        id: said("/id")?,
        name: said("/name")?,
        issuer_name: said("/issuer/name")?,
        valid_from: at("/validFrom")?,
        valid_until: at("/validUntil"),
        subject_id: said("/credentialSubject/id")?,
        license_number: said("/credentialSubject/licenseNumber"),
        achievement: Achievement {
            id: said("/credentialSubject/achievement/id")?,
            name: said("/credentialSubject/achievement/name")?,
            description: said("/credentialSubject/achievement/description")?,
            criteria: said("/credentialSubject/achievement/criteria/narrative")?,
        },
    })
}

/// An absolute URI of signs that need no escape in N-Quads.
fn is_uri(id: &str) -> bool {
    let is_sign = |sign: char| sign.is_ascii_graphic() && !r#"<>"{}|^`\"#.contains(sign);
    let (scheme, rest) = id.split_once(':').unwrap_or(("", ""));
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign));
    is_scheme && !rest.is_empty() && rest.chars().all(is_sign)
}
