//! What each reader is shown: the rows of the police's, the auditor's, the analyst's and a person's view.

mod analyst;
mod auditor;
mod person;
mod police;

use chrono::{DateTime, FixedOffset, NaiveDate};
use keng_export::Table;
use keng_training::{Book, PersonId, Rules};

use crate::args::View;
use crate::failure::Failure;
use crate::report::{Report, Sink};
use crate::store::Store;
use crate::words::Lang;

/// What a view is made from.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) store: &'a Store,
    pub(crate) rules: &'a Rules,
    pub(crate) at: DateTime<FixedOffset>,
    pub(crate) on: NaiveDate,
    pub(crate) lang: Lang,
}

/// One view, ready to give its rows as often as it is asked: once for each format.
#[derive(Debug)]
pub(crate) enum Rows {
    /// Row by row from the store, in the order of the names; only one person is in memory.
    Police(Table, Vec<PersonId>),
    /// Row by row from the store, in the order of the ledger.
    Auditor(Table),
    /// All of them.
    Ready(Report),
}

impl Rows {
    pub(crate) fn new(scene: &Scene<'_>, view: View, person: Option<&PersonId>, k: usize) -> Result<Self, Failure> {
        match (view, person) {
            (View::Police, _) => Ok(Self::Police(police::table(scene)?, scene.store.people()?)),
            (View::Auditor, _) => Ok(Self::Auditor(auditor::table(scene)?)),
            (View::Analyst, _) => Ok(Self::Ready(analyst::report(scene, k)?.0)),
            (View::Person, Some(person)) => Ok(Self::Ready(person::report(scene, person)?)),
            (View::Person, None) => Err(Failure::usage("--view person needs --person NUMBER")),
        }
    }

    pub(crate) const fn table(&self) -> &Table {
        match self {
            Self::Police(table, _) | Self::Auditor(table) => table,
            Self::Ready(report) => &report.table,
        }
    }

    /// Gives every row to `sink`.
    pub(crate) fn each(&self, scene: &Scene<'_>, sink: &mut Sink<'_>) -> Result<(), Failure> {
        match self {
            Self::Police(_, people) => police::rows(scene, people, sink),
            Self::Auditor(_) => auditor::rows(scene, sink),
            Self::Ready(report) => report.rows.iter().try_for_each(|row| sink(row)),
        }
    }
}

/// How many people the analyst's view leaves out, for saying so.
pub(crate) fn suppressed(scene: &Scene<'_>, k: usize) -> Result<usize, Failure> {
    Ok(analyst::report(scene, k)?.1)
}

/// The ward of each site, for coarsening.
fn ward<'b>(book: &'b Book, site: &keng_training::SiteId) -> &'b str {
    book.sites.get(site).map_or("", |site| site.ward.as_str())
}
