//! OpenStreetMap extracts (`.osm.pbf`): the roads that a vehicle may drive on, and the places that one asks for.
//!
//! The caller opens the file; here it is read twice, first for its ways and relations, then for the nodes that they need (a third time, for
//! the ways of relations, if a place is a relation). The format is that of <https://wiki.openstreetmap.org/wiki/PBF_Format>: raw and zlib
//! blobs, nodes dense or not, in any order. What is damaged is a [`BadExtract`].
//!
//! How ways become a graph:
//!
//! 1. A [`Vehicle`] says which ways it may drive on, in which directions, and how fast: class, access, `oneway` (`-1` and per vehicle, too),
//!    roundabouts, surface, `maxspeed`, barriers. What a relation forbids (turns) is not looked at.
//! 2. Each node of such a way is a node of the graph, and each step between two is an edge of `length x 3600 / km/h` milliseconds, rounded.
//!    Steps over 100 m are cut in equal pieces, so that a place at a road finds a node within 50 m along it.
//! 3. Parts that one cannot come to and leave again (the strongly connected ones, if small) are left out.
//! 4. The nodes are numbered in Morton's order, so that neighbours are near one another in memory, too.
//!
//! ```
//! use keng_geo::osm::{BadExtract, Extract, Wanted};
//! use keng_geo::Vehicles;
//! use std::io::Cursor;
//!
//! let vehicles = Vehicles::read(Vehicles::SHIPPED)?;
//! let car = vehicles.get("car").ok_or("no car")?;
//! let wanted = [Wanted::new("amenity", "bank"), Wanted::new("amenity", "police")];
//! let refused = Extract::read(Cursor::new(b"no extract"), car, &wanted);
//! assert!(matches!(refused, Err(BadExtract::NoHeader)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blob;
mod block;
mod drive;
mod file;
mod parts;
mod place;
mod problem;
mod roads;
mod spot;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

pub use file::{BadFile, VERSION};
pub use place::{Element, Place, Wanted};
pub use problem::{BadExtract, Wrong};

use crate::Vehicle;
use crate::road::{MAX_PARTS, RoadGraph};
use blob::Blobs;
use block::{Block, Member, Tags};
use place::centre;
use roads::Ways;
use spot::Spot;

/// The most places that are kept. One more refuses the extract.
pub const MAX_PLACES: usize = 10_000_000;

/// What was read from an extract.
#[derive(Clone, Debug, Default)]
pub struct Extract {
    /// The roads.
    pub roads: RoadGraph,
    /// The places: nodes, ways, relations, each in the order of the extract.
    pub places: Vec<Place>,
}

impl Extract {
    /// Reads an extract: its roads for a vehicle, and the places that are wanted.
    ///
    /// A place whose nodes are not in the extract is left out, and so is a step of a road.
    ///
    /// # Errors
    /// See [`BadExtract`].
    pub fn read(from: impl Read + Seek, vehicle: &Vehicle, wanted: &[Wanted]) -> Result<Self, BadExtract> {
        let mut blobs = Blobs::open(from)?;
        let mut reading = Reading { wanted, ..Reading::new(vehicle) };
        reading.ways_and_relations(&mut blobs)?;
        reading.members(&mut blobs)?;
        let mut nodes = reading.needed()?;
        reading.nodes(&mut blobs, &mut nodes)?;
        let find = |id| nodes.find(id).filter(|(_, spot)| !spot.is_stopped).and_then(|(at, spot)| Some((at, spot.at?)));
        let roads = reading.ways.graph(find, nodes.ids.len(), vehicle);
        Ok(Self { roads, places: reading.places(&nodes)? })
    }
}

/// What has been read so far.
struct Reading<'a> {
    vehicle: &'a Vehicle,
    wanted: &'a [Wanted],
    ways: Ways,
    points: Vec<(Found, Spot)>,
    areas: Vec<(Found, Vec<i64>)>,
    groups: Vec<(Found, Vec<Member>)>,
    /// The nodes of the ways that are members of groups.
    members: BTreeMap<i64, Vec<i64>>,
    /// Where the blobs with nodes begin, and those with ways.
    with_nodes: Vec<u64>,
    with_ways: Vec<u64>,
}

/// A place whose position is not known yet.
struct Found {
    element: Element,
    wanted: u32,
    tags: Vec<(String, String)>,
}

/// The nodes that are needed, in the order of their numbers.
struct Nodes {
    ids: Vec<i64>,
    known: Vec<Known>,
}

#[derive(Clone, Copy, Default)]
struct Known {
    at: Option<Spot>,
    is_stopped: bool,
}

impl<'a> Reading<'a> {
    fn new(vehicle: &'a Vehicle) -> Self {
        let (points, areas, groups, members) = (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
        let (with_nodes, with_ways) = (Vec::new(), Vec::new());
        Self { vehicle, wanted: &[], ways: Ways::default(), points, areas, groups, members, with_nodes, with_ways }
    }

    fn found(&self, element: Element, tags: &Tags<'_>) -> Option<Found> {
        let wanted = Wanted::first_in(self.wanted, tags)?;
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Some(Found { element, wanted, tags })
    }

    fn ways_and_relations<R: Read + Seek>(&mut self, blobs: &mut Blobs<R>) -> Result<(), BadExtract> {
        while let Some(blob) = blobs.next()? {
            if blob.is_data {
                let done = Block::read(blobs.content()).and_then(|block| self.block(&block, blob.at));
                done.map_err(|wrong| BadExtract::Damaged { at: blob.at, wrong })?;
            }
            let places = self.areas.len() + self.groups.len();
            check(self.ways.nodes.len() <= MAX_PARTS, BadExtract::TooManyNodes)?;
            check(places <= MAX_PLACES, BadExtract::TooManyPlaces)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block<'_>, at: u64) -> Result<(), Wrong> {
        let (nodes, ways) = block.has()?;
        self.with_nodes.extend(nodes.then_some(at));
        self.with_ways.extend(ways.then_some(at));
        let mut list = Vec::new();
        block.ways(|id, tags, nodes| {
            let drive = self.vehicle.drive(tags);
            let found = self.found(Element::Way(id), tags);
            if drive.is_none() && found.is_none() {
                return Ok(());
            }
            list.clear();
            for node in nodes {
                list.push(node?);
            }
            self.areas.extend(found.map(|found| (found, list.clone())));
            if let Some(drive) = drive {
                self.ways.push(drive, &mut list);
            }
            Ok(())
        })?;
        block.relations(|id, tags, members| {
            let found = self.found(Element::Relation(id), tags);
            self.groups.extend(found.map(|found| (found, members)));
        })
    }

    /// The ways that are members of places, wherever in the extract they are.
    fn members<R: Read + Seek>(&mut self, blobs: &mut Blobs<R>) -> Result<(), BadExtract> {
        let members = self.groups.iter().flat_map(|(_, members)| members);
        let ways: BTreeSet<i64> =
            members.filter_map(|member| if let Member::Way(id) = member { Some(*id) } else { None }).collect();
        let with_ways = if ways.is_empty() { &[] } else { self.with_ways.as_slice() };
        for at in with_ways {
            blobs.go_to(*at)?;
            blobs.next()?;
            let done = Block::read(blobs.content()).and_then(|block| {
                block.ways(|id, _, nodes| {
                    if ways.contains(&id) {
                        self.members.insert(id, nodes.collect::<Result<_, _>>()?);
                    }
                    Ok(())
                })
            });
            done.map_err(|wrong| BadExtract::Damaged { at: *at, wrong })?;
        }
        Ok(())
    }

    /// The nodes of all that was found.
    fn needed(&self) -> Result<Nodes, BadExtract> {
        let areas = self.areas.iter().flat_map(|(_, nodes)| nodes);
        let members = self.groups.iter().flat_map(|(_, members)| members);
        let single = members.filter_map(|member| if let Member::Node(id) = member { Some(id) } else { None });
        let all = self.ways.nodes.iter().chain(areas).chain(self.members.values().flatten()).chain(single);
        let mut ids: Vec<i64> = all.copied().collect();
        ids.sort_unstable();
        ids.dedup();
        check(ids.len() <= MAX_PARTS, BadExtract::TooManyNodes)?;
        let known = vec![Known::default(); ids.len()];
        Ok(Nodes { ids, known })
    }

    fn nodes<R: Read + Seek>(&mut self, blobs: &mut Blobs<R>, nodes: &mut Nodes) -> Result<(), BadExtract> {
        for at in core::mem::take(&mut self.with_nodes) {
            blobs.go_to(at)?;
            blobs.next()?;
            let done = Block::read(blobs.content()).and_then(|block| {
                let mut next = 0;
                block.nodes(|id, spot, tags| {
                    let found = if tags.is_empty() { None } else { self.found(Element::Node(id), tags) };
                    self.points.extend(found.map(|found| (found, spot)));
                    if let Some(known) = nodes.known_from(&mut next, id) {
                        known.at = Some(spot);
                        known.is_stopped = !tags.is_empty() && self.vehicle.is_stopped(tags);
                    }
                })
            });
            done.map_err(|wrong| BadExtract::Damaged { at, wrong })?;
            check(self.points.len() <= MAX_PLACES, BadExtract::TooManyPlaces)?;
        }
        Ok(())
    }

    fn places(self, nodes: &Nodes) -> Result<Vec<Place>, BadExtract> {
        let spot = |id: &i64| nodes.find(*id).and_then(|(_, known)| known.at);
        let line = |nodes: &Vec<i64>| nodes.iter().filter_map(spot).collect::<Vec<_>>();
        let points = self.points.into_iter().map(|(found, spot)| (found, Some(spot)));
        let areas = self.areas.into_iter().map(|(found, nodes)| (found, centre(&[line(&nodes)], &[])));
        let groups = self.groups.into_iter().map(|(found, members)| {
            let (mut lines, mut points) = (Vec::new(), Vec::new());
            for member in members {
                match member {
                    Member::Node(id) => points.extend(spot(&id)),
                    Member::Way(id) => lines.extend(self.members.get(&id).map(line)),
                }
            }
            (found, centre(&lines, &points))
        });
        let all = points.chain(areas).chain(groups);
        let places: Vec<_> = all.filter_map(|(found, spot)| found.at(spot?)).collect();
        check(places.len() <= MAX_PLACES, BadExtract::TooManyPlaces)?;
        Ok(places)
    }
}

impl Found {
    fn at(self, spot: Spot) -> Option<Place> {
        let Self { element, wanted, tags } = self;
        Some(Place { element, wanted, position: spot.position()?, tags })
    }
}

impl Nodes {
    fn find(&self, id: i64) -> Option<(usize, Known)> {
        let at = self.ids.binary_search(&id).ok()?;
        Some((at, *self.known.get(at)?))
    }

    /// A node that is needed, looked for from where the one before was: nodes mostly come in the order of their numbers.
    fn known_from(&mut self, next: &mut usize, id: i64) -> Option<&mut Known> {
        if self.ids.get(*next).is_none_or(|here| *here > id) || *next == 0 {
            *next = self.ids.partition_point(|other| *other < id);
        }
        while self.ids.get(*next).is_some_and(|here| *here < id) {
            *next += 1;
        }
        if self.ids.get(*next) == Some(&id) { self.known.get_mut(*next) } else { None }
    }
}

fn check(holds: bool, or: BadExtract) -> Result<(), BadExtract> {
    if holds { Ok(()) } else { Err(or) }
}
