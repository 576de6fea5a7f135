//! The shapes of the marks. Each says what it is without its colour.

use super::Mark;
use super::plane::Point;
use super::svg::{Px, Svg};

pub(super) const INK: &str = "#1a1a1a";
pub(super) const PAPER: &str = "#ffffff";
const RED: &str = "#b00020";
const AMBER: &str = "#ffb300";
pub(super) const BLUE: &str = "#0b3d91";

/// A site's mark. In a drill it is hollow, with a broken outline.
pub(super) fn site(svg: &mut Svg, mark: Option<Mark>, is_drill: bool, at: Point, size: f64) {
    let r = size / 2.0;
    match mark {
        Some(Mark::HoldUp) => signed(svg, &polygon(8, 22.5, at, r - 1.0), RED, PAPER, is_drill, ("!", at, size)),
        Some(Mark::Confirmed) => {
            outline(svg, &polygon(8, 22.5, at, r), RED, is_drill);
            signed(svg, &polygon(8, 22.5, at, r - 3.5), RED, PAPER, is_drill, ("!!", at, size * 0.85));
        }
        Some(Mark::Suspicion) => {
            let low = Point { y: at.y + size * 0.1, ..at };
            signed(svg, &polygon(3, 0.0, low, r * 1.1), AMBER, INK, is_drill, ("?", low, size * 0.85));
        }
        Some(Mark::Fault) => signed(svg, &polygon(4, 0.0, at, r), PAPER, INK, is_drill, ("×", at, size)),
        None => quiet(svg, at, r),
    }
}

/// A post's mark with its number; the nearest has a second outline.
pub(super) fn post(svg: &mut Svg, number: usize, at: Point, size: f64, is_nearest: bool) {
    let (x, y) = (Px(at.x - size / 2.0), Px(at.y - size / 2.0));
    if is_nearest {
        svg.empty(
            "rect",
            &[
                ("x", &x),
                ("y", &y),
                ("width", &Px(size)),
                ("height", &Px(size)),
                ("rx", &Px(5.0)),
                ("fill", &PAPER),
                ("stroke", &BLUE),
                ("stroke-width", &Px(2.0)),
            ],
        );
    }
    let inner = if is_nearest { size - 6.0 } else { size };
    let (x, y) = (Px(at.x - inner / 2.0), Px(at.y - inner / 2.0));
    svg.empty(
        "rect",
        &[
            ("x", &x),
            ("y", &y),
            ("width", &Px(inner)),
            ("height", &Px(inner)),
            ("rx", &Px(3.0)),
            ("fill", &BLUE),
            ("stroke", &PAPER),
            ("stroke-width", &Px(1.0)),
        ],
    );
    sign(svg, &number.to_string(), at, 12.0, PAPER);
}

/// A site where nothing goes on: a small diamond; the site that the map is about: a ring with a dot.
fn quiet(svg: &mut Svg, at: Point, r: f64) {
    if r < 8.0 {
        let d = polygon(4, 0.0, at, r);
        svg.empty("path", &[("d", &d), ("fill", &PAPER), ("stroke", &INK), ("stroke-width", &Px(1.5))]);
        return;
    }
    let (x, y) = (Px(at.x), Px(at.y));
    svg.empty(
        "circle",
        &[("cx", &x), ("cy", &y), ("r", &Px(r - 2.5)), ("fill", &PAPER), ("stroke", &INK), ("stroke-width", &Px(3.0))],
    );
    svg.empty("circle", &[("cx", &x), ("cy", &y), ("r", &Px(r / 3.0)), ("fill", &INK)]);
}

fn signed(svg: &mut Svg, d: &str, fill: &str, ink: &str, is_drill: bool, (text, at, size): (&str, Point, f64)) {
    if is_drill {
        outline(svg, d, INK, true);
        sign(svg, text, at, size * 0.6, INK);
        return;
    }
    svg.empty("path", &[("d", &d), ("fill", &fill), ("stroke", &INK), ("stroke-width", &Px(1.5))]);
    sign(svg, text, at, size * 0.6, ink);
}

fn outline(svg: &mut Svg, d: &str, stroke: &str, is_drill: bool) {
    let dash = if is_drill { "4 2" } else { "none" };
    svg.empty(
        "path",
        &[("d", &d), ("fill", &PAPER), ("stroke", &stroke), ("stroke-width", &Px(2.0)), ("stroke-dasharray", &dash)],
    );
}

fn sign(svg: &mut Svg, text: &str, at: Point, size: f64, ink: &str) {
    svg.text(
        "text",
        &[
            ("x", &Px(at.x)),
            ("y", &Px(at.y + size * 0.36)),
            ("font-size", &Px(size)),
            ("font-weight", &"700"),
            ("text-anchor", &"middle"),
            ("fill", &ink),
        ],
        text,
    );
}

/// A regular polygon as the `d` of a path, its first corner so many degrees from the top.
fn polygon(corners: u8, turn_deg: f64, at: Point, r: f64) -> String {
    let corner = |number: u8| {
        let angle = (turn_deg + 360.0 * f64::from(number) / f64::from(corners)).to_radians();
        format!("{} {}", Px(at.x + r * angle.sin()), Px(at.y - r * angle.cos()))
    };
    let corners: Vec<_> = (0..corners).map(corner).collect();
    format!("M{}Z", corners.join("L"))
}
