//! Which of my branches first, why, and what should each fix? With the library alone: no files, no command line.

use std::error::Error;
use std::io::Write as _;

use keng_geo::Position;
use keng_risk::change::changes;
use keng_risk::plan::{Request, plan};
use keng_risk::range::{Options, ranges};
use keng_risk::score::reasons;
use keng_risk::{Calibration, Model, Scorer, Site};

fn main() -> Result<(), Box<dyn Error>> {
    let model = Model::default();
    let branch = |fields: &[(&str, &str)]| {
        let mut site = Site::unknown(&model);
        fields.iter().try_for_each(|(field, value)| site.set(&model, field, value)).map(|()| site)
    };
    let sites = [
        (
            "by the market",
            branch(&[("kind", "gold_shop"), ("guards", "0"), ("cash_mvnd", "4000"), ("travel_1_s", "140")])?,
        ),
        (
            "behind the hill",
            branch(&[
                ("kind", "transaction_office"),
                ("guards", "1"),
                ("distance_homes_m", "1500"),
                ("travel_1_s", "840"),
            ])?,
        ),
        (
            "in the town",
            branch(&[("kind", "bank_branch"), ("guards", "2"), ("interlocking_door", "true"), ("travel_1_s", "95")])?,
        ),
    ];
    let scorer = Scorer::new(&model);
    let scores: Vec<_> = sites.iter().map(|(_, site)| scorer.score(&site.values)).collect();
    let calibration = Calibration::of(&model, &model.base, scores.iter().map(|score| score.frequency));
    let spreads = ranges(&model, sites.as_slice(), &Options { worst: 1, ..Options::default() })?;

    let mut out = std::io::stdout().lock();
    for ((name, site), (score, spread)) in sites.iter().zip(scores.iter().zip(&spreads)) {
        writeln!(
            out,
            "{name}: {} points, {} to {}; the worst with {:.0} %",
            score.total(),
            spread.low,
            spread.high,
            spread.in_worst * 100.0
        )?;
        let mut why: Vec<_> = reasons(&model).zip(&score.points).collect();
        why.sort_by_key(|(_, points)| -points.abs());
        for (reason, points) in why.into_iter().take(3) {
            writeln!(out, "    {points:+} {}", reason.name(&model))?;
        }
        for change in changes(&scorer, site).into_iter().take(1) {
            let measure = model.measures.get(change.measure).map_or("", |measure| measure.en.as_str());
            writeln!(out, "    most would help: {measure}, {} fewer", change.lowers)?;
        }
    }

    let positions =
        [Position::new(20.99, 106.52).ok(), Position::new(21.03, 106.47).ok(), Position::new(20.97, 106.54).ok()];
    let request = Request { budget_mvnd: 100.0, calibration, positions: &positions, draws: 20, seed: 1 };
    let plan = plan(&model, sites.as_slice(), &request);
    writeln!(out, "with 100 million VND a year ({}):", if plan.is_proven { "proven best" } else { "near the best" })?;
    for choice in &plan.choices {
        let names: Vec<_> = choice
            .measures
            .iter()
            .filter_map(|measure| model.measures.get(*measure))
            .map(|measure| measure.en.as_str())
            .collect();
        let site = sites.get(choice.site).map_or("", |(name, _)| name);
        writeln!(out, "    {site}: {} for {}", names.join(", "), choice.cost_mvnd)?;
    }
    Ok(())
}
