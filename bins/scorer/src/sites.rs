//! The sites of an input: column after column, as they are kept for a million of them.

use arrow_array::StringArray;
use keng_geo::Position;
use keng_risk::site::{Rows, Site, key};
use keng_risk::{Calibration, Model};

/// Sites in the order of the input.
pub(crate) struct Sites {
    /// The row of the input that each is from.
    pub(crate) rows: Vec<u64>,
    pub(crate) ids: Vec<String>,
    /// Empty where there is none.
    pub(crate) names: Vec<String>,
    pub(crate) areas: Vec<String>,
    pub(crate) positions: Vec<Option<Position>>,
    /// For each field of the model the values of all sites.
    pub(crate) columns: Vec<Vec<f64>>,
    /// What a command asked for beside the fields, such as the robberies of each; not a number where there is none.
    pub(crate) outcome: Vec<f64>,
    /// The SHA-256 of what they were read from.
    pub(crate) hash: [u8; 32],
}

/// One site of an input.
pub(crate) struct One<'a> {
    pub(crate) row: u64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) area: String,
    pub(crate) position: Option<Position>,
    pub(crate) values: &'a [f64],
    pub(crate) outcome: f64,
}

impl Sites {
    pub(crate) fn empty(model: &Model, hash: [u8; 32]) -> Self {
        Self {
            rows: Vec::new(),
            ids: Vec::new(),
            names: Vec::new(),
            areas: Vec::new(),
            positions: Vec::new(),
            columns: vec![Vec::new(); model.fields.len()],
            outcome: Vec::new(),
            hash,
        }
    }

    /// Takes a site up, with the outcome that a command asked for.
    pub(crate) fn push(&mut self, one: One<'_>) {
        self.rows.push(one.row);
        self.ids.push(one.id);
        self.names.push(one.name);
        self.areas.push(one.area);
        self.positions.push(one.position);
        self.outcome.push(one.outcome);
        self.columns.iter_mut().zip(one.values).for_each(|(column, value)| column.push(*value));
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The site with an id.
    pub(crate) fn named(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }

    /// What people call it: its name, else its id.
    pub(crate) fn name(&self, site: usize) -> &str {
        let name = self.names.get(site).map(String::as_str).filter(|name| !name.is_empty());
        name.or_else(|| self.ids.get(site).map(String::as_str)).unwrap_or_default()
    }

    pub(crate) fn site(&self, site: usize) -> Site {
        let mut values = vec![f64::NAN; self.columns.len()];
        self.read(site, &mut values);
        Site { values }
    }

    /// Takes sites out; `bad` is ascending.
    pub(crate) fn remove(&mut self, bad: &[usize]) {
        fn keep<T>(all: &mut Vec<T>, bad: &[usize]) {
            let mut at = 0..;
            all.retain(|_| at.next().is_none_or(|at| bad.binary_search(&at).is_err()));
        }
        if bad.is_empty() {
            return;
        }
        keep(&mut self.rows, bad);
        keep(&mut self.ids, bad);
        keep(&mut self.names, bad);
        keep(&mut self.areas, bad);
        keep(&mut self.positions, bad);
        keep(&mut self.outcome, bad);
        self.columns.iter_mut().for_each(|column| keep(column, bad));
    }

    pub(crate) fn id_array(&self) -> StringArray {
        StringArray::from_iter_values(&self.ids)
    }

    /// What points stand for among these sites.
    pub(crate) fn calibration(&self, model: &Model) -> Calibration {
        let scorer = keng_risk::Scorer::new(model);
        let mut values = vec![f64::NAN; self.columns.len()];
        let frequency = (0..self.len()).map(|site| {
            self.read(site, &mut values);
            scorer.score(&values).frequency
        });
        Calibration::of(model, &model.base, frequency)
    }
}

impl Rows for Sites {
    fn len(&self) -> usize {
        self.ids.len()
    }

    fn key(&self, row: usize) -> u64 {
        self.ids.get(row).map_or(0, |id| key(id))
    }

    fn read(&self, row: usize, values: &mut [f64]) {
        let columns = values.iter_mut().zip(&self.columns);
        columns.for_each(|(value, column)| *value = column.get(row).copied().unwrap_or(f64::NAN));
    }
}
