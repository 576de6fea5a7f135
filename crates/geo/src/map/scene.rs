//! Where everything on the map stands: marks at their places, the line to the nearest post, and texts where nothing else is.

use std::cmp::Ordering;

use super::frame::{Frame, Scale};
use super::outline::Outline;
use super::plane::{Point, Rect, Room, Side, Spot};
use super::text::{Type, clean};
use super::{Extent, MAX_LINE_POSITIONS, MAX_POSTS, MAX_SITES, Post, Site, SituationMap, Words};
use crate::{Boundary, Position};

/// So many of the nearest posts decide what is on the map, and stand at its edge if they are beyond it.
const NEAREST: usize = 3;
/// How far a post may be to decide what is on the map: three times as far as the nearest, within these. A command centre in the next
/// city is not to make the site's surroundings small.
const REACH_M: core::ops::RangeInclusive<f64> = 8_000.0..=30_000.0;
/// How far marks and areas stay from the paper's edge.
const MARGIN: f64 = 58.0;
const AREA_MARGIN: f64 = 22.0;
/// How wide a name may be, and on a narrow map which share of it.
const NAME_WIDTH: f64 = 158.0;
const NAME_SHARE: f64 = 0.36;
/// So many other sites with a mark have their name on the map even if it stands apart from the mark.
const MUST_BE_NAMED: usize = 8;

pub(super) const SITE_SIZE: f64 = 32.0;
pub(super) const NEAREST_SIZE: f64 = 26.0;
pub(super) const POST_SIZE: f64 = 20.0;
pub(super) const MARKED_SIZE: f64 = 22.0;
pub(super) const OTHER_SIZE: f64 = 11.0;

const SITE_NAME: Type = Type::bold(13.0);
const POST_NAME: Type = Type::bold(12.0);
const OTHER_NAME: Type = Type::plain(11.0);
const AREA_NAME: Type = Type::plain(12.0);
const DISTANCE: Type = Type::plain(12.0);
pub(super) const PILL: Type = Type::bold(12.0);

/// A post with its rank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked<'a> {
    pub(super) post: &'a Post<'a>,
    pub(super) distance_m: f64,
    /// Whether its distance by road counts, not that in a straight line.
    is_by_road: bool,
}

/// The posts, the nearest first.
#[derive(Debug)]
pub(super) struct Ranking<'a> {
    pub(super) posts: Vec<Ranked<'a>>,
    /// Whether they are in the order of their travel times, not of their distances.
    pub(super) is_by_road: bool,
}

/// A mark: of what, where it belongs, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<T> {
    pub(super) what: T,
    pub(super) place: Point,
    pub(super) centre: Point,
    pub(super) size: f64,
    /// What is kept free for it.
    kept: Rect,
}

/// A post's mark on the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered<'a> {
    pub(super) number: usize,
    pub(super) name: &'a str,
    /// It stands at the edge, and its place is beyond.
    pub(super) is_beyond: bool,
}

/// Lines of text.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) class: &'static str,
    pub(super) lines: Vec<(String, Type)>,
    pub(super) spot: Spot,
    /// From the text to its mark, if they are apart.
    pub(super) leader: Option<(Point, Point)>,
}

/// How far the nearest post is, on the line to it.
#[derive(Debug)]
pub(super) struct Pill {
    pub(super) rect: Rect,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) frame: Frame,
    pub(super) site: Placed<Site<'a>>,
    pub(super) others: Vec<Placed<Site<'a>>>,
    pub(super) posts: Vec<Placed<Numbered<'a>>>,
    /// Each area's outline; none where it is not on the paper.
    pub(super) outlines: Vec<Outline>,
    pub(super) own: Option<usize>,
    /// The route if there is one, else the straight line.
    pub(super) way: Vec<Point>,
    pub(super) pill: Option<Pill>,
    pub(super) labels: Vec<Label>,
    pub(super) scale: Scale,
    pub(super) scale_at: Rect,
    pub(super) north_at: Rect,
}

impl<'a> Ranking<'a> {
    pub(super) fn of(map: &'a SituationMap<'_>) -> Self {
        let is_by_road = !map.posts.is_empty() && map.posts.iter().all(|post| post.travel.is_some());
        let ranked =
            |post: &'a Post<'_>| Ranked { post, distance_m: map.site.position.distance_m(post.position), is_by_road };
        let mut posts: Vec<_> = map.posts.iter().map(ranked).collect();
        let seconds = |ranked: &Ranked<'_>| ranked.post.travel.filter(|_| is_by_road).map(|travel| travel.seconds);
        posts.sort_by(|a, b| seconds(a).cmp(&seconds(b)).then(a.distance_m.total_cmp(&b.distance_m)));
        Self { posts, is_by_road }
    }
}

impl Ranked<'_> {
    /// How far it is, by what the posts are ordered by, and the travel time if it is known.
    pub(super) fn far(&self, words: &Words<'_>) -> String {
        let Some(travel) = self.post.travel else { return words.distance(self.distance_m) };
        let metres = if self.is_by_road { f64::from(travel.metres) } else { self.distance_m };
        format!("{} · {}", words.distance(metres), words.time(travel.seconds))
    }
}

impl<'a> Scene<'a> {
    pub(super) fn of(map: &'a SituationMap<'a>, ranking: &Ranking<'a>, words: &Words<'_>, paper: Rect) -> Self {
        let frame = frame(map, ranking, paper);
        let mut room = Room { frame: paper.grown(-3.0), taken: Vec::new(), lines: Vec::new() };
        let site = put(&mut room, map.site, frame.point(map.site.position), SITE_SIZE, SITE_SIZE);
        let posts = posts(&mut room, ranking, &frame, site.centre);
        let others = others(&mut room, map, &frame);
        let scale = frame.scale(paper.w / 5.0);
        let scale_at = in_a_corner(&mut room, scale.px.max(60.0) + 16.0, 34.0, [true, false]);
        let north_at = in_a_corner(&mut room, 30.0, 42.0, [false, true]);
        let way = way(map, &frame, site, &posts);
        room.lines = way.windows(2).filter_map(|step| Some((*step.first()?, *step.last()?))).collect();
        let pill = ranking.posts.first().and_then(|nearest| pill(&mut room, &way, nearest.far(words)));
        let outlines: Vec<_> = map.areas.iter().map(|area| Outline::of(area.boundary.polygons(), &frame)).collect();
        let mut writer = Writer { room, labels: Vec::new() };
        writer.site(site);
        writer.posts(&posts, ranking, words, pill.is_some());
        writer.others(&others);
        writer.areas(map, &outlines);
        let own = own(map);
        let labels = writer.labels;
        Self { frame, site, others, posts, outlines, own, way, pill, labels, scale, scale_at, north_at }
    }
}

/// Which area the site lies in.
pub(super) fn own(map: &SituationMap<'_>) -> Option<usize> {
    let smallest = Boundary::smallest(map.areas.iter().map(|area| area.boundary), map.site.position)?;
    map.areas.iter().position(|area| core::ptr::eq(area.boundary, smallest))
}

fn frame(map: &SituationMap<'_>, ranking: &Ranking<'_>, paper: Rect) -> Frame {
    let site = map.site.position;
    let route = map.route.iter().take(MAX_LINE_POSITIONS).copied();
    let (margin, shown): (_, Vec<Position>) = match map.extent {
        Extent::Nearest => {
            let nearest_m = ranking.posts.first().map_or(0.0, |nearest| nearest.distance_m);
            let reach_m = (3.0 * nearest_m).clamp(*REACH_M.start(), *REACH_M.end());
            let near = ranking.posts.iter().take(NEAREST).filter(|ranked| ranked.distance_m <= reach_m);
            (MARGIN, near.map(|ranked| ranked.post.position).chain(route).collect())
        }
        Extent::Whole if map.areas.is_empty() => {
            let posts = map.posts.iter().map(|post| post.position);
            (MARGIN, posts.chain(map.others.iter().map(|site| site.position)).collect())
        }
        Extent::Whole => (AREA_MARGIN, map.areas.iter().flat_map(|area| area.boundary.outer()).collect()),
    };
    Frame::around(paper, margin, site, shown.into_iter())
}

fn put<T>(room: &mut Room, what: T, place: Point, size: f64, kept: f64) -> Placed<T> {
    let centre = room.near(place, kept, kept);
    let kept = Rect::around(centre, kept, kept);
    room.taken.push(kept);
    Placed { what, place, centre, size, kept }
}

fn posts<'a>(room: &mut Room, ranking: &Ranking<'a>, frame: &Frame, site: Point) -> Vec<Placed<Numbered<'a>>> {
    let mut placed = Vec::new();
    for (number, ranked) in (1..).zip(ranking.posts.iter().take(MAX_POSTS)) {
        let size = if number == 1 { NEAREST_SIZE } else { POST_SIZE };
        let place = frame.point(ranked.post.position);
        let edge = room.frame.grown(-size / 2.0);
        let is_beyond = !edge.holds(place);
        if is_beyond && number > NEAREST {
            continue;
        }
        let kept = if is_beyond { 2.5 * size } else { size };
        let place = if is_beyond { room.frame.grown(-1.3 * size).exit(site, place) } else { place };
        placed.push(put(room, Numbered { number, name: ranked.post.name, is_beyond }, place, size, kept));
    }
    placed
}

fn others<'a>(room: &mut Room, map: &SituationMap<'a>, frame: &Frame) -> Vec<Placed<Site<'a>>> {
    let far = |site: &Site<'_>| map.site.position.distance_m(site.position);
    let mut sites: Vec<_> = map.others.clone();
    sites.sort_by(|a, b| b.mark.cmp(&a.mark).then_with(|| far(a).partial_cmp(&far(b)).unwrap_or(Ordering::Equal)));
    let places = sites.into_iter().map(|site| (site, frame.point(site.position)));
    let edge = room.frame;
    let seen = places.filter(|(site, place)| edge.grown(-size_of(site) / 2.0).holds(*place));
    let seen: Vec<_> = seen.take(MAX_SITES).collect();
    seen.into_iter().map(|(site, place)| put(room, site, place, size_of(&site), size_of(&site))).collect()
}

fn size_of(site: &Site<'_>) -> f64 {
    if site.mark.is_some() { MARKED_SIZE } else { OTHER_SIZE }
}

/// A box in a corner of the map where no mark is; in the last resort in the first corner. `from` says right and top.
fn in_a_corner(room: &mut Room, w: f64, h: f64, from: [bool; 2]) -> Rect {
    let [is_left, is_top] = from;
    let frame = room.frame.grown(-3.0);
    let corner = |is_left: bool, is_top: bool| Rect {
        x: if is_left { frame.x } else { frame.right() - w },
        y: if is_top { frame.y } else { frame.bottom() - h },
        w,
        h,
    };
    let corners = [(is_left, is_top), (!is_left, is_top), (is_left, !is_top), (!is_left, !is_top)];
    let boxes = corners.map(|(is_left, is_top)| corner(is_left, is_top));
    let chosen = boxes.into_iter().find(|rect| room.is_free(*rect)).unwrap_or_else(|| corner(is_left, is_top));
    room.taken.push(chosen);
    chosen
}

fn way(map: &SituationMap<'_>, frame: &Frame, site: Placed<Site<'_>>, posts: &[Placed<Numbered<'_>>]) -> Vec<Point> {
    if map.route.len() > 1 {
        return map.route.iter().take(MAX_LINE_POSITIONS).map(|at| frame.point(*at)).collect();
    }
    match posts.first() {
        Some(nearest) if nearest.what.number == 1 => vec![site.centre, nearest.centre],
        _ => Vec::new(),
    }
}

/// As near to the middle of the way as there is room.
fn pill(room: &mut Room, way: &[Point], text: String) -> Option<Pill> {
    let (w, h) = (PILL.width(&text) + 14.0, 20.0);
    let shares = [0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75];
    let boxes = shares.into_iter().filter_map(|share| Some(Rect::around(along(way, share)?, w, h)));
    let rect = boxes.into_iter().find(|rect| room.is_free(rect.grown(2.0)))?;
    room.taken.push(rect);
    Some(Pill { rect, text })
}

/// The point at a share of a line's length.
fn along(line: &[Point], share: f64) -> Option<Point> {
    let steps = || line.windows(2).filter_map(|step| Some((*step.first()?, *step.last()?)));
    let mut left = share * steps().map(|(from, to)| from.distance(to)).sum::<f64>();
    for (from, to) in steps() {
        let length = from.distance(to);
        if left <= length && length > 0.0 {
            return Some(from.towards(to, left / length));
        }
        left -= length;
    }
    line.last().copied()
}

/// Puts texts where there is room; those that come first have the choice.
struct Writer {
    room: Room,
    labels: Vec<Label>,
}

impl Writer {
    fn site(&mut self, site: Placed<Site<'_>>) {
        self.must("site", site, self.named(site.what.name, SITE_NAME));
    }

    fn posts(&mut self, posts: &[Placed<Numbered<'_>>], ranking: &Ranking<'_>, words: &Words<'_>, has_pill: bool) {
        for post in posts {
            let mut lines = self.named(post.what.name, POST_NAME);
            let ranked = ranking.posts.get(post.what.number - 1).filter(|_| post.what.number > 1 || !has_pill);
            lines.extend(ranked.map(|ranked| (ranked.far(words), DISTANCE)));
            if post.what.number <= NEAREST {
                self.must("post", *post, lines);
            } else {
                self.may("post", *post, lines);
            }
        }
    }

    fn others(&mut self, others: &[Placed<Site<'_>>]) {
        for (number, site) in others.iter().enumerate() {
            let lines = self.named(site.what.name, OTHER_NAME);
            if site.what.mark.is_some() && number < MUST_BE_NAMED {
                self.must("other", *site, lines);
            } else {
                self.may("other", *site, lines);
            }
        }
    }

    fn areas(&mut self, map: &SituationMap<'_>, outlines: &[Outline]) {
        for (area, outline) in map.areas.iter().zip(outlines) {
            let lines = self.named(area.name, AREA_NAME);
            let (w, h) = size(&lines);
            let (frame, bounds) = (self.room.frame, outline.bounds());
            let boxes = frame.boxes(w, h, 40);
            let free = boxes
                .filter(|rect| bounds.contains(*rect) && self.room.is_free(rect.grown(2.0)) && outline.contains(*rect));
            // Deep inside its area, on no line, and beyond some depth close to the middle of the map.
            let depth = |rect: &Rect| {
                let (middle, lines) = (rect.centre(), f64::from(self.room.crossings(*rect)));
                outline.depth(middle).min(60.0) - 30.0 * lines - middle.distance(frame.centre()) / 50.0
            };
            let best = free.max_by(|a, b| depth(a).total_cmp(&depth(b)));
            if let Some(rect) = best.filter(|_| !lines.is_empty()) {
                self.write("area", lines, Spot { rect, side: Side::Middle }, None);
            }
        }
    }

    fn named(&self, name: &str, face: Type) -> Vec<(String, Type)> {
        let most = if face.bold { 3 } else { 2 };
        named(name, face, NAME_WIDTH.min(NAME_SHARE * self.room.frame.w), most)
    }

    /// Beside its mark; else not at all: the mark's number is in the list, and its title has the name.
    fn may<T>(&mut self, class: &'static str, mark: Placed<T>, lines: Vec<(String, Type)>) -> bool {
        let (w, h) = size(&lines);
        let spot = self.room.beside(mark.kept, w, h);
        if let Some(spot) = spot.filter(|_| !lines.is_empty()) {
            self.write(class, lines, spot, None);
        }
        spot.is_some()
    }

    /// Beside its mark; else wherever there is room, with a line to it.
    fn must<T: Copy>(&mut self, class: &'static str, mark: Placed<T>, lines: Vec<(String, Type)>) {
        if self.may(class, mark, lines.clone()) {
            return;
        }
        let (w, h) = size(&lines);
        if let Some(spot) = self.room.anywhere(mark.centre, w, h) {
            let leader = (spot.rect.closest(mark.centre), mark.centre);
            self.room.lines.push(leader);
            self.write(class, lines, spot, Some(leader));
        }
    }

    fn write(&mut self, class: &'static str, lines: Vec<(String, Type)>, spot: Spot, leader: Option<(Point, Point)>) {
        self.room.taken.push(spot.rect);
        self.labels.push(Label { class, lines, spot, leader });
    }
}

fn named(name: &str, face: Type, room: f64, most: usize) -> Vec<(String, Type)> {
    let lines = face.balanced(&clean(name), room, most);
    lines.into_iter().filter(|line| !line.is_empty()).map(|line| (line, face)).collect()
}

/// How much room lines of text take, with a hair around them.
fn size(lines: &[(String, Type)]) -> (f64, f64) {
    let width = lines.iter().map(|(line, face)| face.width(line)).fold(0.0, f64::max);
    (width + 2.0, lines.iter().map(|(_, face)| face.leading()).sum::<f64>() + 2.0)
}
