//! A shift is covered only by somebody whose every needed skill is valid at that hour in that place.
#![expect(clippy::unwrap_used, reason = "a test's own helpers")]

use chrono::{DateTime, FixedOffset, NaiveDate};
use keng_training::{Book, Cover, Record, Rules, SiteId, Standing, Without};
use serde_json::{Value, json};

const TODAY: &str = "2026-11-24";

fn book(records: Vec<Value>) -> Book {
    let records = records.into_iter().map(|record| serde_json::from_value::<Record>(record).unwrap());
    Book::of((0..).zip(records).collect())
}

fn person(id: &str, site: &str) -> Value {
    json!({ "record": "person", "id": id, "name": "(invented)", "born": "1990-01-01", "personal_id": "0",
            "position": "guard", "site": site, "from": "2020-01-01" })
}

fn paper(person: &str, kind: &str, issued: &str) -> Value {
    json!({ "record": "certificate", "person": person, "kind": kind, "number": format!("{kind}-{person}-{issued}"),
            "issuer": "PC06", "issued": issued, "fit": true })
}

fn post(id: &str, site: &str, needs: &[&str]) -> Value {
    json!({ "record": "post", "id": id, "site": site, "name": id, "needs": needs, "people": 2 })
}

fn shift(post: &str, person: &str, from: &str, until: &str) -> Value {
    json!({ "record": "shift", "post": post, "person": person, "from": format!("{from}:00+07:00"), "until": format!("{until}:00+07:00") })
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{text}:00+07:00")).unwrap()
}

/// All shifts of a month around the day.
fn covers<'b>(book: &'b Book, rules: &Rules) -> Vec<Cover<'b>> {
    book.coverage(rules, at("2026-11-01T00:00"), at("2026-12-31T00:00"), day(TODAY))
}

#[test]
fn a_night_shift_is_blocked_from_the_midnight_on_which_a_skill_ends() {
    let rules = Rules::viet_nam().unwrap();
    // Five years to the end of 2026-11-26.
    let book = book(vec![
        person("A", "S"),
        paper("A", "guard-staff", "2021-11-26"),
        post("door", "S", &["guard"]),
        shift("door", "A", "2026-11-25T18:00", "2026-11-26T06:00"),
        shift("door", "A", "2026-11-26T18:00", "2026-11-27T00:00"),
        shift("door", "A", "2026-11-26T18:00", "2026-11-27T06:00"),
    ]);
    let covers = covers(&book, &rules);
    let blocked: Vec<_> = covers.iter().map(Cover::is_blocked).collect();
    assert_eq!(blocked, [false, false, true]);
    let gap = covers[2].gaps.first().unwrap();
    assert_eq!((gap.skill.as_str(), gap.on), ("guard", day("2026-11-27")));
    assert_eq!(gap.judgement.verdict.to_string(), "last day was 2026-11-26");
    assert_eq!(covers[0].standing(day(TODAY)), Standing::Ending(7));
}

#[test]
fn a_blocked_shift_names_the_missing_skills_and_who_could_be_trained_soonest() {
    let rules = Rules::viet_nam().unwrap();
    let book = book(vec![
        person("A", "S"), // holds nothing: the shift is A's
        person("B", "S"), // lacks only fire: 3 days
        paper("B", "guard-staff", "2025-01-01"),
        person("C", "S"), // lacks the guard certificate: 37 days
        paper("C", "fire", "2025-01-01"),
        person("D", "S"), // has both, and stands elsewhere at that hour
        paper("D", "guard-staff", "2025-01-01"),
        paper("D", "fire", "2025-01-01"),
        person("E", "T"), // has both, at another site
        paper("E", "guard-staff", "2025-01-01"),
        paper("E", "fire", "2025-01-01"),
        json!({ "record": "person", "id": "F", "name": "(left)", "born": "1990-01-01", "personal_id": "0", "position": "guard",
                "site": "S", "from": "2020-01-01", "until": "2026-10-01" }),
        post("door", "S", &["guard", "fire"]),
        post("back", "S", &["guard"]),
        shift("door", "A", "2026-11-25T06:00", "2026-11-25T18:00"),
        shift("back", "D", "2026-11-25T12:00", "2026-11-25T20:00"),
    ]);
    let covers = covers(&book, &rules);
    let blocked = covers.first().unwrap();
    let missing: Vec<_> = blocked.gaps.iter().map(|gap| (gap.skill.as_str(), gap.judgement.verdict.code())).collect();
    assert_eq!(missing, [("guard", "missing"), ("fire", "missing")]);
    let instead: Vec<_> =
        blocked.instead.iter().map(|one| (one.person.0.as_str(), one.ready, one.missing.join(" "))).collect();
    let expected = [("B", day("2026-11-27"), "fire".to_owned()), ("C", day("2026-12-31"), "guard".to_owned())];
    assert_eq!(instead, expected);
    assert!(!covers[1].is_blocked());
}

#[test]
fn somebody_of_the_site_who_is_free_and_has_every_skill_is_named_first_and_for_today() {
    let rules = Rules::viet_nam().unwrap();
    let book = book(vec![
        person("A", "S"),
        person("B", "S"),
        paper("B", "guard-staff", "2025-01-01"),
        post("door", "S", &["guard"]),
        shift("door", "A", "2026-11-25T06:00", "2026-11-25T18:00"),
    ]);
    let covers = covers(&book, &rules);
    let first = covers[0].instead.first().unwrap();
    assert_eq!((first.person.0.as_str(), first.ready, first.missing.len()), ("B", day(TODAY), 0));
}

#[test]
fn a_skill_of_another_place_does_not_cover_and_a_warning_does_not_block() {
    let rules = Rules::viet_nam().unwrap();
    let at_site = |site: &str| {
        let mut paper = paper("A", "site-plan", "2026-10-01");
        paper["site"] = json!(site);
        book(vec![
            person("A", "S"),
            paper,
            post("door", "S", &["site-plan"]),
            shift("door", "A", "2026-11-25T06:00", "2026-11-25T18:00"),
        ])
    };
    let (there, here) = (at_site("T"), at_site("S"));
    let cover = &covers(&there, &rules)[0];
    assert_eq!(cover.gaps.first().map(|gap| gap.without), Some(Without::Warn));
    assert_eq!(cover.standing(day(TODAY)), Standing::Warned);
    assert!(covers(&here, &rules)[0].gaps.is_empty());
}

#[test]
fn a_shift_of_nobody_that_is_recorded_is_blocked() {
    let rules = Rules::viet_nam().unwrap();
    let book = book(vec![
        paper("A", "fire", "2025-01-01"),
        post("door", "S", &["fire"]),
        shift("door", "A", "2026-11-25T06:00", "2026-11-25T18:00"),
    ]);
    assert_eq!(covers(&book, &rules)[0].gaps[0].judgement.verdict.code(), "not-employed");
}

#[test]
fn the_forecast_names_the_day_and_the_skill_for_want_of_which_a_post_is_short() {
    let rules = Rules::viet_nam().unwrap();
    let book = book(vec![
        person("A", "S"),
        paper("A", "guard-staff", "2022-01-10"), // to 2027-01-10
        paper("A", "fire", "2025-01-01"),
        person("B", "S"),
        paper("B", "guard-staff", "2025-01-01"),
        paper("B", "fire", "2022-03-01"), // to 2027-03-01
        person("C", "S"),
        paper("C", "guard-staff", "2025-01-01"),
        paper("C", "fire", "2025-06-01"), // to 2030-01-01
        post("door", "S", &["guard", "fire"]),
        post("three", "S", &["guard", "first-aid"]),
    ]);
    let outlook = |post: &str| book.outlook(&rules, &book.posts[&post.into()], day(TODAY));
    let door = outlook("door");
    assert_eq!((door.qualified, door.wanted), (3, 2));
    assert_eq!((door.short_from, door.for_want_of.as_deref()), (Some(day("2027-03-02")), Some("fire")));
    let short = outlook("three");
    assert_eq!(
        (short.qualified, short.short_from, short.for_want_of.as_deref()),
        (0, Some(day(TODAY)), Some("first-aid"))
    );
}

#[test]
fn a_retracted_certificate_counts_no_longer_whatever_comes_after_it() {
    let rules = Rules::viet_nam().unwrap();
    let book = book(vec![
        person("A", "S"),
        paper("A", "guard-staff", "2025-01-01"),
        post("door", "S", &["guard"]),
        shift("door", "A", "2026-11-25T06:00", "2026-11-25T18:00"),
        json!({ "record": "retraction", "of": 1, "why": "of another person" }),
    ]);
    assert!(covers(&book, &rules)[0].is_blocked());
}

#[test]
fn the_scorer_is_told_shares_and_numbers_and_no_names() {
    let rules = Rules::viet_nam().unwrap();
    let phase = |what: &str, at: &str| json!({ "what": what, "at": at });
    let book = book(vec![
        person("A", "S"),
        paper("A", "guard-staff", "2025-01-01"),
        person("B", "S"),
        post("door", "S", &["guard"]),
        post("back", "S", &["guard"]),
        shift("door", "A", "2026-11-10T06:00", "2026-11-10T18:00"),
        shift("back", "B", "2026-11-10T12:00", "2026-11-10T20:00"),
        shift("door", "A", "2026-11-11T06:00", "2026-11-11T18:00"),
        shift("door", "A", "2026-12-11T06:00", "2026-12-11T18:00"),
        json!({ "record": "drill", "site": "S", "scenario": "counter", "roles": [], "units": [], "outcome": "x",
                "phases": [phase("begun", "2026-10-01T16:30:00+07:00"), phase("alarm-pressed", "2026-10-01T16:30:21+07:00"),
                           phase("police-arrived", "2026-10-01T16:35:21+07:00")],
                "actions": [{ "what": "x", "due": "2026-11-01" }, { "what": "y", "due": "2026-11-01", "done": "2026-10-20" }] }),
    ]);
    let told = book.site_coverage(&rules, &SiteId::from("S"), day("2026-11-01"), day("2026-11-30"));
    assert_eq!((told.shifts, told.covered, told.guards), (3, 2, 2));
    assert_eq!((told.last_drill, told.alarm_after_s), (Some(day("2026-10-01")), Some(21)));
    let drill = &book.drills[0].record;
    assert_eq!(drill.police_after().map(|after| after.num_seconds()), Some(300));
    assert_eq!(drill.answered_after(), None);
    assert_eq!(drill.overdue(day("2026-11-02")).map(|action| action.what.as_str()).collect::<Vec<_>>(), ["x"]);
    assert_eq!(drill.overdue(day("2026-11-01")).count(), 0);
}
