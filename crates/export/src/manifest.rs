//! The manifest of a folder of exports: every file with its length and SHA-256, signed (eddsa-jcs-2022).
//!
//! `{"created","files":[{"bytes","path","sha256"}...],"issuer","proof":{...},"type":"KengManifest"}` in canonical JSON (RFC 8785), the files in the order of their paths.

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::integrity::{JCS, canonical, check_jcs, did_key, jcs_proof, moment, put};
use crate::{Error, Refusal};

/// What was exported when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// When; to the second.
    pub created: DateTime<Utc>,
    /// The files.
    pub files: Vec<Entry>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path in the folder, with `/`.
    pub path: String,
    /// How many octets it has.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// Passes on what is written, and counts and hashes it on the way.
#[derive(Debug)]
pub struct Hashed<W> {
    out: W,
    bytes: u64,
    hash: Sha256,
}

impl Manifest {
    /// The manifest as a file, signed with `key`.
    ///
    /// # Errors
    /// [`Error::Io`] never in practice: a count beyond 2^53 is the only thing that has no canonical form.
    pub fn sign(&self, key: &SigningKey) -> Result<Vec<u8>, Error> {
        let mut document = self.unsigned(&did_key(&key.verifying_key()));
        let proof = jcs_proof(&document, self.created, key)?;
        put(&mut document, "proof", proof);
        canonical(&document)
    }

    /// The manifest of a file, if `key` signed it and nothing was changed. That the files are as it says is for [`Entry::fits`].
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn verify(file: &[u8], key: &VerifyingKey) -> Result<Self, Refusal> {
        let mut document: Value = serde_json::from_slice(file).map_err(|_| Refusal::NotJson)?;
        let members = document.as_object_mut().ok_or(Refusal::Shape("an object"))?;
        let proof = members.remove("proof").ok_or(Refusal::NoProof(JCS))?;
        check_jcs(&document, &proof, key)?;
        let read = Self::read(&document).filter(|read| read.unsigned(&did_key(key)) == document);
        read.ok_or(Refusal::Shape("the members of a manifest, and no others"))
    }

    fn unsigned(&self, issuer: &str) -> Value {
        let mut files = self.files.clone();
        files.sort();
        let files =
            files.iter().map(|file| json!({ "path": file.path, "bytes": file.bytes, "sha256": hex(&file.sha256) }));
        json!({ "type": "KengManifest", "issuer": issuer, "created": moment(self.created), "files": files.collect::<Vec<_>>() })
    }

    fn read(document: &Value) -> Option<Self> {
        let created = DateTime::parse_from_rfc3339(document["created"].as_str()?).ok()?.to_utc();
        let entry = |file: &Value| {
            Some(Entry {
                path: file["path"].as_str()?.to_owned(),
                bytes: file["bytes"].as_u64()?,
                sha256: unhex(file["sha256"].as_str()?)?,
            })
        };
        Some(Self { created, files: document["files"].as_array()?.iter().map(entry).collect::<Option<_>>()? })
    }
}

impl Entry {
    /// The entry of a file that is in memory.
    #[must_use]
    pub fn of(path: &str, content: &[u8]) -> Self {
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self { path: path.to_owned(), bytes, sha256: Sha256::digest(content).into() }
    }

    /// Whether a content is the file's.
    #[must_use]
    pub fn fits(&self, content: &[u8]) -> bool {
        *self == Self::of(&self.path, content)
    }
}

impl<W: Write> Hashed<W> {
    /// Wraps what is written to.
    pub fn new(out: W) -> Self {
        Self { out, bytes: 0, hash: Sha256::new() }
    }

    /// The entry of what has been written, and what it was written to.
    pub fn finish(self, path: &str) -> (Entry, W) {
        (Entry { path: path.to_owned(), bytes: self.bytes, sha256: self.hash.finalize().into() }, self.out)
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += u64::try_from(written).unwrap_or(0);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    let pairs = text.as_bytes().chunks(2);
    if text.len() != 64 {
        return None;
    }
    for (octet, pair) in out.iter_mut().zip(pairs) {
        *octet = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}
