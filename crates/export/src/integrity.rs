//! Data Integrity proofs by Ed25519 (W3C vc-di-eddsa): the key as `did:key`, proofs made and checked.

use chrono::{DateTime, SecondsFormat, Utc};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// The proof over the canonical JSON of a document.
pub(crate) const JCS: &str = "eddsa-jcs-2022";
/// The proof over the canonical RDF of a document.
pub(crate) const RDFC: &str = "eddsa-rdfc-2022";

/// Multicodec's mark of an Ed25519 public key.
const ED25519: [u8; 2] = [0xed, 0x01];

/// Why a signed file is not taken for what it says it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It is no JSON.
    #[error("not JSON")]
    NotJson,
    /// It has not the shape that this crate writes; the word says what was looked for.
    #[error("not as this crate writes it: {0}")]
    Shape(&'static str),
    /// It has no proof, or not every proof that it should have.
    #[error("no {0} proof")]
    NoProof(&'static str),
    /// It is signed with another key than the one it is checked with.
    #[error("signed with another key")]
    OtherKey,
    /// The proof does not fit the content: something was changed.
    #[error("the {0} proof does not fit: something was changed after it was signed")]
    Changed(&'static str),
}

/// The key as a DID: an issuer's id that holds its own key, so that nothing has to be looked up.
#[must_use]
pub fn did_key(key: &VerifyingKey) -> String {
    format!("did:key:{}", multikey(key))
}

/// The key of a `did:key`, if it is one of an Ed25519 key that is fit for use.
#[must_use]
pub fn key_of_did(did: &str) -> Option<VerifyingKey> {
    let bytes = bs58::decode(did.strip_prefix("did:key:z")?).into_vec().ok()?;
    let key = bytes.strip_prefix(&ED25519)?;
    VerifyingKey::from_bytes(key.try_into().ok()?).ok().filter(|key| !key.is_weak())
}

/// An eddsa-jcs-2022 proof of a document that has none yet.
pub(crate) fn jcs_proof(document: &Value, created: DateTime<Utc>, key: &SigningKey) -> Result<Value, Error> {
    let mut proof = config(JCS, created, &key.verifying_key());
    if let Some(context) = document.get("@context") {
        put(&mut proof, "@context", context.clone());
    }
    let signed = hashes(&canonical(&proof)?, &canonical(document)?);
    Ok(with_value(proof, &signed, key))
}

/// An eddsa-rdfc-2022 proof of a document whose canonical N-Quads are given.
pub(crate) fn rdfc_proof(quads: &str, created: DateTime<Utc>, key: &SigningKey) -> Value {
    let proof = config(RDFC, created, &key.verifying_key());
    let signed = hashes(config_quads(&proof).as_bytes(), quads.as_bytes());
    with_value(proof, &signed, key)
}

/// Checks an eddsa-jcs-2022 proof; `document` is without it.
pub(crate) fn check_jcs(document: &Value, proof: &Value, key: &VerifyingKey) -> Result<(), Refusal> {
    check_config(proof, JCS, key)?;
    if proof.get("@context") != document.get("@context") {
        return Err(Refusal::Changed(JCS));
    }
    let mut config = proof.clone();
    config.as_object_mut().and_then(|config| config.remove("proofValue"));
    let canonical = |value: &Value| canonical(value).map_err(|_| Refusal::Shape("numbers"));
    check_value(proof, JCS, &hashes(&canonical(&config)?, &canonical(document)?), key)
}

/// Checks an eddsa-rdfc-2022 proof of a document whose canonical N-Quads are given. The proof has no member that is not among them.
pub(crate) fn check_rdfc(quads: &str, proof: &Value, key: &VerifyingKey) -> Result<(), Refusal> {
    const MEMBERS: usize = 6;
    check_config(proof, RDFC, key)?;
    if proof.as_object().map(serde_json::Map::len) != Some(MEMBERS) {
        return Err(Refusal::Shape("the members of the proof"));
    }
    check_value(proof, RDFC, &hashes(config_quads(proof).as_bytes(), quads.as_bytes()), key)
}

/// A moment as every proof and credential says it: to the second, in UTC.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A value in the canonical form of RFC 8785.
pub(crate) fn canonical(value: &Value) -> Result<Vec<u8>, Error> {
    serde_json_canonicalizer::to_vec(value).map_err(|error| Error::Io(error.into()))
}

/// Puts a member into an object, which every document, proof and payload here is.
pub(crate) fn put(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}

fn multikey(key: &VerifyingKey) -> String {
    let bytes: Vec<u8> = ED25519.iter().chain(key.as_bytes()).copied().collect();
    format!("z{}", bs58::encode(bytes).into_string())
}

fn method(key: &VerifyingKey) -> String {
    format!("{}#{}", did_key(key), multikey(key))
}

fn config(suite: &str, created: DateTime<Utc>, key: &VerifyingKey) -> Value {
    json!({
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": moment(created),
        "verificationMethod": method(key),
        "proofPurpose": "assertionMethod",
    })
}

/// A proof's options as canonical N-Quads: one blank node, so nothing needs to be ordered but the lines.
fn config_quads(proof: &Value) -> String {
    let member = |name: &str| proof.get(name).and_then(Value::as_str).unwrap_or_default();
    [
        format!("_:c14n0 <http://purl.org/dc/terms/created> \"{}\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n", member("created")),
        "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#DataIntegrityProof> .\n".to_owned(),
        format!("_:c14n0 <https://w3id.org/security#cryptosuite> \"{RDFC}\"^^<https://w3id.org/security#cryptosuiteString> .\n"),
        "_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .\n".to_owned(),
        format!("_:c14n0 <https://w3id.org/security#verificationMethod> <{}> .\n", member("verificationMethod")),
    ]
    .concat()
}

fn check_config(proof: &Value, suite: &'static str, key: &VerifyingKey) -> Result<(), Refusal> {
    if proof.get("verificationMethod") != Some(&Value::from(method(key))) {
        return Err(Refusal::OtherKey);
    }
    let created = proof.get("created").and_then(Value::as_str).unwrap_or_default();
    let created = DateTime::parse_from_rfc3339(created).map_err(|_| Refusal::Shape("when it was signed"))?;
    // Built anew, so that nothing is taken from the proof that is not meant: type, suite, purpose, form of the time.
    let expected = config(suite, created.to_utc(), key);
    let fits = expected.as_object().is_some_and(|all| all.iter().all(|(name, value)| proof.get(name) == Some(value)));
    if fits { Ok(()) } else { Err(Refusal::Changed(suite)) }
}

fn check_value(proof: &Value, suite: &'static str, signed: &[u8], key: &VerifyingKey) -> Result<(), Refusal> {
    let value = proof.get("proofValue").and_then(Value::as_str).and_then(|value| value.strip_prefix('z'));
    let bytes = value.and_then(|value| bs58::decode(value).into_vec().ok()).ok_or(Refusal::Changed(suite))?;
    let signature = Signature::from_slice(&bytes).map_err(|_| Refusal::Changed(suite))?;
    key.verify_strict(signed, &signature).map_err(|_| Refusal::Changed(suite))
}

/// What is signed: the hash of the options, then the hash of the document.
fn hashes(config: &[u8], document: &[u8]) -> Vec<u8> {
    [Sha256::digest(config), Sha256::digest(document)].concat()
}

fn with_value(mut proof: Value, signed: &[u8], key: &SigningKey) -> Value {
    put(&mut proof, "proofValue", format!("z{}", bs58::encode(key.sign(signed).to_bytes()).into_string()));
    proof
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Key pair and document of w3c/vc-di-eddsa, `TestVectors/keyPair.json` and `TestVectors/unsigned.json`.
    const SECRET: &str = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq";
    const PUBLIC: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";

    fn key() -> SigningKey {
        let bytes = bs58::decode(&SECRET[1..]).into_vec().unwrap();
        SigningKey::from_bytes(bytes[2..].try_into().unwrap())
    }

    fn document() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": "https://vc.example/issuers/5678",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" },
        })
    }

    fn created() -> DateTime<Utc> {
        "2023-02-24T23:36:38Z".parse().unwrap()
    }

    #[test]
    fn the_key_is_written_as_w3c_writes_it() {
        assert_eq!(did_key(&key().verifying_key()), format!("did:key:{PUBLIC}"));
        assert_eq!(key_of_did(&format!("did:key:{PUBLIC}")), Some(key().verifying_key()));
        assert_eq!(key_of_did("did:key:z6Mk"), None);
    }

    #[test]
    fn the_jcs_proof_is_the_known_answer_of_w3c() {
        let proof = jcs_proof(&document(), created(), &key()).unwrap();
        let expected = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX";
        assert_eq!(proof["proofValue"], expected);
        assert_eq!(check_jcs(&document(), &proof, &key().verifying_key()), Ok(()));
    }

    #[test]
    fn the_rdfc_proof_is_the_known_answer_of_w3c() {
        // The canonical N-Quads of the document as `TestVectors/eddsa-rdfc-2022/canonDocDataInt.txt` has them.
        let (id, subject) = ("<urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33>", "<did:example:abcdefgh>");
        let (vc, schema) = ("https://www.w3.org/2018/credentials#", "https://schema.org/");
        let kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
        let examples = "https://www.w3.org/ns/credentials/examples#";
        let time = "^^<http://www.w3.org/2001/XMLSchema#dateTime>";
        let quads = format!(
            "{subject} <{examples}alumniOf> \"The School of Examples\" .\n\
             {id} {kind} <{vc}VerifiableCredential> .\n\
             {id} {kind} <{examples}AlumniCredential> .\n\
             {id} <{schema}description> \"A minimum viable example of an Alumni Credential.\" .\n\
             {id} <{schema}name> \"Alumni Credential\" .\n\
             {id} <{vc}credentialSubject> {subject} .\n\
             {id} <{vc}issuer> <https://vc.example/issuers/5678> .\n\
             {id} <{vc}validFrom> \"2023-01-01T00:00:00Z\"{time} .\n"
        );
        let proof = rdfc_proof(&quads, created(), &key());
        let expected = "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme";
        assert_eq!(proof["proofValue"], expected);
        assert_eq!(check_rdfc(&quads, &proof, &key().verifying_key()), Ok(()));
    }
}
