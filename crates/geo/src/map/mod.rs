//! The situation map: a site, who is nearest to it, and what lies around, as one self-contained SVG.
//!
//! The picture has no script, no style sheet, no reference to anything and no `id`, so it can stand in a page under any
//! Content-Security-Policy, many times in one page, in a message, or alone as a file. What a page wants to set or move has a class:
//!
//! | class | what |
//! | --- | --- |
//! | `keng-map` | the whole picture |
//! | `view` | the map alone; an `svg` with a `viewBox` of its own, which a page can change to pan and zoom, its scale bar with it |
//! | `area`, `own` | a boundary; the one that holds the site |
//! | `road`, `route`, `straight` | lines |
//! | `site`, `other`, `post`, `nearest` | marks; each has a `title` with its whole name |
//! | `label`, `pill`, `scale`, `north` | texts and what goes with them |
//! | `drill` | the bands that say so |

mod draw;
mod frame;
mod glyph;
mod labels;
mod outline;
mod plane;
mod ranking;
mod scene;
mod sheet;
mod svg;
mod text;
mod words;

pub use words::Words;

use crate::{Boundary, Position};

/// The most posts on a map. Of more, the nearest; the list says how many it leaves out.
pub const MAX_POSTS: usize = 60;
/// The most other sites on a map. Of more, those with a mark, then the nearest.
pub const MAX_SITES: usize = 200;
/// The most positions of all roads and the route. The route goes first, then the roads in their order; what is beyond is not drawn.
pub const MAX_LINE_POSITIONS: usize = 50_000;
/// The narrowest and the widest map; another width becomes the nearer of these.
pub const WIDTHS: core::ops::RangeInclusive<u16> = 320..=2000;

/// What a situation map shows. The same content gives the same octets, on the same build of the program.
#[derive(Clone, Debug)]
pub struct SituationMap<'a> {
    /// The site that it is about.
    pub site: Site<'a>,
    /// Whether this is a drill: said in large letters, and the site's mark is hollow.
    pub drill: bool,
    /// Those who can come. The nearest is the one with the shortest time by road if every post has one, else the one with the shortest
    /// distance in a straight line; the map says which.
    pub posts: Vec<Post<'a>>,
    /// The sites around.
    pub others: Vec<Site<'a>>,
    /// Boundaries with the names to be written in them.
    pub areas: Vec<Area<'a>>,
    /// Roads, drawn below everything else but the areas.
    pub roads: Vec<Road>,
    /// The way from the nearest post to the site, if it is known. Without one a straight line is drawn, and called that.
    pub route: Vec<Position>,
    /// Which part of the world it shows.
    pub extent: Extent,
    /// Its width in units of its own `viewBox`, within [`WIDTHS`]; letters are 11 to 18 such units high whatever the width is. 600 is
    /// good on paper and screens, 360 on a phone.
    pub width: u16,
}

/// A site.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub position: Position,
    /// What is going on there.
    pub mark: Option<Mark>,
}

/// What is going on at a site. Each has a shape, a sign and a colour of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A fault: a white diamond with a cross.
    Fault,
    /// A suspicion: an amber triangle with a question mark.
    Suspicion,
    /// A hold-up: a red octagon with an exclamation mark.
    HoldUp,
    /// A confirmed hold-up: a red octagon with two, and a second outline.
    Confirmed,
}

/// Those who can come, and from where: a blue square with a number, 1 the nearest.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub position: Position,
    /// How far it is by road, if that is known.
    pub travel: Option<Travel>,
}

/// A way by road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Travel {
    /// How long it takes.
    pub seconds: u32,
    /// How long it is.
    pub metres: u32,
}

/// A boundary on the map.
#[derive(Clone, Copy, Debug)]
pub struct Area<'a> {
    /// Its outline.
    pub boundary: &'a Boundary,
    /// The name to be written in it, in the map's language; "" for none.
    pub name: &'a str,
}

/// A road.
#[derive(Clone, Debug)]
pub struct Road {
    /// Whether it is drawn wide.
    pub is_main: bool,
    /// Its course.
    pub line: Vec<Position>,
}

/// Which part of the world a map shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// The site, the route and the three nearest posts, as far as they are within 8 km or three times the distance of the nearest, and
    /// within 30 km. Those of the three that are beyond the edge stand at it, with an arrowhead.
    #[default]
    Nearest,
    /// All areas and the site; without areas, all posts and sites.
    Whole,
}

impl SituationMap<'_> {
    /// A map of a place alone, 600 wide.
    #[must_use]
    pub fn new(position: Position) -> Self {
        Self {
            site: Site { name: "", position, mark: None },
            drill: false,
            posts: Vec::new(),
            others: Vec::new(),
            areas: Vec::new(),
            roads: Vec::new(),
            route: Vec::new(),
            extent: Extent::default(),
            width: 600,
        }
    }

    /// The picture: SVG 1.1 and the attribute `paint-order` of SVG 2, in UTF-8. Lengths on it are true to 0.7 %: 0.57 % for the sphere
    /// and, over a town of 20 km, less than 0.1 % for the plane.
    #[must_use]
    pub fn svg(&self, words: &Words<'_>) -> String {
        sheet::draw(self, words)
    }
}
