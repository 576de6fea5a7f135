//! The whole picture: a head that says what it is about, the map, and below it the nearest posts and the legend.

use super::draw::{self, EDGE, LAND, OWN, ROAD};
use super::glyph::{self, BLUE, INK, PAPER};
use super::plane::{Point, Rect};
use super::ranking::{Ranked, Ranking};
use super::scene::{Scene, own};
use super::svg::{Px, Svg};
use super::text::{Type, clean};
use super::{Mark, SituationMap, WIDTHS, Words};

/// So many posts are in the list.
const LISTED: usize = 6;
/// From this width on the list and the legend stand side by side.
const TWO_COLUMNS: f64 = 540.0;

const MARGIN: f64 = 12.0;
const BAND: f64 = 28.0;
const ROW: f64 = 22.0;
const FONTS: &str = "'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif";

const NAME: Type = Type::bold(18.0);
const LINE: Type = Type::plain(13.0);
const STRONG: Type = Type::bold(13.0);

/// One row of the legend.
enum Key<'a> {
    Mark(Option<Mark>, &'a str),
    Other(&'a str),
    Post(&'a str),
    Straight(&'a str),
    Route(&'a str),
    Road(&'a str),
    Area(&'a str, bool),
}

pub(super) fn draw(map: &SituationMap<'_>, words: &Words<'_>) -> String {
    let width = f64::from(map.width.clamp(*WIDTHS.start(), *WIDTHS.end()));
    let ranking = Ranking::of(map);
    let band = if map.drill { BAND } else { 0.0 };
    let name = NAME.lines(&clean(map.site.name), width - 2.0 * MARGIN - 44.0, 2);
    let face = if map.site.mark.is_some() { STRONG } else { LINE };
    let about = face.lines(&about(map, words), width - 2.0 * MARGIN - 44.0, 2);
    let head = (lines(&name, NAME) + lines(&about, face)).max(38.0) + 16.0;
    let paper = Rect { x: 0.0, y: 0.0, w: width - 2.0 * MARGIN, h: ((width - 2.0 * MARGIN) * 0.74).round() };
    let view = Rect { x: MARGIN, y: band + head, ..paper };
    let scene = Scene::of(map, &ranking, words, paper);
    let keys = keys(map, &ranking, &scene, words);

    let (list, legend) = columns(width, view.bottom() + 8.0);
    // Below the head the sheet is drawn first and put in last: only then is its height known.
    let mut below = Svg::default();
    let listed = posts(&mut below, &ranking, words, list);
    let legend = if legend.x > list.x { legend } else { Rect { y: listed + 6.0, ..legend } };
    let height = listed.max(keys_at(&mut below, map, &keys, legend)) + 8.0 + band;

    let mut svg = Svg::default();
    open(&mut svg, map, &ranking, words, (width, height));
    if map.drill {
        drill(&mut svg, words, Rect { x: 0.0, y: 0.0, w: width, h: band });
        drill(&mut svg, words, Rect { x: 0.0, y: height - band, w: width, h: band });
    }
    let top = band + 8.0;
    glyph::site(&mut svg, map.site.mark, map.drill, Point { x: MARGIN + 17.0, y: top + 19.0 }, 34.0);
    let line = paragraph(&mut svg, &name, NAME, Point { x: MARGIN + 44.0, y: top });
    paragraph(&mut svg, &about, face, Point { x: MARGIN + 44.0, y: line });
    draw::view(&mut svg, map, &scene, words, view);
    svg.append(below);
    svg.finish()
}

fn open(svg: &mut Svg, map: &SituationMap<'_>, ranking: &Ranking<'_>, words: &Words<'_>, (width, height): (f64, f64)) {
    let (w, h) = (Px(width), Px(height));
    let part = format!("0 0 {w} {h}");
    let name = clean(map.site.name);
    let title = if name.is_empty() { words.title.to_owned() } else { format!("{}: {name}", words.title) };
    svg.open(
        "svg",
        &[
            ("xmlns", &"http://www.w3.org/2000/svg"),
            ("class", &"keng-map"),
            ("role", &"img"),
            ("aria-label", &title),
            ("width", &w),
            ("height", &h),
            ("viewBox", &part),
            ("font-family", &FONTS),
        ],
    );
    svg.text("title", &[], &title);
    svg.text("desc", &[], &description(map, ranking, words));
    svg.empty("rect", &[("width", &w), ("height", &h), ("fill", &PAPER)]);
}

/// What the picture says, for those who do not see it.
fn description(map: &SituationMap<'_>, ranking: &Ranking<'_>, words: &Words<'_>) -> String {
    let mut said = Vec::new();
    said.extend(map.drill.then(|| words.drill.to_owned()));
    said.push(about(map, words));
    let heading = if ranking.is_by_road { words.nearest_by_road } else { words.nearest_by_distance };
    said.push(if ranking.posts.is_empty() { words.no_post } else { heading }.to_owned());
    for (number, ranked) in (1..).zip(ranking.posts.iter().take(LISTED)) {
        let direction = words.direction(map.site.position.bearing_deg(ranked.post.position));
        said.push(format!("{number}: {}, {}, {direction}", clean(ranked.post.name), ranked.far(words)));
    }
    said.retain(|sentence| !sentence.is_empty());
    said.join(". ")
}

/// What is going on, and in which area.
fn about(map: &SituationMap<'_>, words: &Words<'_>) -> String {
    let mark = map.site.mark.map(|mark| words.mark(mark).to_owned());
    let area = own(map).and_then(|own| map.areas.get(own)).map(|area| clean(area.name));
    let parts: Vec<_> = mark.into_iter().chain(area).filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn drill(svg: &mut Svg, words: &Words<'_>, at: Rect) {
    svg.open("g", &[("class", &"drill")]);
    svg.empty(
        "rect",
        &[("x", &Px(at.x)), ("y", &Px(at.y)), ("width", &Px(at.w)), ("height", &Px(at.h)), ("fill", &INK)],
    );
    let text = STRONG.lines(&clean(words.drill), at.w - 2.0 * MARGIN, 1).concat();
    write(svg, &text, STRONG, Point { x: at.w / 2.0, y: at.y + 19.0 }, ("middle", PAPER));
    svg.close();
}

/// Where the list and the legend are.
fn columns(width: f64, top: f64) -> (Rect, Rect) {
    let whole = Rect { x: MARGIN, y: top, w: width - 2.0 * MARGIN, h: 0.0 };
    if width < TWO_COLUMNS {
        return (whole, whole);
    }
    let list = Rect { w: (whole.w * 0.63).round(), ..whole };
    (list, Rect { x: list.right() + 20.0, w: whole.w - list.w - 20.0, ..whole })
}

/// The nearest posts; where the list has ended. Names stand in two lines if they must.
fn posts(svg: &mut Svg, ranking: &Ranking<'_>, words: &Words<'_>, at: Rect) -> f64 {
    let heading = match (ranking.posts.is_empty(), ranking.is_by_road) {
        (true, _) => words.no_post,
        (false, true) => words.nearest_by_road,
        (false, false) => words.nearest_by_distance,
    };
    let heading = STRONG.lines(&clean(heading), at.w, 1).concat();
    write(svg, &heading, STRONG, Point { x: at.x, y: at.y + 15.0 }, ("start", INK));
    let mut top = at.y + ROW;
    for (number, ranked) in (1..).zip(ranking.posts.iter().take(LISTED)) {
        top = row(svg, number, ranked, words, Rect { y: top, ..at });
    }
    let left = ranking.posts.len().saturating_sub(LISTED);
    if left > 0 {
        let more = clean(&words.more.replace("{n}", &left.to_string()));
        let more = LINE.lines(&more, at.w - 28.0, 1).concat();
        write(svg, &more, LINE, Point { x: at.x + 28.0, y: top + 15.0 }, ("start", INK));
        top += ROW;
    }
    top
}

fn row(svg: &mut Svg, number: usize, ranked: &Ranked<'_>, words: &Words<'_>, at: Rect) -> f64 {
    let (face, far) = (if number == 1 { STRONG } else { LINE }, ranked.far(words));
    glyph::post(svg, number, Point { x: at.x + 10.0, y: at.y + 10.5 }, 19.0, false);
    write(svg, &far, face, Point { x: at.right(), y: at.y + 15.0 }, ("end", INK));
    let name = face.lines(&clean(ranked.post.name), at.w - 38.0 - face.width(&far), 2);
    let below = paragraph(svg, &name, face, Point { x: at.x + 28.0, y: at.y + 15.0 - face.size });
    (below + 3.75).max(at.y + ROW)
}

/// What is on this map, and nothing else.
fn keys<'a>(map: &SituationMap<'_>, ranking: &Ranking<'_>, scene: &Scene<'_>, words: &'a Words<'_>) -> Vec<Key<'a>> {
    let mut keys = vec![Key::Mark(map.site.mark, map.site.mark.map_or(words.site, |mark| words.mark(mark)))];
    let mut marks: Vec<_> = scene.others.iter().filter_map(|other| other.what.mark).collect();
    marks.sort_unstable();
    marks.dedup();
    marks.retain(|mark| Some(*mark) != map.site.mark);
    keys.extend(marks.into_iter().rev().map(|mark| Key::Mark(Some(mark), words.mark(mark))));
    keys.extend((!scene.posts.is_empty()).then_some(Key::Post(words.post)));
    keys.extend(scene.others.iter().any(|other| other.what.mark.is_none()).then_some(Key::Other(words.other_site)));
    if map.route.len() > 1 {
        keys.push(Key::Route(words.route));
    } else if !scene.way.is_empty() {
        keys.push(Key::Straight(if ranking.is_by_road { words.nearest } else { words.straight }));
    }
    keys.extend((!map.roads.is_empty()).then_some(Key::Road(words.road)));
    keys.extend(scene.own.map(|_| Key::Area(words.own_area, true)));
    let has_areas = scene.outlines.iter().any(|outline| !outline.rings.is_empty());
    keys.extend(has_areas.then_some(Key::Area(words.boundary, false)));
    keys
}

fn keys_at(svg: &mut Svg, map: &SituationMap<'_>, keys: &[Key<'_>], at: Rect) -> f64 {
    let mut top = at.y;
    for key in keys {
        let middle = Point { x: at.x + 15.0, y: top + 10.5 };
        let words = sample(svg, map, key, middle);
        let text = LINE.lines(&clean(words), at.w - 38.0, 1).concat();
        write(svg, &text, LINE, Point { x: at.x + 38.0, y: top + 15.0 }, ("start", INK));
        top += ROW;
    }
    top
}

/// Draws what a row of the legend explains; its words.
fn sample<'a>(svg: &mut Svg, map: &SituationMap<'_>, key: &Key<'a>, at: Point) -> &'a str {
    let across = format!("M{} {}h30", Px(at.x - 15.0), Px(at.y));
    match key {
        Key::Mark(mark, words) => {
            glyph::site(svg, *mark, map.drill, at, 19.0);
            words
        }
        Key::Other(words) => {
            glyph::site(svg, None, map.drill, at, 11.0);
            words
        }
        Key::Post(words) => {
            glyph::post(svg, 1, at, 19.0, false);
            words
        }
        Key::Straight(words) => {
            draw::line(svg, "straight", &across, BLUE, "3", "8 5");
            words
        }
        Key::Route(words) => {
            draw::line(svg, "route", &across, BLUE, "4.5", "none");
            words
        }
        Key::Road(words) => {
            draw::line(svg, "road", &across, ROAD, "3.5", "none");
            words
        }
        Key::Area(words, is_own) => {
            let (fill, stroke, width) = if *is_own { (OWN, INK, "2") } else { (LAND, EDGE, "1.2") };
            let (x, y) = (Px(at.x - 13.0), Px(at.y - 7.0));
            svg.empty(
                "rect",
                &[
                    ("x", &x),
                    ("y", &y),
                    ("width", &"26"),
                    ("height", &"14"),
                    ("fill", &fill),
                    ("stroke", &stroke),
                    ("stroke-width", &width),
                ],
            );
            words
        }
    }
}

fn paragraph(svg: &mut Svg, lines: &[String], face: Type, at: Point) -> f64 {
    let mut y = at.y;
    for line in lines {
        write(svg, line, face, Point { x: at.x, y: y + face.size }, ("start", INK));
        y += face.leading();
    }
    y
}

fn write(svg: &mut Svg, text: &str, face: Type, at: Point, (anchor, fill): (&str, &str)) {
    let weight = if face.bold { "700" } else { "400" };
    svg.text(
        "text",
        &[
            ("x", &Px(at.x)),
            ("y", &Px(at.y)),
            ("font-size", &Px(face.size)),
            ("font-weight", &weight),
            ("text-anchor", &anchor),
            ("fill", &fill),
        ],
        text,
    );
}

fn lines(lines: &[String], face: Type) -> f64 {
    lines.iter().map(|_| face.leading()).sum()
}
