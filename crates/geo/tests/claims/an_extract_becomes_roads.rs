//! What an extract says of roads and places is what is read; what is damaged is refused.

use std::io::Cursor;

use keng_geo::osm::{BadExtract, BadFile, Element, Extract, VERSION, Wanted, Wrong};
use keng_geo::road::{Edge, Start};
use keng_geo::{Position, Vehicle, Vehicles};
use proptest::prelude::*;

use crate::pbf::{Packed, Sample, blob, number, octets};

#[test]
fn a_step_of_a_way_is_an_edge_of_its_length_and_speed() {
    let extract = read(&town().extract(Packed::Raw)).unwrap();
    let (from, to) = (node(&extract, 1), node(&extract, 2));
    let edge = edges(&extract).into_iter().find(|edge| (edge.from, edge.to) == (from, to)).unwrap();
    // 6,000 steps of 10^-7 degrees north are 66.717 m; a residential street is driven at 25 km/h.
    assert_eq!((edge.length_dm, edge.time_ms), (667, 9_607));
}

#[test]
fn packing_changes_nothing() {
    let (raw, zlib) = (town().extract(Packed::Raw), town().extract(Packed::Zlib));
    assert!(zlib.len() < raw.len());
    let (raw, zlib) = (read(&raw).unwrap(), read(&zlib).unwrap());
    assert_eq!((edges(&raw), raw.places), (edges(&zlib), zlib.places));
}

#[test]
fn a_long_step_is_cut_into_equal_pieces() {
    let mut sample = Sample::default();
    sample.node(1, 0, 0, &[]).node(2, 45_000, 0, &[]).way(9, &[1, 2], &[("highway", "primary")]);
    let extract = read(&sample.extract(Packed::Raw)).unwrap();
    // 500.4 m are six pieces.
    assert_eq!((extract.roads.len(), edges(&extract).len()), (7, 12));
    let length_dm: u32 = edges(&extract).iter().map(|edge| edge.length_dm).sum();
    assert_eq!(length_dm, 2 * 6 * 834);
}

#[test]
fn one_ways_and_barriers_are_obeyed() {
    let extract = read(&town().extract(Packed::Raw)).unwrap();
    let has = |from, to| {
        edges(&extract).iter().any(|edge| (edge.from, edge.to) == (node(&extract, from), node(&extract, to)))
    };
    assert!(has(1, 2) && has(2, 1), "a street in both directions");
    assert!(has(2, 3) && !has(3, 2), "a one-way street");
    assert!(has(1, 4) && !has(4, 1), "oneway=-1 is against the way");
    assert_eq!(extract.roads.snap(place(5), 1.0), None, "behind the bollard is no road");
}

#[test]
fn what_leads_nowhere_is_left_out() {
    let mut sample = town();
    sample.node(20, 90_000, 0, &[]).node(21, 90_600, 0, &[]);
    sample.way(30, &[20, 21], &[("highway", "primary")]);
    let extract = read(&sample.extract(Packed::Raw)).unwrap();
    let apart = Position::new(0.009, 0.0).unwrap();
    assert_eq!(extract.roads.snap(apart, 10.0), None, "two nodes that lead to nothing else");
    let all = Vehicle { smallest_part: 1, ..car() };
    let extract = Extract::read(Cursor::new(sample.extract(Packed::Raw)), &all, &[]).unwrap();
    assert!(extract.roads.snap(apart, 10.0).is_some());
}

#[test]
fn a_place_is_where_its_element_is() {
    let extract = read(&town().extract(Packed::Raw)).unwrap();
    let found: Vec<_> = extract.places.iter().map(|place| (place.element, place.wanted, place.tag("name"))).collect();
    let bank = |element, name| (element, 0, name);
    assert_eq!(
        found,
        [
            bank(Element::Node(10), Some("Sen")),
            bank(Element::Way(40), None),
            (Element::Way(41), 1, None),
            bank(Element::Relation(50), None)
        ]
    );
    let at: Vec<_> = extract.places.iter().map(|place| (place.position.lat_deg(), place.position.lon_deg())).collect();
    assert_eq!(at, [(0.0001, 0.0001), (0.0003, 0.0003), (0.0001, 0.0002), (0.0003, 0.0003)]);
    assert_eq!(extract.places[0].element.to_string(), "node/10");
}

#[test]
fn what_is_reached_within_a_time_is_what_a_search_reaches_in_it() {
    let extract = read(&town().extract(Packed::Raw)).unwrap();
    let start = Start { node: node(&extract, 1), after_ms: 100 };
    let reached = extract.roads.within(&[start], 9_707).unwrap();
    assert_eq!(reached.len(), 3, "{reached:?}");
    assert!(reached.contains(&(node(&extract, 2), 9_707)));
    assert_eq!(extract.roads.within(&[start], 9_706).unwrap(), [(node(&extract, 1), 100)]);
}

#[test]
fn a_file_of_roads_is_read_as_it_was_written() {
    let extract = read(&town().extract(Packed::Raw)).unwrap();
    let file = extract.to_octets("town.osm.pbf, car");
    let (again, made_of) = Extract::from_octets(&file).unwrap();
    assert_eq!(made_of, "town.osm.pbf, car");
    assert_eq!((edges(&again), &again.places), (edges(&extract), &extract.places));
    assert_eq!(again.roads.positions(), extract.roads.positions());
    assert_eq!(again.to_octets("town.osm.pbf, car"), file);
    let (nothing, _) = Extract::from_octets(&Extract::default().to_octets("")).unwrap();
    assert!(nothing.roads.is_empty() && nothing.places.is_empty());
}

#[test]
fn a_damaged_or_foreign_file_of_roads_is_refused() {
    let file = read(&town().extract(Packed::Raw)).unwrap().to_octets("town");
    let refused = |file: &[u8]| Extract::from_octets(file).unwrap_err();
    assert_eq!(refused(b""), BadFile::Foreign);
    assert_eq!(refused(b"PK\x03\x04 something else"), BadFile::Foreign);
    let mut newer = file.clone();
    newer[8] += 1;
    assert_eq!(refused(&newer), BadFile::Version(VERSION + 1));
    let is = file.len() as u64 - 1;
    assert_eq!(refused(&file[..file.len() - 1]), BadFile::Length { should: is + 1, is });
    for at in 20..file.len() {
        let mut damaged = file.clone();
        damaged[at] ^= 0x10;
        assert_eq!(refused(&damaged), BadFile::Checksum, "octet {at}");
    }
}

#[test]
fn a_damaged_extract_is_refused_with_the_place_of_the_damage() {
    let good = town().extract(Packed::Zlib);
    let refused = |extract: &[u8]| read(extract).map(|_| ()).unwrap_err();
    assert!(matches!(refused(b""), BadExtract::NoHeader));
    assert!(matches!(refused(b"<osm version=\"0.6\">"), BadExtract::NoHeader));
    assert!(matches!(refused(&good[..good.len() - 1]), BadExtract::Damaged { wrong: Wrong::CutShort, .. }));
    let mut tail = good.clone();
    tail.extend([0, 0]);
    assert!(matches!(refused(&tail), BadExtract::Damaged { at, wrong: Wrong::CutShort } if at == good.len() as u64));
    let long = [good.as_slice(), &[0, 2, 0, 0]].concat();
    assert!(matches!(refused(&long), BadExtract::Damaged { wrong: Wrong::TooLong(0x2_0000), .. }));
    let history = blob("OSMHeader", &octets(4, b"HistoricalInformation"), Packed::Raw);
    assert!(matches!(refused(&history), BadExtract::Feature(name) if &*name == "HistoricalInformation"));
    let lzma = blob("OSMData", &[], Packed::Raw);
    assert!(read(&[good.as_slice(), &lzma].concat()).is_ok(), "an empty block is one");
}

#[test]
fn a_blob_of_a_new_kind_is_skipped_and_a_new_packing_refused() {
    let good = town().extract(Packed::Raw);
    let index = blob("OSMIndex", b"whatever it is", Packed::Raw);
    assert!(read(&[good.as_slice(), &index].concat()).is_ok());
    let content = [number(2, 7), octets(7, b"zstd...")].concat();
    let header = [octets(1, b"OSMData"), number(3, content.len() as u64)].concat();
    let zstd = [u32::try_from(header.len()).unwrap().to_be_bytes().as_slice(), &header, &content].concat();
    let refused = read(&[good.as_slice(), &zstd].concat()).unwrap_err();
    assert!(matches!(refused, BadExtract::Damaged { wrong: Wrong::Packing, .. }));
}

proptest! {
    #[test]
    fn no_octets_at_all_end_in_a_panic(at in 0..2_000_usize, octet: u8, cut in 0..2_000_usize) {
        let mut extract = town().extract(Packed::Raw);
        let (at, cut) = (at % extract.len(), cut % extract.len());
        extract[at] = octet;
        drop(read(&extract));
        extract.truncate(cut);
        drop(read(&extract));
        let mut file = read(&town().extract(Packed::Raw)).unwrap().to_octets("x");
        let at = at % file.len();
        file[at] = octet;
        drop(Extract::from_octets(&file));
    }
}

/// A square of streets, a street to a bollard, and places of all kinds.
fn town() -> Sample {
    let mut town = Sample::default();
    for (id, (lat, lon)) in (1..).zip(NODES) {
        let tags: &[(&str, &str)] = if id == 5 { &[("barrier", "bollard")] } else { &[] };
        town.node(id, lat, lon, tags);
    }
    town.node(10, 1_000, 1_000, &[("amenity", "bank"), ("name", "Sen")]);
    for (id, (lat, lon)) in (11..).zip([(2_000, 2_000), (2_000, 4_000), (4_000, 4_000), (4_000, 2_000)]) {
        town.node(id, lat, lon, &[]);
    }
    town.node(15, 1_000, 1_000, &[]).node(16, 1_000, 3_000, &[]);
    town.way(30, &[1, 2], &[("highway", "residential")]);
    town.way(31, &[2, 3], &[("highway", "residential"), ("oneway", "yes")]);
    town.way(32, &[4, 1], &[("highway", "residential"), ("oneway", "-1")]);
    town.way(33, &[3, 4], &[("highway", "residential")]);
    town.way(34, &[4, 3], &[("highway", "residential"), ("access", "private")]);
    town.way(35, &[2, 1], &[("highway", "residential")]);
    town.way(36, &[4, 3, 2], &[("highway", "steps")]);
    town.way(37, &[3, 1], &[("highway", "residential"), ("oneway", "yes")]);
    town.way(38, &[4, 2], &[("highway", "residential"), ("oneway", "yes")]);
    town.way(39, &[4, 5], &[("highway", "service")]);
    town.way(40, &[11, 12, 13, 14, 11], &[("amenity", "bank"), ("building", "yes")]);
    town.way(41, &[15, 16], &[("amenity", "police")]);
    town.way(42, &[11, 12, 13, 14, 11], &[("building", "yes")]);
    town.way(43, &[777, 778], &[("amenity", "police")]);
    town.relation(50, &[(1, 42)], &[("amenity", "bank"), ("type", "multipolygon")]);
    town
}

const NODES: [(i64, i64); 5] = [(0, 0), (6_000, 0), (6_000, 6_000), (0, 6_000), (0, 9_000)];

fn place(node: usize) -> Position {
    let (lat, lon) = NODES[node - 1];
    Position::new(f64::from(i32::try_from(lat).unwrap()) / 1e7, f64::from(i32::try_from(lon).unwrap()) / 1e7).unwrap()
}

fn node(extract: &Extract, node: usize) -> u32 {
    extract.roads.snap(place(node), 0.1).unwrap().node
}

fn edges(extract: &Extract) -> Vec<Edge> {
    (0..u32::try_from(extract.roads.len()).unwrap()).flat_map(|node| extract.roads.edges(node)).collect()
}

fn read(extract: &[u8]) -> Result<Extract, BadExtract> {
    Extract::read(Cursor::new(extract), &car(), &[Wanted::new("amenity", "bank"), Wanted::new("amenity", "police")])
}

fn car() -> Vehicle {
    Vehicles::read(Vehicles::SHIPPED).unwrap().get("car").unwrap().clone()
}
