//! Guard records: rows imported, people judged, entries logged and proven, each per second of CPU time.
//!
//! Import is everything but the disk: a CSV is read to cells, cells become records, records are sealed and go into tiles in memory.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints and may fail loudly")]

use std::fmt::Write as _;
use std::hint::black_box;

use chrono::{Days, NaiveDate};
use keng_benches::measure::{is_test, is_wanted, median, resident, timed};
use keng_export::read::{self, Value};
use keng_ledger::{Entry, Log, Memory, Salt};
use keng_training::{Book, Certificate, Person, Question, Record, Rules};

const ROUNDS: usize = 5;
const PEOPLE: u32 = 100_000;

fn main() {
    let (people, rounds) = if is_test() { (500, 1) } else { (PEOPLE, ROUNDS) };
    let file = csv(people);
    measure("import", "rows", people, rounds, || import(file.as_bytes()));

    let book = book(people);
    let (rules, on) = (Rules::viet_nam().unwrap(), day(0));
    let status = || {
        let question = Question { skill: "guard", site: None, on };
        book.dossiers.values().filter(|dossier| dossier.judge(&rules, question).verdict.is_valid()).count()
    };
    measure("status", "people", people, rounds, status);
    println!("{people} people with their papers in memory: the process holds {} MB", resident() / 1_000_000);

    let entries: Vec<_> =
        (0..u64::from(people)).map(|index| Entry::seal(index, &Salt::new([7; 32]), b"record")).collect();
    let log = || {
        let mut log = Log::open(Memory::default(), 0).unwrap();
        log.append(&entries).unwrap();
        log
    };
    measure("append", "entries", people, rounds, || log().size());
    let log = log();
    let proofs = people / 20;
    let prove =
        || (0..u64::from(proofs)).map(|index| log.inclusion(index * 20, log.size()).unwrap().len()).sum::<usize>();
    measure("prove", "proofs", proofs, rounds, prove);
}

fn measure<T>(name: &str, what: &str, count: u32, rounds: usize, mut work: impl FnMut() -> T) {
    if !is_wanted(name) {
        return;
    }
    let rates = (0..rounds).map(|_| {
        let (result, _, cpu) = timed(&mut work);
        black_box(result);
        f64::from(count) / cpu.as_secs_f64()
    });
    println!("{name}: {:.0} {what} per CPU-second, {count} {what}", median(rates.collect()));
}

/// All the way from octets to a tree. Returns its size.
fn import(file: &[u8]) -> u64 {
    let book = read::book(file).unwrap();
    let rows = book.sheets.first().unwrap().rows.iter().skip(1);
    let entries = rows.zip(0..).map(|(row, index)| {
        let text = |column: u32| match row.at(column) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let person = Person {
            id: text(1).as_str().into(),
            name: text(2),
            born: text(3).parse().unwrap(),
            personal_id: text(4),
            position: text(5),
            site: text(6).as_str().into(),
            from: text(7).parse().unwrap(),
            until: None,
            photo: None,
        };
        Record::Person(person).seal(index, &Salt::new([7; 32])).unwrap()
    });
    let mut log = Log::open(Memory::default(), 0).unwrap();
    log.append(&entries.collect::<Vec<_>>()).unwrap();
    log.size()
}

fn csv(people: u32) -> String {
    let mut text = "id,name,born,personal_id,position,site,from\n".to_owned();
    for number in 0..people {
        let born = day(10_000 + u64::from(number % 9_000));
        writeln!(
            text,
            "NV-{number:06},Nguyễn Thị Hòa {number},{born},{number:012},bảo vệ,KM-{:02},2020-01-01",
            number % 21
        )
        .unwrap();
    }
    text
}

/// People of whom each has a guard's certificate and a fitness check; a few of either have run out.
fn book(people: u32) -> Book {
    let paper = |id: &str, kind: &str, issued| {
        Record::Certificate(Certificate {
            person: id.into(),
            kind: kind.to_owned(),
            tool: None,
            number: format!("{kind}-{id}"),
            issuer: "PC06".to_owned(),
            issued,
            printed_until: None,
            course_end: None,
            hours: None,
            practice_in_person: Some(true),
            instructor_licensed: None,
            facility_licensed: None,
            fit: Some(true),
            site: None,
            evidence: None,
        })
    };
    let of = |number: u32| {
        let id = format!("NV-{number:06}");
        let person = Person {
            id: id.as_str().into(),
            name: "(invented)".to_owned(),
            born: day(12_000),
            personal_id: format!("{number:012}"),
            position: "guard".to_owned(),
            site: "KM-01".into(),
            from: day(4_000),
            until: None,
            photo: None,
        };
        let (guard, fit) = (day(u64::from(number % 2_000)), day(u64::from(number % 400)));
        [Record::Person(person), paper(&id, "guard-company", guard), paper(&id, "fitness", fit)]
    };
    Book::of((0..).zip((0..people).flat_map(of)).collect())
}

/// So many days before 2026-11-24.
fn day(back: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap().checked_sub_days(Days::new(back)).unwrap()
}
