//! `what-if SITE --set guards=2`: a site as if something were different.

use keng_risk::score::{Score, reasons};
use serde_json::{Value, json};

use super::explain::named;
use crate::args::WhatIfArgs;
use crate::failure::Failure;
use crate::load::load;
use crate::output;
use crate::words::Word;

pub(crate) fn run(args: &WhatIfArgs) -> Result<(), Failure> {
    let loaded = load(&args.sites, None)?;
    let (lang, model) = (loaded.lang, &loaded.model);
    let site = named(&loaded, &args.site)?;
    let before = loaded.sites.site(site);
    let mut after = before.clone();
    for set in &args.set {
        let usage = |what: String| Failure::Usage(format!("--set {set}: {what}"));
        let (field, value) = set.split_once('=').ok_or_else(|| usage("FIELD=VALUE".to_owned()))?;
        after.set(model, field, value).map_err(|wrong| usage(lang.wrong(&wrong)))?;
    }
    let (was, is) = (Score::of(model, &before.values), Score::of(model, &after.values));
    let unit = loaded.sites.calibration(model);
    let changed: Vec<_> =
        reasons(model).zip(was.points.iter().zip(&is.points)).filter(|(_, (was, is))| was != is).collect();
    if args.json {
        let reasons: Vec<Value> = changed
            .iter()
            .map(|(reason, (was, is))| json!({ "reason": reason.name(model), "before": was, "after": is }))
            .collect();
        return output::json(&json!({
            "id": args.site, "set": args.set, "score_before": was.total(), "score_after": is.total(),
            "change": is.total() - was.total(), "reasons": reasons,
            "not_intercepted_before": 1.0 - was.intercepted, "not_intercepted_after": 1.0 - is.intercepted,
            "loss_a_year_mvnd_before": unit.yearly_mvnd(was.total()), "loss_a_year_mvnd_after": unit.yearly_mvnd(is.total()),
            "model_sha256": loaded.model_hash, "data_sha256": loaded.data_hash,
        }));
    }
    let row = |name: String, was: i32, is: i32| vec![name, lang.signed(was), lang.signed(is), lang.signed(is - was)];
    let mut rows: Vec<_> =
        changed.iter().map(|(reason, (was, is))| row(lang.reason(model, *reason), **was, **is)).collect();
    rows.push(row(lang.say(Word::Total).to_uppercase(), was.total(), is.total()));
    let header = [loaded.sites.name(site), lang.say(Word::Before), lang.say(Word::After), lang.say(Word::Change)];
    output::say(&output::table(&header, rows, &[]).to_string())
}
