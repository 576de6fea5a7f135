//! The scene as SVG.

use super::glyph::{self, BLUE, INK, PAPER};
use super::labels::Label;
use super::outline::{parts, path};
use super::plane::{Point, Rect, Side};
use super::scene::{PILL, Pill, Scene};
use super::svg::{Px, Svg};
use super::text::clean;
use super::{MAX_LINE_POSITIONS, SituationMap, Words};

pub(super) const LAND: &str = "#fbfaf7";
pub(super) const OWN: &str = "#f1ead8";
const BEYOND: &str = "#e9eef1";
pub(super) const EDGE: &str = "#8a8a8a";
pub(super) const ROAD: &str = "#c2beb4";

/// The map alone, at a place on the sheet.
pub(super) fn view(svg: &mut Svg, map: &SituationMap<'_>, scene: &Scene<'_>, words: &Words<'_>, at: Rect) {
    let (w, h) = (Px(at.w), Px(at.h));
    let part = format!("0 0 {w} {h}");
    svg.open(
        "svg",
        &[("class", &"view"), ("x", &Px(at.x)), ("y", &Px(at.y)), ("width", &w), ("height", &h), ("viewBox", &part)],
    );
    svg.empty("rect", &[("width", &w), ("height", &h), ("fill", &BEYOND)]);
    areas(svg, map, scene);
    roads(svg, map, scene);
    way(svg, map, scene);
    leaders(svg, scene);
    marks(svg, map, scene);
    if let Some(pill) = &scene.pill {
        self::pill(svg, pill);
    }
    scene.labels.iter().for_each(|label| self::label(svg, label));
    scale(svg, scene, words);
    north(svg, scene.north_at, words);
    svg.close();
    svg.empty(
        "rect",
        &[("x", &Px(at.x)), ("y", &Px(at.y)), ("width", &w), ("height", &h), ("fill", &"none"), ("stroke", &INK)],
    );
}

/// The site's own area last, so that its edge is whole.
fn areas(svg: &mut Svg, map: &SituationMap<'_>, scene: &Scene<'_>) {
    let all = map.areas.iter().zip(&scene.outlines).enumerate().filter(|(_, (_, outline))| !outline.rings.is_empty());
    let (own, others): (Vec<_>, Vec<_>) = all.partition(|(number, _)| Some(*number) == scene.own);
    for (number, (area, outline)) in others.into_iter().chain(own) {
        let is_own = Some(number) == scene.own;
        svg.open(
            "path",
            &[
                ("class", if is_own { &"area own" } else { &"area" }),
                ("d", &outline.path()),
                ("fill", if is_own { &OWN } else { &LAND }),
                ("fill-rule", &"evenodd"),
                ("stroke", if is_own { &INK } else { &EDGE }),
                ("stroke-width", if is_own { &"2" } else { &"1.2" }),
                ("stroke-linejoin", &"round"),
            ],
        );
        title(svg, area.name);
        svg.close();
    }
}

fn roads(svg: &mut Svg, map: &SituationMap<'_>, scene: &Scene<'_>) {
    let mut left = MAX_LINE_POSITIONS.saturating_sub(map.route.len());
    for road in &map.roads {
        let Some(after) = left.checked_sub(road.line.len()) else { return };
        left = after;
        let width = if road.is_main { "3.5" } else { "1.8" };
        line(svg, "road", &path(&parts(&road.line, &scene.frame)), ROAD, width, "none");
    }
}

fn way(svg: &mut Svg, map: &SituationMap<'_>, scene: &Scene<'_>) {
    if map.route.len() > 1 {
        let route = map.route.get(..MAX_LINE_POSITIONS).unwrap_or(&map.route);
        let d = path(&parts(route, &scene.frame));
        line(svg, "route", &d, PAPER, "8", "none");
        line(svg, "route", &d, BLUE, "4.5", "none");
    } else if let [from, to] = scene.way.as_slice() {
        let d = format!("M{} {}L{} {}", Px(from.x), Px(from.y), Px(to.x), Px(to.y));
        line(svg, "straight", &d, PAPER, "6", "none");
        line(svg, "straight", &d, BLUE, "3", "8 5");
    }
}

/// From a mark that had to step aside to its place, and from a text to its mark.
fn leaders(svg: &mut Svg, scene: &Scene<'_>) {
    let site = [(scene.site.place, scene.site.centre)].into_iter();
    let posts = scene.posts.iter().filter(|post| !post.what.is_beyond).map(|post| (post.place, post.centre));
    let others = scene.others.iter().map(|other| (other.place, other.centre));
    for (place, centre) in site.chain(posts).chain(others).filter(|(place, centre)| place != centre) {
        segment(svg, place, centre, "1.2");
        svg.empty("circle", &[("cx", &Px(place.x)), ("cy", &Px(place.y)), ("r", &Px(2.5)), ("fill", &INK)]);
    }
    for (from, to) in scene.labels.iter().filter_map(|label| label.leader) {
        segment(svg, from, to, "1");
    }
}

fn marks(svg: &mut Svg, map: &SituationMap<'_>, scene: &Scene<'_>) {
    for other in scene.others.iter().rev() {
        svg.open("g", &[("class", &"other")]);
        title(svg, other.what.name);
        glyph::site(svg, other.what.mark, map.drill, other.centre, other.size);
        svg.close();
    }
    for post in scene.posts.iter().rev() {
        let is_nearest = post.what.number == 1;
        svg.open("g", &[("class", if is_nearest { &"post nearest" } else { &"post" })]);
        title(svg, post.what.name);
        if post.what.is_beyond {
            beyond(svg, scene.site.centre, post.centre, post.size);
        }
        glyph::post(svg, post.what.number, post.centre, post.size, is_nearest);
        svg.close();
    }
    svg.open("g", &[("class", &"site")]);
    title(svg, map.site.name);
    glyph::site(svg, map.site.mark, map.drill, scene.site.centre, scene.site.size);
    svg.close();
}

/// An arrowhead: the post is farther in this direction.
fn beyond(svg: &mut Svg, from: Point, at: Point, size: f64) {
    let (dx, dy) = (at.x - from.x, at.y - from.y);
    let length = dx.hypot(dy).max(1.0);
    let (dx, dy) = (dx / length, dy / length);
    let on = |along: f64, aside: f64| {
        format!("{} {}", Px(at.x + dx * along - dy * aside), Px(at.y + dy * along + dx * aside))
    };
    let base = size * 0.62;
    let d = format!("M{}L{}L{}Z", on(base, -9.0), on(size * 1.2, 0.0), on(base, 9.0));
    svg.empty("path", &[("d", &d), ("fill", &INK)]);
}

fn pill(svg: &mut Svg, pill: &Pill) {
    let Rect { x, y, w, h } = pill.rect;
    svg.open("g", &[("class", &"pill")]);
    svg.empty(
        "rect",
        &[
            ("x", &Px(x)),
            ("y", &Px(y)),
            ("width", &Px(w)),
            ("height", &Px(h)),
            ("rx", &Px(h / 2.0)),
            ("fill", &PAPER),
            ("stroke", &BLUE),
            ("stroke-width", &"1.5"),
        ],
    );
    let (x, y, size) = (Px(x + w / 2.0), Px(y + h / 2.0 + 4.3), Px(PILL.size));
    svg.text(
        "text",
        &[
            ("x", &x),
            ("y", &y),
            ("font-size", &size),
            ("font-weight", &"700"),
            ("text-anchor", &"middle"),
            ("fill", &INK),
        ],
        &pill.text,
    );
    svg.close();
}

fn label(svg: &mut Svg, label: &Label) {
    let Rect { x, y, w, .. } = label.spot.rect;
    let (x, anchor) = match label.spot.side {
        Side::Start => (x + 1.0, "start"),
        Side::Middle => (x + w / 2.0, "middle"),
        Side::End => (x + w - 1.0, "end"),
    };
    let is_area = label.class == "area";
    let class = format!("label {}", label.class);
    let mut top = y + 1.0;
    for (text, face) in &label.lines {
        svg.text(
            "text",
            &[
                ("class", &class),
                ("x", &Px(x)),
                ("y", &Px(top + face.size)),
                ("font-size", &Px(face.size)),
                ("font-weight", if face.bold { &"700" } else { &"400" }),
                ("font-style", if is_area { &"italic" } else { &"normal" }),
                ("text-anchor", &anchor),
                ("fill", if is_area { &"#4d4d4d" } else { &INK }),
                ("stroke", &PAPER),
                ("stroke-width", &"3"),
                ("stroke-linejoin", &"round"),
                ("paint-order", &"stroke"),
            ],
            text,
        );
        top += face.leading();
    }
}

fn scale(svg: &mut Svg, scene: &Scene<'_>, words: &Words<'_>) {
    let Rect { x, y, w, h } = scene.scale_at;
    let (left, base) = (x + (w - scene.scale.px) / 2.0, y + h - 9.0);
    svg.open("g", &[("class", &"scale")]);
    plate(svg, scene.scale_at);
    let d = format!("M{} {}v5h{}v-5", Px(left), Px(base - 4.0), Px(scene.scale.px));
    line(svg, "scale", &d, INK, "2", "none");
    let text = words.scale(scene.scale.metres);
    caption(svg, &text, Point { x: x + w / 2.0, y: base - 8.0 }, "400");
    svg.close();
}

fn north(svg: &mut Svg, at: Rect, words: &Words<'_>) {
    let Point { x, .. } = at.centre();
    svg.open("g", &[("class", &"north")]);
    plate(svg, at);
    let (top, base) = (at.y + 18.0, at.bottom() - 4.0);
    let half =
        |side: f64| format!("M{} {}L{} {}L{} {}Z", Px(x), Px(top), Px(x + side), Px(base), Px(x), Px(base - 5.0));
    svg.empty("path", &[("d", &half(-8.0)), ("fill", &INK), ("stroke", &INK), ("stroke-linejoin", &"round")]);
    svg.empty("path", &[("d", &half(8.0)), ("fill", &PAPER), ("stroke", &INK), ("stroke-linejoin", &"round")]);
    caption(svg, words.north, Point { x, y: at.y + 14.0 }, "700");
    svg.close();
}

fn plate(svg: &mut Svg, Rect { x, y, w, h }: Rect) {
    svg.empty(
        "rect",
        &[
            ("x", &Px(x)),
            ("y", &Px(y)),
            ("width", &Px(w)),
            ("height", &Px(h)),
            ("rx", &"3"),
            ("fill", &PAPER),
            ("fill-opacity", &"0.85"),
        ],
    );
}

fn caption(svg: &mut Svg, text: &str, at: Point, weight: &str) {
    svg.text(
        "text",
        &[
            ("x", &Px(at.x)),
            ("y", &Px(at.y)),
            ("font-size", &"12"),
            ("font-weight", &weight),
            ("text-anchor", &"middle"),
            ("fill", &INK),
        ],
        text,
    );
}

pub(super) fn line(svg: &mut Svg, class: &str, d: &str, stroke: &str, width: &str, dash: &str) {
    if d.is_empty() {
        return;
    }
    svg.empty(
        "path",
        &[
            ("class", &class),
            ("d", &d),
            ("fill", &"none"),
            ("stroke", &stroke),
            ("stroke-width", &width),
            ("stroke-dasharray", &dash),
            ("stroke-linejoin", &"round"),
        ],
    );
}

fn segment(svg: &mut Svg, from: Point, to: Point, width: &str) {
    let d = format!("M{} {}L{} {}", Px(from.x), Px(from.y), Px(to.x), Px(to.y));
    line(svg, "leader", &d, INK, width, "none");
}

/// The whole name, for a pointer and for a screen reader.
fn title(svg: &mut Svg, name: &str) {
    let name = clean(name);
    if !name.is_empty() {
        svg.text("title", &[], &name);
    }
}
