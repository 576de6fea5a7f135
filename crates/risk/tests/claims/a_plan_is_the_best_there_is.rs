use keng_geo::Position;
use keng_risk::plan::{Plan, Request, plan};
use keng_risk::{Calibration, Model, Scorer, Site};
use proptest::prelude::*;

use crate::support::any_site;

fn calibration(model: &Model, sites: &[(String, Site)]) -> Calibration {
    let scorer = Scorer::new(model);
    Calibration::of(model, &model.base, sites.iter().map(|(_, site)| scorer.score(&site.values).frequency))
}

fn made(sites: &[(String, Site)], budget_mvnd: f64, draws: usize) -> Plan {
    let model = Model::default();
    let positions: Vec<_> = (0..sites.len()).map(|n| Position::new(20.98 + 0.01 * n as f64, 106.5).ok()).collect();
    let calibration = calibration(&model, sites);
    plan(&model, sites, &Request { budget_mvnd, calibration, positions: &positions, draws, seed: 1 })
}

/// Sites at which only three measures can be taken, so that all plans can be tried.
fn few_measures() -> Model {
    let kept =
        ["[[measure]]\nname = \"second_path\"", "[[measure]]\nname = \"time_lock\"", "[[measure]]\nname = \"guard\""];
    let (head, tail) = keng_risk::model::DEFAULT.split_once("[[measure]]").unwrap();
    let measures = format!("[[measure]]{tail}");
    let measures = measures.split("\n\n").filter(|text| kept.iter().any(|kept| text.starts_with(kept)));
    Model::read(&format!("{head}{}", measures.collect::<Vec<_>>().join("\n\n"))).unwrap()
}

fn sites_of(sites: Vec<Site>) -> Vec<(String, Site)> {
    sites.into_iter().enumerate().map(|(number, site)| (number.to_string(), site)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Against all plans there are, each scored by hand.
    #[test]
    fn of_all_plans_of_a_small_portfolio(sites in proptest::collection::vec(any_site(), 3), budget in 0.0..300.0_f64) {
        let model = few_measures();
        let sites = sites_of(sites);
        let unit = calibration(&model, &sites);
        let request = Request { budget_mvnd: budget, calibration: unit, positions: &[None, None, None], draws: 0, seed: 1 };
        let plan = plan(&model, sites.as_slice(), &request);
        let mut best = f64::INFINITY;
        for choice in 0..512_usize {
            let (mut cost, mut left) = (0.0, 0.0);
            for (number, (_, site)) in sites.iter().enumerate() {
                let mut site = site.clone();
                for (bit, measure) in model.measures.iter().enumerate().filter(|(bit, _)| choice >> (3 * number + bit) & 1 == 1) {
                    let _ = bit;
                    cost += measure.cost_mvnd;
                    site = site.after(&model, measure);
                }
                left += unit.yearly_mvnd(keng_risk::Score::of(&model, &site.values).total());
            }
            if cost <= budget {
                best = best.min(left);
            }
        }
        prop_assert!(plan.is_proven);
        prop_assert!((plan.after_mvnd / best - 1.0).abs() < 1e-6, "{} against {best}", plan.after_mvnd);
    }

    #[test]
    fn it_keeps_to_the_budget_and_scores_what_it_says(sites in proptest::collection::vec(any_site(), 1..30), budget in 0.0..2000.0_f64) {
        let model = Model::default();
        let sites = sites_of(sites);
        let plan = made(&sites, budget, 0);
        prop_assert!(plan.cost_mvnd <= budget + 1e-9);
        let mut saved = 0.0;
        for choice in &plan.choices {
            let mut site = sites[choice.site].1.clone();
            for measure in &choice.measures {
                site = site.after(&model, &model.measures[*measure]);
            }
            prop_assert_eq!(keng_risk::Score::of(&model, &site.values).total(), choice.after);
            saved += choice.saves_mvnd;
        }
        prop_assert!((plan.before_mvnd - saved - plan.after_mvnd).abs() <= 1e-9 * plan.before_mvnd);
        prop_assert!(saved <= plan.most_saved_mvnd * (1.0 + 1e-9) + 1e-9);
    }
}

#[test]
fn displacement_takes_part_of_the_savings_back() {
    let model = Model::default();
    let near = sites_of((0..6).map(|_| Site::reference(&model).with(&model, "guards", "0").unwrap()).collect());
    let plan = made(&near, 400.0, 0);
    let saved = plan.before_mvnd - plan.after_mvnd;
    assert!(plan.displaced.high_mvnd < plan.displaced.likely_mvnd && plan.displaced.likely_mvnd < saved, "{plan:?}");
    assert!(plan.displaced.worst.is_some());
    let alone = sites_of(vec![Site::reference(&model)]);
    let plan = made(&alone, 400.0, 0);
    assert_eq!(
        plan.displaced.likely_mvnd,
        plan.before_mvnd - plan.after_mvnd,
        "without neighbours nothing is displaced"
    );
}

#[test]
fn it_says_what_stays_when_the_weights_are_drawn_anew() {
    let model = Model::default();
    let sites =
        sites_of((0..8).map(|n| Site::unknown(&model).with(&model, "staff", &n.to_string()).unwrap()).collect());
    let plan = made(&sites, 300.0, 30);
    assert!(!plan.choices.is_empty());
    assert!(plan.choices.iter().all(|choice| choice.kept.len() == choice.measures.len()));
    assert!(plan.choices.iter().flat_map(|choice| &choice.kept).all(|share| (0.0..=1.0).contains(share)));
    assert!(plan.choices.iter().flat_map(|choice| &choice.kept).any(|share| *share > 0.5));
}

#[test]
fn the_curve_falls_and_bends_up() {
    let model = Model::default();
    let sites =
        sites_of((0..5).map(|n| Site::unknown(&model).with(&model, "guards", &n.to_string()).unwrap()).collect());
    let curve = made(&sites, 100.0, 0).curve;
    assert!(
        curve
            .windows(2)
            .all(|pair| pair[0].budget_mvnd < pair[1].budget_mvnd && pair[0].left_mvnd >= pair[1].left_mvnd)
    );
    let slope = |pair: &[keng_risk::plan::Step]| {
        (pair[1].left_mvnd - pair[0].left_mvnd) / (pair[1].budget_mvnd - pair[0].budget_mvnd)
    };
    let slopes: Vec<f64> = curve.windows(2).map(slope).collect();
    assert!(slopes.windows(2).all(|pair| pair[0] <= pair[1] + 1e-12), "{slopes:?}");
}
