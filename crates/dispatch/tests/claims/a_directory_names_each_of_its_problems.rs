//! A directory that would keep an alarm from somebody is refused, and every problem is named with line, column and what to write instead.

use ed25519_dalek::SigningKey;
use keng_dispatch::directory::{Directory, NotSigned, sign, verify};
use keng_protocol::Sign;

use crate::support::*;

const GOOD: &str = include_str!("data/kinh-mon.toml");

/// The problems after `old` is replaced by `new`, each as `line: text`.
fn problems(changes: &[(&str, &str)]) -> Vec<String> {
    let text = changes.iter().fold(GOOD.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old} is in the example");
        text.replacen(old, new, 1)
    });
    match Directory::read(&text) {
        Ok(directory) => directory.check(start()).iter().map(ToString::to_string).collect(),
        Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
    }
}

/// The line on which `text` stands in the example.
fn line(text: &str) -> usize {
    GOOD[..GOOD.find(text).unwrap()].matches('\n').count() + 1
}

#[test]
fn the_example_is_good() {
    assert_eq!(problems(&[]), [""; 0]);
}

#[test]
fn every_problem_of_the_file_is_listed_with_its_line() {
    let found = problems(&[
        ("position = [20.9860, 106.5500]", "position = [106.5500, 20.9860]"),
        ("kind = \"gold\"", "kind = \"silver\""),
        ("id = \"0200000000000001\"", "id = \"02\""),
        ("valid_from = 2025-07-01T00:00:00+07:00\nchannels", "valid_from = 2025-07-01\nchannels"),
        ("neighbours_m", "neighbors_m"),
    ]);
    assert_eq!(found.len(), 5, "{found:#?}");
    let wanted = [
        ("neighbours_m", "unknown field `neighbors_m`, expected one of"),
        ("valid_from = 2025-07-01T00:00:00+07:00\nchannels", "authority \"tt-113\", valid_from: not an instant"),
        ("position = [20.9860", "site \"pgd-song-kinh-1\", position: not a place: write [latitude, longitude]"),
        ("0200000000000001", "site \"pgd-song-kinh-2\": not a device's id: write its 16 hexadecimal digits"),
        (
            "kind = \"gold\"",
            "site \"tiem-vang-kim-mon\": unknown variant `silver`, expected one of `bank`, `credit`, `gold`",
        ),
    ];
    for (found, (place, what)) in found.iter().zip(wanted) {
        assert!(found.starts_with(&format!("line {}, column ", line(place))), "{found}");
        assert!(found.contains(what), "{found}");
    }
}

#[test]
fn a_missing_field_names_the_entry_it_is_missing_in() {
    let found = problems(&[("address = \"12 đường Bạch Đằng (hư cấu)\"\n", "")]);
    assert!(found[0].contains("site \"pgd-song-kinh-1\": missing field `address`"), "{found:?}");
}

#[test]
fn what_is_no_toml_is_said_with_its_line() {
    let found = problems(&[("version = 3 ", "version = ")]);
    assert!(found[0].starts_with(&format!("line {}, column ", line("version = 3"))), "{found:?}");
}

#[test]
fn each_reference_to_nothing_is_a_problem() {
    let cases = [
        ("area = \"10678\"\n", "area = \"99999\"\n", "its area \"99999\" is no area"),
        (
            "authorities = [\"tt-song-kinh\"]\ndevices = [{ id = \"02",
            "authorities = [\"tt-x\"]\ndevices = [{ id = \"02",
            "\"tt-x\" is no authority",
        ),
        ("areas = [\"10729\"]", "areas = [\"99999\"]", "its area \"99999\" is no area"),
        ("level = 2\n", "level = 3\n", "its level 3 is no level"),
        ("parent = \"31\"", "parent = \"32\"", "its parent \"32\" is no area"),
    ];
    for (old, new, what) in cases {
        let found = problems(&[(old, new)]);
        assert!(found.iter().any(|found| found.contains(what) && found.starts_with("line ")), "{found:#?}");
    }
}

#[test]
fn a_site_without_somebody_at_a_level_is_a_problem() {
    let found = problems(&[("areas = [\"10714\"]", "areas = []")]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("site \"quy-nhi-chieu\": has nobody at level 1"), "{found:?}");
    let found = problems(&[("authorities = [\"tt-song-kinh\"]\ndevices = [{ id = \"02", "devices = [{ id = \"02")]);
    assert!(found[0].contains("site \"pgd-song-kinh-2\": has no bank's centre"), "{found:?}");
}

#[test]
fn an_authority_without_a_channel_is_a_problem() {
    let found = problems(&[("channels = [{ desk = \"d000000000010729\" }]\n", "")]);
    assert!(found[0].contains("authority \"ca-tran-lieu\": has no channel"), "{found:?}");
}

#[test]
fn what_stands_twice_is_a_problem() {
    let cases = [
        ("id = \"0300000000000001\"", "id = \"0200000000000001\"", "belongs to site"),
        ("desk = \"d000000000010705\"", "desk = \"d000000000010678\"", "belongs to authority"),
        ("id = \"quy-nhi-chieu\"", "id = \"pgd-song-kinh-2\"", "stands twice"),
        ("code = \"10678\"", "code = \"10675\"", "stands twice"),
        ("id = \"ca-bac-an-phu\"", "id = \"ca-kinh-mon\"", "stands twice"),
        ("number = 2", "number = 1", "stands twice"),
    ];
    for (old, new, what) in cases {
        let found = problems(&[(old, new)]);
        assert!(found.iter().any(|found| found.contains(what)), "{new}: {found:#?}");
    }
}

#[test]
fn a_gap_of_validity_is_a_problem_before_it_comes() {
    let found = problems(&[("areas = [\"31\"]\n", "areas = [\"31\"]\nvalid_to = 2027-01-01T00:00:00+07:00\n")]);
    assert_eq!(found.len(), 4, "one for each site: {found:#?}");
    assert!(
        found
            .iter()
            .all(|found| found.contains("nobody at level 2") && found.contains("from 2026-12-31T17:00:00.000Z"))
    );
}

#[test]
fn a_directory_that_does_not_hold_now_is_a_problem() {
    let found = problems(&[("# valid_to = 2030", "valid_to = 2026")]);
    assert!(found.iter().any(|found| found.contains("does not hold now")), "{found:?}");
}

#[test]
fn a_policy_cannot_keep_an_attack_from_a_level() {
    let found = problems(&[("again_s = 15 ", "first = \"centre\"\nagain_s = 0 ")]);
    assert!(found.iter().any(|found| found.contains("policies.attack.first")), "{found:?}");
    assert!(found.iter().any(|found| found.contains("policies.attack.again_s: out of range")), "{found:?}");
}

#[test]
fn a_signature_holds_for_the_very_octets_only() {
    let (key, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
    let signature = sign(GOOD.as_bytes(), &key);
    assert_eq!(verify(GOOD.as_bytes(), &signature, &[other.public_key(), key.public_key()]), Ok(()));
    assert_eq!(verify(GOOD.as_bytes(), &signature, &[other.public_key()]), Err(NotSigned));
    assert_eq!(verify(format!("{GOOD} ").as_bytes(), &signature, &[key.public_key()]), Err(NotSigned));
}
