//! The page.

use std::fmt::Write as _;

use keng_risk::hours::{Week, week};
use keng_risk::model::{Effect, Kind, Range, Shape};
use keng_risk::plan::{Request, plan};
use keng_risk::site::Rows as _;

use super::svg::{escape, float, heat};
use super::view::View;
use super::{Extras, chart, map, site};
use crate::command::plan as plan_text;
use crate::load::Loaded;
use crate::words::Word;

const STYLE: &str = include_str!("report.css");
/// So many sites, the worst, have a section of their own.
const SECTIONS: usize = 30;
/// With so many draws of the model's numbers the plan is made again.
const PLAN_DRAWS: usize = 40;
/// So many choices of a plan are listed.
const LISTED: usize = 60;

/// The report, whole.
pub(crate) fn html(loaded: &Loaded, view: &View, extras: &Extras) -> String {
    let lang = loaded.lang;
    let title = lang.say(Word::Report);
    let code = lang.pick("vi", "en");
    let mut out = format!(
        "<!DOCTYPE html><html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{title}</title><style>{STYLE}</style></head><body><header><h1>{title}</h1><p>{}</p>",
        lang.say(Word::Confidential)
    );
    if extras.is_invented {
        let _ = write!(out, "<p class=\"invented\">{}</p>", lang.say(Word::Invented));
    }
    out += "</header><main>";
    out += &summary(loaded, view);
    if let Some(map) = map::draw(loaded, view, &extras.outlines) {
        out += &figure(lang.say(Word::Map), &map, &loaded.about_travel());
    }
    out += &figure(lang.say(Word::Ranking), &chart::ranking(loaded, view), lang.say(Word::PointsMean));
    let all = whole_week(loaded, view);
    let most = all.iter().flatten().copied().fold(0.0, f64::max);
    out += &figure(lang.say(Word::Week), &chart::week(lang, &all, most), lang.say(Word::WeekNote));
    if let Some(budget) = extras.budget_mvnd {
        out += &plan_section(loaded, view, budget);
    }
    let _ = write!(out, "<section><h2>{}</h2>", lang.say(Word::Reasons));
    for (place, number) in view.order.iter().take(SECTIONS).enumerate() {
        out += &site::section(loaded, view, *number, place < 3);
    }
    out += "</section>";
    out += &quality(loaded);
    out += &card(loaded, view);
    out + "</main></body></html>\n"
}

fn figure(title: &str, picture: &str, caption: &str) -> String {
    format!("<section><h2>{title}</h2><figure>{picture}<figcaption>{}</figcaption></figure></section>", escape(caption))
}

fn summary(loaded: &Loaded, view: &View) -> String {
    let lang = loaded.lang;
    let base = &loaded.model.base;
    let sites = loaded.sites.len();
    let loss: f64 = view.totals.iter().map(|points| view.unit.yearly_mvnd(*points)).sum();
    let count = lang.number(float(sites), 0);
    let robberies = lang.fill(Word::AllRobberies, &[&lang.number(view.robberies, 3), &count]);
    let rate = |z: f64| lang.number(base.rate_at(z), 5);
    let rates = lang.fill(Word::BaseRateIs, &[&lang.number(base.rate(), 5), &rate(-1.645), &rate(1.645)]);
    let first = view.order.first().map_or("", |site| loaded.sites.name(*site));
    let box_of = |big: &str, small: &str| {
        format!("<div class=\"card\"><b>{}</b><span>{}</span></div>", escape(big), escape(small))
    };
    format!(
        "<section class=\"cards\">{}{}{}{}</section>",
        box_of(&count, lang.fill(Word::SitesCount, &[&""]).trim()),
        box_of(&lang.number(view.robberies, 3), &format!("{robberies}. {}: {rates}", lang.say(Word::BaseRate))),
        box_of(&lang.number(loss, 2), lang.say(Word::LossYear)),
        box_of(first, &format!("{} 1", lang.say(Word::Rank))),
    )
}

/// The week of all sites together, each weighing what its frequency does.
fn whole_week(loaded: &Loaded, view: &View) -> Week {
    let mut all = Week::default();
    let mut values = vec![0.0; loaded.model.fields.len()];
    for site in view.order.iter().take(5000) {
        loaded.sites.read(*site, &mut values);
        let weight = view.unit.robberies_at(view.scorer.totals(&mut values.clone()).0) / view.robberies;
        for (all, own) in all.iter_mut().zip(week(&loaded.model, &values)) {
            all.iter_mut().zip(own).for_each(|(all, own)| *all += own * weight);
        }
    }
    all
}

fn plan_section(loaded: &Loaded, view: &View, budget: f64) -> String {
    let lang = loaded.lang;
    let request = Request {
        budget_mvnd: budget,
        calibration: view.unit,
        positions: &loaded.sites.positions,
        draws: PLAN_DRAWS,
        seed: view.seed,
    };
    let plan = plan(&loaded.model, &loaded.sites, &request);
    let mut out = format!("<section><h2>{}</h2><ul>", lang.say(Word::Plan));
    for line in plan_text::lines(loaded, budget, &plan) {
        let _ = write!(out, "<li>{}</li>", escape(&line));
    }
    let _ = write!(
        out,
        "</ul><figure>{}<figcaption>{}</figcaption></figure>",
        chart::curve(lang, &plan, budget),
        lang.say(Word::Curve)
    );
    out += &table(&plan_text::header(loaded), plan_text::rows(loaded, &plan).into_iter().take(LISTED));
    if plan.choices.len() > LISTED {
        let _ = write!(out, "<p>{}</p>", lang.fill(Word::MoreRows, &[&(plan.choices.len() - LISTED)]));
    }
    out + "</section>"
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = "<div class=\"wide\"><table><thead><tr>".to_owned();
    for text in header {
        let _ = write!(out, "<th>{}</th>", escape(text));
    }
    out += "</tr></thead><tbody>";
    for row in rows {
        out += "<tr>";
        for text in row {
            let _ = write!(out, "<td>{}</td>", escape(&text));
        }
        out += "</tr>";
    }
    out + "</tbody></table></div>"
}

fn quality(loaded: &Loaded) -> String {
    let (lang, sites) = (loaded.lang, loaded.sites.len());
    let mut out = format!("<section><h2>{}</h2><p>{}</p>", lang.say(Word::Quality), lang.say(Word::QualityNote));
    if loaded.problems.count > 0 {
        let _ = write!(
            out,
            "<p>{}</p><pre>{}</pre>",
            lang.fill(Word::Problems, &[&loaded.problems.count]),
            escape(&loaded.problems.text(lang))
        );
    }
    let missing = loaded.model.fields.iter().zip(&loaded.sites.columns);
    let missing = missing.map(|(field, column)| (field, column.iter().filter(|value| value.is_nan()).count()));
    let mut missing: Vec<_> = missing.filter(|(_, count)| *count > 0).collect();
    missing.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if missing.is_empty() {
        return out + &format!("<p>{}</p></section>", lang.say(Word::NothingMissing));
    }
    out += "<table class=\"bars\"><tbody>";
    for (field, count) in missing {
        let share = float(count) / float(sites);
        let _ = write!(
            out,
            "<tr><td>{}</td><td><div style=\"width:{:.1}%;background:{}\"></div></td><td>{count}/{sites}</td></tr>",
            escape(lang.field(field)),
            share * 100.0,
            heat(0.25 + share * 0.6)
        );
    }
    out + "</tbody></table></section>"
}

fn card(loaded: &Loaded, view: &View) -> String {
    let (lang, model) = (loaded.lang, &loaded.model);
    let mut out = format!("<section><h2>{}</h2><table class=\"about\"><tbody>", lang.say(Word::Card));
    let seed = format!("{}, {}", view.seed, view.draws);
    for (word, value) in [
        (Word::Model, model.name.as_str()),
        (Word::Version, &model.version),
        (Word::ModelHash, &loaded.model_hash),
        (Word::DataHash, &loaded.data_hash),
        (Word::Seed, &seed),
        (Word::BaseRate, &model.base.source),
    ] {
        let _ = write!(out, "<tr><th>{}</th><td>{}</td></tr>", lang.say(word), escape(value));
    }
    out += "</tbody></table>";
    let header = [Word::Number, Word::Effect, Word::EffectRange, Word::Source].map(|word| lang.say(word));
    out += &table(&header, effects(loaded).into_iter().chain(ranges(loaded)).chain(measures(loaded)));
    out + "</section>"
}

fn effects(loaded: &Loaded) -> Vec<Vec<String>> {
    let (lang, model) = (loaded.lang, &loaded.model);
    let mut rows = Vec::new();
    for factor in &model.factors {
        let Some(field) = model.fields.get(factor.field) else { continue };
        let name = format!("{}: {}", lang.part(factor.part), lang.field(field));
        let mut push = |what: &str, effect: &Effect| {
            let range = format!("{} – {}", lang.number(effect.low, 2), lang.number(effect.high, 2));
            rows.push(vec![
                format!("{name}{what}"),
                format!("× {}", lang.number(effect.times, 2)),
                range,
                factor.source.clone(),
            ]);
        };
        match &factor.shape {
            Shape::Linear { per, effect, .. } => push(&format!(" / {per}"), effect),
            Shape::Doublings { effect, .. } => push(" / ×2", effect),
            Shape::Levels(levels) => {
                let Kind::Level(names) = &field.kind else { continue };
                names
                    .iter()
                    .zip(levels)
                    .for_each(|(level, (_, effect))| push(&format!(" = {}", lang.level(level)), effect));
            }
        }
    }
    rows
}

fn ranges(loaded: &Loaded) -> Vec<Vec<String>> {
    let (lang, response, hours) = (loaded.lang, &loaded.model.response, &loaded.model.hours);
    let row = |name: &str, range: &Range| {
        let spread = format!("{} – {}", lang.number(range.low, 2), lang.number(range.high, 2));
        vec![name.to_owned(), lang.number(range.likely, 2), spread, range.source.clone()]
    };
    vec![
        row("loss (mVND)", &loaded.model.loss),
        row("response.handling_s", &response.handling_s),
        row("response.turnout_s", &response.turnout_s),
        row("response.without_alarm_s", &response.without_alarm_s),
        row("response.common_cause", &response.common_cause),
        row("response.post_available", &response.post_available),
        row("response.travel_error", &response.travel_error),
        row("response.saved", &response.saved),
        row("response.duration_scale", &response.duration_scale),
        vec!["response.duration".to_owned(), String::new(), String::new(), response.duration.source.clone()],
        row("hours.first_hour", &hours.first_hour),
        row("hours.lunch", &hours.lunch),
        row("hours.last_hour", &hours.last_hour),
        row("hours.cash_day", &hours.cash_day),
        row("hours.lone_guard", &hours.lone_guard),
    ]
}

fn measures(loaded: &Loaded) -> impl Iterator<Item = Vec<String>> {
    let lang = loaded.lang;
    loaded.model.measures.iter().map(move |measure| {
        let cost = format!("{}: {}", lang.say(Word::Cost), lang.number(measure.cost_mvnd, 0));
        vec![lang.measure(measure).to_owned(), cost, String::new(), measure.source.clone()]
    })
}
