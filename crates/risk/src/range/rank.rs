//! From the scores of all draws to ranges and ranks.

use rayon::prelude::*;

use super::{ENDS, Spread};

/// `scores` has the draws of the first site, then those of the second, and so on.
pub(super) fn spreads(scores: &[f32], draws: usize, worst: usize) -> Vec<Spread> {
    let ranks: Vec<Vec<u32>> = (0..draws).into_par_iter().map(|draw| ranks(scores, draws, draw)).collect();
    let spread = |(site, scores): (usize, &[f32])| {
        let mut ranks: Vec<u32> = ranks.iter().filter_map(|ranks| ranks.get(site).copied()).collect();
        let in_worst = ranks.iter().filter(|rank| usize::try_from(**rank).is_ok_and(|rank| rank <= worst)).count();
        let [low, high] = ends(&mut scores.to_vec());
        let [rank_low, rank_high] = ends(&mut ranks);
        let whole = |points: f32| crate::score::whole(f64::from(points));
        Spread { low: whole(low), high: whole(high), rank_low, rank_high, in_worst: share(in_worst, draws) }
    };
    scores.par_chunks(draws).enumerate().map(spread).collect()
}

/// The rank of each site in one draw: 1 has the most points; of equals, the first site.
fn ranks(scores: &[f32], draws: usize, draw: usize) -> Vec<u32> {
    let all: Vec<f32> = scores.iter().skip(draw).step_by(draws).copied().collect();
    let mut order: Vec<(f32, u32)> = all.into_iter().zip(0..).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut ranks = vec![0; order.len()];
    for ((_, site), rank) in order.iter().zip(1..) {
        if let Some(place) = ranks.get_mut(*site as usize) {
            *place = rank;
        }
    }
    ranks
}

/// The values at both [`ENDS`]; the smallest, for none at all.
pub(super) fn ends<T: Copy + Default + PartialOrd>(values: &mut [T]) -> [T; 2] {
    ENDS.map(|end| {
        let at = place(end, values.len());
        if at >= values.len() {
            return T::default();
        }
        let order = |a: &T, b: &T| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
        *values.select_nth_unstable_by(at, order).1
    })
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into a slice"
)]
fn place(share: f64, count: usize) -> usize {
    (share * count.saturating_sub(1) as f64).round() as usize
}

#[expect(clippy::cast_precision_loss, reason = "a number of draws")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
