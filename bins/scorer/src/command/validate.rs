//! `validate`: how well scores foretold incidents, beside prior counts alone.

use keng_risk::validate::{Case, Comparison, Measures, compare};
use serde_json::{Value, json};

use crate::args::{DrawArgs, ValidateArgs};
use crate::failure::Failure;
use crate::load::{Loaded, load};
use crate::output;
use crate::report::View;
use crate::words::Word;

/// Groups of the calibration.
const GROUPS: usize = 10;
/// What a site had before is in this field.
const BEFORE: &str = "robberies_3y";

pub(crate) fn run(args: &ValidateArgs) -> Result<(), Failure> {
    let loaded = load(&args.sites, Some(&args.outcome))?;
    let view = View::of(&loaded, &DrawArgs { draws: Some(0), seed: 1, worst: 1 })?;
    let cases = cases(&loaded, &view)
        .ok_or_else(|| Failure::Data(format!("{}: {}", args.outcome, loaded.lang.say(Word::NoNumber))))?;
    let made = compare(&cases, args.area, GROUPS.min(cases.len())).map_err(|error| Failure::Data(error.to_string()))?;
    if args.json { output::json(&as_json(&loaded, &made)) } else { output::say(&text(&loaded, &made)) }
}

fn cases(loaded: &Loaded, view: &View) -> Option<Vec<Case>> {
    let before = loaded.model.field(BEFORE).and_then(|field| loaded.sites.columns.get(field));
    let each = loaded.sites.outcome.iter().enumerate().map(|(site, outcome)| {
        let rate = view.unit.robberies_at(view.score(loaded, site).frequency);
        let known = before.and_then(|column| column.get(site)).copied().unwrap_or(0.0);
        let before = if known.is_nan() { 0 } else { whole(known)? };
        Some(Case { incidents: whole(*outcome)?, chance: 1.0 - (-rate).exp(), before, size: 1.0 })
    });
    each.collect()
}

/// A count; none for what is no whole number from 0 up.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
fn whole(number: f64) -> Option<u32> {
    (number >= 0.0 && number.fract() == 0.0 && number < f64::from(u32::MAX)).then_some(number as u32)
}

fn text(loaded: &Loaded, made: &Comparison) -> String {
    let lang = loaded.lang;
    let row = |name: &str, pick: fn(&Measures) -> f64, digits| {
        vec![name.to_owned(), lang.number(pick(&made.model), digits), lang.number(pick(&made.prior_counts), digits)]
    };
    let rows = vec![
        row("AUC", |measures| measures.auc, 4),
        row("Brier", |measures| measures.brier, 6),
        row("log-loss", |measures| measures.log_loss, 6),
        row("PAI", |measures| measures.pai, 3),
        row("PEI*", |measures| measures.pei, 3),
    ];
    let measures = output::table(&["", lang.say(Word::Model), lang.say(Word::PriorCounts)], rows, &[]);
    let groups =
        made.model.calibration.iter().map(|group| {
            vec![group.sites.to_string(), lang.number(group.predicted, 6), lang.number(group.observed, 6)]
        });
    let header = [Word::Site, Word::Predicted, Word::Observed].map(|word| lang.say(word));
    format!("{measures}\n{}\n{}", lang.say(Word::Calibrated), output::table(&header, groups.collect::<Vec<_>>(), &[]))
}

fn as_json(loaded: &Loaded, made: &Comparison) -> Value {
    let of = |measures: &Measures| {
        let groups = measures.calibration.iter();
        let groups = groups
            .map(|group| json!({ "sites": group.sites, "predicted": group.predicted, "observed": group.observed }));
        json!({
            "auc": measures.auc, "brier": measures.brier, "log_loss": measures.log_loss, "pai": measures.pai, "pei": measures.pei,
            "calibration": groups.collect::<Vec<_>>(),
        })
    };
    json!({
        "model": of(&made.model), "prior_counts": of(&made.prior_counts),
        "model_sha256": loaded.model_hash, "data_sha256": loaded.data_hash,
    })
}
