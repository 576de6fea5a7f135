//! The analyst's view: one row a person without any number or name, coarsened until nobody stands out among fewer than k others.
//!
//! What could point to a person is the ward, the position and the age band. People who are alike in these are shown as they are when there are at
//! least k of them. The rest is coarsened step by step: first the age band is left out, then the position, then the ward. Whoever is still among
//! fewer than k is left out, and their number is told. What stands beside it (what they are qualified for) is not coarsened.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use keng_export::Kind;
use keng_training::{Dossier, Question};

use super::{Scene, ward};
use crate::failure::Failure;
use crate::report::Report;
use crate::words::{Word, status};

/// What could point to a person; a `*` is anything.
type Quasi = [String; 3];

/// What is told about each: status as a guard and the half-year in which it ends.
type Told = (&'static str, String);

const COLUMNS: &[(&str, Word, Kind)] = &[
    ("ward", Word::Ward, Kind::Text),
    ("position", Word::Position, Kind::Text),
    ("age_band", Word::AgeBand, Kind::Text),
    ("guard_status", Word::Status, Kind::Text),
    ("ends_in", Word::Half, Kind::Text),
];

/// The report, and how many people it leaves out.
pub(super) fn report(scene: &Scene<'_>, k: usize) -> Result<(Report, usize), Failure> {
    let title = Word::TitleAnalyst.say(scene.lang, &[&k, &scene.on]);
    let mut report = Report::new("analyst", &title, scene.lang, COLUMNS)?;
    let book = scene.store.book()?;
    let people = book.dossiers.values().filter_map(|dossier| {
        let person = &dossier.person.as_ref()?.record;
        person.is_employed(scene.on).then(|| {
            let quasi =
                [ward(&book, &person.site).to_owned(), person.position.clone(), age_band(person.born, scene.on)];
            (quasi, told(scene, dossier))
        })
    });
    let (kept, left_out) = coarsened(people.collect(), k);
    for ([ward, position, age_band], (status, ends_in)) in kept {
        report.rows.push(vec![ward.into(), position.into(), age_band.into(), status.into(), ends_in.into()]);
    }
    Ok((report, left_out))
}

fn told(scene: &Scene<'_>, dossier: &Dossier) -> Told {
    let site = dossier.person.as_ref().map(|person| &person.record.site);
    let verdict = dossier.judge(scene.rules, Question { skill: "guard", site, on: scene.on }).verdict;
    let ends_in = verdict.last_day().map(half).unwrap_or_default();
    (status(&verdict, scene.lang), ends_in)
}

/// Coarsens until each combination is shared by at least k, in an order that says nothing about the order they came in.
fn coarsened(people: Vec<(Quasi, Told)>, k: usize) -> (Vec<(Quasi, Told)>, usize) {
    let steps: [fn(&mut Quasi); 4] = [
        |_| (),
        |[_, _, age]| "*".clone_into(age),
        |[_, position, _]| "*".clone_into(position),
        |[ward, _, _]| "*".clone_into(ward),
    ];
    let (mut rest, mut kept) = (people, Vec::new());
    for step in steps {
        let mut groups: BTreeMap<Quasi, Vec<Told>> = BTreeMap::new();
        for (mut quasi, told) in rest.drain(..) {
            step(&mut quasi);
            groups.entry(quasi).or_default().push(told);
        }
        for (quasi, all) in groups {
            let group = all.into_iter().map(|told| (quasi.clone(), told));
            if group.len() >= k { kept.extend(group) } else { rest.extend(group) }
        }
    }
    kept.sort();
    (kept, rest.len())
}

/// Ten years wide, from 18: `18-27`, `28-37`.
fn age_band(born: NaiveDate, on: NaiveDate) -> String {
    let age = on.years_since(born).unwrap_or(0);
    let Some(above) = age.checked_sub(18) else {
        return "0-17".to_owned();
    };
    let from = 18 + above / 10 * 10;
    format!("{from}-{}", from + 9)
}

/// `2026-H1`.
fn half(day: NaiveDate) -> String {
    format!("{}-H{}", day.year(), if day.month() <= 6 { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(ward: &str, position: &str, age: &str, told: usize) -> (Quasi, Told) {
        ([ward, position, age].map(str::to_owned), ("valid", format!("2026-H{told}")))
    }

    #[test]
    fn every_combination_is_shared_by_at_least_k_and_nobody_is_lost_without_being_counted() {
        for (people, k) in (0..60).flat_map(|people| [2, 3, 5, 10].map(|k| (people, k))) {
            // A lopsided crowd: some groups large, many of one.
            let crowd: Vec<_> = (0..people)
                .map(|i| person(["A", "B", "C"][i * i % 3], ["x", "y"][i % 7 % 2], ["1", "2", "3", "4"][i % 5 % 4], i))
                .collect();
            let (kept, left_out) = coarsened(crowd, k);
            let mut sizes: BTreeMap<&Quasi, usize> = BTreeMap::new();
            kept.iter().for_each(|(quasi, _)| *sizes.entry(quasi).or_default() += 1);
            assert!(sizes.values().all(|size| *size >= k), "{people} {k}: {sizes:?}");
            assert_eq!(kept.len() + left_out, people);
            assert!(left_out < k, "{left_out} of {people} left out for {k}");
        }
    }

    #[test]
    fn a_lone_person_is_coarsened_into_the_next_crowd_and_then_left_out() {
        let mut crowd: Vec<_> = (0..3).map(|i| person("A", "x", "1", i)).collect();
        crowd.push(person("A", "x", "2", 9));
        let (kept, left_out) = coarsened(crowd, 3);
        assert_eq!((kept.len(), left_out), (3, 1));
    }
}
