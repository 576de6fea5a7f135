//! Open Badges 3.0 as Verifiable Credentials 2.0, signed by Data Integrity proofs.

use chrono::{DateTime, Utc};

/// What a badge says: somebody (the issuer, who signs) states that a person holds a certificate from one day to another.
///
/// It is the issuer's statement about what stands in its records; it does not replace the certificate, and never looks as if the issuer of the badge had
/// issued that.
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
