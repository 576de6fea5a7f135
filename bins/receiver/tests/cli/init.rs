//! `init` makes a receiver that can be run as it is.

use crate::program::{Folder, ended, mode, refused};

const SECRETS: &[&str] = &[
    "keys/authority.key",
    "keys/station.key",
    "keys/webhook.key",
    "keys/desk-ward.key",
    "keys/panel-1.key",
    "tokens/operator.token",
    "tokens/desk-ward.token",
    "tls/key.pem",
];

#[test]
fn what_init_writes_passes_check() {
    let folder = Folder::empty();
    let said = ended(&folder.keng(["init", "new"]), 0);
    assert!(said.contains("keng-receiver check --config new/keng.toml"), "{said}");
    assert!(said.contains("its public key, for the panels, is in keng.toml"), "{said}");
    assert_eq!(ended(&folder.keng(["check", "--config", "new/keng.toml"]), 0), "ok: new/keng.toml\n");
}

#[test]
fn secrets_can_be_read_by_their_owner_only_and_are_never_printed() {
    let folder = Folder::empty();
    let said = ended(&folder.keng(["init"]), 0);
    for file in SECRETS {
        assert_eq!(mode(&folder.path(file)), 0o600, "{file}");
        let secret = folder.text(file);
        assert!(!said.contains(secret.trim()) && !folder.text("keng.toml").contains(secret.trim()), "{file}");
    }
    for name in ["keys", "tokens", "data"] {
        assert_eq!(mode(&folder.path(name)), 0o700, "{name}");
    }
}

#[test]
fn init_writes_over_nothing() {
    let folder = Folder::initialised();
    let before = folder.text("keng.toml");
    assert!(refused(&folder.keng(["init"]), 1).contains("is there already"));
    assert_eq!(folder.text("keng.toml"), before);

    let other = Folder::empty();
    std::fs::create_dir(other.path("keys")).unwrap();
    refused(&other.keng(["init"]), 1);
    assert!(!other.path("keng.toml").exists(), "nothing is written when something is in the way");
}

#[test]
fn no_two_receivers_have_a_key_in_common() {
    let (one, other) = (Folder::initialised(), Folder::initialised());
    for file in SECRETS {
        assert_ne!(one.text(file), other.text(file), "{file}");
    }
}
