//! Text that is safe in HTML and SVG, and the colours of the report.

use std::fmt::Write as _;

use keng_risk::model::Part;

pub(super) const INK: &str = "#1c2733";
pub(super) const SOFT: &str = "#5b6b7b";
pub(super) const LINE: &str = "#d5dde5";
pub(super) const LOWER: &str = "#2f7d6d";
pub(super) const POST: &str = "#1f5fa8";

/// What may stand between tags and in quotes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The text, shortened to so many characters.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return escape(text);
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    escape(&format!("{}…", cut.trim_end()))
}

/// The colour of a part.
pub(super) fn colour(part: Part) -> &'static str {
    match part {
        Part::Frequency => "#b4541f",
        Part::Consequence => "#8a2f5e",
        Part::Response => "#3a5ba0",
    }
}

/// From pale to dark red, for a share from 0 to 1.
pub(super) fn heat(share: f64) -> String {
    let mix = |pale: f64, dark: f64| pale + (dark - pale) * share.clamp(0.0, 1.0);
    format!("rgb({:.0},{:.0},{:.0})", mix(252.0, 142.0), mix(243.0, 20.0), mix(234.0, 24.0))
}

/// An `svg` with a title for those who do not see it.
pub(super) fn open(out: &mut String, width: f64, height: f64, title: &str) {
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"{0}\"><title>{0}</title>",
        escape(title)
    );
}

/// A text at a place; `anchor` is start, middle or end.
pub(super) fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, style: &str, text: &str) {
    let _ = write!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {style}>{text}</text>");
}

pub(super) fn line(out: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64), style: &str) {
    let _ = write!(out, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>");
}

pub(super) fn rect(out: &mut String, (x, y): (f64, f64), (w, h): (f64, f64), style: &str) {
    let _ = write!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" {style}/>",
        w.max(0.0),
        h.max(0.0)
    );
}

/// Whole numbers, as far as an `f64` holds them.
#[expect(clippy::cast_precision_loss, reason = "a count of what is drawn")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}

/// Round steps for an axis: at most six from `low` to `high`.
pub(super) fn ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(f64::MIN_POSITIVE);
    let rough = span / 7.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step).ceil();
    (0_u8..12).map(|at| (first + f64::from(at)) * step).take_while(|tick| *tick <= high + step * 1e-9).collect()
}
