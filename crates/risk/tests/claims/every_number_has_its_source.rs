use keng_risk::Model;
use keng_risk::model::{DEFAULT, Problem};

/// Goes through all tables: one that holds a number, alone or in a list, has a source; levels and what a measure sets belong to theirs.
fn unsourced(at: &str, table: &toml::Table, found: &mut Vec<String>) {
    let source = table.get("source").and_then(toml::Value::as_str).unwrap_or_default();
    for (key, value) in table {
        let at = format!("{at}.{key}");
        match value {
            toml::Value::Table(inner) if source.is_empty() => unsourced(&at, inner, found),
            toml::Value::Table(_) => (),
            toml::Value::Array(all) if all.iter().all(toml::Value::is_table) && source.is_empty() => {
                all.iter().filter_map(toml::Value::as_table).for_each(|inner| unsourced(&at, inner, found));
            }
            value if holds_number(value) && source.is_empty() => found.push(at),
            _ => (),
        }
    }
}

fn holds_number(value: &toml::Value) -> bool {
    match value {
        toml::Value::Integer(_) | toml::Value::Float(_) => true,
        toml::Value::Array(all) => all.iter().any(holds_number),
        _ => false,
    }
}

#[test]
fn or_says_that_it_is_judgement() {
    let mut found = Vec::new();
    let model: toml::Table = DEFAULT.parse().unwrap();
    // A table within one that has a source would hide its own numbers: the response and the hours have none above their parts.
    unsourced("model", &model, &mut found);
    assert!(found.is_empty(), "{found:?}");
    for source in DEFAULT.lines().filter_map(|line| line.strip_prefix("source = ")) {
        let says = source.contains("judgement")
            || source.contains("20")
            || source.contains("Saylor")
            || source.contains("definition")
            || source.contains("policemag");
        assert!(says, "{source}");
    }
}

#[test]
fn the_durations_are_those_of_the_source() {
    let duration = Model::default().response.duration.clone();
    let knots: Vec<_> = duration.minutes.iter().zip(&duration.share_over).collect();
    let still = |pair: &[(&f64, &f64)]| (pair[1].0 - pair[0].0) * (1.0 - (pair[0].1 + pair[1].1) / 2.0);
    let mean: f64 = knots.windows(2).map(still).sum();
    assert!((mean - 4.27).abs() < 0.005, "{mean}");
    let within_9 = knots.iter().find(|(minute, _)| **minute == 9.0).unwrap().1;
    assert_eq!(*within_9, 0.87);
    // 1,700 of 5,000 in the minute that ends at 3, more than in any other.
    let in_minute = |pair: &[(&f64, &f64)]| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0);
    let most = knots.windows(2).max_by(|a, b| in_minute(a).total_cmp(&in_minute(b))).unwrap();
    assert_eq!(*most[1].0, 3.0);
    assert!((in_minute(most) - 1700.0 / 5000.0).abs() < 1e-9);
}

/// Each of the model's numbers is used: a score, a range, a plan or a week depends on it. A number in the code instead of one here would
/// leave the one here without effect.
#[test]
fn no_number_that_belongs_in_the_model_is_in_the_code() {
    const SOURCES: &[(&str, &str)] = &[
        ("change", include_str!("../../src/change.rs")),
        ("duration", include_str!("../../src/duration.rs")),
        ("hours", include_str!("../../src/hours.rs")),
        ("effect", include_str!("../../src/model/effect.rs")),
        ("field", include_str!("../../src/model/field.rs")),
        ("repeat", include_str!("../../src/repeat.rs")),
        ("response", include_str!("../../src/response.rs")),
        ("score", include_str!("../../src/score/mod.rs")),
        ("calibration", include_str!("../../src/score/calibration.rs")),
        ("term", include_str!("../../src/score/term.rs")),
        ("site", include_str!("../../src/site.rs")),
        ("range", include_str!("../../src/range/mod.rs")),
        ("draws", include_str!("../../src/range/draws.rs")),
    ];
    // 0 and 1 and their means and inverses, Shapley's weights of three, hours and days, seconds of a minute; what else is there has its reason.
    const ORDINARY: &[f64] = &[0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 7.0, 24.0, 60.0, 0.5];
    const REASONED: &[(&str, f64, &str)] = &[
        ("score", 1000.0, "points of a doubling: the unit"),
        ("effect", 1.644_853_626_951_472_2, "the normal quantile of 95 %"),
        ("calibration", 9.0, "Wilson and Hilferty's approximation"),
        ("range", 0.05, "where a range ends"),
        ("range", 0.95, "where a range ends"),
        ("range", 40_000_000.0, "a bound"),
        ("range", 1000.0, "draws"),
        ("range", 10.0, "the worst ten"),
        ("range", 12.0, "octets, in a comment's bound"),
        ("duration", 240.0, "a bound"),
        ("change", 5.0, "the middles of five equal parts"),
        ("change", 0.1, "the middles of five equal parts"),
        ("change", 0.3, "the middles of five equal parts"),
        ("change", 0.7, "the middles of five equal parts"),
        ("change", 0.9, "the middles of five equal parts"),
        ("hours", 8.0, "levels of the field cash_day"),
        ("draws", 5.0, "the number of a stream"),
        ("draws", 8.0, "the number of a stream"),
        ("draws", 9.0, "the number of a stream"),
        ("draws", 10.0, "the number of a stream"),
        ("draws", 11.0, "the number of a stream"),
        ("draws", 32.0, "the number of a stream"),
    ];
    for (name, source) in SOURCES {
        for number in numbers(source) {
            let is_known =
                ORDINARY.contains(&number) || REASONED.iter().any(|(file, known, _)| file == name && *known == number);
            assert!(is_known, "{name} has the number {number}: does it belong in the model file?");
        }
    }
}

/// The decimal literals of a source file up to its tests, without those in comments, strings, names and types.
fn numbers(source: &str) -> Vec<f64> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code = code.lines().map(|line| line.split("//").next().unwrap_or_default()).filter(|line| !line.contains('"'));
    let mut found = Vec::new();
    for line in code {
        for word in line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')) {
            let is_number = word.starts_with(|c: char| c.is_ascii_digit()) && !word.starts_with("0x");
            let digits = word
                .trim_end_matches("_f64")
                .trim_end_matches("_f32")
                .trim_end_matches("_u64")
                .trim_end_matches("_u32")
                .replace('_', "");
            let digits = digits.trim_end_matches("..").split("..").next().unwrap_or_default().to_owned();
            if is_number && let Ok(number) = digits.parse() {
                found.push(number);
            }
        }
    }
    found
}

#[test]
fn a_model_that_is_none_is_refused_with_the_reason() {
    let refused = |from: &str, to: &str| {
        assert!(DEFAULT.contains(from), "{from}");
        Model::read(&DEFAULT.replacen(from, to, 1)).unwrap_err().to_string()
    };
    assert!(
        refused("times = 0.75", "times = 7.5")
            .contains("factor frequency.guards: an effect has 0 < low <= times <= high")
    );
    assert!(
        refused("field = \"guards\"", "field = \"guard\"")
            .contains("uses the field \"guard\", which the file does not describe")
    );
    assert!(refused("cap = 3", "kap = 3").contains("line"), "unknown keys are refused with their line");
    assert!(refused("lone_guard = \"never\"", "lone_guard = \"sometimes\"").contains("no level \"sometimes\""));
    assert!(refused("missing = [0, 1, 2]", "missing = [0, 3, 2]").contains("ascending"));
    assert!(refused("share_over = [0, 0.08", "share_over = [0, 0.9").contains("response.duration"));
    assert!(matches!(Model::read("name = "), Err(Problem::Toml(_))));
}
