//! The report: one HTML file that needs nothing else, with pictures that go on a slide.

mod chart;
mod html;
mod map;
mod site;
mod svg;
mod view;

pub(crate) use html::html;
pub(crate) use map::{Outline, outlines};
pub(crate) use view::View;

/// What a report has beside the scores.
#[derive(Default)]
pub(crate) struct Extras {
    /// The budget of the plan, in million VND a year; none makes no plan.
    pub(crate) budget_mvnd: Option<f64>,
    /// Boundaries for the map.
    pub(crate) outlines: Vec<Outline>,
    /// Whether the places are invented, which the report then says.
    pub(crate) is_invented: bool,
}
