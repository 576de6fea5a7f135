//! The list of weak branches is itself dangerous: what may be handed out is coarse, and has no reasons.

use keng_geo::Position;

/// A place is shown to so many degrees, about 11 km: the middle of its cell.
pub const CELL_DEG: f64 = 0.1;
/// A cell is shown only if it holds so many sites; the others of the list have no place.
pub const MIN_TOGETHER: usize = 3;
/// Into how many bands of equal size scores are put.
pub const BANDS: u8 = 5;

/// What may be handed out of a site.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// 1 for the fifth with the highest scores, 5 for the lowest.
    pub band: u8,
    /// The middle of its cell, in degrees north and east, if the cell holds enough sites.
    pub cell: Option<(f64, f64)>,
}

/// Coarsens sites: their scores and places. The result is sorted, so that its order says nothing about who is who.
#[must_use]
pub fn share(sites: &[(i32, Option<Position>)]) -> Vec<Shared> {
    let mut order: Vec<usize> = (0..sites.len()).collect();
    order.sort_by_key(|site| sites.get(*site).map(|(points, _)| -points));
    let cells: Vec<Option<(i32, i32)>> = sites.iter().map(|(_, at)| at.map(cell)).collect();
    let is_shown = |cell: (i32, i32)| cells.iter().filter(|other| **other == Some(cell)).count() >= MIN_TOGETHER;
    let mut shown: std::collections::BTreeMap<(i32, i32), bool> = std::collections::BTreeMap::new();
    let mut shared: Vec<(u8, Option<(i32, i32)>)> = Vec::with_capacity(sites.len());
    for (place, site) in order.into_iter().enumerate() {
        let cell = cells.get(site).copied().flatten();
        let cell = cell.filter(|cell| *shown.entry(*cell).or_insert_with(|| is_shown(*cell)));
        shared.push((band(place, sites.len()), cell));
    }
    shared.sort_unstable();
    shared.into_iter().map(|(band, cell)| Shared { band, cell: cell.map(middle) }).collect()
}

fn band(place: usize, of: usize) -> u8 {
    u8::try_from(place * usize::from(BANDS) / of).unwrap_or(u8::MAX).saturating_add(1)
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are below 360")]
fn cell(at: Position) -> (i32, i32) {
    ((at.lat_deg() / CELL_DEG).floor() as i32, (at.lon_deg() / CELL_DEG).floor() as i32)
}

fn middle((lat, lon): (i32, i32)) -> (f64, f64) {
    let degrees = |cell: i32| ((f64::from(cell) + 0.5) * CELL_DEG * 100.0).round() / 100.0;
    (degrees(lat), degrees(lon))
}
