//! Badges are verified by Digital Bazaar's verifiers, and refused by them after any one field is changed; we judge alike.

use ed25519_dalek::SigningKey;
use keng_export::Refusal;
use keng_export::badge::Credential;
use keng_export::manifest::Manifest;
use serde_json::Value;

use crate::folder::{badges, key, made, write};
use crate::peers;

#[test]
fn outside_verifiers_take_our_badges_and_refuse_each_that_was_changed() {
    let folder = write("badges");
    peers::node("badges.mjs", &[folder.to_str().unwrap()]);
}

#[test]
fn we_refuse_a_badge_after_any_one_field_is_changed_or_removed() {
    let key = key();
    for badge in badges().iter().take(4) {
        let file = badge.sign(made().to_utc(), &key).unwrap();
        assert!(Credential::verify(&file, &key.verifying_key()).is_ok());
        let whole: Value = serde_json::from_slice(&file).unwrap();
        let paths = leaves(&whole, String::new());
        assert!(paths.len() >= 30, "{paths:?}");
        for path in &paths {
            for change in [change, remove] {
                let mut changed = whole.clone();
                change(&mut changed, path);
                let refused = Credential::verify(&serde_json::to_vec(&changed).unwrap(), &key.verifying_key());
                assert!(refused.is_err(), "{path}");
            }
        }
    }
}

#[test]
fn a_field_more_another_key_and_no_proof_are_refused_by_name() {
    let key = key();
    let file = badges()[0].sign(made().to_utc(), &key).unwrap();
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert_eq!(Credential::verify(&file, &other), Err(Refusal::OtherKey));
    let mut more: Value = serde_json::from_slice(&file).unwrap();
    more["credentialSubject"]["role"] = "Giám đốc".into();
    let refused = Credential::verify(&serde_json::to_vec(&more).unwrap(), &key.verifying_key());
    assert_eq!(refused, Err(Refusal::Changed("eddsa-jcs-2022")));
    let mut bare: Value = serde_json::from_slice(&file).unwrap();
    bare.as_object_mut().unwrap().remove("proof");
    let refused = Credential::verify(&serde_json::to_vec(&bare).unwrap(), &key.verifying_key());
    assert_eq!(refused, Err(Refusal::NoProof("eddsa-jcs-2022")));
    assert_eq!(Credential::verify(b"{", &key.verifying_key()), Err(Refusal::NotJson));
}

#[test]
fn a_manifest_that_was_changed_is_refused() {
    let key = key();
    let manifest = std::fs::read(write("manifest").join("manifest.json")).unwrap();
    let read = Manifest::verify(&manifest, &key.verifying_key()).unwrap();
    assert_eq!(read.files.len(), 60 + 6 + 3);
    let whole: Value = serde_json::from_slice(&manifest).unwrap();
    for path in leaves(&whole, String::new()) {
        let mut changed = whole.clone();
        change(&mut changed, &path);
        assert!(Manifest::verify(&serde_json::to_vec(&changed).unwrap(), &key.verifying_key()).is_err(), "{path}");
    }
}

/// The JSON pointers of all values that hold no others.
fn leaves(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| leaves(value, format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(place, value)| leaves(value, format!("{at}/{place}"))).collect()
        }
        _ => vec![at],
    }
}

/// Changes a value by as little as can be.
fn change(whole: &mut Value, path: &str) {
    let value = whole.pointer_mut(path).unwrap();
    *value = match &*value {
        Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
        other => {
            let text = other.as_str().unwrap();
            let last = if text.ends_with('1') { "2" } else { "1" };
            let kept = text.chars().count() - 1;
            format!("{}{last}", text.chars().take(kept).collect::<String>()).into()
        }
    };
}

fn remove(whole: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('/').unwrap();
    match whole.pointer_mut(parent).unwrap() {
        Value::Object(members) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        _ => unreachable!(),
    }
}
