//! Point cards are as good as FasterRisk's, and what they say is what their points add up to.

use keng_risk::fit::cards::{Limits, card};
use keng_risk::fit::{NoFit, Table};
use proptest::prelude::*;

use crate::peers::python;

#[test]
fn a_card_is_at_least_as_good_as_fasterrisks_of_the_same_size() {
    let Some(mut printed) = python("cards.py") else { return };
    let width = whole(printed.take("width")[0]);
    let (features, outcomes) = (printed.take("features"), printed.take("outcomes"));
    let table = Table { features: &features, width, outcomes: &outcomes, exposures: None };
    while printed.has("card") {
        let theirs = printed.take("card");
        let ours = card(&table, Limits { features: whole(theirs[0]), points: 5 }).unwrap();
        println!("{} features: log-loss {:.6}, FasterRisk {:.6}", theirs[0], ours.log_loss, theirs[1]);
        assert!(ours.points.len() <= whole(theirs[0]) && ours.points.iter().all(|points| points.points.abs() <= 5));
        assert!(ours.log_loss <= theirs[1] + 1e-12, "{} features: {} against {}", theirs[0], ours.log_loss, theirs[1]);
        assert!(
            (ours.log_loss - log_loss(&table, |row| ours.chance(row))).abs() < 1e-12,
            "the loss is that of the card"
        );
    }
}

#[test]
fn a_separated_table_has_a_card_all_the_same() {
    let features: Vec<f64> = (0..20).map(|row| f64::from(u8::from(row < 10))).collect();
    let table = Table { features: &features, width: 1, outcomes: &features, exposures: None };
    let card = card(&table, Limits { features: 3, points: 5 }).unwrap();
    assert!(card.log_loss < 0.01 && card.points.len() == 1);
}

#[test]
fn limits_out_of_range_are_refused() {
    let table = Table { features: &[0.0, 1.0, 1.0], width: 1, outcomes: &[0.0, 1.0, 0.0], exposures: None };
    assert_eq!(card(&table, Limits { features: 0, points: 5 }), Err(NoFit::Shape));
    assert_eq!(card(&table, Limits { features: 1, points: 0 }), Err(NoFit::Shape));
    let none = Table { outcomes: &[0.0; 3], ..table };
    assert_eq!(card(&none, Limits { features: 1, points: 5 }), Err(NoFit::NoEvents));
}

proptest! {
    #[test]
    fn a_card_is_within_its_limits_and_never_worse_than_no_card(
        rows in prop::collection::vec((prop::array::uniform4(any::<bool>()), any::<bool>()), 8..60),
        (most, points) in (1..4_usize, 1..6_u8),
    ) {
        let number = |is: bool| f64::from(u8::from(is));
        let features: Vec<f64> = rows.iter().flat_map(|row| row.0.map(number)).collect();
        let outcomes: Vec<f64> = rows.iter().map(|row| number(row.1)).collect();
        let share = outcomes.iter().sum::<f64>() / outcomes.len() as f64;
        prop_assume!(share > 0.0 && share < 1.0);
        let table = Table { features: &features, width: 4, outcomes: &outcomes, exposures: None };
        let card = card(&table, Limits { features: most, points }).unwrap();
        prop_assert!(card.points.len() <= most);
        prop_assert!(card.points.iter().all(|one| one.points != 0 && one.points.unsigned_abs() <= u32::from(points)));
        prop_assert!((card.log_loss - log_loss(&table, |row| card.chance(row))).abs() < 1e-9);
        let nothing = log_loss(&table, |_| share);
        prop_assert!(card.log_loss <= nothing + 0.01, "{} against {nothing}", card.log_loss);
    }
}

fn log_loss(table: &Table<'_>, chance: impl Fn(&[f64]) -> f64) -> f64 {
    let rows = table.features.chunks_exact(table.width).zip(table.outcomes);
    let loss = rows.map(|(row, outcome)| -if *outcome > 0.5 { chance(row).ln() } else { (1.0 - chance(row)).ln() });
    loss.sum::<f64>() / table.outcomes.len() as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
fn whole(number: f64) -> usize {
    number as usize
}
