//! The sites scored, once, for everything that shows them.

use keng_risk::range::{MAX_DRAWN, Options, Spread, ranges};
use keng_risk::score::Score;
use keng_risk::site::Rows as _;
use keng_risk::{Calibration, Scorer};
use rayon::prelude::*;

use crate::args::DrawArgs;
use crate::failure::Failure;
use crate::load::Loaded;

/// Draws where nobody says how many.
const DRAWS: usize = 1000;

/// Scores, ranks and ranges of all sites.
pub(crate) struct View {
    pub(crate) scorer: Scorer,
    /// All points of each site.
    pub(crate) totals: Vec<i32>,
    /// The sites from the most points to the fewest; of equals the first first.
    pub(crate) order: Vec<usize>,
    ranks: Vec<usize>,
    /// Empty without draws.
    pub(crate) spreads: Vec<Spread>,
    pub(crate) unit: Calibration,
    /// Expected robberies a year at all sites together.
    pub(crate) robberies: f64,
    pub(crate) draws: usize,
    pub(crate) seed: u64,
    pub(crate) worst: usize,
}

impl View {
    pub(crate) fn of(loaded: &Loaded, args: &DrawArgs) -> Result<Self, Failure> {
        let (sites, scorer) = (&loaded.sites, Scorer::new(&loaded.model));
        let points: Vec<(i32, i32)> = (0..sites.len())
            .into_par_iter()
            .map_init(
                || vec![0.0; loaded.model.fields.len()],
                |values, site| {
                    sites.read(site, values);
                    scorer.totals(values)
                },
            )
            .collect();
        let unit = Calibration::of(&loaded.model, &loaded.model.base, points.iter().map(|(frequency, _)| *frequency));
        let totals: Vec<i32> = points.iter().map(|(_, total)| *total).collect();
        let mut order: Vec<usize> = (0..totals.len()).collect();
        order.sort_by_key(|site| totals.get(*site).map(|points| -points));
        let mut ranks = vec![0; order.len()];
        for (site, rank) in order.iter().zip(1..) {
            if let Some(place) = ranks.get_mut(*site) {
                *place = rank;
            }
        }
        let robberies = points.iter().map(|(frequency, _)| unit.robberies_at(*frequency)).sum();
        let draws = args.draws.unwrap_or_else(|| DRAWS.min(MAX_DRAWN / sites.len().max(1)));
        let mut view = Self {
            scorer,
            totals,
            order,
            ranks,
            spreads: Vec::new(),
            unit,
            robberies,
            draws,
            seed: args.seed,
            worst: args.worst,
        };
        if let Some(options) = view.options(args) {
            view.spreads = ranges(&loaded.model, sites, &options).map_err(|error| Failure::Usage(error.to_string()))?;
        }
        Ok(view)
    }

    /// How ranges are made; none without draws.
    pub(crate) fn options(&self, args: &DrawArgs) -> Option<Options> {
        (self.draws > 0).then_some(Options { draws: self.draws, seed: args.seed, worst: args.worst })
    }

    pub(crate) fn score(&self, loaded: &Loaded, site: usize) -> Score {
        self.scorer.score(&loaded.sites.site(site).values)
    }

    /// 1 has the most points.
    pub(crate) fn rank(&self, site: usize) -> usize {
        self.ranks.get(site).copied().unwrap_or(0)
    }

    /// How many fields that can be asked for a site lacks.
    pub(crate) fn missing(&self, loaded: &Loaded, site: usize) -> usize {
        let values = loaded.sites.site(site).values;
        loaded.model.fields.iter().zip(&values).filter(|(field, value)| !field.derived && value.is_nan()).count()
    }
}
