//! What each command answers.

use serde_json::Value;

use crate::program::{Folder, ended, refused};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_ranking_names_the_model_and_the_data() {
    let folder = Folder::with_demo();
    let table = ended(&folder.keng("score sites.csv --posts posts.csv"), 0);
    assert!(
        table.contains("P(in the worst 10)")
            && table.contains("keng-default 2026.1")
            && table.contains("SHA-256 of the data")
    );
    assert!(table.contains("not by road"), "without roads the answer says so");
    let vi = ended(&folder.keng("score sites.csv --posts posts.csv --lang vi"), 0);
    assert!(vi.contains("Hạng") && vi.contains("triệu đồng") && !vi.contains("Rank"));
}

#[test]
fn an_explanation_sums_to_the_score_that_it_prints() {
    let folder = Folder::with_demo();
    for id in ["KM01", "KM11", "KM21"] {
        let said = json(&ended(&folder.keng(&format!("explain {id} sites.csv --posts posts.csv --json")), 0));
        let reasons = said["reasons"].as_array().unwrap();
        let sum: i64 = reasons.iter().map(|reason| reason["points"].as_i64().unwrap()).sum();
        assert_eq!(Some(sum), said["score"].as_i64());
        assert!(said["changes"].as_array().unwrap().len() <= 3);
    }
    let text = ended(&folder.keng("explain KM04 sites.csv --posts posts.csv"), 0);
    assert!(text.contains("The three changes that lower it most") && text.contains("What to find out next"));
    assert!(text.contains("narrows the range by"), "{text}");
    assert!(refused(&folder.keng("explain KM99 sites.csv"), 1).contains("there is no site KM99"));
}

#[test]
fn a_change_that_is_offered_is_what_what_if_says() {
    let folder = Folder::with_demo();
    let said = json(&ended(&folder.keng("explain KM11 sites.csv --json"), 0));
    let door =
        said["changes"].as_array().unwrap().iter().find(|change| change["measure"] == "interlocking_door").unwrap();
    let what_if = json(&ended(&folder.keng("what-if KM11 sites.csv --set interlocking_door=true --json"), 0));
    assert_eq!(what_if["score_after"], door["score_after"]);
    assert_eq!(what_if["change"].as_i64(), door["lowers"].as_i64().map(|lowers| -lowers));
    assert!(refused(&folder.keng("what-if KM11 sites.csv --set guards=99"), 2).contains("0 to 20"));
    assert!(ended(&folder.keng("what-if KM11 sites.csv --set guards=2"), 0).contains("TOTAL"));
}

#[test]
fn a_plan_for_21_sites_is_proven() {
    let folder = Folder::with_demo();
    for budget in [0, 100, 500, 1000, 3000] {
        let plan = json(&ended(
            &folder.keng(&format!("plan sites.csv --posts posts.csv --budget {budget} --draws 5 --json")),
            0,
        ));
        assert_eq!(plan["proven"], true, "{budget}");
        assert!(plan["cost_mvnd"].as_f64().unwrap() <= f64::from(budget));
        assert!(plan["after_mvnd"].as_f64().unwrap() <= plan["before_mvnd"].as_f64().unwrap());
    }
    assert!(
        ended(&folder.keng("plan sites.csv --budget 500 --draws 0"), 0)
            .contains("Proven: no plan within the budget is better")
    );
}

#[test]
fn the_schema_fits_the_input_that_is_taken() {
    let folder = Folder::with_demo();
    let schema = json(&ended(&folder.keng("schema"), 0));
    let header = ended(&folder.keng("schema --header"), 0);
    let names: Vec<&str> = header.trim().split(',').collect();
    assert!(names.iter().all(|name| schema["properties"].get(name).is_some()));
    let demo = folder.text("sites.csv");
    assert!(demo.lines().next().unwrap().split(',').all(|name| names.contains(&name)));
    let model = ended(&folder.keng("schema --model-file"), 0);
    folder.write("model.toml", &model);
    let other = ended(&folder.keng("score sites.csv --model model.toml --to json"), 0);
    assert_eq!(json(&other)["sites"], json(&ended(&folder.keng("score sites.csv --to json"), 0))["sites"]);
    folder.write("bad.toml", model.replace("times = 0.75", "times = -1"));
    assert!(
        refused(&folder.keng("score sites.csv --model bad.toml"), 65).contains("bad.toml: factor frequency.guards")
    );
}

#[test]
fn a_difference_says_what_changed_and_why() {
    let folder = Folder::with_demo();
    let sites = folder.text("sites.csv");
    assert!(ended(&folder.keng("diff sites.csv sites.csv"), 0).contains("Nothing changed"));
    let line = sites.lines().find(|line| line.starts_with("KM03")).unwrap();
    folder.write(
        "after.csv",
        sites
            .replace(line, &line.replacen("transaction_office,1", "transaction_office,3", 1))
            .replace("KM05,", "KM55,"),
    );
    let diff = json(&ended(&folder.keng("diff sites.csv after.csv --json"), 0));
    let changes = diff["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3, "{diff}");
    let changed = changes.iter().find(|change| change["id"] == "KM03").unwrap();
    let sum: i64 = changed["reasons"].as_array().unwrap().iter().map(|reason| reason["points"].as_i64().unwrap()).sum();
    assert_eq!(sum, changed["after"].as_i64().unwrap() - changed["before"].as_i64().unwrap());
    assert_eq!(changed["reasons"][0]["reason"], "frequency.guards");
}

#[test]
fn a_limit_gives_an_exit_code_for_automation() {
    let folder = Folder::with_demo();
    ended(&folder.keng("score sites.csv --fail-above 100000"), 0);
    assert!(refused(&folder.keng("score sites.csv --fail-above 3000"), 1).contains("sites are above 3000 points"));
}

#[test]
fn what_is_shared_has_no_names_ids_or_reasons() {
    let folder = Folder::with_demo();
    let shared = ended(&folder.keng("score sites.csv --posts posts.csv --share --to csv"), 0);
    assert_eq!(shared.lines().count(), 22);
    assert_eq!(shared.lines().next(), Some("band,lat,lon"));
    assert!(!shared.contains("KM") && !shared.contains("cash") && !shared.contains("106.4298"));
    let decimals =
        shared.lines().skip(1).flat_map(|line| line.split(',').skip(1)).filter_map(|cell| cell.split_once('.'));
    assert!(decimals.into_iter().all(|(_, digits)| digits.len() <= 2), "{shared}");
}

#[test]
fn incidents_and_coverage_move_what_they_should() {
    let folder = Folder::with_demo();
    let score = |arguments: &str| {
        json(&ended(&folder.keng(&format!("score sites.csv --to json {arguments}")), 0))["sites"].clone()
    };
    let reason = |sites: &Value, row: usize, name: &str| sites[row]["reasons"][name].as_i64().unwrap();
    folder.write("incidents.csv", "lat,lon,days_ago\n20.96413,106.5298,3\n");
    let (before, after) = (score(""), score("--incidents incidents.csv"));
    assert!(reason(&after, 0, "frequency.near_repeat") > 900, "next to it, three days ago: nearly twice");
    assert!(reason(&after, 1, "frequency.near_repeat") < 10, "ten kilometres away");
    folder.write("coverage.csv", "site,share\nKM03,0\n");
    let covered = score("--coverage coverage.csv");
    assert!(
        reason(&covered, 2, "consequence.guard_training_valid")
            > reason(&before, 2, "consequence.guard_training_valid")
    );
    assert_eq!((&covered[4]["reasons"], &covered[4]["score"]), (&before[4]["reasons"], &before[4]["score"]));
}
