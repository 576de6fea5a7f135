//! Each record says until when it is kept and why.
#![expect(clippy::unwrap_used, reason = "a test's own helpers")]

use chrono::NaiveDate;
use keng_training::{Book, Record, Rules};
use serde_json::json;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_person_is_kept_for_the_contract_and_a_certificate_for_five_years() {
    let rules = Rules::viet_nam().unwrap();
    let person = |until: Option<&str>| {
        let json = json!({ "record": "person", "id": "A", "name": "(invented)", "born": "1990-01-01", "personal_id": "0",
                           "position": "guard", "site": "S", "from": "2020-01-01", "until": until });
        serde_json::from_value::<Record>(json).unwrap()
    };
    let certificate: Record =
        serde_json::from_value(json!({ "record": "certificate", "person": "A", "kind": "guard-staff",
        "number": "1", "issuer": "PC06", "issued": "2024-02-29" }))
        .unwrap();
    let kept = |record: &Record, book: &Book| rules.kept(record, &book.dossiers[&"A".into()]).until;
    let employed = Book::of(vec![(0, person(None)), (1, certificate.clone())]);
    assert_eq!(kept(&person(None), &employed), None);
    assert_eq!(kept(&certificate, &employed), Some(day("2029-02-28")));
    let left = Book::of(vec![(0, person(Some("2026-03-31")))]);
    assert_eq!(kept(&person(Some("2026-03-31")), &left), Some(day("2026-03-31")));
    let why = rules.kept_because("person", "personal_id").unwrap();
    assert!(why.source.contains("91/2025") && !why.reason.vi.is_empty());
    assert!(rules.kept_because("drill", "*").is_none(), "it names nobody");
}
