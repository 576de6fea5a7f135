//! `fit`, `validate`, `near-repeat`: what they learn and measure is what was put into the data.

use std::fmt::Write as _;

use serde_json::Value;

use crate::program::{Folder, ended, refused};

/// Sites where those without a guard are robbed far more often, and nothing else matters.
fn sites() -> String {
    let mut text = "id,guards,street_lit,robberies,robberies_after,robberies_3y\n".to_owned();
    for n in 0..400_u32 {
        let guards = n % 3;
        let is_robbed = u32::from(if guards == 0 { n % 4 == 0 } else { n % 40 == 1 });
        writeln!(text, "s{n},{guards},{},{is_robbed},{is_robbed},{}", n % 2 == 0, u32::from(n % 7 == 0)).unwrap();
    }
    text
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn times(said: &Value, feature: &str, when: &str) -> f64 {
    let effects = said["effects"].as_array().unwrap();
    let effect = effects.iter().find(|effect| effect["feature"] == feature).unwrap();
    effect[when]["times"].as_f64().unwrap()
}

#[test]
fn a_fit_moves_effects_towards_what_happened_and_writes_a_model_that_scores() {
    let folder = Folder::empty();
    folder.write("sites.csv", sites());
    let ignoring = "--keep-going --outcome robberies --years 1";
    let said = json(&ended(&folder.keng(&format!("fit sites.csv {ignoring} --json --output fitted.toml")), 0));
    let (before, after) = (times(&said, "guards", "before"), times(&said, "guards", "after"));
    assert!(after < before, "guards help more than the prior says: {before} {after}");
    let (before, after) = (times(&said, "street_lit", "before"), times(&said, "street_lit", "after"));
    assert!((before - after).abs() < 0.3, "light does nothing here: {before} {after}");
    let fitted = folder.text("fitted.toml");
    assert!(fitted.contains("2026.1+fit") && fitted.contains("site-years"));
    let score = |model: &str| {
        let scored =
            json(&ended(&folder.keng(&format!("score sites.csv --keep-going --draws 0 --to json {model}")), 0));
        scored["sites"][0]["score"].as_i64().unwrap()
    };
    assert!(score("--model fitted.toml") > score(""), "a site without a guard");
    let firth = json(&ended(&folder.keng(&format!("fit sites.csv {ignoring} --method firth --json")), 0));
    assert!(times(&firth, "guards", "after") < 0.6);
}

#[test]
fn a_card_finds_what_matters() {
    let folder = Folder::empty();
    folder.write("sites.csv", sites());
    let card = json(&ended(&folder.keng("fit sites.csv --keep-going --method card --most 2 --json"), 0));
    let points = card["points"].as_array().unwrap();
    assert!(!points.is_empty() && points.len() <= 2);
    assert!(points.iter().any(|points| points["feature"].as_str().unwrap().starts_with("guards")), "{card}");
    assert!(ended(&folder.keng("fit sites.csv --keep-going --method card"), 0).contains("Offset"));
}

#[test]
fn a_validation_has_prior_counts_beside_it() {
    let folder = Folder::empty();
    folder.write("sites.csv", sites());
    let said = json(&ended(&folder.keng("validate sites.csv --keep-going --json"), 0));
    let auc = |of: &str| said[of]["auc"].as_f64().unwrap();
    assert!(auc("model") > auc("prior_counts") + 0.1, "the prior on guards is right here: {said}");
    assert!((auc("prior_counts") - 0.5).abs() < 0.15, "what was before says nothing here");
    let text = ended(&folder.keng("validate sites.csv --keep-going"), 0);
    for word in ["AUC", "Brier", "log-loss", "PAI", "PEI*", "Prior counts alone", "Calibration"] {
        assert!(text.contains(word), "{text}");
    }
    refused(&folder.keng("validate sites.csv --keep-going --outcome nothing"), 65);
}

#[test]
fn knox_counts_pairs_in_half_open_bins() {
    let folder = Folder::empty();
    // Pairs: 0-1 at 100 m and 5 days; 0-2 at 500 m, 14 days; 1-2 at 400 m, 9 days. 3 is far from all.
    folder.write("in.csv", "x_m,y_m,days\n0,0,0\n100,0,5\n500,0,14\n90000,90000,400\n");
    let run = "near-repeat in.csv --space 0,400,500,1000 --time 0,9,14,28 --permutations 99 --json";
    let said = json(&ended(&folder.keng(run), 0));
    let observed: Vec<u64> =
        said["cells"].as_array().unwrap().iter().map(|cell| cell["observed"].as_u64().unwrap()).collect();
    assert_eq!(observed, [1, 0, 0, 0, 1, 0, 0, 0, 1], "a pair at an edge is in the bin that begins there");
    assert_eq!(said, json(&ended(&folder.keng(&format!("{run} --threads 3")), 0)));
    assert!(said["cells"][0]["p_value"].as_f64().unwrap() > 0.0);
    assert!(ended(&folder.keng("near-repeat in.csv"), 0).contains("half-open"));
    refused(&folder.keng("near-repeat in.csv --space 0,100,50"), 2);
    folder.write("bad.csv", "x_m,y_m,days\n0,0,\n");
    refused(&folder.keng("near-repeat bad.csv"), 65);
}
