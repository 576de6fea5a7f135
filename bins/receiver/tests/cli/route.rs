//! Who would be told, before anybody has to be.

use serde_json::Value;

use crate::program::{Folder, ended, refused};

#[test]
fn route_test_says_who_is_told_at_once_and_what_happens_when_nobody_answers() {
    let folder = Folder::initialised();
    let all = told(&folder, &["--site", "pgd-01", "--at", "2026-11-29T02:00"]);
    let at_once: Vec<_> =
        all.iter().filter(|telling| telling["after_s"] == 0).map(|telling| text(telling, "authority")).collect();
    assert_eq!(at_once.len(), 3, "{all:?}");
    for authority in ["ca-phuong", "113", "trung-tam-ngan-hang"] {
        assert!(at_once.contains(&authority.to_owned()), "{authority} is not told at once: {all:?}");
    }
    assert!(all.iter().any(|telling| telling["after_s"] == 15 && telling["why"] == "again"), "{all:?}");
    assert!(all.iter().any(|telling| telling["after_s"] == 30 && telling["why"] == "silent_level"), "{all:?}");
}

#[test]
fn route_test_of_a_suspicion_tells_fewer() {
    let folder = Folder::initialised();
    let all = told(&folder, &["--site", "pgd-01", "--kind", "suspicion", "--within", "60"]);
    assert!(all.iter().all(|telling| telling["authority"] != "113"), "{all:?}");
    assert!(all.iter().any(|telling| telling["authority"] == "ca-phuong"), "{all:?}");
}

#[test]
fn route_test_speaks_both_languages_and_marks_what_is_no_answer() {
    let folder = Folder::initialised();
    let vi = ended(&folder.keng(["route", "test", "--site", "pgd-01", "--lang", "vi"]), 0);
    assert!(vi.contains("Công an phường Ví Dụ") && vi.contains("cấp 1"), "{vi}");
    let error = refused(&folder.keng(["route", "test", "--site", "pgd-99"]), 1);
    assert!(error.contains("no site pgd-99") && error.contains("pgd-01"), "{error}");
    let error = refused(&folder.keng(["route", "test", "--site", "pgd-01", "--at", "Sunday"]), 2);
    assert!(error.contains("2026-11-29T02:00"), "{error}");
}

fn told(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    let all = ["route", "test", "--json"].into_iter().chain(arguments.iter().copied());
    serde_json::from_str(&ended(&folder.keng(all), 0)).unwrap()
}

fn text(telling: &Value, field: &str) -> String {
    telling[field].as_str().unwrap().to_owned()
}
