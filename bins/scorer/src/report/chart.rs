//! The pictures that are no map: ranking with intervals, waterfall, week, curve.

use std::fmt::Write as _;

use keng_risk::hours::Week;
use keng_risk::plan::Plan;
use keng_risk::score::{Score, reasons};

use super::svg::{INK, LINE, LOWER, SOFT, colour, escape, float, heat, line, open, rect, short, text, ticks};
use super::view::View;
use crate::load::Loaded;
use crate::words::{Lang, Word};

/// So many sites are in a ranking.
const RANKED: usize = 30;
/// So many reasons are in a waterfall; the others are one bar, with what they sum to.
const BARS: usize = 14;

/// An axis of points from left to right.
struct Axis {
    low: f64,
    high: f64,
    left: f64,
    width: f64,
}

impl Axis {
    fn x(&self, value: f64) -> f64 {
        self.left + (value - self.low) / (self.high - self.low) * self.width
    }

    fn draw(&self, out: &mut String, lang: Lang, top: f64, bottom: f64) {
        for tick in ticks(self.low, self.high) {
            let is_zero = tick == 0.0;
            let style = if is_zero { format!("stroke=\"{SOFT}\"") } else { format!("stroke=\"{LINE}\"") };
            line(out, (self.x(tick), top), (self.x(tick), bottom), &style);
            let label = lang.number(tick, 0).replace('-', "\u{2212}");
            text(out, (self.x(tick), bottom + 16.0), "middle", &format!("font-size=\"11\" fill=\"{SOFT}\""), &label);
        }
    }
}

/// Scores as dots with their ranges, the worst first.
pub(super) fn ranking(loaded: &Loaded, view: &View) -> String {
    let lang = loaded.lang;
    let shown: Vec<usize> = view.order.iter().copied().take(RANKED).collect();
    let ends = |site: usize| {
        let points = view.totals.get(site).copied().unwrap_or(0);
        view.spreads.get(site).map_or((points, points), |spread| (spread.low.min(points), spread.high.max(points)))
    };
    let low = shown.iter().map(|site| ends(*site).0).min().unwrap_or(0);
    let high = shown.iter().map(|site| ends(*site).1).max().unwrap_or(1);
    let pad = f64::from(high - low).max(1.0) * 0.04;
    let axis = Axis { low: f64::from(low) - pad, high: f64::from(high) + pad, left: 270.0, width: 390.0 };
    let (row, top) = (23.0, 30.0);
    let bottom = top + row * float(shown.len());
    let mut out = String::new();
    open(&mut out, 760.0, bottom + 26.0, lang.say(Word::Ranking));
    let head = format!("font-size=\"11\" fill=\"{SOFT}\"");
    text(
        &mut out,
        (axis.left + axis.width / 2.0, 14.0),
        "middle",
        &head,
        &format!("{}, {}", lang.say(Word::Score), lang.say(Word::Range)),
    );
    if !view.spreads.is_empty() {
        text(&mut out, (752.0, 14.0), "end", &head, &lang.fill(Word::InWorst, &[&view.worst]));
    }
    axis.draw(&mut out, lang, top - 6.0, bottom);
    let (most, least) =
        (view.totals.iter().max().copied().unwrap_or(1), view.totals.iter().min().copied().unwrap_or(0));
    for (place, site) in shown.iter().enumerate() {
        let y = top + row * (float(place) + 0.5);
        let points = view.totals.get(*site).copied().unwrap_or(0);
        let share = f64::from(points - least) / f64::from((most - least).max(1));
        text(
            &mut out,
            (26.0, y + 4.0),
            "end",
            &format!("font-size=\"12\" font-weight=\"700\" fill=\"{INK}\""),
            &(place + 1).to_string(),
        );
        text(
            &mut out,
            (36.0, y + 4.0),
            "start",
            &format!("font-size=\"12\" fill=\"{INK}\""),
            &short(loaded.sites.name(*site), 34),
        );
        let (from, to) = ends(*site);
        line(
            &mut out,
            (axis.x(f64::from(from)), y),
            (axis.x(f64::from(to)), y),
            "stroke=\"#9aa7b5\" stroke-width=\"5\" stroke-linecap=\"round\" opacity=\"0.55\"",
        );
        let _ = write!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"6\" fill=\"{}\" stroke=\"{INK}\"/>",
            axis.x(f64::from(points)),
            heat(share)
        );
        if let Some(spread) = view.spreads.get(*site) {
            let worst = format!("{} %", lang.number(spread.in_worst * 100.0, 0));
            text(&mut out, (752.0, y + 4.0), "end", &format!("font-size=\"12\" fill=\"{INK}\""), &worst);
        }
    }
    out + "</svg>"
}

/// How the reasons build the score, each from where the last one ended. They sum to it exactly.
pub(super) fn waterfall(loaded: &Loaded, score: &Score, values: &[f64]) -> String {
    let (lang, model) = (loaded.lang, &loaded.model);
    let mut all: Vec<_> = reasons(model).zip(score.points.iter().copied()).filter(|(_, points)| *points != 0).collect();
    all.sort_by_key(|(_, points)| -points.abs());
    let rest: i32 = all.iter().skip(BARS).map(|(_, points)| points).sum();
    let others = all.len().saturating_sub(BARS);
    all.truncate(BARS);
    all.sort_by_key(|(reason, points)| (reason.part(model), -points));
    let mut bars: Vec<(String, &str, i32)> = all
        .into_iter()
        .map(|(reason, points)| {
            let is_missing =
                reason.fields(model).iter().any(|field| values.get(*field).is_some_and(|value| value.is_nan()));
            let name = lang.reason(model, reason) + if is_missing { " (?)" } else { "" };
            (name, colour(reason.part(model)), points)
        })
        .collect();
    if others > 0 {
        bars.push((lang.fill(Word::OtherReasons, &[&others]), SOFT, rest));
    }
    let mut ends = vec![0];
    bars.iter().for_each(|(_, _, points)| ends.push(ends.last().copied().unwrap_or(0) + points));
    let (low, high) = (ends.iter().min().copied().unwrap_or(0), ends.iter().max().copied().unwrap_or(1));
    let pad = f64::from((high - low).max(100)) * 0.12;
    let axis = Axis { low: f64::from(low) - pad, high: f64::from(high) + pad, left: 250.0, width: 340.0 };
    let (row, top) = (21.0, 8.0);
    let bottom = top + row * float(bars.len() + 1);
    let mut out = String::new();
    open(&mut out, 610.0, bottom + 24.0, lang.say(Word::Reasons));
    axis.draw(&mut out, lang, top, bottom);
    let label = format!("font-size=\"12\" fill=\"{INK}\"");
    for (place, ((name, colour, points), from)) in bars.iter().zip(&ends).enumerate() {
        let y = top + row * (float(place) + 0.5);
        let (a, b) = (axis.x(f64::from(*from)), axis.x(f64::from(from + points)));
        text(&mut out, (242.0, y + 4.0), "end", &label, &short(name, 38));
        rect(&mut out, (a.min(b), y - 7.0), ((b - a).abs().max(1.0), 14.0), &format!("fill=\"{colour}\" rx=\"2\""));
        let (x, anchor) = if *points > 0 { (b + 5.0, "start") } else { (b - 5.0, "end") };
        text(
            &mut out,
            (x, y + 4.0),
            anchor,
            &format!("font-size=\"11\" fill=\"{INK}\" paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"3\""),
            &lang.signed(*points),
        );
    }
    let y = bottom - row / 2.0;
    let total = axis.x(f64::from(score.total()));
    text(
        &mut out,
        (242.0, y + 4.0),
        "end",
        &format!("font-size=\"12\" font-weight=\"700\" fill=\"{INK}\""),
        lang.say(Word::Total),
    );
    let zero = axis.x(0.0);
    rect(
        &mut out,
        (zero.min(total), y - 8.0),
        ((total - zero).abs().max(1.0), 16.0),
        &format!("fill=\"{INK}\" rx=\"2\""),
    );
    let (x, anchor) = if score.total() >= 0 { (total + 5.0, "start") } else { (total - 5.0, "end") };
    text(
        &mut out,
        (x, y + 4.0),
        anchor,
        &format!("font-size=\"12\" font-weight=\"700\" fill=\"{INK}\""),
        &lang.signed(score.total()),
    );
    out + "</svg>"
}

/// The hours of a week; `most` is the share that is darkest.
pub(super) fn week(lang: Lang, week: &Week, most: f64) -> String {
    let (cell, left, top) = (17.0, 34.0, 18.0);
    let mut out = String::new();
    open(&mut out, left + 24.0 * cell + 6.0, top + 7.0 * cell + 4.0, lang.say(Word::Week));
    let soft = format!("font-size=\"10\" fill=\"{SOFT}\"");
    for hour in (0_u8..24).step_by(3) {
        text(&mut out, (left + f64::from(hour) * cell, 12.0), "start", &soft, &format!("{hour}h"));
    }
    for ((day, hours), name) in week.iter().enumerate().zip(lang.days()) {
        let y = top + float(day) * cell;
        text(&mut out, (left - 6.0, y + 12.0), "end", &soft, name);
        for (hour, share) in hours.iter().enumerate() {
            let fill = if *share > 0.0 { heat((share / most).sqrt()) } else { "#f2f4f6".to_owned() };
            let x = left + float(hour) * cell;
            let _ = write!(
                out,
                "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"16\" height=\"16\" fill=\"{fill}\"><title>{} {hour}h: {} %</title></rect>",
                escape(name),
                lang.number(share * 100.0, 2)
            );
        }
    }
    out + "</svg>"
}

/// The loss that is left against the budget, with the plan's own point.
pub(super) fn curve(lang: Lang, plan: &Plan, budget: f64) -> String {
    let (left, right, top, bottom) = (70.0, 740.0, 20.0, 270.0);
    let last = plan.curve.last().map_or(1.0, |step| step.budget_mvnd).max(budget).max(1.0);
    let most = plan.before_mvnd.max(f64::MIN_POSITIVE);
    let x = |budget: f64| left + budget / last * (right - left);
    let y = |loss: f64| bottom - loss / most * (bottom - top);
    let mut out = String::new();
    open(&mut out, 760.0, 312.0, lang.say(Word::Curve));
    let soft = format!("font-size=\"11\" fill=\"{SOFT}\"");
    for tick in ticks(0.0, most) {
        line(&mut out, (left, y(tick)), (right, y(tick)), &format!("stroke=\"{LINE}\""));
        text(&mut out, (left - 8.0, y(tick) + 4.0), "end", &soft, &lang.number(tick, if most < 1.0 { 2 } else { 1 }));
    }
    for tick in ticks(0.0, last) {
        line(&mut out, (x(tick), bottom), (x(tick), bottom + 5.0), &format!("stroke=\"{SOFT}\""));
        text(&mut out, (x(tick), bottom + 18.0), "middle", &soft, &lang.number(tick, 0));
    }
    text(&mut out, ((left + right) / 2.0, bottom + 36.0), "middle", &soft, lang.say(Word::BudgetAxis));
    text(&mut out, (left, 12.0), "start", &soft, lang.say(Word::LossYear));
    let points: Vec<String> =
        plan.curve.iter().map(|step| format!("{:.1},{:.1}", x(step.budget_mvnd), y(step.left_mvnd))).collect();
    let _ = write!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{LOWER}\" stroke-width=\"2.5\" stroke-linejoin=\"round\"/>",
        points.join(" ")
    );
    line(&mut out, (x(budget), top), (x(budget), bottom), &format!("stroke=\"{INK}\" stroke-dasharray=\"4 4\""));
    let (px, py) = (x(plan.cost_mvnd), y(plan.after_mvnd));
    let _ = write!(out, "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"6\" fill=\"{INK}\"/>");
    let (at, anchor) = if px > 560.0 { (px - 10.0, "end") } else { (px + 10.0, "start") };
    let label = format!("{} → {}", lang.number(plan.cost_mvnd, 0), lang.number(plan.after_mvnd, 3));
    let style = format!(
        "font-size=\"12\" font-weight=\"700\" fill=\"{INK}\" paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"4\""
    );
    text(&mut out, (at, py - 10.0), anchor, &style, &label);
    out + "</svg>"
}
