//! Texts on the map, each where nothing else is.

use super::outline::Outline;
use super::plane::{Point, Rect, Room, Side, Spot};
use super::ranking::Ranking;
use super::scene::{NEAREST, Numbered, Placed};
use super::text::{Type, clean};
use super::{Site, SituationMap, Words};

/// How wide a name may be, and on a narrow map which share of it.
const NAME_WIDTH: f64 = 158.0;
const NAME_SHARE: f64 = 0.36;
/// So many other sites with a mark have their name on the map even if it stands apart from the mark.
const MUST_BE_NAMED: usize = 8;

const SITE_NAME: Type = Type::bold(13.0);
const POST_NAME: Type = Type::bold(12.0);
const OTHER_NAME: Type = Type::plain(11.0);
const AREA_NAME: Type = Type::plain(12.0);
const DISTANCE: Type = Type::plain(12.0);

/// Lines of text.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) class: &'static str,
    pub(super) lines: Vec<(String, Type)>,
    pub(super) spot: Spot,
    /// From the text to its mark, if they are apart.
    pub(super) leader: Option<(Point, Point)>,
}

/// Puts texts where there is room; those that come first have the choice.
pub(super) struct Writer {
    pub(super) room: Room,
    pub(super) labels: Vec<Label>,
}

impl Writer {
    pub(super) fn site(&mut self, site: Placed<Site<'_>>) {
        self.must("site", site, self.named(site.what.name, SITE_NAME));
    }

    pub(super) fn posts(
        &mut self,
        posts: &[Placed<Numbered<'_>>],
        ranking: &Ranking<'_>,
        words: &Words<'_>,
        has_pill: bool,
    ) {
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

    pub(super) fn others(&mut self, others: &[Placed<Site<'_>>]) {
        for (number, site) in others.iter().enumerate() {
            let lines = self.named(site.what.name, OTHER_NAME);
            if site.what.mark.is_some() && number < MUST_BE_NAMED {
                self.must("other", *site, lines);
            } else {
                self.may("other", *site, lines);
            }
        }
    }

    pub(super) fn areas(&mut self, map: &SituationMap<'_>, outlines: &[Outline]) {
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
