//! How soon the posts around a site are there by road: one search for each site and directory, beside everything else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use keng_dispatch::{AuthorityId, SiteId};
use keng_geo::map::Travel;
use keng_geo::road::RoadGraph;
use keng_geo::travel::{self, By};
use keng_geo::{Position, Vehicle};
use tokio::sync::Semaphore;

/// How many posts a map shows when it knows the roads: those nearest in a straight line.
const POSTS: usize = 5;
/// How many sites' ways are remembered; at the bound all are forgotten.
const KEPT: usize = 1024;

/// Roads, and what drives on them.
#[derive(Clone, Debug)]
pub struct Roads {
    /// The roads.
    pub graph: RoadGraph,
    /// What drives on them.
    pub vehicle: Vehicle,
}

/// The ways from the posts to a site.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    /// The posts that can come, the soonest first. Without a time when the post or the site is off the roads.
    pub(crate) posts: Vec<(AuthorityId, Position, Option<Travel>)>,
    /// The way of the soonest.
    pub(crate) route: Vec<Position>,
}

/// What was asked before.
#[derive(Debug)]
pub(crate) struct Searches {
    roads: Option<Arc<Roads>>,
    /// One search at a time: it leaves a processor to the alarms.
    turn: Semaphore,
    known: Mutex<HashMap<(SiteId, u64), Arc<Ways>>>,
}

impl Searches {
    pub(crate) fn over(roads: Option<Roads>) -> Self {
        Self { roads: roads.map(Arc::new), turn: Semaphore::new(1), known: Mutex::default() }
    }

    /// The ways to a site in a version of the directory; `None` without roads.
    pub(crate) async fn ways(
        &self,
        site: (SiteId, u64),
        at: Position,
        posts: Vec<(AuthorityId, Position)>,
    ) -> Option<Arc<Ways>> {
        let roads = Arc::clone(self.roads.as_ref()?);
        let _turn = self.turn.acquire().await.ok()?;
        if let Some(known) = self.known().get(&site) {
            return Some(Arc::clone(known));
        }
        let ways = Arc::new(tokio::task::spawn_blocking(move || roads.ways(at, posts)).await.ok()?);
        let mut known = self.known();
        if known.len() == KEPT {
            known.clear();
        }
        known.insert(site, Arc::clone(&ways));
        Some(ways)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<(SiteId, u64), Arc<Ways>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Roads {
    fn ways(&self, site: Position, mut posts: Vec<(AuthorityId, Position)>) -> Ways {
        posts.sort_by(|(_, one), (_, other)| one.distance_m(site).total_cmp(&other.distance_m(site)));
        posts.truncate(POSTS);
        let places: Vec<Position> = posts.iter().map(|(_, at)| *at).collect();
        let arrivals = travel::Travel::new(&self.vehicle, Some(&self.graph), &places, POSTS).to(site);
        let found = arrivals.iter().filter_map(|arrival| {
            let (id, at) = posts.get(usize::try_from(arrival.post).ok()?)?;
            let travel = matches!(arrival.by, By::Roads { .. })
                .then(|| Travel { seconds: arrival.time_ms.div_ceil(1000), metres: metres(arrival.length_m) });
            Some((id.clone(), *at, travel))
        });
        let found: Vec<_> = found.collect();
        let soonest = found.first().filter(|(_, _, travel)| travel.is_some()).map(|(_, at, _)| *at);
        Ways { route: soonest.map(|from| self.route(from, site)).unwrap_or_default(), posts: found }
    }

    fn route(&self, from: Position, to: Position) -> Vec<Position> {
        let node = |at| Some(self.graph.snap(at, self.vehicle.snap_within_m)?.node);
        let route = node(from).zip(node(to)).and_then(|(from, to)| self.graph.route(from, to).ok().flatten());
        let nodes = route.map(|route| route.nodes).unwrap_or_default();
        let line = nodes.into_iter().filter_map(|node| self.graph.position(node));
        core::iter::once(from).chain(line).chain([to]).collect()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no way on Earth has so many metres")]
fn metres(length_m: f64) -> u32 {
    length_m.round().clamp(0.0, 1e9) as u32
}
