//! A table of cases, each with the verdict, the rule and the reason that must come out: `cases.txt` beside this file.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's own reading of its table")]

use chrono::{DateTime, NaiveDate};
use keng_training::{Book, Certificate, Person, Question, Record, Rules, SiteId, Suspension};

const CASES: &str = include_str!("cases.txt");

#[test]
fn every_case_has_its_verdict_its_rule_and_its_reason() {
    let cases: Vec<_> = CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(cases.len() >= 60, "{}", cases.len());
    let wrong: Vec<_> = cases.iter().filter_map(|case| wrong(case)).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What came out, when it is not what should.
fn wrong(case: &str) -> Option<String> {
    let columns: Vec<_> = case.split(" | ").map(str::trim).collect();
    let [name, rules, papers, skill, moment, expected @ ..] = columns.as_slice() else { panic!("{case}") };
    let rules = self::rules(rules);
    let moment = if moment.len() == 19 { format!("{moment}+07:00") } else { (*moment).to_owned() };
    let on = rules.day(DateTime::parse_from_rfc3339(&moment).unwrap());
    let book = book(papers);
    let here = SiteId::from("KM-01");
    let judgement = book.dossiers.get(&"P".into()).unwrap().judge(&rules, Question { skill, site: Some(&here), on });
    let rule = judgement.rule.map_or("-".to_owned(), |(rule, _)| rule);
    let found = [judgement.verdict.code().to_owned(), rule, judgement.verdict.to_string()];
    (found != expected).then(|| format!("{name}: {found:?}, expected {expected:?}"))
}

fn rules(name: &str) -> Rules {
    match name {
        "vn" => Rules::viet_nam(),
        "uk-sia" => Rules::parse(include_str!("../rules/uk-sia.toml")),
        "us-ca" => Rules::parse(include_str!("../rules/us-ca.toml")),
        "two" => Rules::parse(include_str!("two-decrees.toml")),
        other => panic!("{other}"),
    }
    .unwrap()
}

fn book(papers: &str) -> Book {
    let mut person = Person {
        id: "P".into(),
        name: "(invented)".to_owned(),
        born: day("1990-01-01"),
        personal_id: "0".to_owned(),
        position: "guard".to_owned(),
        site: "KM-01".into(),
        from: day("2000-01-01"),
        until: None,
        photo: None,
    };
    let mut records = Vec::new();
    for paper in papers.split(' ') {
        let (kind, rest) = paper.split_once('@').unwrap();
        let (date, more) = rest.split_once(',').unwrap_or((rest, ""));
        match kind {
            "born" => person.born = day(date),
            "hired" => person.from = day(date),
            "left" => person.until = Some(day(date)),
            "suspend" | "revoke" => records.push(suspension(kind == "revoke", day(date), more)),
            _ => records.push(certificate(kind, day(date), more)),
        }
    }
    records.insert(0, Record::Person(person));
    Book::of((0..).zip(records).collect())
}

fn certificate(kind: &str, issued: NaiveDate, more: &str) -> Record {
    let value = |name: &str| value(more, name);
    let has = |flag: &str| more.split(',').any(|part| part == flag);
    Record::Certificate(Certificate {
        person: "P".into(),
        kind: kind.to_owned(),
        tool: value("tool"),
        number: value("no").unwrap_or_default(),
        issuer: "PC06".to_owned(),
        issued,
        printed_until: value("until").as_deref().map(day),
        course_end: value("course").as_deref().map(day),
        hours: value("hours").map(|hours| hours.parse().unwrap()),
        practice_in_person: has("online").then_some(false),
        instructor_licensed: has("licensed").then_some(true),
        facility_licensed: has("licensed").then_some(true),
        fit: (kind == "fitness").then(|| !has("unfit")),
        site: value("site").as_deref().map(SiteId::from),
        evidence: None,
    })
}

fn suspension(revoked: bool, from: NaiveDate, more: &str) -> Record {
    let until = value(more, "until").as_deref().map(day);
    Record::Suspension(Suspension {
        person: "P".into(),
        number: value(more, "no"),
        from,
        until,
        revoked,
        by: "PC06".to_owned(),
    })
}

fn value(more: &str, name: &str) -> Option<String> {
    more.split(',').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
