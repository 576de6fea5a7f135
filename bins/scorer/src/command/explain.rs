//! `explain SITE`: why, what helps most, what to find out next.

use keng_geo::travel::By;
use keng_risk::change::{changes, unknowns};
use keng_risk::score::{Score, reasons};
use keng_risk::site::Rows as _;
use serde_json::{Value, json};

use crate::args::ExplainArgs;
use crate::failure::Failure;
use crate::load::{Loaded, load};
use crate::output;
use crate::report::View;
use crate::words::Word;

/// So many changes are shown.
pub(crate) const SHOWN: usize = 3;

pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let loaded = load(&args.sites, None)?;
    let site = named(&loaded, &args.site)?;
    let view = View::of(&loaded, &args.draws)?;
    if args.json { output::json(&as_json(&loaded, &view, site)) } else { output::say(&text(&loaded, &view, site)) }
}

/// The site with an id.
pub(super) fn named(loaded: &Loaded, id: &str) -> Result<usize, Failure> {
    loaded.sites.named(id).ok_or_else(|| Failure::No(loaded.lang.fill(Word::NoSite, &[&id])))
}

/// The reasons of a score as rows: name, value, reference, points; those with the most points first, in their parts.
pub(super) fn reason_rows(loaded: &Loaded, values: &[f64], score: &Score) -> Vec<Vec<String>> {
    let (lang, model) = (loaded.lang, &loaded.model);
    let reference = keng_risk::Site::reference(model);
    let shown = |fields: &[usize], values: &[f64]| {
        let all = fields.iter().filter_map(|field| Some(lang.value(model.fields.get(*field)?, *values.get(*field)?)));
        all.collect::<Vec<_>>().join(", ")
    };
    let mut rows = Vec::new();
    for part in keng_risk::model::Part::ALL {
        let mut own: Vec<_> =
            reasons(model).zip(&score.points).filter(|(reason, _)| reason.part(model) == part).collect();
        own.sort_by_key(|(_, points)| -points.abs());
        rows.push(vec![lang.part(part).to_uppercase(), String::new(), String::new(), lang.signed(score.part(part))]);
        for (reason, points) in own {
            let fields = reason.fields(model);
            rows.push(vec![
                format!("  {}", lang.reason(model, reason)),
                shown(&fields, values),
                shown(&fields, &reference.values),
                lang.signed(*points),
            ]);
        }
    }
    rows.push(vec![lang.say(Word::Total).to_uppercase(), String::new(), String::new(), lang.signed(score.total())]);
    rows
}

fn text(loaded: &Loaded, view: &View, site: usize) -> String {
    let (lang, model) = (loaded.lang, &loaded.model);
    let (values, score) = (loaded.sites.site(site), view.score(loaded, site));
    let mut text = format!("{} ({})\n", loaded.sites.name(site), loaded.sites.ids.get(site).map_or("", String::as_str));
    text += &format!("{}: {} {}", lang.say(Word::Score), lang.signed(score.total()), lang.say(Word::Points));
    text += &format!(" · {} {}/{}", lang.say(Word::Rank), view.rank(site), loaded.sites.len());
    if let Some(spread) = view.spreads.get(site) {
        text += &format!(" · {} {} … {}", lang.say(Word::Range), lang.signed(spread.low), lang.signed(spread.high));
        text += &format!(" · {} {}–{}", lang.say(Word::RankRange), spread.rank_low, spread.rank_high);
        let worst = lang.fill(Word::InWorst, &[&view.worst]);
        text += &format!(" · {worst} {} %", lang.number(spread.in_worst * 100.0, 0));
    }
    text += &format!("\n{}\n", lang.say(Word::PointsMean));
    for (word, value) in [
        (Word::Robberies, lang.number(view.unit.robberies_at(score.frequency), 6)),
        (Word::LossEach, lang.number(view.unit.loss_at(score.consequence), 0)),
        (Word::Gone, format!("{} %", lang.number((1.0 - score.intercepted) * 100.0, 1))),
        (Word::LossYear, lang.number(view.unit.yearly_mvnd(score.total()), 3)),
    ] {
        text += &format!("{}: {value}\n", lang.say(word));
    }
    text += &posts(loaded, site);
    let header = [lang.say(Word::Reasons), lang.say(Word::Value), lang.say(Word::Reference), lang.say(Word::Points)];
    text += &format!("\n{}\n", output::table(&header, reason_rows(loaded, &values.values, &score), &[1, 2]));
    text += &format!("\n{}\n", lang.say(Word::Changes));
    let changes = changes(&view.scorer, &values);
    for (change, number) in changes.iter().take(SHOWN).zip(1..) {
        let name = model.measures.get(change.measure).map_or("", |measure| lang.measure(measure));
        text +=
            &format!("  {number}. {name}: {} → {}\n", lang.signed(-change.lowers), lang.signed(change.after.total()));
    }
    if changes.is_empty() {
        text += &format!("  {}\n", lang.say(Word::NoChange));
    }
    text += &format!("\n{}\n", lang.say(Word::FindOut));
    let unknowns = unknowns(model, &values, loaded.sites.key(site), view.draws, view.seed);
    let nothing = if unknowns.is_empty() { Word::AllKnown } else { Word::NothingNarrows };
    let unknowns: Vec<_> = unknowns.into_iter().filter(|unknown| unknown.narrows >= 1.0).collect();
    for (unknown, number) in unknowns.iter().take(SHOWN).zip(1..) {
        let name = model.fields.get(unknown.field).map_or("", |field| lang.field(field));
        let narrows = lang.fill(Word::Narrows, &[&lang.number(unknown.narrows, 0)]);
        text += &format!("  {number}. {name}: {narrows}\n");
    }
    if unknowns.is_empty() {
        text += &format!("  {}\n", lang.say(nothing));
    }
    text + "\n" + &loaded.about_travel()
}

/// The posts that are there first, with their times.
fn posts(loaded: &Loaded, site: usize) -> String {
    let lang = loaded.lang;
    let Some(arrivals) = loaded.arrivals.get(site).filter(|arrivals| !arrivals.is_empty()) else {
        return String::new();
    };
    let mut text = format!("{}:\n", lang.say(Word::Posts));
    for arrival in arrivals {
        let name = usize::try_from(arrival.post).ok().and_then(|post| loaded.posts.names.get(post));
        let by = if matches!(arrival.by, By::Roads { .. }) { Word::ByRoad } else { Word::AsTheCrow };
        let (seconds, metres) = (lang.number(f64::from(arrival.time_ms) / 1000.0, 1), lang.number(arrival.length_m, 0));
        text += &format!("  {}: {seconds} s, {metres} m {}\n", name.map_or("", String::as_str), lang.say(by));
    }
    text
}

fn as_json(loaded: &Loaded, view: &View, site: usize) -> Value {
    let model = &loaded.model;
    let (values, score) = (loaded.sites.site(site), view.score(loaded, site));
    let reasons: Vec<Value> = reasons(model)
        .zip(&score.points)
        .map(|(reason, points)| {
            let is_missing =
                reason.fields(model).iter().any(|field| values.values.get(*field).is_some_and(|value| value.is_nan()));
            json!({ "reason": reason.name(model), "points": points, "missing": is_missing })
        })
        .collect();
    let changes: Vec<Value> = changes(&view.scorer, &values)
        .iter()
        .take(SHOWN)
        .map(|change| {
            let name = model.measures.get(change.measure).map(|measure| measure.name.clone());
            json!({ "measure": name, "lowers": change.lowers, "score_after": change.after.total() })
        })
        .collect();
    let unknowns: Vec<Value> = unknowns(model, &values, loaded.sites.key(site), view.draws, view.seed)
        .iter()
        .map(|unknown| json!({ "field": model.fields.get(unknown.field).map(|field| &field.name), "narrows": unknown.narrows }))
        .collect();
    let posts = loaded.arrivals.get(site).into_iter().flatten().map(|arrival| {
        let name = usize::try_from(arrival.post).ok().and_then(|post| loaded.posts.names.get(post));
        json!({ "name": name, "time_ms": arrival.time_ms, "length_m": arrival.length_m, "by_road": matches!(arrival.by, By::Roads { .. }) })
    });
    let spread = view.spreads.get(site);
    json!({
        "posts": posts.collect::<Vec<_>>(),
        "id": loaded.sites.ids.get(site), "name": loaded.sites.names.get(site),
        "score": score.total(), "frequency": score.frequency, "consequence": score.consequence, "response": score.response,
        "rank": view.rank(site), "sites": loaded.sites.len(),
        "score_low": spread.map(|spread| spread.low), "score_high": spread.map(|spread| spread.high),
        "rank_low": spread.map(|spread| spread.rank_low), "rank_high": spread.map(|spread| spread.rank_high),
        "in_worst": spread.map(|spread| spread.in_worst),
        "robberies_a_year": view.unit.robberies_at(score.frequency), "loss_each_mvnd": view.unit.loss_at(score.consequence),
        "not_intercepted": 1.0 - score.intercepted, "loss_a_year_mvnd": view.unit.yearly_mvnd(score.total()),
        "reasons": reasons, "changes": changes, "find_out": unknowns, "travel": loaded.about_travel(),
        "model_sha256": loaded.model_hash, "data_sha256": loaded.data_hash,
    })
}
