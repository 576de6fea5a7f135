//! One site of the report.

use std::fmt::Write as _;

use keng_risk::change::{changes, unknowns};
use keng_risk::hours::week;
use keng_risk::model::Part;
use keng_risk::site::Rows as _;

use super::chart;
use super::svg::{colour, escape};
use super::view::View;
use crate::command::SHOWN;
use crate::load::Loaded;
use crate::words::Word;

/// Draws for what to find out next: enough to tell one field from another.
const DRAWS: usize = 400;

pub(super) fn section(loaded: &Loaded, view: &View, site: usize, is_open: bool) -> String {
    let (lang, model) = (loaded.lang, &loaded.model);
    let (values, score) = (loaded.sites.site(site), view.score(loaded, site));
    let mut out = format!(
        "<details class=\"site\"{}><summary><b>{}.</b> {} <span class=\"points\">{}</span></summary><div class=\"parts\">",
        if is_open { " open" } else { "" },
        view.rank(site),
        escape(loaded.sites.name(site)),
        lang.signed(score.total())
    );
    let said = |part: Part| match part {
        Part::Frequency => {
            format!("{} {}", lang.number(view.unit.robberies_at(score.frequency), 5), lang.say(Word::Robberies))
        }
        Part::Consequence => {
            format!("{}: {}", lang.say(Word::LossEach), lang.number(view.unit.loss_at(score.consequence), 0))
        }
        Part::Response => format!("{}: {} %", lang.say(Word::Gone), lang.number((1.0 - score.intercepted) * 100.0, 0)),
    };
    for part in Part::ALL {
        let _ = write!(
            out,
            "<div class=\"part\" style=\"border-color:{}\"><span>{}</span><b>{}</b><small>{}</small></div>",
            colour(part),
            lang.part(part),
            lang.signed(score.part(part)),
            escape(&said(part))
        );
    }
    if let Some(spread) = view.spreads.get(site) {
        let _ = write!(
            out,
            "<div class=\"part\"><span>{}</span><b>{} … {}</b><small>{} {}–{} · {} {} %</small></div>",
            lang.say(Word::Range),
            lang.signed(spread.low),
            lang.signed(spread.high),
            lang.say(Word::RankRange),
            spread.rank_low,
            spread.rank_high,
            lang.fill(Word::InWorst, &[&view.worst]),
            lang.number(spread.in_worst * 100.0, 0)
        );
    }
    let shares = week(model, &values.values);
    let most = shares.iter().flatten().copied().fold(0.0, f64::max);
    let _ = write!(
        out,
        "</div><div class=\"two\"><figure>{}<figcaption>{}</figcaption></figure><div><figure>{}<figcaption>{}</figcaption></figure>{}</div></div></details>",
        chart::waterfall(loaded, &score, &values.values),
        lang.say(Word::Reasons),
        chart::week(lang, &shares, most),
        lang.say(Word::WeekNote),
        advice(loaded, view, site)
    );
    out
}

/// What helps most, and what to find out.
fn advice(loaded: &Loaded, view: &View, site: usize) -> String {
    let (lang, model, values) = (loaded.lang, &loaded.model, loaded.sites.site(site));
    let mut out = format!("<h4>{}</h4><ol>", lang.say(Word::Changes));
    let changes = changes(&view.scorer, &values);
    for change in changes.iter().take(SHOWN) {
        let name = model.measures.get(change.measure).map_or("", |measure| lang.measure(measure));
        let _ = write!(
            out,
            "<li>{} <b>{}</b> → {}</li>",
            escape(name),
            lang.signed(-change.lowers),
            lang.signed(change.after.total())
        );
    }
    out += "</ol>";
    if changes.is_empty() {
        let _ = write!(out, "<p>{}</p>", lang.say(Word::NoChange));
    }
    let _ = write!(out, "<h4>{}</h4><ol>", lang.say(Word::FindOut));
    let unknowns = unknowns(model, &values, loaded.sites.key(site), DRAWS, view.seed);
    let nothing = if unknowns.is_empty() { Word::AllKnown } else { Word::NothingNarrows };
    let unknowns: Vec<_> = unknowns.into_iter().filter(|unknown| unknown.narrows >= 1.0).collect();
    for unknown in unknowns.iter().take(SHOWN) {
        let name = model.fields.get(unknown.field).map_or("", |field| lang.field(field));
        let _ =
            write!(out, "<li>{}: {}</li>", escape(name), lang.fill(Word::Narrows, &[&lang.number(unknown.narrows, 0)]));
    }
    out += "</ol>";
    if unknowns.is_empty() {
        let _ = write!(out, "<p>{}</p>", lang.say(nothing));
    }
    out
}
