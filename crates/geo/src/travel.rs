//! How soon which posts are at a place: by the roads where there are any, and else as the crow flies, which the answer says.
//!
//! ```
//! use keng_geo::travel::{By, Travel, Why};
//! use keng_geo::{Position, Vehicles};
//!
//! let vehicles = Vehicles::read(Vehicles::SHIPPED)?;
//! let car = vehicles.get("car").ok_or("no car")?;
//! let (shop, posts) = (Position::new(20.9734, 106.5397)?, [Position::new(21.2, 106.6)?, Position::new(20.9825, 106.5379)?]);
//! let arrivals = Travel::new(car, None, &posts, 3).to(shop);
//! assert_eq!(arrivals.len(), 2);
//! assert_eq!((arrivals[0].post, arrivals[0].by), (1, By::GreatCircle(Why::NoRoads)));
//! assert_eq!(arrivals[0].length_m.round(), 1461.0); // 1,029 m times the detour factor 1.42
//! assert_eq!(arrivals[0].time_ms, 175_340); // at 30 km/h
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::road::{Grid, MAX_NEAREST, Nearest, RoadGraph, Snap, Start};
use crate::{Position, Vehicle};

/// How soon some posts are anywhere: made once, by one search over all roads, and asked for each place.
#[derive(Clone, Debug)]
pub struct Travel<'a> {
    vehicle: &'a Vehicle,
    most: usize,
    on_roads: Option<OnRoads<'a>>,
    /// All posts, and those that are off the roads.
    all: Posts,
    off_roads: Posts,
}

/// How soon a post is at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// Which post: its place in the list.
    pub post: u32,
    /// How long it drives, door to door, in milliseconds.
    pub time_ms: u32,
    /// How long its way is, in metres.
    pub length_m: f64,
    /// How this is known.
    pub by: By,
}

/// How a time is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    /// By the roads, and the straight line from the post to them and from them to the place.
    Roads {
        /// How far the post is from the node where it starts, in metres.
        post_aside_m: f64,
        /// How far the place is from the node where the way ends, in metres.
        place_aside_m: f64,
    },
    /// By the great circle times a factor, at one speed: no road was looked at.
    GreatCircle(Why),
}

/// Why no road was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There are none.
    NoRoads,
    /// The post is further from the roads than the vehicle's `snap_within_m`.
    PostOffRoads,
    /// The place is.
    PlaceOffRoads,
}

#[derive(Clone, Debug)]
struct OnRoads<'a> {
    roads: &'a RoadGraph,
    nearest: Nearest,
    /// Which posts started, in the order of the search, and how far from the roads they are.
    started: Vec<(u32, f64)>,
}

#[derive(Clone, Debug)]
struct Posts {
    /// Their places in the caller's list.
    numbers: Vec<u32>,
    positions: Vec<Position>,
    grid: Grid,
}

impl<'a> Travel<'a> {
    /// Prepares the answer for some posts, of which a place is told the soonest `most` (1 to [`MAX_NEAREST`]; another number becomes the
    /// nearer of these). Without roads, or with an empty graph, all is as the crow flies.
    #[must_use]
    pub fn new(vehicle: &'a Vehicle, roads: Option<&'a RoadGraph>, posts: &[Position], most: usize) -> Self {
        let most = most.clamp(1, MAX_NEAREST);
        let numbered = || (0..).zip(posts.iter().copied());
        let roads = roads.filter(|roads| !roads.is_empty());
        let snap = |at: Position| roads.and_then(|roads| roads.snap(at, vehicle.snap_within_m));
        let (starts, started) = numbered().filter_map(|(post, at)| start(vehicle, post, snap(at)?)).unzip();
        let starts: Vec<Start> = starts;
        let on_roads =
            roads.and_then(|roads| Some(OnRoads { roads, nearest: roads.nearest_after(&starts, most).ok()?, started }));
        let off_roads = Posts::of(numbered().filter(|(_, at)| snap(*at).is_none()));
        Self { vehicle, most, on_roads, all: Posts::of(numbered()), off_roads }
    }

    /// The soonest posts at a place, the soonest first; of equally soon ones, the first of the list. Fewer than asked for where no more
    /// have a way there: a post on another island is none that would be late, it is none.
    #[must_use]
    pub fn to(&self, place: Position) -> Vec<Arrival> {
        let Some(on_roads) = &self.on_roads else { return self.fly(&self.all, place, Why::NoRoads) };
        let Some(snap) = on_roads.roads.snap(place, self.vehicle.snap_within_m) else {
            return self.fly(&self.all, place, Why::PlaceOffRoads);
        };
        let mut arrivals = self.drive(on_roads, snap);
        arrivals.extend(self.fly(&self.off_roads, place, Why::PostOffRoads));
        arrivals.sort_by_key(|arrival| (arrival.time_ms, arrival.post));
        arrivals.truncate(self.most);
        arrivals
    }

    fn drive(&self, OnRoads { nearest, started, .. }: &OnRoads<'_>, snap: Snap) -> Vec<Arrival> {
        let aside_ms = millis(snap.distance_m, self.vehicle.aside_kmh);
        let arrival = |reach: &crate::road::Reach| {
            let (post, post_aside_m) = *started.get(reach.post as usize)?;
            let length_m = f64::from(reach.length_dm) / 10.0 + post_aside_m + snap.distance_m;
            let by = By::Roads { post_aside_m, place_aside_m: snap.distance_m };
            Some(Arrival { post, time_ms: reach.time_ms.saturating_add(aside_ms), length_m, by })
        };
        nearest.at(snap.node).iter().filter_map(arrival).collect()
    }

    fn fly(&self, posts: &Posts, place: Position, why: Why) -> Vec<Arrival> {
        let nearest = posts.grid.nearest_of(&posts.positions, place, self.most);
        let arrival = |snap: Snap| {
            let length_m = snap.distance_m * self.vehicle.detour_factor;
            let post = posts.numbers.get(snap.node as usize).copied()?;
            Some(Arrival { post, time_ms: millis(length_m, self.vehicle.crow_kmh), length_m, by: By::GreatCircle(why) })
        };
        nearest.into_iter().filter_map(arrival).collect()
    }
}

impl Posts {
    fn of(posts: impl Iterator<Item = (u32, Position)>) -> Self {
        let (numbers, positions): (_, Vec<_>) = posts.unzip();
        Self { numbers, grid: Grid::over(&positions), positions }
    }
}

fn start(vehicle: &Vehicle, post: u32, snap: Snap) -> Option<(Start, (u32, f64))> {
    let start = Start { node: snap.node, after_ms: millis(snap.distance_m, vehicle.aside_kmh) };
    Some((start, (post, snap.distance_m)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the nearest integer there is"
)]
fn millis(length_m: f64, kmh: f64) -> u32 {
    (length_m * 3600.0 / kmh).round() as u32
}
