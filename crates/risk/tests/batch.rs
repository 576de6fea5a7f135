//! A record batch in, a record batch out: the same scores as one by one, the same octets on any number of threads.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a test ends where it fails"
)]

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float64Type, Int32Type, UInt32Type};
use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use keng_risk::batch::{Options, Refused, score};
use keng_risk::range;
use keng_risk::score::{Calibration, Score, reasons};
use keng_risk::{Model, Site};

/// Invented sites, every third value missing.
fn batch(rows: usize) -> RecordBatch {
    let some = |n: usize| !n.is_multiple_of(3);
    let ids: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|n| format!("s{n}"))));
    let guards: ArrayRef = Arc::new((0..rows).map(|n| some(n).then_some([0, 1, 2, 3][n % 4])).collect::<Int64Array>());
    let cash: ArrayRef =
        Arc::new((0..rows).map(|n| some(n + 1).then_some((n * 37 % 5000) as f64)).collect::<Float64Array>());
    let lock: ArrayRef =
        Arc::new((0..rows).map(|n| some(n + 2).then_some(n.is_multiple_of(2))).collect::<BooleanArray>());
    let kind: ArrayRef =
        Arc::new((0..rows).map(|n| some(n).then_some(["gold_shop", "credit_fund"][n % 2])).collect::<StringArray>());
    let way: ArrayRef = Arc::new((0..rows).map(|n| Some((n * 13 % 1500) as f64)).collect::<Float64Array>());
    RecordBatch::try_from_iter([
        ("id", ids),
        ("guards", guards),
        ("cash_mvnd", cash),
        ("time_lock", lock),
        ("kind", kind),
        ("travel_1_s", way),
    ])
    .unwrap()
}

fn site(model: &Model, batch: &RecordBatch, row: usize) -> Site {
    let mut site = Site::unknown(model);
    for (field, array) in batch.schema().fields().iter().zip(batch.columns()).skip(1) {
        if array.is_valid(row) {
            let text = match array.data_type() {
                arrow_schema::DataType::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
                arrow_schema::DataType::Int64 => {
                    array.as_primitive::<arrow_array::types::Int64Type>().value(row).to_string()
                }
                arrow_schema::DataType::Boolean => array.as_boolean().value(row).to_string(),
                _ => array.as_string::<i32>().value(row).to_owned(),
            };
            site.set(model, field.name(), &text).unwrap();
        }
    }
    site
}

#[test]
fn each_row_has_the_score_that_it_has_alone() {
    let (model, batch) = (Model::default(), batch(500));
    let scored = score(&model, &batch, &Options::default()).unwrap();
    let ints = |name: &str| scored.column_by_name(name).unwrap().as_primitive::<Int32Type>().clone();
    let alone: Vec<Score> = (0..500).map(|row| Score::of(&model, &site(&model, &batch, row).values)).collect();
    let unit = Calibration::of(&model, &model.base, alone.iter().map(|score| score.frequency));
    for (row, alone) in alone.iter().enumerate() {
        assert_eq!(ints("score").value(row), alone.total());
        let mut sum = 0;
        for (reason, points) in reasons(&model).zip(&alone.points) {
            assert_eq!(ints(&reason.name(&model)).value(row), *points);
            sum += points;
        }
        assert_eq!(sum, ints("score").value(row), "the reasons sum to the score");
        assert_eq!(ints("frequency").value(row) + ints("consequence").value(row) + ints("response").value(row), sum);
        let yearly = scored.column_by_name("loss_a_year_mvnd").unwrap().as_primitive::<Float64Type>().value(row);
        assert_eq!(yearly, unit.yearly_mvnd(sum));
    }
    let ranks: std::collections::BTreeSet<u32> =
        scored.column_by_name("rank").unwrap().as_primitive::<UInt32Type>().values().iter().copied().collect();
    assert_eq!(ranks, (1..=500).collect());
}

#[test]
fn the_octets_are_the_same_on_any_number_of_threads() {
    let (model, batch) = (Model::default(), batch(9000));
    let options = Options { ranges: Some(range::Options { draws: 20, seed: 3, worst: 10 }), ..Options::default() };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let scored = pool.install(|| score(&model, &batch, &options).unwrap());
        let octets = scored.columns().iter().flat_map(|column| column.to_data().buffers().to_vec());
        octets.map(|buffer| buffer.to_vec()).collect::<Vec<_>>()
    };
    let one = on(1);
    assert!(one == on(2) && one == on(5));
}

#[test]
fn the_rows_of_a_part_have_the_same_ranges_as_in_the_whole() {
    let (model, whole) = (Model::default(), batch(100));
    let options = Options { ranges: Some(range::Options { draws: 100, seed: 3, worst: 10 }), ..Options::default() };
    let low = |batch: &RecordBatch| {
        score(&model, batch, &options).unwrap().column_by_name("score_low").unwrap().as_primitive::<Int32Type>().clone()
    };
    assert_eq!(low(&whole).slice(40, 20), low(&whole.slice(40, 20)), "a site's draws are its own, wherever it stands");
}

#[test]
fn what_cannot_be_scored_is_refused_with_its_row_and_column() {
    let model = Model::default();
    let with = |name: &str, array: ArrayRef| {
        let ids: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
        score(&model, &RecordBatch::try_from_iter([("id", ids), (name, array)]).unwrap(), &Options::default())
    };
    let far = with("distance_homes_m", Arc::new(Float64Array::from(vec![1.0, 5_000_000.0])));
    assert!(matches!(&far, Err(Refused::Value { row: 1, column, .. }) if column == "distance_homes_m"), "{far:?}");
    let kind = with("kind", Arc::new(StringArray::from(vec!["bank_branch", "castle"])));
    assert!(kind.unwrap_err().to_string().contains("write one of bank_branch"));
    let text = with("guards", Arc::new(StringArray::from(vec!["1", "2"])));
    assert!(matches!(text, Err(Refused::Type { .. })));
    let no_id = RecordBatch::try_from_iter([("guards", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
    assert!(matches!(score(&model, &no_id, &Options::default()), Err(Refused::NoId)));
}
