//! A hand-out of a tool is good only with the certificates of both, a shift, consent, and a return.
#![expect(clippy::unwrap_used, reason = "a test's own helpers")]

use chrono::DateTime;
use keng_training::{Book, Finding, Record, Rules};
use serde_json::{Value, json};

/// A good hand-out: everything that it needs.
fn good() -> Vec<Value> {
    let person = |id: &str| {
        json!({ "record": "person", "id": id, "name": "(invented)", "born": "1990-01-01", "personal_id": "0",
                "position": "guard", "site": "S", "from": "2020-01-01" })
    };
    let paper = |person: &str, kind: &str, tool: Option<&str>| json!({ "record": "certificate", "person": person, "kind": kind, "tool": tool, "number": kind, "issuer": "PC06", "issued": "2026-01-10" });
    vec![
        person("A"),
        person("K"),
        paper("A", "tool-use", Some("spray")),
        paper("A", "use-of-force", None),
        paper("K", "tool-store", Some("spray")),
        json!({ "record": "tool", "id": "T", "kind": "spray", "site": "S" }),
        json!({ "record": "post", "id": "door", "site": "S", "name": "door", "needs": ["tool-use:spray"] }),
        json!({ "record": "shift", "post": "door", "person": "A", "from": "2026-11-10T06:00:00+07:00", "until": "2026-11-10T18:00:00+07:00" }),
        json!({ "record": "issue", "tool": "T", "person": "A", "keeper": "K", "at": "2026-11-10T05:45:00+07:00", "consent": true }),
        json!({ "record": "return", "tool": "T", "at": "2026-11-10T18:20:00+07:00", "in_order": true }),
    ]
}

fn findings(records: Vec<Value>, now: &str) -> Vec<Vec<Finding>> {
    let records = records.into_iter().map(|record| serde_json::from_value::<Record>(record).unwrap());
    let book = Book::of((0..).zip(records).collect());
    let now = DateTime::parse_from_rfc3339(&format!("{now}:00+07:00")).unwrap();
    let found = book.hand_outs(&Rules::viet_nam().unwrap(), now);
    found.into_iter().map(|(_, findings)| findings).collect()
}

#[test]
fn a_hand_out_with_everything_has_no_finding() {
    assert_eq!(findings(good(), "2026-11-11T00:00"), [vec![]]);
    assert_eq!(findings(good(), "2026-11-10T05:00"), Vec::<Vec<Finding>>::new(), "it has not happened yet");
}

#[test]
fn each_thing_that_is_taken_away_is_found() {
    let without = |at: usize| {
        let mut records = good();
        records.remove(at);
        findings(records, "2026-11-11T00:00").concat()
    };
    assert!(matches!(without(2).as_slice(), [Finding::User(judgement)] if judgement.verdict.code() == "missing"));
    assert!(matches!(without(3).as_slice(), [Finding::User(judgement)] if judgement.verdict.code() == "lacks"));
    assert!(matches!(without(4).as_slice(), [Finding::Keeper(_)]));
    assert_eq!(without(5), [Finding::UnknownTool]);
    assert_eq!(without(7), [Finding::NoShift]);
    assert_eq!(without(9), [Finding::Late { returned: None }]);
}

#[test]
fn consent_order_lateness_and_a_second_hand_out_are_found() {
    let mut records = good();
    records[8]["consent"] = json!(false);
    records[9] = json!({ "record": "return", "tool": "T", "at": "2026-11-10T19:01:00+07:00", "in_order": false });
    let again = json!({ "record": "issue", "tool": "T", "person": "A", "keeper": "K", "at": "2026-11-10T17:00:00+07:00", "consent": true });
    records.push(again);
    let found = findings(records, "2026-11-11T00:00");
    let late = DateTime::parse_from_rfc3339("2026-11-10T19:01:00+07:00").unwrap();
    assert_eq!(found[0], [Finding::NoConsent, Finding::Late { returned: Some(late) }, Finding::NotInOrder]);
    assert!(found[1].contains(&Finding::StillOut), "{:?}", found[1]);
}
