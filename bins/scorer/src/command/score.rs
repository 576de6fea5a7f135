//! `score`: a ranking, a file, a report.

use std::path::Path;

use keng_risk::batch::{self, score_rows};
use keng_risk::share::share;

use crate::args::{OutputFormat, ScoreArgs};
use crate::failure::Failure;
use crate::load::{Loaded, load, warn};
use crate::output::{self, About};
use crate::report::{self, Extras, Outline, View, outlines};
use crate::words::Word;

pub(crate) fn run(args: &ScoreArgs) -> Result<(), Failure> {
    let loaded = load(&args.sites, None)?;
    loaded.progress.say(loaded.lang.say(Word::Scoring));
    let view = View::of(&loaded, &args.draws)?;
    if args.share {
        return shared(args, &loaded, &view);
    }
    let about = About { seed: args.draws.seed, draws: view.draws };
    match args.to {
        OutputFormat::Table => table(args, &loaded, &view)?,
        OutputFormat::Html => output::put(&args.output, html(args, &loaded, &view)?.as_bytes())?,
        format => {
            let options =
                batch::Options { calibration: Some(view.unit), ranges: view.options(&args.draws), base: None };
            let scored = score_rows(&loaded.model, &loaded.sites.id_array(), &loaded.sites, &options);
            let scored = scored.map_err(|error| Failure::Usage(error.to_string()))?;
            output::put(&args.output, &output::write_scores(&loaded, &scored, format, &about)?)?;
        }
    }
    if let Some(path) = &args.report {
        output::put(path, html(args, &loaded, &view)?.as_bytes())?;
        warn(&loaded.lang.fill(Word::Written, &[&path.display()]));
    }
    fail_above(args, &loaded, &view)
}

fn table(args: &ScoreArgs, loaded: &Loaded, view: &View) -> Result<(), Failure> {
    let lang = loaded.lang;
    let mut text = output::scores(loaded, view, args.top).to_string();
    if view.order.len() > args.top {
        text += &format!("\n{}", lang.fill(Word::MoreRows, &[&(view.order.len() - args.top)]));
    }
    text += &format!("\n{}\n{}", lang.say(Word::PointsMean), loaded.about_travel());
    let model = format!("{} {}", loaded.model.name, loaded.model.version);
    let short = |hash: &str| hash.chars().take(16).collect::<String>();
    text += &format!(
        "\n{}: {model} · {}: {} · {}: {}\n",
        lang.say(Word::Model),
        lang.say(Word::ModelHash),
        short(&loaded.model_hash),
        lang.say(Word::DataHash),
        short(&loaded.data_hash)
    );
    output::put(&args.output, text.as_bytes())
}

fn html(args: &ScoreArgs, loaded: &Loaded, view: &View) -> Result<String, Failure> {
    let outlines = args.boundaries.as_deref().map(boundaries).transpose()?.unwrap_or_default();
    let extras = Extras { budget_mvnd: args.budget, outlines, is_invented: false };
    Ok(report::html(loaded, view, &extras))
}

fn boundaries(path: &Path) -> Result<Vec<Outline>, Failure> {
    let octets = std::fs::read(path).map_err(Failure::reading(path))?;
    outlines(&octets).map_err(|error| Failure::Data(format!("{}: {error}", path.display())))
}

fn shared(args: &ScoreArgs, loaded: &Loaded, view: &View) -> Result<(), Failure> {
    let sites: Vec<_> = view.totals.iter().copied().zip(loaded.sites.positions.iter().copied()).collect();
    output::put(&args.output, &output::write_shared(&share(&sites), args.to)?)
}

fn fail_above(args: &ScoreArgs, loaded: &Loaded, view: &View) -> Result<(), Failure> {
    let Some(limit) = args.fail_above else { return Ok(()) };
    let above = view.totals.iter().filter(|points| **points > limit).count();
    if above == 0 { Ok(()) } else { Err(Failure::No(loaded.lang.fill(Word::FailAbove, &[&above, &limit]))) }
}
