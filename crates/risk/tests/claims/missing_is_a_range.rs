use keng_risk::change::unknowns;
use keng_risk::range::{MAX_DRAWN, Options, Spread, ranges};
use keng_risk::site::key;
use keng_risk::{Model, Score, Site};

use crate::support::site;

fn spread_of(site: Site) -> Spread {
    ranges(&Model::default(), [("a", site)].as_slice(), &Options::default()).unwrap()[0]
}

#[test]
fn what_is_not_known_widens_the_range() {
    let known = spread_of(site(&[]));
    let unknown = spread_of(site(&[("cash_mvnd", ""), ("guards", "")]));
    assert!(unknown.high - unknown.low > known.high - known.low + 500, "{known:?} {unknown:?}");
    let nothing = spread_of(Site::unknown(&Model::default()));
    assert!(nothing.high - nothing.low > unknown.high - unknown.low, "{nothing:?}");
}

#[test]
fn the_score_lies_in_its_range() {
    let model = Model::default();
    for site in [site(&[]), site(&[("guards", "0"), ("cash_mvnd", "20000"), ("travel_1_s", "")]), Site::unknown(&model)]
    {
        let (spread, score) = (spread_of(site.clone()), Score::of(&model, &site.values));
        assert!(spread.low <= score.total() && score.total() <= spread.high, "{spread:?} {}", score.total());
    }
}

#[test]
fn what_to_find_out_next_is_what_narrows_the_range_most() {
    let model = Model::default();
    let site = site(&[("cash_mvnd", ""), ("street_lit", ""), ("travel_1_s", "")]);
    let unknowns = unknowns(&model, &site, key("a"), 1000, 1);
    let names: Vec<_> = unknowns.iter().map(|unknown| model.fields[unknown.field].name.as_str()).collect();
    assert_eq!(names, ["cash_mvnd", "street_lit"], "what is computed from roads is not asked for");
    // It does: with the cash known the range is narrower by about what was said.
    let before = spread_of(site.clone());
    let after = spread_of(site.with(&model, "cash_mvnd", "500").unwrap());
    let narrows = f64::from((before.high - before.low) - (after.high - after.low));
    assert!(unknowns[0].narrows > 100.0 && narrows > 100.0, "{unknowns:?} {narrows}");
}

#[test]
fn the_worst_has_rank_one_and_is_among_the_worst() {
    let (bad, good) = (site(&[("guards", "0"), ("cash_mvnd", "50000"), ("robberies_3y", "2")]), site(&[]));
    let sites: Vec<_> = (0..30).map(|n| (n.to_string(), if n == 7 { bad.clone() } else { good.clone() })).collect();
    let spreads = ranges(&Model::default(), sites.as_slice(), &Options::default()).unwrap();
    assert_eq!((spreads[7].rank_low, spreads[7].rank_high), (1, 1));
    assert_eq!(spreads[7].in_worst, 1.0);
    let all: f64 = spreads.iter().map(|spread| spread.in_worst).sum();
    assert!((all - 10.0).abs() < 1e-9, "in each draw ten are among the worst ten: {all}");
}

#[test]
fn the_same_seed_gives_the_same_on_any_number_of_threads() {
    let sites: Vec<_> =
        (0..300).map(|n| (n.to_string(), site(&[("cash_mvnd", ""), ("staff", &(n % 40).to_string())]))).collect();
    let options = Options { draws: 200, seed: 7, worst: 10 };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ranges(&Model::default(), sites.as_slice(), &options).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
    let other = ranges(&Model::default(), sites.as_slice(), &Options { seed: 8, ..options }).unwrap();
    assert_ne!(one, other);
}

#[test]
fn too_many_draws_are_refused() {
    let sites = vec![("a", site(&[])); 3];
    let error =
        ranges(&Model::default(), sites.as_slice(), &Options { draws: MAX_DRAWN, ..Options::default() }).unwrap_err();
    assert!(error.to_string().contains("take at most"));
}
