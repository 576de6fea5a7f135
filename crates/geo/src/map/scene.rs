//! Where everything on the map stands: marks at their places, the line to the nearest post, and texts where nothing else is.

use std::cmp::Ordering;

use super::frame::{Frame, Scale};
use super::labels::{Label, Writer};
use super::outline::Outline;
use super::plane::{Point, Rect, Room};
use super::ranking::Ranking;
use super::text::Type;
use super::{Extent, MAX_LINE_POSITIONS, MAX_POSTS, MAX_SITES, Site, SituationMap, Words};
use crate::{Boundary, Position};

/// So many of the nearest posts decide what is on the map, and stand at its edge if they are beyond it.
pub(super) const NEAREST: usize = 3;
/// How far a post may be to decide what is on the map: three times as far as the nearest, within these. A command centre in the next
/// city is not to make the site's surroundings small.
const REACH_M: core::ops::RangeInclusive<f64> = 8_000.0..=30_000.0;
/// How far marks and areas stay from the paper's edge.
const MARGIN: f64 = 58.0;
const AREA_MARGIN: f64 = 22.0;
pub(super) const SITE_SIZE: f64 = 32.0;
pub(super) const NEAREST_SIZE: f64 = 26.0;
pub(super) const POST_SIZE: f64 = 20.0;
pub(super) const MARKED_SIZE: f64 = 22.0;
pub(super) const OTHER_SIZE: f64 = 11.0;

pub(super) const PILL: Type = Type::bold(12.0);

/// A mark: of what, where it belongs, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<T> {
    pub(super) what: T,
    pub(super) place: Point,
    pub(super) centre: Point,
    pub(super) size: f64,
    /// What is kept free for it.
    pub(super) kept: Rect,
}

/// A post's mark on the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbered<'a> {
    pub(super) number: usize,
    pub(super) name: &'a str,
    /// It stands at the edge, and its place is beyond.
    pub(super) is_beyond: bool,
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
