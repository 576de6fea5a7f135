//! From points to robberies and money: the sites together give the base rate.

use super::DOUBLING;
use crate::model::{Base, Model};

/// What a point stands for among these sites.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Expected robberies a year at a site with 0 points of frequency.
    pub robberies: f64,
    /// What a robbery costs at a site with 0 points of consequence, in million VND, if nobody comes in time.
    pub loss_mvnd: f64,
    /// What of it is left at a site with 0 points of response.
    pub left: f64,
}

impl Base {
    /// Robberies a site and year.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.incidents / self.site_years
    }

    /// What it is after more incidents over more sites and years: the mean of a Gamma distribution, updated.
    #[must_use]
    pub fn updated(&self, incidents: f64, site_years: f64) -> Self {
        Self {
            incidents: self.incidents + incidents,
            site_years: self.site_years + site_years,
            source: format!("{}; with {incidents} incidents in {site_years} site-years of the user's", self.source),
        }
    }

    /// The rate that it is below with the chance of a standard normal `z` (Wilson and Hilferty's approximation of the Gamma quantile).
    #[must_use]
    pub fn rate_at(&self, z: f64) -> f64 {
        let ninth = 1.0 / (9.0 * self.incidents);
        self.rate() * (1.0 - ninth + z * ninth.sqrt()).max(0.0).powi(3)
    }
}

impl Calibration {
    /// For sites with these points of frequency: their robberies sum to the base rate times their number. Without sites, as if there were
    /// the reference site alone.
    #[must_use]
    pub fn of(model: &Model, base: &Base, frequency: impl IntoIterator<Item = i32>) -> Self {
        let (mut sum, mut count) = (0.0, 0.0);
        for points in frequency {
            sum += times(points);
            count += 1.0;
        }
        let mean = if count > 0.0 { sum / count } else { 1.0 };
        Self { robberies: base.rate() / mean, loss_mvnd: model.loss.likely, left: model.reference.left }
    }

    /// Expected robberies a year at a site with these points of frequency.
    #[must_use]
    pub fn robberies_at(&self, frequency: i32) -> f64 {
        self.robberies * times(frequency)
    }

    /// What a robbery costs at a site with these points of consequence, in million VND, if nobody comes in time.
    #[must_use]
    pub fn loss_at(&self, consequence: i32) -> f64 {
        self.loss_mvnd * times(consequence)
    }

    /// Expected loss a year at a site with so many points, in million VND.
    #[must_use]
    pub fn yearly_mvnd(&self, points: i32) -> f64 {
        self.robberies * self.loss_mvnd * self.left * times(points)
    }
}

/// The factor that some points stand for.
pub(crate) fn times(points: i32) -> f64 {
    (f64::from(points) / DOUBLING).exp2()
}
