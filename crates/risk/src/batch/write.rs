//! The result, column by column.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::UInt8Type;
use arrow_array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, RecordBatch, StringArray, UInt8Array, UInt32Array,
};
use arrow_schema::{ArrowError, Field, Schema};
use rayon::prelude::*;

use super::read::CHUNK;
use crate::model::{Model, Part};
use crate::range::Spread;
use crate::score::{Calibration, Scorer, reasons};
use crate::site::Rows;

/// How many reasons are named.
const NAMED: usize = 3;
/// No reason raises the score.
const NONE: u8 = u8::MAX;

/// Everything about the sites but what their calibration says.
pub(super) struct Made {
    rows: usize,
    points: Vec<Vec<i32>>,
    /// Frequency, consequence, response, all.
    sums: [Vec<i32>; 4],
    intercepted: Vec<f64>,
    missing: Vec<u32>,
    top: [Vec<u8>; NAMED],
    pub(super) spreads: Vec<Spread>,
}

/// The part of all columns that one chunk of rows fills.
struct Window<'a> {
    first: usize,
    points: Vec<&'a mut [i32]>,
    sums: Vec<&'a mut [i32]>,
    intercepted: &'a mut [f64],
    missing: &'a mut [u32],
    top: Vec<&'a mut [u8]>,
}

impl Made {
    pub(super) fn of(scorer: &Scorer, rows: &(impl Rows + ?Sized)) -> Self {
        let count = rows.len();
        let mut made = Self {
            rows: count,
            points: vec![vec![0; count]; scorer.reasons()],
            sums: std::array::from_fn(|_| vec![0; count]),
            intercepted: vec![0.0; count],
            missing: vec![0; count],
            top: std::array::from_fn(|_| vec![NONE; count]),
            spreads: Vec::new(),
        };
        let parts: Vec<Part> = reasons(scorer.model()).map(|reason| reason.part(scorer.model())).collect();
        made.windows().into_par_iter().for_each(|window| window.fill(scorer, rows, &parts));
        made
    }

    pub(super) fn frequency(&self) -> &[i32] {
        let [frequency, ..] = &self.sums;
        frequency
    }

    fn windows(&mut self) -> Vec<Window<'_>> {
        fn cut<T>(columns: &mut [Vec<T>]) -> Vec<std::slice::ChunksMut<'_, T>> {
            columns.iter_mut().map(|column| column.chunks_mut(CHUNK)).collect()
        }
        let (mut points, mut sums, mut top) = (cut(&mut self.points), cut(&mut self.sums), cut(&mut self.top));
        let rest = self.intercepted.chunks_mut(CHUNK).zip(self.missing.chunks_mut(CHUNK)).enumerate();
        let windows = rest.map(|(chunk, (intercepted, missing))| Window {
            first: chunk * CHUNK,
            points: points.iter_mut().filter_map(Iterator::next).collect(),
            sums: sums.iter_mut().filter_map(Iterator::next).collect(),
            intercepted,
            missing,
            top: top.iter_mut().filter_map(Iterator::next).collect(),
        });
        windows.collect()
    }

    pub(super) fn batch(self, model: &Model, ids: &StringArray, unit: &Calibration) -> Result<RecordBatch, ArrowError> {
        let [frequency, consequence, response, all] = self.sums;
        let robberies: Vec<f64> = frequency.par_iter().map(|points| unit.robberies_at(*points)).collect();
        let each: Vec<f64> = consequence.par_iter().map(|points| unit.loss_at(*points)).collect();
        let yearly: Vec<f64> = all.par_iter().map(|points| unit.yearly_mvnd(*points)).collect();
        let gone: Vec<f64> = self.intercepted.into_iter().map(|chance| 1.0 - chance).collect();
        let names: Vec<String> = reasons(model).map(|reason| reason.name(model)).collect();
        let mut columns: Vec<(String, ArrayRef)> = vec![
            ("id".to_owned(), Arc::new(ids.clone())),
            ("rank".to_owned(), Arc::new(UInt32Array::from(ranks(&all)))),
            ("score".to_owned(), Arc::new(Int32Array::from(all))),
            ("frequency".to_owned(), Arc::new(Int32Array::from(frequency))),
            ("consequence".to_owned(), Arc::new(Int32Array::from(consequence))),
            ("response".to_owned(), Arc::new(Int32Array::from(response))),
            ("robberies_a_year".to_owned(), Arc::new(Float64Array::from(robberies))),
            ("loss_each_mvnd".to_owned(), Arc::new(Float64Array::from(each))),
            ("not_intercepted".to_owned(), Arc::new(Float64Array::from(gone))),
            ("loss_a_year_mvnd".to_owned(), Arc::new(Float64Array::from(yearly))),
            ("missing".to_owned(), Arc::new(UInt32Array::from(self.missing))),
        ];
        let dictionary: ArrayRef = Arc::new(StringArray::from(names.clone()));
        for (number, keys) in self.top.into_iter().enumerate() {
            let keys: UInt8Array = keys.into_iter().map(|key| (key != NONE).then_some(key)).collect();
            let array = DictionaryArray::<UInt8Type>::try_new(keys, dictionary.clone())?;
            columns.push((format!("reason_{}", number + 1), Arc::new(array)));
        }
        if self.spreads.len() == self.rows {
            columns.extend(ranged(&self.spreads));
        }
        columns.extend(
            names
                .into_iter()
                .zip(self.points)
                .map(|(name, points)| (name, Arc::new(Int32Array::from(points)) as ArrayRef)),
        );
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, array)| {
                Field::new(name, array.data_type().clone(), array.null_count() > 0 || name.starts_with("reason_"))
            })
            .collect();
        let about =
            [("keng.model".to_owned(), model.name.clone()), ("keng.model.version".to_owned(), model.version.clone())];
        let schema = Schema::new(fields).with_metadata(HashMap::from(about));
        RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, array)| array).collect())
    }
}

impl Window<'_> {
    fn fill(mut self, scorer: &Scorer, rows: &(impl Rows + ?Sized), parts: &[Part]) {
        let asked: Vec<bool> = scorer.model().fields.iter().map(|field| !field.derived).collect();
        let mut values = vec![0.0; scorer.model().fields.len()];
        let mut points = vec![0; scorer.reasons()];
        for at in 0..self.intercepted.len() {
            rows.read(self.first + at, &mut values);
            let missing = values.iter().zip(&asked).filter(|(value, is_asked)| **is_asked && value.is_nan()).count();
            let chance = scorer.write(&mut values, &mut points);
            put(self.intercepted, at, chance);
            put(self.missing, at, u32::try_from(missing).unwrap_or(u32::MAX));
            let mut sums = [0; 4];
            for (points, part) in points.iter().zip(parts) {
                let [frequency, consequence, response, all] = &mut sums;
                *all += points;
                *match part {
                    Part::Frequency => frequency,
                    Part::Consequence => consequence,
                    Part::Response => response,
                } += points;
            }
            self.sums.iter_mut().zip(sums).for_each(|(column, sum)| put(column, at, sum));
            self.points.iter_mut().zip(&points).for_each(|(column, points)| put(column, at, *points));
            self.top.iter_mut().zip(top(&points)).for_each(|(column, reason)| put(column, at, reason));
        }
    }
}

fn put<T>(column: &mut [T], at: usize, value: T) {
    if let Some(place) = column.get_mut(at) {
        *place = value;
    }
}

/// The reasons with the most points above 0, the first of equals first.
fn top(points: &[i32]) -> [u8; NAMED] {
    let mut best = [(0, NONE); NAMED];
    for (reason, points) in (0..NONE).zip(points) {
        let mut new = (*points, reason);
        for place in &mut best {
            if new.0 > place.0 {
                std::mem::swap(place, &mut new);
            }
        }
    }
    best.map(|(_, reason)| reason)
}

/// The rank of each site; of equals the first comes first.
fn ranks(points: &[i32]) -> Vec<u32> {
    let mut order: Vec<(i32, u32)> = points.iter().map(|points| -points).zip(0..).collect();
    order.par_sort_unstable();
    let mut ranks = vec![0; order.len()];
    for ((_, row), rank) in order.into_iter().zip(1..) {
        put(&mut ranks, row as usize, rank);
    }
    ranks
}

fn ranged(spreads: &[Spread]) -> [(String, ArrayRef); 5] {
    let ints = |pick: fn(&Spread) -> i32| Arc::new(Int32Array::from_iter_values(spreads.iter().map(pick)));
    let ranks = |pick: fn(&Spread) -> u32| Arc::new(UInt32Array::from_iter_values(spreads.iter().map(pick)));
    [
        ("score_low".to_owned(), ints(|spread| spread.low) as ArrayRef),
        ("score_high".to_owned(), ints(|spread| spread.high)),
        ("rank_low".to_owned(), ranks(|spread| spread.rank_low)),
        ("rank_high".to_owned(), ranks(|spread| spread.rank_high)),
        ("in_worst".to_owned(), Arc::new(Float64Array::from_iter_values(spreads.iter().map(|spread| spread.in_worst)))),
    ]
}

/// Names are in one dictionary whose keys have eight bits.
const _: () = assert!(crate::model::MAX_PARTS + 4 < NONE as usize, "a reason's number fits");
