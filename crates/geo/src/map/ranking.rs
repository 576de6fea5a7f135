//! Who is nearest, and by what measure.

use super::{Post, SituationMap, Words};

/// A post with its rank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked<'a> {
    pub(super) post: &'a Post<'a>,
    pub(super) distance_m: f64,
    /// Whether its distance by road counts, not that in a straight line.
    is_by_road: bool,
}

/// The posts, the nearest first.
#[derive(Debug)]
pub(super) struct Ranking<'a> {
    pub(super) posts: Vec<Ranked<'a>>,
    /// Whether they are in the order of their travel times, not of their distances.
    pub(super) is_by_road: bool,
}

impl<'a> Ranking<'a> {
    pub(super) fn of(map: &'a SituationMap<'_>) -> Self {
        let is_by_road = !map.posts.is_empty() && map.posts.iter().all(|post| post.travel.is_some());
        let ranked =
            |post: &'a Post<'_>| Ranked { post, distance_m: map.site.position.distance_m(post.position), is_by_road };
        let mut posts: Vec<_> = map.posts.iter().map(ranked).collect();
        let seconds = |ranked: &Ranked<'_>| ranked.post.travel.filter(|_| is_by_road).map(|travel| travel.seconds);
        posts.sort_by(|a, b| seconds(a).cmp(&seconds(b)).then(a.distance_m.total_cmp(&b.distance_m)));
        Self { posts, is_by_road }
    }
}

impl Ranked<'_> {
    /// How far it is, by what the posts are ordered by, and the travel time if it is known.
    pub(super) fn far(&self, words: &Words<'_>) -> String {
        let Some(travel) = self.post.travel else { return words.distance(self.distance_m) };
        let metres = if self.is_by_road { f64::from(travel.metres) } else { self.distance_m };
        format!("{} · {}", words.distance(metres), words.time(travel.seconds))
    }
}
