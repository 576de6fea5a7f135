//! `fit`: effects and the base rate learned from incidents, with the model's own as priors; or without priors; or as a card of points.

use std::path::Path;

use keng_risk::fit::cards::{Limits, card};
use keng_risk::fit::{Family, Fit, Penalty, Prior, Table, fit};
use keng_risk::model::{Effect, Kind, Part, Shape};
use keng_risk::score::{DOUBLING, Reason, reasons};
use serde_json::{Value, json};

use crate::args::{FitArgs, Method};
use crate::failure::Failure;
use crate::load::{Loaded, load};
use crate::output;
use crate::words::Word;

/// The most points of a card's feature.
const POINTS: u8 = 5;

/// A column of the table that is fitted.
struct Feature {
    name: String,
    /// The factor of the model, and of its levels which.
    factor: usize,
    level: Option<usize>,
    prior: Effect,
    values: Vec<f64>,
}

pub(crate) fn run(args: &FitArgs) -> Result<(), Failure> {
    let loaded = load(&args.sites, Some(&args.outcome))?;
    let outcomes = &loaded.sites.outcome;
    let is_count = |count: &f64| *count >= 0.0 && count.fract() == 0.0;
    if !(outcomes.iter().all(is_count) && args.years > 0.0) {
        return Err(Failure::Data(format!("{}: {}", args.outcome, loaded.lang.say(Word::NoNumber))));
    }
    match args.method {
        Method::Card => point_card(args, &loaded),
        Method::Bayes | Method::Firth => effects(args, &loaded),
    }
}

fn effects(args: &FitArgs, loaded: &Loaded) -> Result<(), Failure> {
    let mut features = features(loaded);
    let is_bayes = args.method == Method::Bayes;
    if !is_bayes {
        features.retain(|feature| feature.values.iter().any(|value| Some(value) != feature.values.first()));
    }
    let rows: Vec<f64> = (0..loaded.sites.len())
        .flat_map(|row| features.iter().filter_map(move |feature| feature.values.get(row)).copied())
        .collect();
    let ln2 = std::f64::consts::LN_2;
    let nothing = Prior { mean: 0.0, sd: f64::INFINITY };
    let known = features
        .iter()
        .map(|feature| Prior { mean: feature.prior.log2() * ln2, sd: (feature.prior.spread_log2() * ln2).max(1e-6) });
    let priors: Vec<Prior> = std::iter::once(nothing).chain(known).collect();
    let exposures = exposures(loaded, args.years);
    let yes_or_no: Vec<f64> = loaded.sites.outcome.iter().map(|count| count.min(1.0)).collect();
    let made = if is_bayes {
        let table = Table {
            features: &rows,
            width: features.len(),
            outcomes: &loaded.sites.outcome,
            exposures: Some(&exposures),
        };
        fit(&table, Family::Poisson, Penalty::Gaussian(&priors))
    } else {
        fit(
            &Table { features: &rows, width: features.len(), outcomes: &yes_or_no, exposures: None },
            Family::Logistic,
            Penalty::Firth,
        )
    };
    let made = made.map_err(|error| Failure::Data(error.to_string()))?;
    let learned: Vec<Effect> = (1..=features.len()).map(|at| learned(&made, at)).collect();
    if let Some(path) = &args.output {
        write_model(args, loaded, &features, &learned, path)?;
    }
    if args.json {
        return output::json(&as_json(loaded, &features, &learned, &made));
    }
    if args.output.as_deref() == Some(Path::new("-")) {
        Ok(())
    } else {
        output::say(&text(loaded, &features, &learned))
    }
}

fn learned(made: &Fit, at: usize) -> Effect {
    let ln2 = std::f64::consts::LN_2;
    let of = |all: &[f64]| all.get(at).copied().unwrap_or(0.0) / ln2;
    Effect::from_log2(of(&made.coefficients), of(&made.standard_errors))
}

/// The frequency's factors as columns: what each effect is multiplied by at each site. What is missing counts as it does in a score.
fn features(loaded: &Loaded) -> Vec<Feature> {
    let model = &loaded.model;
    let mut features = Vec::new();
    for (number, factor) in model.factors.iter().enumerate().filter(|(_, factor)| factor.part == Part::Frequency) {
        let (Some(field), Some(column)) = (model.fields.get(factor.field), loaded.sites.columns.get(factor.field))
        else {
            continue;
        };
        let mut add = |name: String, level, prior: &Effect, values: Vec<f64>| {
            features.push(Feature { name, factor: number, level, prior: *prior, values });
        };
        match (&factor.shape, &field.kind) {
            (Shape::Levels(effects), Kind::Level(levels)) => {
                let all: f64 = levels.iter().map(|level| level.missing).sum();
                for (at, ((_, effect), level)) in effects.iter().zip(levels).enumerate() {
                    let is_level = |value: f64| {
                        if value.is_nan() {
                            level.missing / all
                        } else {
                            f64::from(u8::from(field.level(&level.name) == Some(value)))
                        }
                    };
                    if *effect != Effect::NONE {
                        add(
                            format!("{} = {}", field.name, level.name),
                            Some(at),
                            effect,
                            column.iter().map(|value| is_level(*value)).collect(),
                        );
                    }
                }
            }
            (Shape::Linear { effect, .. } | Shape::Doublings { effect, .. }, _) if effect.low < effect.high => {
                let known = |value: f64| if value.is_nan() { field.expected() } else { value };
                add(
                    field.name.clone(),
                    None,
                    effect,
                    column.iter().map(|value| factor.x(known(*value), field.reference)).collect(),
                );
            }
            _ => (),
        }
    }
    features
}

/// How long each site was watched, times what the hours and the repeats near by, which are not fitted, make of it.
fn exposures(loaded: &Loaded, years: f64) -> Vec<f64> {
    let model = &loaded.model;
    let is_fixed = |reason: Reason| match reason {
        Reason::Hours => true,
        Reason::Factor(factor) => model.factors.get(factor).is_some_and(|factor| {
            factor.part == Part::Frequency
                && factor.effects().all(|effect| effect.low == effect.high && *effect != Effect::NONE)
        }),
        _ => false,
    };
    let fixed: Vec<bool> = reasons(model).map(is_fixed).collect();
    let scorer = keng_risk::Scorer::new(model);
    let each = (0..loaded.sites.len()).map(|site| {
        let score = scorer.score(&loaded.sites.site(site).values);
        let points: i32 =
            score.points.iter().zip(&fixed).filter(|(_, is_fixed)| **is_fixed).map(|(points, _)| points).sum();
        years * (f64::from(points) / DOUBLING).exp2()
    });
    each.collect()
}

/// The model file with what was learned in it. Comments are not kept.
fn write_model(
    args: &FitArgs,
    loaded: &Loaded,
    features: &[Feature],
    learned: &[Effect],
    path: &Path,
) -> Result<(), Failure> {
    let inside = |error: &dyn std::fmt::Display| Failure::Inside(error.to_string());
    let text = match &args.sites.model {
        Some(path) => std::fs::read_to_string(path).map_err(Failure::reading(path))?,
        None => keng_risk::model::DEFAULT.to_owned(),
    };
    let mut file: toml::Table = text.parse().map_err(|error| inside(&error))?;
    let (count, years) = (loaded.sites.outcome.iter().sum::<f64>(), args.years * float(loaded.sites.len()));
    let note = format!("; updated with {count} incidents in {years} site-years, data {}", loaded.data_hash);
    let base = loaded.model.base.updated(count, years);
    if let Some(table) = file.get_mut("base").and_then(toml::Value::as_table_mut) {
        table.insert("incidents".to_owned(), base.incidents.into());
        table.insert("site_years".to_owned(), base.site_years.into());
        append(table, &note);
    }
    let mut factors = file.get_mut("factor").and_then(toml::Value::as_array_mut);
    for (feature, effect) in features.iter().zip(learned) {
        let Some(table) =
            factors.as_mut().and_then(|all| all.get_mut(feature.factor)).and_then(toml::Value::as_table_mut)
        else {
            continue;
        };
        append(table, &note);
        let table = match feature.level {
            None => Some(table),
            Some(level) => level_table(loaded, table, feature.factor, level),
        };
        if let Some(table) = table {
            for (key, value) in [("times", effect.times), ("low", effect.low), ("high", effect.high)] {
                table.insert(key.to_owned(), value.into());
            }
        }
    }
    let version = format!("{}+fit", loaded.model.version);
    file.insert("version".to_owned(), version.into());
    let text = toml::to_string(&file).map_err(|error| inside(&error))?;
    keng_risk::Model::read(&text).map_err(|error| inside(&error))?;
    output::put(path, text.as_bytes())
}

/// The table of one level's effect within its factor's.
fn level_table<'a>(
    loaded: &Loaded,
    table: &'a mut toml::Table,
    factor: usize,
    level: usize,
) -> Option<&'a mut toml::Table> {
    let field = loaded.model.fields.get(loaded.model.factors.get(factor)?.field)?;
    let Kind::Level(levels) = &field.kind else { return None };
    let name = &levels.get(level)?.name;
    let all = table.get_mut("levels")?.as_array_mut()?.iter_mut().filter_map(toml::Value::as_table_mut);
    all.into_iter().find(|table| table.get("name").and_then(toml::Value::as_str) == Some(name))
}

/// Says once in a table's source what changed its numbers.
fn append(table: &mut toml::Table, note: &str) {
    let source = table.get("source").and_then(toml::Value::as_str).unwrap_or_default();
    if !source.contains(note) {
        let source = format!("{source}{note}");
        table.insert("source".to_owned(), source.into());
    }
}

fn text(loaded: &Loaded, features: &[Feature], learned: &[Effect]) -> String {
    let lang = loaded.lang;
    let shown = |effect: &Effect| {
        format!("× {} ({} – {})", lang.number(effect.times, 3), lang.number(effect.low, 3), lang.number(effect.high, 3))
    };
    let rows = features
        .iter()
        .zip(learned)
        .map(|(feature, learned)| vec![feature.name.clone(), shown(&feature.prior), shown(learned)]);
    let header = [Word::Effect, Word::Before, Word::After].map(|word| lang.say(word));
    output::table(&header, rows.collect::<Vec<_>>(), &[]).to_string()
}

fn as_json(loaded: &Loaded, features: &[Feature], learned: &[Effect], made: &Fit) -> Value {
    let effect = |effect: &Effect| json!({ "times": effect.times, "low": effect.low, "high": effect.high });
    let all = features.iter().zip(learned).map(|(feature, learned)| json!({ "feature": feature.name, "before": effect(&feature.prior), "after": effect(learned) }));
    json!({
        "effects": all.collect::<Vec<_>>(), "coefficients": made.coefficients, "standard_errors": made.standard_errors,
        "log_likelihood": made.log_likelihood, "model_sha256": loaded.model_hash, "data_sha256": loaded.data_hash,
    })
}

/// A card of a few features, each yes or no, with whole points.
fn point_card(args: &FitArgs, loaded: &Loaded) -> Result<(), Failure> {
    let (names, columns) = yes_or_no(loaded);
    let rows: Vec<f64> = (0..loaded.sites.len())
        .flat_map(|row| columns.iter().filter_map(move |column| column.get(row)).copied())
        .collect();
    let outcomes: Vec<f64> = loaded.sites.outcome.iter().map(|count| count.min(1.0)).collect();
    let table = Table { features: &rows, width: names.len(), outcomes: &outcomes, exposures: None };
    let made = card(&table, Limits { features: args.most, points: POINTS })
        .map_err(|error| Failure::Data(error.to_string()))?;
    let lines = || made.points.iter().filter_map(|points| Some((names.get(points.feature)?, points.points)));
    if args.json {
        let points: Vec<Value> = lines().map(|(name, points)| json!({ "feature": name, "points": points })).collect();
        return output::json(
            &json!({ "points": points, "offset": made.offset, "scale": made.scale, "log_loss": made.log_loss, "data_sha256": loaded.data_hash }),
        );
    }
    let lang = loaded.lang;
    let rows = lines().map(|(name, points)| vec![name.clone(), lang.signed(points)]).collect::<Vec<_>>();
    let about = lang.fill(Word::CardIs, &[&made.offset, &lang.number(made.scale, 3), &lang.number(made.log_loss, 5)]);
    output::say(&format!("{}\n{about}", output::table(&[lang.say(Word::Card), lang.say(Word::Points)], rows, &[])))
}

/// All fields as yes or no: flags, each level, and numbers above their median.
fn yes_or_no(loaded: &Loaded) -> (Vec<String>, Vec<Vec<f64>>) {
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    for (field, column) in loaded.model.fields.iter().zip(&loaded.sites.columns) {
        let mut add = |name: String, is: &dyn Fn(f64) -> bool| {
            let values: Vec<f64> = column.iter().map(|value| f64::from(u8::from(is(*value)))).collect();
            if values.iter().any(|value| Some(value) != values.first()) {
                names.push(name);
                columns.push(values);
            }
        };
        match &field.kind {
            Kind::Flag { .. } => add(field.name.clone(), &|value| value > 0.5),
            Kind::Level(levels) => levels.iter().for_each(|level| {
                let number = field.level(&level.name);
                add(format!("{} = {}", field.name, level.name), &|value| Some(value) == number);
            }),
            Kind::Number { .. } => {
                let mut known: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
                known.sort_by(f64::total_cmp);
                if let Some(median) = known.get(known.len() / 2).copied() {
                    add(format!("{} > {median}", field.name), &|value| value > median);
                    add(format!("{} >= {median}", field.name), &|value| value >= median);
                }
            }
        }
    }
    (names, columns)
}

#[expect(clippy::cast_precision_loss, reason = "a number of sites")]
fn float(count: usize) -> f64 {
    count as f64
}
