//! The line around what is reached within a time holds all of it, and nothing that lies a square away.

use keng_geo::Position;
use keng_geo::road::{Edge, RoadGraph, Start};
use proptest::prelude::*;

use crate::support::at;

#[test]
fn one_node_has_a_square_around_it() {
    let graph = RoadGraph::new(vec![at(20.97345, 106.53975)], &[]).unwrap();
    let rings = graph.outline(&graph.within(&[Start { node: 0, after_ms: 0 }], 0).unwrap(), 200.0);
    assert_eq!((rings.len(), rings[0].len()), (1, 5));
    assert_eq!(rings[0][0], rings[0][4]);
    assert!(
        (rings[0][0].distance_m(rings[0][1]) - 200.0).abs() < 1.0
            && (rings[0][1].distance_m(rings[0][2]) - 200.0).abs() < 1.0
    );
    assert!(graph.outline(&[], 200.0).is_empty());
}

proptest! {
    #[test]
    fn all_that_is_reached_is_inside_and_what_is_far_from_it_is_not(
        places in prop::collection::vec((0..40_u8, 0..40_u8), 1..60),
        limit in 0..40_u32,
    ) {
        let positions: Vec<_> = places.iter().map(|(lat, lon)| at(20.0 + f64::from(*lat) * 0.002, 106.0 + f64::from(*lon) * 0.002)).collect();
        let last = u32::try_from(positions.len()).unwrap() - 1;
        let edges: Vec<_> = (0..last).map(|from| Edge { from, to: from + 1, time_ms: 1, length_dm: 1 }).collect();
        let graph = RoadGraph::new(positions, &edges).unwrap();
        let reached = graph.within(&[Start { node: 0, after_ms: 0 }], limit).unwrap();
        let rings = graph.outline(&reached, 250.0);
        let is_inside = |place: Position| rings.iter().filter(|ring| holds(ring, place)).count() % 2 == 1;
        for node in 0..=last {
            let place = graph.position(node).unwrap();
            if reached.iter().any(|(other, _)| *other == node) {
                prop_assert!(is_inside(place));
            } else if reached.iter().all(|(other, _)| graph.position(*other).unwrap().distance_m(place) > 360.0) {
                prop_assert!(!is_inside(place));
            }
        }
    }
}

/// Whether a line to the east of the place crosses the ring an odd number of times.
fn holds(ring: &[Position], place: Position) -> bool {
    let crosses = |side: &&[Position]| {
        let (from, to) = (side[0], side[1]);
        (from.lat_deg() > place.lat_deg()) != (to.lat_deg() > place.lat_deg()) && from.lon_deg() > place.lon_deg()
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}
