//! `scorer-input`: what the scorer is told about each site's guards. It names nobody.

use std::io::stdout;

use chrono::NaiveDate;
use keng_export::{Cell, Kind, csv};
use keng_training::{Book, Rules};

use super::Context;
use crate::args::ScorerArgs;
use crate::failure::Failure;
use crate::report::{Report, table};
use crate::store::Store;
use crate::words::{Lang, Word};

/// The columns are fields of the scorer's model; the headings are their names, in every language.
const COLUMNS: &[(&str, Word, Kind)] = &[
    ("id", Word::Site, Kind::Text),
    ("guards", Word::People, Kind::Integer),
    ("guard_training_valid", Word::Qualified, Kind::Number),
    ("last_drill_days", Word::DaysLeft, Kind::Integer),
    ("drill_alarm_s", Word::AlarmAfter, Kind::Integer),
];

pub(crate) fn run(context: &Context, args: &ScorerArgs) -> Result<(), Failure> {
    if args.to < args.from {
        return Err(Failure::usage("--to is before --from"));
    }
    let store = Store::open(&context.common.store)?;
    let report = report(&store.book()?, &store.rules()?, args.from, args.to, context.lang)?;
    if context.common.json {
        return context.show(&report);
    }
    let mut writer = csv::Writer::new(&report.table, stdout().lock())?;
    report.rows.iter().try_for_each(|row| writer.row(row))?;
    drop(writer.finish()?);
    Ok(())
}

/// One row a site. What is not known is empty, which the scorer takes as unknown and not as zero.
pub(crate) fn report(
    book: &Book,
    rules: &Rules,
    from: NaiveDate,
    to: NaiveDate,
    lang: Lang,
) -> Result<Report, Failure> {
    let table = table("scorer_input", Word::TitleScorer.text(lang), lang, COLUMNS)?;
    let mut report = Report { table, rows: Vec::new() };
    for site in book.sites.keys() {
        let coverage = book.site_coverage(rules, site, from, to);
        let known = coverage.shifts > 0;
        report.rows.push(vec![
            site.0.clone().into(),
            known.then_some(i64::from(coverage.guards)).into(),
            known.then(|| f64::from(coverage.covered) / f64::from(coverage.shifts)).into(),
            coverage.last_drill.map(|day| Cell::from(to.signed_duration_since(day).num_days())).unwrap_or(Cell::Empty),
            coverage.alarm_after_s.into(),
        ]);
    }
    Ok(report)
}
