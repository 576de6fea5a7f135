//! How do I check a badge with nothing but the file and the issuer's key?
//!
//! ```text
//! cargo run -p keng-examples --example read_a_badge                              a sample of its own, and the sample forged
//! cargo run -p keng-examples --example read_a_badge -- badge.json did:key:z6Mk…   your badge
//! ```
//!
//! Have the key from the issuer itself, by a way that you trust: the badge names a key too, but whoever forges a badge names his own. Nothing is fetched, and
//! nobody is asked. Ends with 1 if the badge is not to be believed.

use std::error::Error;
use std::io::{Write as _, stdout};
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use ed25519_dalek::{SigningKey, VerifyingKey};
use keng_export::badge::{Achievement, Credential};
use keng_export::{did_key, key_of_did};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => sample(),
        [file, key] => {
            let key = key_of_did(key).ok_or("the key is no did:key of Ed25519")?;
            Ok(if read(&std::fs::read(file)?, &key)? { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        _ => Err("give a file and a key, or nothing".into()),
    }
}

/// Prints what a badge says, or why it is refused.
fn read(file: &[u8], key: &VerifyingKey) -> Result<bool, Box<dyn Error>> {
    let mut out = stdout();
    let badge = match Credential::verify(file, key) {
        Ok(badge) => badge,
        Err(refusal) => {
            writeln!(out, "REFUSED: {refusal}")?;
            return Ok(false);
        }
    };
    writeln!(out, "{} says, and signed it with the key that you gave:", badge.issuer_name)?;
    writeln!(out, "  {} holds \"{}\"", badge.subject_id, badge.achievement.name)?;
    writeln!(out, "  number {}", badge.license_number.as_deref().unwrap_or("-"))?;
    writeln!(out, "  because of: {}", badge.achievement.criteria)?;
    let until = badge.valid_until.map_or("open".to_owned(), |until| until.to_string());
    writeln!(
        out,
        "  from {} until {until}; now it is {}",
        badge.valid_from,
        if badge.is_valid_at(Utc::now()) { "valid" } else { "NOT valid" }
    )?;
    Ok(true)
}

/// A badge of an invented bank for an invented guard; then the same with one letter changed.
fn sample() -> Result<ExitCode, Box<dyn Error>> {
    let key = SigningKey::from_bytes(&[1; 32]);
    let badge = Credential {
        id: "urn:uuid:6f1c2a52-0000-4000-8000-000000000001".to_owned(),
        name: "Nghiệp vụ bảo vệ".to_owned(),
        issuer_name: "Ngân hàng Thử Nghiệm (bịa ra)".to_owned(),
        valid_from: at("2026-03-15T00:00:00+07:00")?,
        valid_until: Some(at("2031-03-15T23:59:59+07:00")?),
        subject_id: "urn:uuid:6f1c2a52-0000-4000-8000-000000000002".to_owned(),
        license_number: Some("17/CCBV".to_owned()),
        achievement: Achievement {
            id: "https://bank.example/achievements/guard".to_owned(),
            name: "Nghiệp vụ bảo vệ".to_owned(),
            description: "Hồ sơ ghi có chứng chỉ do công an cấp".to_owned(),
            criteria: "Nghị định 96/2016 và 58/2026".to_owned(),
        },
    };
    let file = badge.sign(at("2026-11-24T18:00:00+07:00")?, &key)?;
    writeln!(stdout(), "{}\n\nkey: {}\n", String::from_utf8_lossy(&file), did_key(&key.verifying_key()))?;
    let is_believed = read(&file, &key.verifying_key())?;
    let forged = String::from_utf8(file)?.replace("2031-03-15", "2099-03-15");
    write!(stdout(), "\nThe same with another year: ")?;
    let is_fooled = read(forged.as_bytes(), &key.verifying_key())?;
    Ok(if is_believed && !is_fooled { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn at(moment: &str) -> Result<DateTime<Utc>, chrono::ParseError> {
    Ok(DateTime::parse_from_rfc3339(moment)?.to_utc())
}
