//! Sites and posts of a real extract, routed on its roads. Without the extract the test says so.

use serde_json::Value;

use crate::program::{Folder, ended};

/// The extract of Monaco, whose path is in KENG_MONACO.
fn monaco(folder: &Folder) -> Option<()> {
    let Some(from) = std::env::var_os("KENG_MONACO") else {
        println!("SKIPPED: KENG_MONACO names no extract of Monaco (monaco.osm.pbf)");
        return None;
    };
    folder.write("monaco.osm.pbf", std::fs::read(from).unwrap());
    Some(())
}

fn sites(folder: &Folder, more: &str) -> Value {
    let arguments = format!("score --sites-from osm --posts-from osm --roads monaco.osm.pbf --to json {more}");
    serde_json::from_str(&ended(&folder.keng(&arguments), 0)).unwrap()
}

#[test]
fn thirteen_banks_and_their_police_are_read_and_routed() {
    let folder = Folder::empty();
    if monaco(&folder).is_none() {
        return;
    }
    let scored = sites(&folder, "");
    let all = scored["sites"].as_array().unwrap();
    assert_eq!(all.len(), 13);
    assert!(scored["travel"].as_str().unwrap().contains("real roads"));
    assert_eq!(sites(&folder, ""), scored, "from the file that was kept, the same");
    for site in all {
        let id = site["id"].as_str().unwrap();
        let said = ended(
            &folder.keng(&format!("explain {id} --sites-from osm --posts-from osm --roads monaco.osm.pbf --json")),
            0,
        );
        let said: Value = serde_json::from_str(&said).unwrap();
        for post in said["posts"].as_array().unwrap() {
            let (seconds, metres) = (post["time_ms"].as_f64().unwrap() / 1000.0, post["length_m"].as_f64().unwrap());
            assert_eq!(post["by_road"], true);
            // Monaco is 3.3 km long: nobody drives longer than 15 minutes, nor on average faster than 80 km/h.
            assert!(seconds < 900.0 && metres < 8000.0 && metres / seconds.max(1.0) < 22.3, "{id}: {post}");
        }
    }
}

#[test]
fn a_site_off_the_roads_is_refused_and_the_others_are_kept() {
    let folder = Folder::empty();
    if monaco(&folder).is_none() {
        return;
    }
    folder.write("in.csv", "id,lat,lon\nA,43.7384,7.4246\nB,20.98,106.5\nC,7.4246,43.7384\nD,43.7301,7.4201\n");
    let said = ended(&folder.keng("check in.csv --roads monaco.osm.pbf"), 65);
    assert!(said.contains("row 3, column lat") && said.contains("nearest road of the extract"), "{said}");
    assert!(said.contains("row 4") && said.contains("swapped"), "{said}");
    let kept = ended(&folder.keng("score in.csv --roads monaco.osm.pbf --posts-from osm --keep-going --to csv"), 0);
    assert_eq!(kept.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect::<Vec<_>>(), ["A", "D"]);
}
