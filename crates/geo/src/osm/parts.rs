//! Which nodes can be come to and left again.

use crate::road::{Edge, Node};

/// Whether each node lies in a strongly connected part of at least so many nodes, or in the largest one.
///
/// Tarjan's search in one pass, with a stack of its own in place of calls.
#[expect(
    clippy::indexing_slicing,
    reason = "every node is below the number of nodes; what is put on a stack is taken from it once"
)]
pub(super) fn large_parts(nodes: usize, edges: &[Edge], smallest: usize) -> Vec<bool> {
    let (first, to) = crate::road::sorted_by_start(nodes, edges, |edge| edge.to);
    let mut search =
        Search { order: vec![0; nodes], least: vec![0; nodes], seen: 0, open: Vec::new(), parts: Vec::new() };
    let mut path: Vec<(Node, u32)> = Vec::new();
    for (root, start) in (0..).zip(first.iter().take(nodes)) {
        if search.order[root as usize] != 0 {
            continue;
        }
        search.open(root);
        path.push((root, *start));
        while let Some((node, next)) = path.last_mut() {
            let here = *node as usize;
            if *next == first[here + 1] {
                search.close(*node);
                let least = search.least[here];
                path.pop();
                if let Some((before, _)) = path.last() {
                    let before = &mut search.least[*before as usize];
                    *before = least.min(*before);
                }
                continue;
            }
            let there = to[*next as usize];
            *next += 1;
            if search.order[there as usize] == 0 {
                search.open(there);
                path.push((there, first[there as usize]));
            } else {
                search.least[here] = search.least[here].min(search.order[there as usize]);
            }
        }
    }
    search.large(nodes, smallest)
}

struct Search {
    /// When a node was seen, from 1; 0 before, `DONE` once its part is known.
    order: Vec<u32>,
    /// The first node, in this order, that can be come to from a node and is not done.
    least: Vec<u32>,
    seen: u32,
    /// The nodes whose parts are not known yet.
    open: Vec<Node>,
    parts: Vec<Vec<Node>>,
}

const DONE: u32 = u32::MAX;

#[expect(clippy::indexing_slicing, reason = "every node is below the number of nodes")]
impl Search {
    fn open(&mut self, node: Node) {
        self.seen += 1;
        self.order[node as usize] = self.seen;
        self.least[node as usize] = self.seen;
        self.open.push(node);
    }

    /// All behind this node has been seen. If none of it leads further back than here, this is the beginning of a part.
    fn close(&mut self, node: Node) {
        if self.least[node as usize] != self.order[node as usize] {
            return;
        }
        let begins = self.open.iter().rposition(|open| *open == node).unwrap_or(0);
        let part = self.open.split_off(begins);
        for member in &part {
            self.order[*member as usize] = DONE;
        }
        // What is done counts no more; the way back to whoever came here must not see it as further back.
        self.least[node as usize] = DONE;
        self.parts.push(part);
    }

    fn large(self, nodes: usize, smallest: usize) -> Vec<bool> {
        let largest = self.parts.iter().map(Vec::len).max().unwrap_or(0);
        let mut keep = vec![false; nodes];
        for part in self.parts.iter().filter(|part| part.len() >= smallest.min(largest)) {
            part.iter().for_each(|node| keep[*node as usize] = true);
        }
        keep
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_cannot_leave_or_come_to_is_left_out() {
        // A ring of three, one way out of it, one way into it, and a ring of two apart.
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (4, 0), (5, 6), (6, 5)].map(edge);
        assert_eq!(large_parts(7, &edges, 3), [true, true, true, false, false, false, false]);
        assert_eq!(large_parts(7, &edges, 2), [true, true, true, false, false, true, true]);
        assert_eq!(large_parts(7, &edges, 100), [true, true, true, false, false, false, false], "the largest stays");
        assert_eq!(large_parts(2, &[], 1), [true, true]);
        assert!(large_parts(0, &[], 1).is_empty());
    }

    #[test]
    fn two_rings_that_lead_to_one_another_are_one() {
        let edges = [(0, 1), (1, 0), (2, 3), (3, 2), (1, 2), (3, 0)].map(edge);
        assert_eq!(large_parts(4, &edges, 4), [true; 4]);
    }

    #[test]
    fn a_long_road_needs_no_deep_stack() {
        let edges: Vec<_> = (0..300_000).flat_map(|node| [(node, node + 1), (node + 1, node)]).map(edge).collect();
        assert!(large_parts(300_001, &edges, 300_001).into_iter().all(|keep| keep));
    }

    fn edge((from, to): (Node, Node)) -> Edge {
        Edge { from, to, time_ms: 1, length_dm: 1 }
    }
}
