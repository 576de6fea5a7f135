//! The soonest three posts of every node of a country's roads, beside a plain search from one post; and an extract, beside a bare reading of it.
//!
//! The country is invented: 4 million crossings in a square, 16 million arcs of 6 to 60 seconds, 11,000 posts. The plain search is Dijkstra's,
//! with a binary heap of packed numbers over the same arcs in the same order. Goal: for each of the three, at most 2 times a plain search.
//!
//! The extract is that of `KENG_EXTRACT`, or else a made one; `osmpbf` reads it once and touches every element, and no more; here it becomes
//! roads and places, and after that a compact file, from which it is read again.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark tells people, and may fail loudly"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::io::Cursor;

use keng_benches::measure::{Ratio, is_test, is_wanted, rounds, thread_cpu};
use keng_geo::osm::{Extract, Wanted};
use keng_geo::road::{Edge, Node, RoadGraph};
use keng_geo::{Position, Vehicles};

fn main() {
    if is_wanted("nearest") {
        nearest();
    }
    if is_wanted("extract") {
        extract();
    }
}

fn nearest() {
    let (side, posts, count) = if is_test() { (64, 20, 1) } else { (2000, 11_000, 7) };
    let (positions, edges) = country(side);
    let posts: Vec<Node> = Random(7).below(side * side).take(posts).collect();
    let plain = Plain::over(positions.len(), &edges);
    let graph = RoadGraph::new(positions, &edges).unwrap();
    println!("{} nodes, {} arcs, {} posts", graph.len(), edges.len(), posts.len());
    drop(edges);
    agree(&graph, &plain, &posts);
    for most in [1_u32, 3] {
        let mut starts = posts.iter().cycle();
        let each = |nanos: f64| nanos / 1e6 / f64::from(most);
        let Ratio { ours, anchor, ratio } = rounds(
            count,
            || each(cpu_nanos(|| graph.nearest(&posts, usize::try_from(most).unwrap()).unwrap())),
            || cpu_nanos(|| plain.from(*starts.next().unwrap())) / 1e6,
        );
        let what = format!("nearest {most}, for each / one plain search from one post");
        Ratio { ours, anchor, ratio }.print(&what, "ms of CPU time", "at most 2");
    }
}

fn extract() {
    let path = std::env::var_os("KENG_EXTRACT").or_else(|| std::env::var_os("KENG_MONACO"));
    let Some(octets) = path.map(|path| std::fs::read(path).unwrap()) else {
        println!("SKIPPED: KENG_EXTRACT names no extract (.osm.pbf)");
        return;
    };
    let vehicles = Vehicles::read(Vehicles::SHIPPED).unwrap();
    let car = vehicles.get("car").unwrap();
    let wanted = [Wanted::new("amenity", "bank"), Wanted::new("amenity", "police")];
    let read = || Extract::read(Cursor::new(&octets), car, &wanted).unwrap();
    let count = if is_test() { 1 } else { 15 };
    let ours = rounds(count, || cpu_nanos(read) / 1e6, || cpu_nanos(|| bare(&octets)) / 1e6);
    ours.print("an extract to roads and places / osmpbf's bare reading", "ms of CPU time", "none");
    let file = read().to_octets("bench");
    let again = rounds(count, || cpu_nanos(|| Extract::from_octets(&file).unwrap()) / 1e6, || cpu_nanos(read) / 1e6);
    again.print("from the compact file / from the extract", "ms of CPU time", "at most 0.2");
    println!("extract of {} octets, compact file of {}, {} nodes", octets.len(), file.len(), read().roads.len());
}

/// All elements and their tags, by osmpbf; what comes out only has to be used.
fn bare(octets: &[u8]) -> usize {
    use osmpbf::Element;
    let mut seen = 0;
    let count = |element: Element<'_>| {
        seen += match element {
            Element::Node(node) => node.tags().count(),
            Element::DenseNode(node) => node.tags().count() + usize::from(node.decimicro_lat() > 0),
            Element::Way(way) => way.tags().count() + way.refs().count(),
            Element::Relation(relation) => relation.tags().count() + relation.members().count(),
        };
    };
    osmpbf::ElementReader::new(Cursor::new(octets)).for_each(count).unwrap();
    seen
}

/// A square of crossings, each in an order in which neighbours are near, as an extract has them; and the arcs between neighbours.
fn country(side: u32) -> (Vec<Position>, Vec<Edge>) {
    let mut cells: Vec<(u32, u32)> = (0..side).flat_map(|row| (0..side).map(move |column| (row, column))).collect();
    cells.sort_by_key(|(row, column)| spread(*row) << 1 | spread(*column));
    let mut numbers = vec![0; cells.len()];
    for (number, (row, column)) in (0..).zip(&cells) {
        *numbers.get_mut((row * side + column) as usize).unwrap() = number;
    }
    let number = |row, column| *numbers.get((row * side + column) as usize).unwrap();
    let place =
        |(row, column): &(u32, u32)| Position::new(9.0 + f64::from(*row) * 0.003, 103.0 + f64::from(*column) * 0.003);
    let positions = cells.iter().map(|cell| place(cell).unwrap()).collect();
    let mut times = Random(1).below(54_000);
    let mut edges = Vec::new();
    for (row, column) in &cells {
        let beside =
            [(row + 1, *column), (*row, column + 1)].into_iter().filter(|(row, column)| row.max(column) < &side);
        for (other_row, other_column) in beside {
            let (from, to, time_ms) =
                (number(*row, *column), number(other_row, other_column), 6_000 + times.next().unwrap());
            edges.push(Edge { from, to, time_ms, length_dm: 3_300 });
            edges.push(Edge { from: to, to: from, time_ms, length_dm: 3_300 });
        }
    }
    (positions, edges)
}

/// The plain search.
struct Plain {
    first: Vec<usize>,
    arcs: Vec<(Node, u32)>,
}

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "plain on purpose: the graph is whole")]
impl Plain {
    fn over(nodes: usize, edges: &[Edge]) -> Self {
        let mut first = vec![0; nodes + 1];
        edges.iter().for_each(|edge| first[edge.from as usize + 1] += 1);
        (0..nodes).for_each(|node| first[node + 1] += first[node]);
        let (mut next, mut arcs) = (first.clone(), vec![(0, 0); edges.len()]);
        for edge in edges {
            arcs[next[edge.from as usize]] = (edge.to, edge.time_ms);
            next[edge.from as usize] += 1;
        }
        Self { first, arcs }
    }

    fn from(&self, start: Node) -> Vec<u32> {
        let mut times = vec![u32::MAX; self.first.len() - 1];
        times[start as usize] = 0;
        let mut steps = BinaryHeap::from([Reverse(u64::from(start))]);
        while let Some(Reverse(step)) = steps.pop() {
            let (time, node) = ((step >> 32) as u32, step as u32 as usize);
            if time > times[node] {
                continue;
            }
            for (to, more) in &self.arcs[self.first[node]..self.first[node + 1]] {
                if time + more < times[*to as usize] {
                    times[*to as usize] = time + more;
                    steps.push(Reverse(u64::from(time + more) << 32 | u64::from(*to)));
                }
            }
        }
        times
    }
}

/// What is measured says the same: of a few posts alone, each is everywhere as soon as the plain search says.
fn agree(graph: &RoadGraph, plain: &Plain, posts: &[Node]) {
    let few = posts.get(..2).unwrap();
    let nearest = graph.nearest(few, 2).unwrap();
    for (post, start) in (0..).zip(few) {
        let same = (0..)
            .zip(plain.from(*start))
            .all(|(node, time_ms)| nearest.at(node).iter().any(|reach| reach.post == post && reach.time_ms == time_ms));
        assert!(same, "the plain search from post {post} says something else");
    }
}

fn cpu_nanos<T>(what: impl FnOnce() -> T) -> f64 {
    let start = thread_cpu();
    let made = black_box(what());
    let nanos = (thread_cpu() - start).as_nanos() as f64;
    drop(made);
    nanos
}

/// Sebastiano Vigna's `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(mut self, limit: u32) -> impl Iterator<Item = u32> {
        std::iter::from_fn(move || {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            u32::try_from((mixed ^ mixed >> 31) % u64::from(limit)).ok()
        })
    }
}

/// Each bit with a free one above it.
fn spread(number: u32) -> u64 {
    (0..16).map(|bit| u64::from(number >> bit & 1) << (2 * bit)).sum()
}
