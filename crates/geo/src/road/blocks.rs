//! Blocks of neighbouring nodes.

use super::Node;
use crate::Position;

/// How many nodes a block has; the last one may have fewer.
const NODES: usize = 4096;

/// Which block each node is in.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    of: Vec<u32>,
    count: usize,
}

impl Blocks {
    /// Cuts the nodes, in the order of [`near_key`], into blocks of equally many.
    pub(super) fn over(positions: &[Position]) -> Self {
        let mut order: Vec<(u64, Node)> = positions.iter().map(|at| near_key(*at)).zip(0..).collect();
        order.sort_unstable();
        let mut of = vec![0; positions.len()];
        for (block, nodes) in (0..).zip(order.chunks(NODES)) {
            for (_, node) in nodes {
                if let Some(place) = of.get_mut(*node as usize) {
                    *place = block;
                }
            }
        }
        Self { of, count: positions.len().div_ceil(NODES) }
    }

    /// The number of a node's block, below [`len`](Self::len).
    pub(super) fn of(&self, node: Node) -> usize {
        self.of.get(node as usize).map_or(0, |block| *block as usize)
    }

    /// How many blocks there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }
}

/// A number by which places that are near one another are mostly near (Morton's order): the bits of latitude and longitude by turns.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 0 to 2^32 - 1, by the ranges of a place"
)]
pub(crate) fn near_key(at: Position) -> u64 {
    let lat = ((at.lat_deg() + 90.0) / 360.0 * f64::from(u32::MAX)) as u32;
    let lon = ((at.lon_deg() + 180.0) / 360.0 * f64::from(u32::MAX)) as u32;
    spread(lat) << 1 | spread(lon)
}

/// Each bit with a free one above it.
fn spread(number: u32) -> u64 {
    let steps = [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ];
    steps.into_iter().fold(u64::from(number), |bits, (by, mask)| (bits | bits << by) & mask)
}
