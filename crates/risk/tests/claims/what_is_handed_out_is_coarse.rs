use keng_geo::Position;
use keng_risk::share::{CELL_DEG, MIN_TOGETHER, share};

fn at(lat: f64, lon: f64) -> Option<Position> {
    Position::new(lat, lon).ok()
}

#[test]
fn places_are_cells_and_scores_are_bands() {
    let sites: Vec<_> = (0..20).map(|n| (n * 100, at(20.91 + 0.004 * f64::from(n), 106.51))).collect();
    let shared = share(&sites);
    assert_eq!(shared.len(), 20);
    assert!(shared.iter().all(|site| site.cell == Some((20.95, 106.55))), "{shared:?}");
    for band in 1..=5 {
        assert_eq!(shared.iter().filter(|site| site.band == band).count(), 4);
    }
}

#[test]
fn a_site_alone_in_its_cell_has_no_place() {
    let mut sites: Vec<_> = (0..MIN_TOGETHER).map(|_| (0, at(20.95, 106.55))).collect();
    sites.push((9000, at(20.95 + 3.0 * CELL_DEG, 106.55)));
    let shared = share(&sites);
    assert_eq!(shared[0].band, 1);
    assert_eq!(shared[0].cell, None, "the worst site of all is not to be found by it");
    assert!(shared[1..].iter().all(|site| site.cell.is_some()));
}

#[test]
fn the_order_of_the_input_is_not_in_the_result() {
    let mut sites: Vec<_> = (0..30).map(|n| (n, at(20.9 + 0.01 * f64::from(n % 10), 106.5))).collect();
    let before = share(&sites);
    sites.reverse();
    assert_eq!(before, share(&sites));
}
